"""Aliases: merged id → the customer that it is now. Of one stream, so each id has one row."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, any_, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CustomersMerged, CustomerSplit

Handled = CustomersMerged | CustomerSplit


@dataclass(frozen=True)
class Row:
    customer_id: str
    survivor_id: str


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(moved,) for moved in event.moved]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    if isinstance(event, CustomersMerged):
        return Row(key[0], event.customer_id)
    return None if key[0] == event.split_id else Row(key[0], event.split_id)


MODEL = ReadModel(
    name="aliases",
    version=1,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("survivor_id",),),
)
TABLE = MODEL.table


def resolved(table: FromClause) -> tuple[FromClause, ColumnElement[str]]:
    """A table of customers joined with their aliases, and the id of the customer that each row's is now."""
    joined = table.outerjoin(TABLE, TABLE.c.customer_id == table.c.customer_id)
    return joined, func.coalesce(TABLE.c.survivor_id, table.c.customer_id)


def now(customer_id: str) -> ColumnElement[str]:
    """The customer that an id is now."""
    return func.coalesce(survivor_of(customer_id).scalar_subquery(), literal(customer_id))


def same_as(column: ColumnElement[str], customer_id: str) -> ColumnElement[bool]:
    """Whether a column names the customer that an id is now, under whichever of its ids."""
    others = select(TABLE.c.customer_id).where(TABLE.c.survivor_id == now(customer_id))
    ids = union_all(select(now(customer_id)), others)
    return column == any_(func.array(ids.scalar_subquery(), type_=ARRAY(Text)))


def survivor_of(customer_id: str) -> Select[Any]:
    return select(TABLE.c.survivor_id).where(TABLE.c.customer_id == customer_id)


def merged_into(customer_id: str) -> Select[Any]:
    """The other ids of a customer."""
    return select(TABLE.c.customer_id).where(TABLE.c.survivor_id == customer_id).order_by(TABLE.c.customer_id)


def merged_ids() -> Select[Any]:
    return select(TABLE.c.customer_id)
