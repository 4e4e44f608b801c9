"""Statistics of customers from their files, relationships and tiers: over one or two dimensions, and by owner."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Integer, Select, case, cast, func, literal, select

from customer_svc.read_models import alias, customer, customer_file, relationship, tier_decision

FILES, NEAR, HELD, DECIDED = customer_file.TABLE, relationship.TABLE, customer.TABLE, tier_decision.TABLE
OfFile = Literal["type", "industry", "region", "size", "source", "owner_id", "group_id"]
OfRelationship = Literal["stage", "phase", "box"]
Dimension = Literal[OfFile, OfRelationship, "tier", "age"]
DIMENSIONS: dict[str, ColumnElement[Any]] = {
    **{name: FILES.c[name] for name in get_args(OfFile)},
    **{name: NEAR.c[name] for name in get_args(OfRelationship)},
    "tier": HELD.c.tier,
}
Age = Literal["0-30", "31-90", "91-365", "366-"]
"""Days since the last update of a file."""
*_AGES, OLDER = get_args(Age)
AGES = tuple((int(age.split("-")[1]), age) for age in _AGES)
"""The most days of each age, but for the oldest."""


def by(dimensions: Sequence[Dimension], as_of: date, filters: dict[str, str]) -> Select[Any]:
    """How many customers there are over some dimensions; ``age`` is the days since the file was last updated."""
    columns = [_dimension(name, as_of).label(name) for name in dimensions]
    # A customer's tier is in the one of its rows that has one.
    found = FILES.outerjoin(NEAR, NEAR.c.customer_id == FILES.c.customer_id).outerjoin(
        HELD, (HELD.c.customer_id == FILES.c.customer_id) & HELD.c.tier.is_not(None)
    )
    query = (
        select(*columns, func.count().label("customer_count"))
        .select_from(found)
        .where(FILES.c.archived_on.is_(None), FILES.c.customer_id.not_in(alias.merged_ids()))
    )
    for name, value in filters.items():
        query = query.where(_dimension(name, as_of) == value)
    return query.group_by(*columns).order_by(*columns)


def owners(currency: str, as_of: date) -> Select[Any]:
    """What the customers of each owner brought, as the run of a day found it: how many, their orders, amount."""
    figures: list[Any] = [
        func.count(FILES.c.customer_id.distinct()).label("customer_count"),
        func.sum(DECIDED.c.orders).label("order_count"),
        func.sum(DECIDED.c.amount).label("amount"),
    ]
    found, customer_id = alias.resolved(DECIDED)
    return (
        select(FILES.c.owner_id, *figures)
        .select_from(found.join(FILES, FILES.c.customer_id == customer_id))
        .where(DECIDED.c.currency == currency, DECIDED.c.as_of == as_of)
        .group_by(FILES.c.owner_id)
        .order_by(FILES.c.owner_id)
    )


def _dimension(name: str, as_of: date) -> ColumnElement[Any]:
    if name != "age":
        return DIMENSIONS[name]
    days = cast(literal(as_of) - FILES.c.changed_on, Integer)
    return case(*((days <= most, label) for most, label in AGES), else_=OLDER)
