"""Sales: what was ordered, by month, region and item, so that a report reads cells and never all orders.

A cell with the item ``*`` is of whole orders, less what was cancelled since; the others are of their lines, as ordered.
Orders of one cell lie in several partitions of the log, so cells are summed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import OrderCancelled, OrderDelivered, OrderPlaced

WHOLE = "*"
NONE = "-"
DIMENSIONS = ("month", "region", "item_id")


SalesEvent = OrderPlaced | OrderCancelled | OrderDelivered


@dataclass(frozen=True)
class SalesRow:
    """``month`` is its first day; ``orders`` counts orders (whole) or lines."""

    currency: str
    month: date
    region: str
    item_id: str
    orders: int = 0
    quantity: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


def keys(event: SalesEvent, _: Envelope) -> Iterable[Key]:
    if event.ordered_on is None or event.currency is None:
        return []  # a cancellation that was told before its order, and is told again after it
    if not isinstance(event, OrderPlaced) and event.was_cancelled == isinstance(event, OrderCancelled):
        return []  # it counts, or does not, as before
    place = (event.currency, event.ordered_on.replace(day=1), event.region or NONE)
    if not isinstance(event, OrderPlaced):
        return [(*place, WHOLE)]
    return [(*place, item) for item in dict.fromkeys((WHOLE, *(line.item_id for line in event.lines)))]


def evolve(key: Key, row: SalesRow | None, event: SalesEvent, _: Envelope) -> SalesRow:
    known = row or SalesRow(*key)
    if isinstance(event, OrderCancelled):
        return replace(known, orders=known.orders - 1, amount=known.amount - (event.total or 0))
    if isinstance(event, OrderDelivered):
        return replace(known, orders=known.orders + 1, amount=known.amount + (event.total or 0))
    if known.item_id == WHOLE:
        return replace(known, orders=known.orders + 1, amount=known.amount + event.total)
    lines = [line for line in event.lines if line.item_id == known.item_id]
    return replace(
        known,
        orders=known.orders + len(lines),
        quantity=sum((line.quantity for line in lines), known.quantity),
        amount=sum((line.quantity * line.unit_price for line in lines), known.amount),
    )


MODEL = ReadModel(
    name="sales",
    version=1,
    row=SalesRow,
    key=("currency", "month", "region", "item_id"),
    handles=(OrderPlaced, OrderCancelled, OrderDelivered),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def by(
    dimensions: list[str], currency: str, since: date, until: date, filters: dict[str, str] | None = None
) -> Select[Any]:
    """Orders, quantity and amount of the months from ``since`` to ``until`` over some dimensions."""
    columns = [TABLE.c[name] for name in dimensions]
    wanted = filters or {}
    of_lines = "item_id" in dimensions or "item_id" in wanted
    query = select(
        *columns, _total(TABLE.c.orders).label("orders"), func.sum(TABLE.c.quantity).label("quantity"),
        func.sum(TABLE.c.amount).label("amount"),
    ).where(
        TABLE.c.currency == currency,
        TABLE.c.month.between(since.replace(day=1), until),
        TABLE.c.item_id != WHOLE if of_lines else TABLE.c.item_id == WHOLE,
    )  # fmt: skip
    for name, value in wanted.items():
        query = query.where(TABLE.c[name] == value)
    return query.group_by(*columns).order_by(*columns)


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)
