"""One row per customer whose region is known: the days of its account begin in the zone of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, case, literal, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import CustomerRegionNoted
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    region: str
    source: str


def keys(event: CustomerRegionNoted, envelope: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: CustomerRegionNoted, envelope: Envelope) -> Row:
    """The file's counts, whenever an order names another."""
    if row is not None and row.source == "file" and event.source == "order":
        return row
    return Row(event.customer_id, event.region, event.source)


MODEL = following(
    ReadModel(
        name="region",
        version=2,
        row=Row,
        key=("customer_id",),
        keys=keys,
        evolve=evolve,
    )
)
TABLE = MODEL.table


def region_of(customer_id: str) -> Select[Any]:
    return select(TABLE.c.region).where(TABLE.c.customer_id == customer_id)


def day_in(today: date, days: Mapping[str, date]) -> ColumnElement[date]:
    """Of the row that is joined: the day in its region by ``days``, else ``today``."""
    if not days:
        return literal(today, Date)
    return case(
        {each: literal(day, Date) for each, day in days.items()}, value=TABLE.c.region, else_=literal(today, Date)
    )
