"""Routes: the rules in force."""

from fastapi import APIRouter

from chassis.http import Queries
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.responses import Subscriptions

router = APIRouter(prefix="/v1", tags=["subscriptions"])


@router.get("/subscriptions")
async def get_subscriptions(queries: Queries) -> Subscriptions:
    """Who is notified of what; changed as policy ``subscriptions``."""
    version = queries.policies.at(SubscriptionPolicy, queries.today)
    return Subscriptions(
        policy_version=version.version, effective_from=version.effective_from, rules=version.document.rules
    )
