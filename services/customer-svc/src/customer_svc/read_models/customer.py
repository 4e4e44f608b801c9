"""Customers: the list. Orders and answers lie in different partitions of the log, so a customer's rows are summed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import (
    CustomersMerged,
    CustomerTierChanged,
    CustomerTiered,
    GoodsReturned,
    OrderPlaced,
    SurveyRecorded,
)
from customer_svc.files.access import Reach
from customer_svc.read_models import alias, customer_file
from customer_svc.tiers.pyramid import BOTTOM, best_of

Handled = OrderPlaced | SurveyRecorded | CustomerTiered | CustomerTierChanged | CustomersMerged | GoodsReturned


@dataclass(frozen=True)
class Row:
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


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(key[0], None, {})
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
        case CustomersMerged() | GoodsReturned():
            return known  # a row to be listed by, where nothing else happened under this id itself


MODEL = ReadModel(
    name="customers",
    version=4,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("tier", "customer_id"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.customer_id,)


def customers(tier: str | None = None) -> Select[Any]:
    """One row per customer, with what was ordered and answered under each of its ids; the tier is its own.

    ``rating`` is the mean, None without a rating.
    """
    query = _summed(TABLE.c.customer_id, TABLE.c.tier, _under_all_ids)
    query = query.where(TABLE.c.customer_id.not_in(alias.merged_ids()))
    if tier is not None:
        of_tier = TABLE.alias()
        query = query.where(TABLE.c.customer_id.in_(select(of_tier.c.customer_id).where(of_tier.c.tier == tier)))
    return query.group_by(TABLE.c.customer_id)


def customer(customer_id: str, merged_ids: list[str]) -> Select[Any]:
    """A customer with what was ordered and answered under each of its ids; the tier is its own."""
    own = case((TABLE.c.customer_id == customer_id, TABLE.c.tier))
    query = _summed(func.max(customer_id), own, _of_rows).where(TABLE.c.customer_id.in_([customer_id, *merged_ids]))
    return query.having(func.count() > 0)


def ordering_since(since: date, reach: Reach | None) -> Select[Any]:
    """How many customers in reach have an order of this day or later, under whichever of their ids."""
    found, customer_id = alias.resolved(TABLE)
    ordered: Select[Any] = select(func.count(customer_id.distinct()).label("customers")).select_from(found)
    return customer_file.scoped(ordered.where(TABLE.c.last_order_on >= since), TABLE.c.customer_id, reach)


Figure = Callable[[str, str], ColumnElement[Any]]
"""(sum, min or max; column) → the figure of a customer."""


def _summed(customer_id: ColumnElement[str], tier: ColumnElement[Any], figure: Figure) -> Select[Any]:
    ratings = cast(figure("sum", "ratings"), BigInteger)  # PostgreSQL sums bigints as numeric
    return select(
        customer_id.label("customer_id"),
        func.max(tier).label("tier"),
        cast(figure("sum", "orders"), BigInteger).label("order_count"),
        figure("min", "first_order_on").label("first_order_on"),
        figure("max", "last_order_on").label("last_order_on"),
        ratings.label("rating_count"),
        func.round(figure("sum", "rating_sum") / func.nullif(ratings, 0), 2).label("rating"),
        cast(figure("sum", "at_risk"), BigInteger).label("at_risk_count"),
    )


def _of_rows(how: str, name: str) -> ColumnElement[Any]:
    return _aggregate(how, TABLE.c[name])


def _under_all_ids(how: str, name: str) -> ColumnElement[Any]:
    """Of the customer's rows, and of those under ids merged into it. The latter are read for each customer shown, so that
    a page still reads the rows of its own customers only, in their order."""
    other, merged = TABLE.alias(), alias.TABLE
    also = (
        select(_aggregate(how, other.c[name]))
        .join(merged, merged.c.customer_id == other.c.customer_id)
        .where(merged.c.survivor_id == TABLE.c.customer_id)
        .scalar_subquery()
    )
    own = _aggregate(how, TABLE.c[name])
    if how == "sum":
        return own + func.coalesce(also, 0)
    return func.least(own, also) if how == "min" else func.greatest(own, also)  # both pass over NULL


def _aggregate(how: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    found: ColumnElement[Any] = getattr(func, how)(column)
    return found


def holders(currency: str) -> Select[Any]:
    """Ids of those who stand above the bottom tier in a currency."""
    return select(TABLE.c.customer_id).where(
        TABLE.c.tier.is_not(None),
        TABLE.c.tier != BOTTOM,
        TABLE.c.tiers[currency].astext != BOTTOM,
        TABLE.c.customer_id.not_in(alias.merged_ids()),
    )
