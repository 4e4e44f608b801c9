"""Routes: the rules in force."""

from fastapi import APIRouter

from chassis.http import NotFound, Queries, needs
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.responses import Subscriptions
from notify_svc.rules.subscriptions import Rule, RuleId

router = APIRouter(prefix="/v1", tags=["subscriptions"])


@router.get("/subscriptions", dependencies=[needs("notify.subscriptions.read")])
async def get_subscriptions(queries: Queries) -> Subscriptions:
    """Who is notified of what; changed as policy ``subscriptions``."""
    version = queries.policies.at(SubscriptionPolicy, queries.today)
    return Subscriptions(
        policy_version=version.version, effective_from=version.effective_from, items=version.document.rules
    )


@router.get("/subscriptions/{rule}", dependencies=[needs("notify.subscriptions.read")])
async def get_subscription(queries: Queries, rule: RuleId) -> Rule:
    """One rule in force today."""
    in_force = queries.policies.at(SubscriptionPolicy, queries.today).document.rules
    found = next((each for each in in_force if each.id == rule), None)
    if found is None:
        raise NotFound("rule in force", rule)
    return found
