"""Sales: what was ordered, by month, region and item, so that a report reads cells and never all orders.

A cell with an empty item is of whole orders, the others are of their lines. A cancelled order counts in no cell. What
came back lowers the whole orders of the month in which it did, as a credit note does, also where nobody named the order;
a return names no item, so the lines of an order, and quantities, count until it is cancelled. Orders of one cell lie in
several partitions of the log, so cells are summed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import GoodsReturned, OrderCancelled, OrderDelivered, OrderPlaced, OrderReturned
from contracts.erp import OrderLine

WHOLE = ""
"""In the place of an item: whole orders. No item has this id, because no id is empty."""
NONE = "-"

Facet = Literal["region", "item_id"]
Dimension = Literal["month", Facet]
"""What cells can be summed over."""

Handled = OrderPlaced | OrderCancelled | OrderDelivered | OrderReturned | GoodsReturned


@dataclass(frozen=True)
class Row:
    """``month`` is its first day; ``orders`` counts orders (whole) or lines; ``quantity`` is that of all lines together."""

    currency: str
    month: date
    region: str
    item_id: str
    orders: int = 0
    quantity: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    if isinstance(event, GoodsReturned):
        return [(event.currency, event.returned_on.replace(day=1), NONE, WHOLE)]
    if event.ordered_on is None or event.currency is None:
        return []  # came before its order, and is published again after it
    ordered = (event.currency, event.ordered_on.replace(day=1), event.region or NONE)
    match event:
        case OrderReturned():
            came_back = (event.currency, event.returned_on.replace(day=1), event.region or NONE)
            places = (came_back, ordered) if event.of_cancelled else (came_back,)
            return [(*place, WHOLE) for place in dict.fromkeys(places)]
        case OrderCancelled(was_cancelled=True) | OrderDelivered(was_cancelled=False):
            return []  # it counts, or does not, as before
    return [(*ordered, item) for item in dict.fromkeys((WHOLE, *(line.item_id for line in event.lines)))]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(*key)
    match event:
        case GoodsReturned():
            return replace(known, amount=known.amount - event.amount)
        case OrderReturned():
            return replace(known, amount=known.amount + _given_back(known.month, event))
        case OrderCancelled():
            return _counted(known, -1, (event.total or 0) - event.returned, event.lines)
        case OrderDelivered():
            return _counted(known, 1, (event.total or 0) - event.returned, event.lines)
        case OrderPlaced():
            return _counted(known, 1, event.total, event.lines)


def _counted(row: Row, times: int, whole: Decimal, lines: Iterable[OrderLine]) -> Row:
    """An order that counts from now on, or (-1 times) no more."""
    if row.item_id == WHOLE:
        quantity = row.quantity + times * sum(line.quantity for line in lines)
        return replace(row, orders=row.orders + times, quantity=quantity, amount=row.amount + times * whole)
    of_item = _latest.by_item(lines)[row.item_id]
    return replace(
        row,
        orders=row.orders + times * of_item.lines,
        quantity=row.quantity + times * of_item.quantity,
        amount=row.amount + times * of_item.amount,
    )


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """What the lines of one item make in an order."""

    lines: int = 0
    quantity: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)

    def with_line(self, line: OrderLine) -> "ItemTotal":
        return ItemTotal(self.lines + 1, self.quantity + line.quantity, self.amount + line.quantity * line.unit_price)


class LatestOrder:
    """The order that is being counted, added up once: its cells are counted one after the other, and to look through all
    lines for each of them takes minutes where an order is of twenty thousand items."""

    def __init__(self) -> None:
        self._known: tuple[Iterable[OrderLine], dict[str, ItemTotal]] = ((), {})

    def by_item(self, lines: Iterable[OrderLine]) -> dict[str, ItemTotal]:
        known, totals = self._known
        if known is not lines:
            totals = {}
            for line in lines:
                totals[line.item_id] = totals.get(line.item_id, ItemTotal()).with_line(line)
            self._known = (lines, totals)
        return totals


_latest = LatestOrder()


def _given_back(month: date, event: OrderReturned) -> Decimal:
    """What a return adds to a month. A cancellation takes the whole order out of its own month, so what came back of it is
    put in there again, and taken out of the month of the return as any other."""
    put_in = event.of_cancelled and event.ordered_on is not None and event.ordered_on.replace(day=1) == month
    taken_out = event.returned_on.replace(day=1) == month
    return (put_in - taken_out) * event.amount


MODEL = ReadModel(
    name="sales",
    version=4,
    row=Row,
    key=("currency", "month", "region", "item_id"),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def by(
    dimensions: Sequence[Dimension], currency: str, since: date, until: date, filters: Mapping[Facet, str] | None = None
) -> Select[Any]:
    """Orders, quantity and amount of the months from ``since`` to ``until`` over some dimensions.

    The amount is less what came back in those months, except by item.
    """
    columns = [TABLE.c[name] for name in dimensions]
    wanted = filters or {}
    of_lines = "item_id" in dimensions or "item_id" in wanted
    query = select(
        *columns, _total(TABLE.c.orders).label("order_count"), func.sum(TABLE.c.quantity).label("quantity"),
        func.sum(TABLE.c.amount).label("amount"),
    ).where(
        TABLE.c.currency == currency,
        TABLE.c.month.between(since.replace(day=1), until),
        TABLE.c.item_id != WHOLE if of_lines else TABLE.c.item_id == WHOLE,
    )  # fmt: skip
    for name, value in wanted.items():
        query = query.where(TABLE.c[name] == value)
    return query.group_by(*columns).order_by(*columns)


def known(name: Facet, value: str) -> Select[Any]:
    """A row where there ever were sales in a region or of an item, in any currency."""
    return select(TABLE.c[name]).where(TABLE.c[name] == value).limit(1)


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)
