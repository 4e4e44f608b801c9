"""Orders: where each one stands. A row per order, so that the sales of any window of days are exact."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import OrderCancelled, OrderConfirmed, OrderDelivered, OrderHeld, OrderPlaced, OrderReturned
from customer_svc.read_models import alias

Handled = OrderPlaced | OrderConfirmed | OrderHeld | OrderDelivered | OrderCancelled | OrderReturned

Status = Literal["awaited", "placed", "confirmed", "held", "delivered", "cancelled"]
"""Awaited: its end came before the order."""


@dataclass(frozen=True)
class Row:
    """``credit`` is credit-svc's last decision: approved, held, or overridden by a person, with ``override`` as in the
    contract. ``returned`` is what all returns are worth, the last of which was on ``returned_on``.
    """

    order_id: str
    customer_id: str
    status: Status
    credit: str | None = None
    hold_reason: str | None = None
    releases_at: str | None = None
    ordered_on: date | None = None
    requested_on: date | None = None
    delivered_on: date | None = None
    cancelled_on: date | None = None
    days_late: int = 0
    currency: str | None = None
    total: Decimal | None = None
    region: str | None = None
    lines: list[dict[str, Any]] | None = None
    returned: Decimal = Decimal(0)
    returned_on: date | None = None
    override: dict[str, Any] | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.order_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(key[0], event.customer_id, "awaited")
    match event:
        case OrderPlaced():
            return replace(
                known,
                customer_id=event.customer_id,
                status="placed",
                ordered_on=event.ordered_on,
                requested_on=event.requested_on,
                currency=event.currency,
                total=event.total,
                region=event.region,
                lines=[line.model_dump(mode="json") for line in event.lines],
            )
        case OrderConfirmed():
            return replace(
                known,
                status="confirmed",
                credit="approved" if event.override is None else "overridden",
                hold_reason=None,
                releases_at=None,
                override=_override(known, event),
            )
        case OrderHeld():
            return replace(
                known,
                status="held",
                credit="held",
                hold_reason=event.reason,
                releases_at=event.releases_at,
                override=_override(known, event),
            )
        case OrderDelivered():
            # A later delivery overrules a cancellation.
            status: Status = "awaited" if known.ordered_on is None else "delivered"
            return replace(
                known,
                status=status,
                delivered_on=event.delivered_on,
                cancelled_on=None,
                days_late=event.days_late,
                override=_used(known.override, event.delivered_on),
            )
        case OrderCancelled():
            status = "awaited" if known.ordered_on is None else "cancelled"
            return replace(
                known,
                status=status,
                cancelled_on=event.cancelled_on,
                override=_used(known.override, event.cancelled_on),
            )
        case OrderReturned():
            last = max(known.returned_on or event.returned_on, event.returned_on)
            return replace(known, returned=event.total, returned_on=last)


def _override(known: Row, event: OrderConfirmed | OrderHeld) -> dict[str, Any] | None:
    return known.override if event.override is None else event.override.model_dump(mode="json")


def _used(override: dict[str, Any] | None, on: date) -> dict[str, Any] | None:
    """The end of an order uses the override that let it through; credit-svc publishes that later, when nothing can change any more."""
    if override is None or override["end"] is not None:
        return override
    return {**override, "end": "used", "ended_on": f"{on}"}


MODEL = ReadModel(
    name="orders",
    version=3,
    row=Row,
    key=("order_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id", "order_id"), ("currency", "ordered_on"), ("status", "order_id")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.order_id,)


def orders(customer_id: str | None = None, status: Status | None = None) -> Select[Any]:
    """Orders without their lines, which the detail shows."""
    query = select(*(column for column in TABLE.c if column.name not in ("lines", "partition")))
    if customer_id is not None:
        query = query.where(alias.same_as(TABLE.c.customer_id, customer_id))
    if status is not None:
        query = query.where(TABLE.c.status == status)
    return query


def order(order_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.order_id == order_id)


def sales(currency: str, since: date, as_of: date) -> Select[Any]:
    """Who ordered in a window (both days included): customer_id, orders, amount, last_order_on.

    An order counts until the day it is cancelled, and for the customer that the id it came under is now.
    """
    found, customer_id = alias.resolved(TABLE)
    figures: list[Any] = [
        func.count().label("orders"),
        func.sum(net_total(as_of)).label("amount"),
        func.max(TABLE.c.ordered_on).label("last_order_on"),
    ]
    return (
        select(customer_id.label("customer_id"), *figures)
        .select_from(found)
        .where(
            TABLE.c.currency == currency,
            TABLE.c.ordered_on.between(since, as_of),
            stood(as_of),
        )
        .group_by(customer_id)
    )


def stood(as_of: date) -> ColumnElement[bool]:
    return or_(TABLE.c.cancelled_on.is_(None), TABLE.c.cancelled_on > as_of)


def net_total(as_of: date) -> ColumnElement[Decimal]:
    """What is left of an order's total on a day; returns count from the day of the last one."""
    return TABLE.c.total - case((TABLE.c.returned_on <= as_of, TABLE.c.returned), else_=0)


def values(customer_ids: list[str]) -> Select[Any]:
    """What a customer ordered over all time, by currency; cancelled orders do not count."""
    return (
        select(
            TABLE.c.currency,
            func.count().label("orders"),
            func.sum(TABLE.c.total - TABLE.c.returned).label("amount"),
            func.max(TABLE.c.ordered_on).label("last_order_on"),
        )
        .where(
            TABLE.c.customer_id.in_(customer_ids),
            TABLE.c.currency.is_not(None),
            TABLE.c.cancelled_on.is_(None),
        )
        .group_by(TABLE.c.currency)
        .order_by(TABLE.c.currency)
    )


def placed(customer_ids: list[str], since: date, as_of: date) -> Select[Any]:
    """How many orders of a customer stand in a window, in any currency."""
    figures: list[Any] = [func.count().label("orders"), func.min(TABLE.c.ordered_on).label("first_order_on")]
    return select(*figures).where(
        TABLE.c.customer_id.in_(customer_ids), TABLE.c.ordered_on.between(since, as_of), stood(as_of)
    )


def bought(customer_ids: list[str], currency: str, since: date, as_of: date) -> Select[Any]:
    """What a customer ordered in a window, and what of it was delivered: orders, amount, received."""
    figures: list[Any] = [
        func.count().label("orders"),
        func.coalesce(func.sum(net_total(as_of)), 0).label("amount"),
        func.coalesce(func.sum(net_total(as_of)).filter(TABLE.c.delivered_on <= as_of), 0).label("received"),
    ]
    return select(*figures).where(
        TABLE.c.customer_id.in_(customer_ids),
        TABLE.c.currency == currency,
        TABLE.c.ordered_on.between(since, as_of),
        stood(as_of),
    )
