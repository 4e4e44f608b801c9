"""Routes: the rules in force."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.http import Queries
from notify_svc.policies import SubscriptionPolicy
from notify_svc.rules.subscriptions import Rule

router = APIRouter(prefix="/v1", tags=["subscriptions"])


class Subscriptions(BaseModel):
    """The rules in force today."""

    policy_version: int
    effective_from: date
    rules: tuple[Rule, ...]


@router.get("/subscriptions")
async def get_subscriptions(queries: Queries) -> Subscriptions:
    """Who is told of what; changed as policy ``subscriptions``."""
    dated = queries.policies.at(SubscriptionPolicy, queries.now.date())
    return Subscriptions(policy_version=dated.version, effective_from=dated.effective_from, rules=dated.document.rules)
