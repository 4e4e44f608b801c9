"""Customers: list, detail, tier, explanation, history."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.http import NotFound, Page, Paging, Reader
from contracts.customer import CustomerTier, CutPoint
from contracts.fields import Currency, Id
from customer_svc.explanation import Explanation, explain
from customer_svc.read_models import customer_history, customers, orders, tier_decisions, tierings

router = APIRouter(tags=["customers"])

AsOf = Annotated[date | None, Query(description="business date; the last decision on or before it (default: the last)")]
InCurrency = Annotated[Currency | None, Query(description="only the tier in this currency")]


class Value(BaseModel):
    """Everything a customer ordered in a currency, over all time; cancelled orders do not count."""

    currency: str
    orders: int
    amount: Decimal
    last_order_on: date


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


class CustomerAnswer(BaseModel):
    """``tier`` is the best of all currencies; ``rating`` the mean of ``ratings``, ``at_risk`` those below the best."""

    customer_id: str
    tier: CustomerTier | None
    orders: int
    first_order_on: date | None
    last_order_on: date | None
    ratings: int
    rating: Decimal | None
    at_risk: int
    standings: list[Standing]
    values: list[Value]


class TierAnswer(BaseModel):
    """``tier`` is the best over all currencies, None before the first tiering."""

    customer_id: str
    as_of: date | None
    tier: CustomerTier | None
    standings: list[Standing]


class ExplanationAnswer(BaseModel):
    customer_id: str
    explanations: list[Explanation]


@router.get("/customers")
async def list_customers(
    reader: Reader,
    page: Paging,
    tier: Annotated[CustomerTier | None, Query(description="customers of this tier")] = None,
) -> Page:
    """Customers by id, with tier, orders and satisfaction."""
    return await reader.page(customers.customers(tier), [customers.TABLE.c.customer_id], page)


@router.get("/customers/{customer_id}")
async def read_customer(customer_id: Id, reader: Reader) -> CustomerAnswer:
    """A customer with its standing and its value in each currency."""
    return CustomerAnswer(
        **await _known(customer_id, reader),
        standings=await _standings(customer_id, reader, None, None),
        values=[Value(**row) for row in await reader.rows(orders.values(customer_id))],
    )


@router.get("/customers/{customer_id}/tier")
async def read_tier(customer_id: Id, reader: Reader, as_of: AsOf = None, currency: InCurrency = None) -> TierAnswer:
    """The tier as it stood on a date."""
    await _known(customer_id, reader)
    standings = await _standings(customer_id, reader, as_of, currency)
    return TierAnswer(
        customer_id=customer_id,
        as_of=as_of,
        tier=customers.best_of(standing.tier for standing in standings),
        standings=standings,
    )


@router.get("/customers/{customer_id}/tier/explanation")
async def explain_tier(
    customer_id: Id, reader: Reader, as_of: AsOf = None, currency: InCurrency = None
) -> ExplanationAnswer:
    """Why this tier: factors, rank, borders, policy version; and what each better tier would have taken."""
    await _known(customer_id, reader)
    explanations = []
    for decision in await reader.rows(tier_decisions.standings(customer_id, as_of, currency)):
        run = await reader.one(tierings.tiering(decision["tiering_id"]))
        cuts: tuple[CutPoint, ...] = tierings.cut_points_of(run["cut_points"]) if run else ()
        explanations.append(explain(tier_decisions.TierDecisionRow(**decision), cuts))
    return ExplanationAnswer(customer_id=customer_id, explanations=explanations)


@router.get("/customers/{customer_id}/history")
async def read_history(customer_id: Id, reader: Reader, page: Paging) -> Page:
    """What happened to the customer, oldest first."""
    await _known(customer_id, reader)
    order = [customer_history.TABLE.c.happened_on, customer_history.TABLE.c.event_id]
    return await reader.page(customer_history.history(customer_id), order, page)


async def _known(customer_id: str, reader: Reader) -> dict[str, Any]:
    found = await reader.one(customers.customers(customer_id=customer_id))
    if found is None:
        raise NotFound("customer", customer_id)
    return found


async def _standings(customer_id: str, reader: Reader, as_of: date | None, currency: str | None) -> list[Standing]:
    return [Standing(**row) for row in await reader.rows(tier_decisions.standings(customer_id, as_of, currency))]
