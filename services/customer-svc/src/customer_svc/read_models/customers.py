"""Customers: the list. Orders and answers lie in different partitions of the log, so a customer's rows are summed."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, case, cast, func, null, select, union_all

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CustomerTierChanged, CustomerTiered, OrderPlaced, SurveyRecorded
from customer_svc.pyramid import BOTTOM, best_of
from customer_svc.read_models import aliases

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
        case SurveyRecorded():
            rated = event.kind == "rating" and event.score is not None
            return replace(
                known,
                ratings=known.ratings + rated,
                rating_sum=known.rating_sum + (event.score or 0 if rated else 0),
                at_risk=known.at_risk + event.at_risk,
            )
        case CustomerTiered() | CustomerTierChanged():
            tiers = {**known.tiers, event.value.currency: event.tier}
            return replace(known, tiers=tiers, tier=best_of(tiers.values()))


MODEL = ReadModel(
    name="customers",
    version=2,
    row=CustomerRow,
    key=("customer_id",),
    handles=(OrderPlaced, SurveyRecorded, CustomerTiered, CustomerTierChanged),
    keys=keys,
    evolve=evolve,
    indexes=(("tier", "customer_id"),),
)
TABLE = MODEL.table


def _listed() -> FromClause:
    """The rows under the ids that customers have now. Two questions, so that a page reads no more of the many rows that
    were never merged than it shows."""
    own = select(TABLE).where(TABLE.c.customer_id.not_in(aliases.merged_ids()))
    now = {"customer_id": aliases.TABLE.c.survivor_id, "tier": null()}
    merged = select(*(now.get(column.name, column).label(column.name) for column in TABLE.c)).join(
        aliases.TABLE, aliases.TABLE.c.customer_id == TABLE.c.customer_id
    )
    return union_all(own, merged).subquery("listed")


LISTED = _listed()


def customers(tier: str | None = None) -> Select[Any]:
    """One row per customer, with what was ordered and answered under each of its ids; the tier is its own.

    ``rating`` is the mean, None without a rating.
    """
    query = _summed(LISTED, LISTED.c.customer_id, LISTED.c.tier)
    if tier is not None:
        query = query.where(LISTED.c.customer_id.in_(select(TABLE.c.customer_id).where(TABLE.c.tier == tier)))
    return query.group_by(LISTED.c.customer_id)


def customer(customer_id: str, merged_ids: list[str]) -> Select[Any]:
    """A customer with what was ordered and answered under each of its ids; the tier is its own."""
    own = case((TABLE.c.customer_id == customer_id, TABLE.c.tier))
    query = _summed(TABLE, func.max(customer_id), own).where(TABLE.c.customer_id.in_([customer_id, *merged_ids]))
    return query.having(func.count() > 0)


def _summed(rows: FromClause, customer_id: ColumnElement[str], tier: ColumnElement[Any]) -> Select[Any]:
    ratings = _total(rows.c.ratings)
    return select(
        customer_id.label("customer_id"),
        func.max(tier).label("tier"),
        _total(rows.c.orders).label("orders"),
        func.min(rows.c.first_order_on).label("first_order_on"),
        func.max(rows.c.last_order_on).label("last_order_on"),
        ratings.label("ratings"),
        func.round(func.sum(rows.c.rating_sum) / func.nullif(ratings, 0), 2).label("rating"),
        _total(rows.c.at_risk).label("at_risk"),
    )


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)  # PostgreSQL sums bigints as numeric


def holders(currency: str) -> Select[Any]:
    """Ids of those who stand above the bottom tier in a currency."""
    return select(TABLE.c.customer_id).where(
        TABLE.c.tier.is_not(None),
        TABLE.c.tier != BOTTOM,
        TABLE.c.tiers[currency].astext != BOTTOM,
        TABLE.c.customer_id.not_in(aliases.merged_ids()),
    )
