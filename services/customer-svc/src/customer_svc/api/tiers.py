"""The tier of a customer: as it stood, as it was known, and why."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import KnownAt, Queries
from contracts.customer import CustomerTier, CutPoint
from contracts.fields import Currency
from customer_svc.api.scopes import Readable
from customer_svc.read_models import tier_decision, tiering
from customer_svc.read_models.tier_decision import Row as TierDecisionRow
from customer_svc.reports.tier_explanation import Explanation, explain
from customer_svc.tiers.pyramid import best_of

router = APIRouter(prefix="/v1", tags=["customers"])

AsOf = Annotated[date | None, Query(description="business date; the last decision on or before it (default: the last)")]
InCurrency = Annotated[Currency | None, Query(description="only the tier in this currency")]


class Standing(BaseModel):
    """A tier in a currency, and what it was decided from. ``demotion_due_on``: a lower tier is on its grace period."""

    currency: str
    tier: CustomerTier
    deserved: CustomerTier
    as_of: date
    tiering_id: str
    demotion_due_on: date | None
    rank: int
    population: int
    code: str
    orders: int
    amount: Decimal
    last_order_on: date
    policy_version: int


class TierAnswer(BaseModel):
    """``tier`` is the best over all currencies, None before the first tiering."""

    customer_id: str
    as_of: date | None
    tier: CustomerTier | None
    standings: list[Standing]


class ExplanationAnswer(BaseModel):
    customer_id: str
    explanations: list[Explanation]


@router.get("/customers/{customer_id}/tier")
async def read_tier(
    customer_id: Readable,
    queries: Queries,
    as_of: AsOf = None,
    currency: InCurrency = None,
    as_known_at: KnownAt = None,
) -> TierAnswer:
    """The tier as it stood on a date, and as it was known at an instant."""
    standings = [
        Standing.model_validate(row)
        for row in await decisions(customer_id.customer_id, queries, as_of, currency, as_known_at)
    ]
    return TierAnswer(
        customer_id=customer_id.customer_id,
        as_of=as_of,
        tier=best_of(standing.tier for standing in standings),
        standings=standings,
    )


@router.get("/customers/{customer_id}/tier/explanation")
async def explain_tier(
    customer_id: Readable,
    queries: Queries,
    as_of: AsOf = None,
    currency: InCurrency = None,
    as_known_at: KnownAt = None,
) -> ExplanationAnswer:
    """Why this tier: factors, rank, borders, policy version; and what each better tier would have taken."""
    explanations = []
    for decision in await decisions(customer_id.customer_id, queries, as_of, currency, as_known_at):
        run = await queries.one(tiering.tiering(decision["tiering_id"]))
        cuts: tuple[CutPoint, ...] = tiering.stored_cut_points(run["cut_points"]) if run else ()
        explanations.append(explain(TierDecisionRow(**decision), cuts))
    return ExplanationAnswer(customer_id=customer_id.customer_id, explanations=explanations)


async def decisions(
    customer_id: str, queries: Queries, as_of: date | None, currency: str | None, known_at: KnownAt = None
) -> list[dict[str, Any]]:
    """The decision in force in each currency. A run's borders never change, so they need not be asked as known."""
    if known_at is None:
        return await queries.rows(tier_decision.standings(customer_id, as_of, currency))
    known = await queries.known(tier_decision.MODEL, f"customer-{customer_id}", known_at)
    return tier_decision.in_force(known, as_of, currency)
