"""One row per order: what credit decided, why, and what would release it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    CreditStatus,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OrderDeliveryNoted,
    OrderExposureChanged,
    OrderExposureReleased,
    OverrideEnded,
)
from credit_svc.read_models.moved import following

State = Literal["approved", "held", "overridden", "delivered", "released"]
"""``delivered``: it was held or cancelled, and the goods went out all the same."""

COUNTED: tuple[State, ...] = ("approved", "overridden", "delivered")


@dataclass(frozen=True)
class Row:
    customer_id: str
    order_id: str
    state: State
    decided_on: date | None = None
    """The business day where the customer is; of decisions of old logs the day in UTC."""
    amount: Decimal = Decimal(0)
    counted: Decimal = Decimal(0)
    """What it takes of the limit, in the account's currency: what of it is not invoiced yet."""
    rest: Decimal = Decimal(0)
    """The same in the order's currency."""
    currency: str | None = None
    account_status: CreditStatus | None = None
    after_hold: bool = False
    reason: str | None = None
    releases_at: str | None = None
    exposure: dict[str, Any] | None = None
    """The exposure before the order."""
    overridden_by: str | None = None
    override_reason: str | None = None
    override_ends_on: date | None = None
    delivered_on: date | None = None
    released_because: str | None = None
    release_reason: str | None = None
    released_by: str | None = None
    policy_version: int | None = None
    total_room: str | None = None
    """Of an order that fits its customer's limit and is held: ``requested`` or ``waiting`` for room in the total of all customers."""


Handled = (
    OrderCreditApproved
    | OrderCreditHeld
    | OrderCreditOverridden
    | OverrideEnded
    | OrderExposureChanged
    | OrderDeliveryNoted
    | OrderExposureReleased
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.order_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case OrderCreditApproved():
            return _decided(row, event, envelope, "approved", None, None, event.after_hold)
        case OrderCreditHeld():
            return _decided(row, event, envelope, "held", event.reason, event.releases_at, False)
        case OrderCreditOverridden():
            return replace(
                row or Row(event.customer_id, event.order_id, "overridden"),
                state="overridden",
                counted=_counted(event),
                rest=_rest(event),
                overridden_by=event.overridden_by,
                override_reason=event.reason,
                override_ends_on=event.ends_on,
            )
        case OverrideEnded():
            ended = row or Row(event.customer_id, event.order_id, "held")
            return ended if event.cause == "used" else replace(ended, state="held")
        case OrderExposureChanged(cause=cause):
            counts = replace(
                row or Row(event.customer_id, event.order_id, "approved"), counted=event.counted, rest=event.rest
            )
            if cause == "delivered":
                return replace(counts, state="delivered", released_because=None)
            return replace(counts, state="approved") if counts.state == "released" else counts
        case OrderDeliveryNoted(delivered_on=on):
            # An order that credit does not know yet has no row; its decision will find the delivery in the account.
            return row and replace(row, delivered_on=on)
        case OrderExposureReleased():
            return replace(
                row or Row(event.customer_id, event.order_id, "released"),
                state="released",
                released_because=event.cause,
                release_reason=event.reason,
                released_by=event.released_by,
            )


def _decided(
    row: Row | None,
    event: OrderCreditApproved | OrderCreditHeld,
    envelope: Envelope,
    state: Literal["approved", "held"],
    reason: str | None,
    releases_at: str | None,
    after_hold: bool,
) -> Row:
    return Row(
        customer_id=event.customer_id,
        order_id=event.order_id,
        state=state,
        decided_on=event.decided_on or envelope.occurred_at.date(),
        amount=event.amount,
        counted=_counted(event),
        rest=_rest(event),
        delivered_on=row.delivered_on if row else None,
        currency=event.currency,
        account_status=event.status,
        after_hold=after_hold,
        reason=reason,
        releases_at=releases_at,
        exposure=event.exposure.model_dump(mode="json"),
        policy_version=event.policy_version,
        total_room=event.total_room if isinstance(event, OrderCreditHeld) else None,
    )


def _counted(event: OrderCreditApproved | OrderCreditHeld | OrderCreditOverridden) -> Decimal:
    return event.rate.converted(_rest(event)) if event.rate else _rest(event)


def _rest(event: OrderCreditApproved | OrderCreditHeld | OrderCreditOverridden) -> Decimal:
    if isinstance(event, OrderCreditHeld) or event.rest is None:
        return event.amount
    return event.rest


MODEL = following(
    ReadModel(
        name="order_credit",
        version=7,
        row=Row,
        key=("customer_id", "order_id"),
        keys=keys,
        evolve=evolve,
        indexes=(("state", "customer_id", "order_id"), ("order_id",)),
    )
)


def decisions(status: str | None, customer_id: str | None) -> Select[Any]:
    """Decisions, filtered by what is not None."""
    wanted = {"state": status, "customer_id": customer_id}
    return select(_T).where(*(_T.c[name] == value for name, value in wanted.items() if value is not None))


_T = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.customer_id, _T.c.order_id)
