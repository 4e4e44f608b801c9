"""Orders: where each one stands. A row per order, so that the sales of any window of days are exact."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Numeric, Select, and_, case, cast, false, func, not_, null, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import (
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderEndRecorded,
    OrderHeld,
    OrderPlaced,
    OrderReturned,
    OrderReturnRefused,
)
from customer_svc.read_models import alias

Handled = (
    OrderPlaced
    | OrderConfirmed
    | OrderHeld
    | OrderDelivered
    | OrderCancelled
    | OrderReturned
    | OrderReturnRefused
    | OrderEndRecorded
)

Status = Literal["awaited", "placed", "confirmed", "held", "delivered", "cancelled"]
"""Awaited: its end came before the order."""


@dataclass(frozen=True)
class Row:
    """``credit`` is credit-svc's last decision: approved, held, or overridden by a person, with ``override`` as in the
    contract. ``returned`` is what all returns in the order's currency are worth, the last of which was on ``returned_on``;
    ``returns`` has each of them with its day. ``ends`` has every delivery and cancellation where there are several: the
    last one up to a day is how the order stood on it.
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
    returns: list[dict[str, Any]] | None = None
    ends: list[dict[str, Any]] | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.order_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(key[0], event.customer_id, "awaited")
    match event:
        case OrderPlaced():
            placed = replace(
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
            return _returned(placed, known.returns or [])
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
                ends=_ends(known, event.delivered_on, cancelled=False),
                override=_used(known.override, event.delivered_on),
            )
        case OrderCancelled():
            status = "awaited" if known.ordered_on is None else "cancelled"
            return replace(
                known,
                status=status,
                cancelled_on=event.cancelled_on,
                ends=_ends(known, event.cancelled_on, cancelled=True),
                override=_used(known.override, event.cancelled_on),
            )
        case OrderReturned():
            came_back = {
                "return_id": event.return_id,
                "returned_on": f"{event.returned_on}",
                "amount": f"{event.amount:f}",
                "currency": event.currency,
            }
            return _returned(known, [*_other_returns(known, event.return_id), came_back])
        case OrderReturnRefused():
            return _returned(known, _other_returns(known, event.return_id))
        case OrderEndRecorded():
            ends = _ends(known, event.ended_on, event.cancelled)
            if event.cancelled or (known.delivered_on is not None and known.delivered_on >= event.ended_on):
                return replace(known, ends=ends)
            late = (event.ended_on - known.requested_on).days if known.requested_on else 0
            return replace(known, ends=ends, delivered_on=event.ended_on, days_late=max(late, 0))


def _other_returns(known: Row, return_id: str) -> list[dict[str, Any]]:
    return [each for each in known.returns or [] if each["return_id"] != return_id]


def _returned(known: Row, returns: list[dict[str, Any]]) -> Row:
    """The order with these returns; before the order is there, they are in whatever currency they came in."""
    counted = [each for each in returns if known.currency in (None, each["currency"])]
    return replace(
        known,
        returns=returns or None,
        returned=sum((Decimal(each["amount"]) for each in counted), Decimal(0)),
        returned_on=max((date.fromisoformat(each["returned_on"]) for each in counted), default=None),
    )


def _ends(known: Row, on: date, cancelled: bool) -> list[dict[str, Any]] | None:
    """All ends of the order, this one among them; None while this is the only one."""
    before = known.ends or [
        {"on": f"{day}", "cancelled": was}
        for day, was in ((known.delivered_on, False), (known.cancelled_on, True))
        if day is not None
    ]
    end = {"on": f"{on}", "cancelled": cancelled}
    ends = before if end in before else [*before, end]
    return sorted(ends, key=lambda each: (each["on"], each["cancelled"])) if len(ends) > 1 else None


def _override(known: Row, event: OrderConfirmed | OrderHeld) -> dict[str, Any] | None:
    return known.override if event.override is None else event.override.model_dump(mode="json")


def _used(override: dict[str, Any] | None, on: date) -> dict[str, Any] | None:
    """The end of an order uses the override that let it through; credit-svc publishes that later, when nothing can change any more."""
    if override is None or override["end"] is not None:
        return override
    return {**override, "end": "used", "ended_on": f"{on}"}


MODEL = ReadModel(
    name="orders",
    version=5,
    row=Row,
    key=("order_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id", "order_id"), ("currency", "ordered_on"), ("status", "order_id")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.order_id,)


def orders(customer_id: str | None = None, status: Status | None = None) -> Select[Any]:
    """Orders without their lines, returns and ends, which the detail shows."""
    query = select(*(column for column in TABLE.c if column.name not in ("lines", "returns", "ends", "partition")))
    if customer_id is not None:
        query = query.where(alias.same_as(TABLE.c.customer_id, customer_id))
    if status is not None:
        query = query.where(TABLE.c.status == status)
    return query


def order(order_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.order_id == order_id)


def stood(as_of: date) -> ColumnElement[bool]:
    """Whether an order counts on a day, as ``orders.worth.stands``."""
    one_end = or_(TABLE.c.cancelled_on.is_(None), TABLE.c.cancelled_on > as_of)
    return case((TABLE.c.ends.is_(null()), one_end), else_=not_(func.coalesce(_was_cancelled(as_of), false())))


def delivered(as_of: date) -> ColumnElement[bool]:
    """Whether an order was delivered on a day and not cancelled afterwards, up to that day."""
    one_end = and_(TABLE.c.delivered_on <= as_of, TABLE.c.delivered_on.is_not(None))
    return case((TABLE.c.ends.is_(null()), one_end), else_=not_(func.coalesce(_was_cancelled(as_of), true())))


def net_total(as_of: date) -> ColumnElement[Decimal]:
    """What is left of an order's total on a day, as ``orders.worth.left``."""
    each = func.jsonb_array_elements(TABLE.c.returns, type_=JSONB).column_valued("came_back")
    returned = (
        select(func.sum(cast(each["amount"].astext, Numeric)))
        .where(each["returned_on"].astext <= f"{as_of}", each["currency"].astext == TABLE.c.currency)
        .correlate(TABLE)
        .scalar_subquery()
    )
    # Few orders have returns; the others need no look into a document.
    return TABLE.c.total - case((TABLE.c.returns.is_(null()), 0), else_=func.coalesce(returned, 0))


def _was_cancelled(as_of: date) -> ColumnElement[bool | None]:
    """Whether the last of several ends up to a day is a cancellation; NULL where there is none up to it."""
    each = func.jsonb_array_elements(TABLE.c.ends, type_=JSONB).column_valued("known_end")
    return (
        select(each["cancelled"].as_boolean())
        .where(each["on"].astext <= f"{as_of}")
        .order_by(each["on"].astext.desc(), each["cancelled"].astext.desc())
        .limit(1)
        .correlate(TABLE)
        .scalar_subquery()
    )


def placed(customer_ids: list[str], since: date, as_of: date) -> Select[Any]:
    """How many orders of a customer stand in a window, in any currency."""
    figures: list[Any] = [func.count().label("orders"), func.min(TABLE.c.ordered_on).label("first_order_on")]
    return select(*figures).where(
        TABLE.c.customer_id.in_(customer_ids), TABLE.c.ordered_on.between(since, as_of), stood(as_of)
    )


def received_since(item_id: str, since: date) -> Select[Any]:
    """What each customer got of an item by orders that were delivered on a day or later."""
    delivered = select(TABLE.c.customer_id, func.jsonb_array_elements(TABLE.c.lines).label("line")).where(
        TABLE.c.delivered_on >= since, TABLE.c.status == "delivered"
    )
    lines = delivered.subquery()
    line = cast(lines.c.line, JSONB)
    quantity = func.sum(cast(line["quantity"].astext, Numeric)).label("quantity")
    return (
        select(lines.c.customer_id, quantity)
        .where(line["item_id"].astext == item_id)
        .group_by(lines.c.customer_id)
        .order_by(lines.c.customer_id)
    )
