"""Deliveries: by month, how many were on time against their promises. Rows of several partitions are summed.

Of each order the last delivery counts; a cancellation after it does not undo that it was on time or late.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, cast, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import OrderDelivered, OrderEndRecorded

Handled = OrderDelivered | OrderEndRecorded


@dataclass(frozen=True)
class Row:
    """``month`` of the delivery, its first day; ``promised`` of the ``delivered`` had a promise, ``late`` broke it."""

    month: date
    delivered: int = 0
    promised: int = 0
    late: int = 0
    days_late: int = 0


def keys(event: Handled, _: Envelope) -> list[Key]:
    if event.total is None if isinstance(event, OrderDelivered) else not event.is_last_delivery:
        return []  # came before its order, and is published again, complete, and counts then; or is not its last delivery
    days = (event.replaces, _day(event))
    return [(month,) for month in dict.fromkeys(day.replace(day=1) for day in days if day is not None)]


def _day(event: Handled) -> date:
    return event.delivered_on if isinstance(event, OrderDelivered) else event.ended_on


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(key[0])
    if event.replaces is not None and event.replaces.replace(day=1) == key[0]:
        known = _counted(known, event, event.replaces, -1)
    if _day(event).replace(day=1) == key[0]:
        known = _counted(known, event, _day(event), 1)
    return known


def _counted(row: Row, event: Handled, day: date, times: int) -> Row:
    late = max((day - event.requested_on).days, 0) if event.requested_on else 0
    return replace(
        row,
        delivered=row.delivered + times,
        promised=row.promised + times * (event.requested_on is not None),
        late=row.late + times * (late > 0),
        days_late=row.days_late + times * late,
    )


MODEL = ReadModel(
    name="deliveries",
    version=2,
    row=Row,
    key=("month",),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def by_month(since: date, until: date) -> Select[Any]:
    figures = [
        cast(func.sum(TABLE.c[name]), BigInteger).label(name) for name in ("delivered", "promised", "late", "days_late")
    ]
    query = select(TABLE.c.month, *figures).where(TABLE.c.month.between(since.replace(day=1), until))
    return query.group_by(TABLE.c.month).order_by(TABLE.c.month)
