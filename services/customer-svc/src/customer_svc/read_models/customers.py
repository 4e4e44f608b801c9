"""Customers: the list. Orders and answers lie in different partitions of the log, so a customer's rows are summed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CustomerTier, CustomerTierChanged, CustomerTiered, OrderPlaced, SurveyRecorded
from customer_svc.pyramid import BOTTOM, TIERS

CustomerEvent = OrderPlaced | SurveyRecorded | CustomerTiered | CustomerTierChanged


@dataclass(frozen=True)
class CustomerRow:
    """``tiers`` is currency → tier, ``tier`` the best of them; ``orders`` counts cancelled ones too."""

    customer_id: str
    tier: str | None
    tiers: dict[str, str]
    orders: int = 0
    first_order_on: date | None = None
    last_order_on: date | None = None
    ratings: int = 0
    rating_sum: Decimal = Decimal(0)
    at_risk: int = 0


def keys(event: CustomerEvent, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: CustomerRow | None, event: CustomerEvent, _: Envelope) -> CustomerRow:
    known = row or CustomerRow(key[0], None, {})
    match event:
        case OrderPlaced(ordered_on=day):
            return replace(
                known,
                orders=known.orders + 1,
                first_order_on=min(known.first_order_on or day, day),
                last_order_on=max(known.last_order_on or day, day),
            )
        case SurveyRecorded(score=None):
            return known
        case SurveyRecorded():
            return replace(
                known,
                ratings=known.ratings + 1,
                rating_sum=known.rating_sum + (event.score or 0),
                at_risk=known.at_risk + event.at_risk,
            )
        case CustomerTiered() | CustomerTierChanged():
            tiers = {**known.tiers, event.value.currency: event.tier}
            return replace(known, tiers=tiers, tier=best_of(tiers.values()))


MODEL = ReadModel(
    name="customers",
    version=1,
    row=CustomerRow,
    key=("customer_id",),
    handles=(OrderPlaced, SurveyRecorded, CustomerTiered, CustomerTierChanged),
    keys=keys,
    evolve=evolve,
    indexes=(("tier", "customer_id"),),
)
TABLE = MODEL.table


def best_of(tiers: Iterable[str]) -> CustomerTier | None:
    """The best of some tiers, None of none."""
    held = set(tiers)
    return next((tier for tier in TIERS if tier in held), None)


def customers(tier: str | None = None, customer_id: str | None = None) -> Select[Any]:
    """One row per customer; ``rating`` is the mean, None without a rating."""
    ratings = _total(TABLE.c.ratings)
    query = select(
        TABLE.c.customer_id,
        func.max(TABLE.c.tier).label("tier"),
        _total(TABLE.c.orders).label("orders"),
        func.min(TABLE.c.first_order_on).label("first_order_on"),
        func.max(TABLE.c.last_order_on).label("last_order_on"),
        ratings.label("ratings"),
        func.round(func.sum(TABLE.c.rating_sum) / func.nullif(ratings, 0), 2).label("rating"),
        _total(TABLE.c.at_risk).label("at_risk"),
    ).group_by(TABLE.c.customer_id)
    if tier is not None:
        of_tier = TABLE.alias()
        query = query.where(TABLE.c.customer_id.in_(select(of_tier.c.customer_id).where(of_tier.c.tier == tier)))
    if customer_id is not None:
        query = query.where(TABLE.c.customer_id == customer_id)
    return query


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)  # PostgreSQL sums bigints as numeric


def holders(currency: str) -> Select[Any]:
    """Ids of those who stand above the bottom tier in a currency."""
    return select(TABLE.c.customer_id).where(
        TABLE.c.tier.is_not(None), TABLE.c.tier != BOTTOM, TABLE.c.tiers[currency].astext != BOTTOM
    )
