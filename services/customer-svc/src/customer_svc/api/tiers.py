"""The tier of a customer: as it stood, as it was known, and why."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.http import KnownAt, Queries, needs
from contracts.fields import Currency, Day
from customer_svc.api.scopes import Readable
from customer_svc.reports.tier_explanation import decisions, explained
from customer_svc.responses.tiers import ExplanationAnswer, Standing, TierAnswer
from customer_svc.tiers.pyramid import best_of

router = APIRouter(prefix="/v1", tags=["customers"])

AsOf = Annotated[Day | None, Query(description="business date; the last decision on or before it (default: the last)")]
InCurrency = Annotated[Currency | None, Query(description="only the tier in this currency")]


@router.get("/customers/{customer_id}/tier", dependencies=[needs("customer.tiers.read")])
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


@router.get("/customers/{customer_id}/tier/explanation", dependencies=[needs("customer.tiers.read")])
async def explain_tier(
    customer_id: Readable,
    queries: Queries,
    as_of: AsOf = None,
    currency: InCurrency = None,
    as_known_at: KnownAt = None,
) -> ExplanationAnswer:
    """Why this tier: factors, rank, borders, policy version; and what each better tier would have taken."""
    explanations = await explained(customer_id.customer_id, queries, as_of, currency, as_known_at)
    return ExplanationAnswer(customer_id=customer_id.customer_id, explanations=explanations)
