"""To-do lists: orders for which room within the total is requested, and those whose account has not heard the answer; due at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.credit import (
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OrderExposureReleased,
    TotalRoomAnswered,
    TotalRoomAwaited,
    TotalRoomGranted,
)
from credit_svc.account.total_room import AnswerRoom, NoRoom
from credit_svc.read_models.moved import following
from credit_svc.total_limit.rooms import ConfirmRoom, RequestRoom


@dataclass(frozen=True)
class RequestRow:
    customer_id: str
    order_id: str
    amount: Decimal
    currency: str
    priority: int
    requested_on: date
    due_at: datetime
    correlation_id: str
    causation_id: str


Decided = OrderCreditHeld | OrderCreditApproved | OrderCreditOverridden | OrderExposureReleased


def request_keys(event: Decided, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.order_id)]


def requested(key: Key, row: RequestRow | None, event: Decided, envelope: Envelope) -> RequestRow | None:
    if not isinstance(event, OrderCreditHeld) or event.total_room != "requested":
        return None
    on = event.decided_on or envelope.occurred_at.date()
    return RequestRow(
        event.customer_id, event.order_id, event.amount, event.currency, event.priority, on, envelope.occurred_at,
        envelope.correlation_id, envelope.id,
    )  # fmt: skip


def request(row: RequestRow) -> RequestRoom:
    return RequestRoom(row.order_id, row.customer_id, row.amount, row.currency, row.priority, row.requested_on)


REQUESTS = following(
    TodoList(
        name="room_to_request",
        version=1,
        row=RequestRow,
        key=("customer_id", "order_id"),
        keys=request_keys,
        evolve=requested,
        command=request,
    )
)


@dataclass(frozen=True)
class AnswerRow:
    """``free`` None: there is room."""

    order_id: str
    customer_id: str
    due_at: datetime
    correlation_id: str
    causation_id: str
    used: Decimal | None = None
    total: Decimal | None = None
    free: Decimal | None = None
    currency: str | None = None


Answered = TotalRoomGranted | TotalRoomAwaited | TotalRoomAnswered


def answer_keys(event: Answered, envelope: Envelope) -> list[Key]:
    return [(event.order_id,)]


def answered(key: Key, row: AnswerRow | None, event: Answered, envelope: Envelope) -> AnswerRow | None:
    about = (event.order_id, event.customer_id, envelope.occurred_at, envelope.correlation_id, envelope.id)
    match event:
        case TotalRoomGranted():
            return AnswerRow(*about)
        case TotalRoomAwaited():
            return AnswerRow(*about, event.used, event.total, event.free, event.total_currency)
        case TotalRoomAnswered():
            return None


async def answer(rows: Sequence[AnswerRow], context: TimerContext) -> Sequence[DueCommand]:
    """First the account hears it, then the total records that: in this order no room is taken back that an order counts on."""
    return [
        DueCommand.by(row, command)
        for row in rows
        for command in (
            AnswerRoom(row.customer_id, row.order_id, context.today, _missing(row)),
            ConfirmRoom(row.order_id, row.customer_id),
        )
    ]


def _missing(row: AnswerRow) -> NoRoom | None:
    if row.used is None or row.total is None or row.free is None or row.currency is None:
        return None
    return NoRoom(row.used, row.total, row.free, row.currency)


ANSWERS = TodoList(
    name="room_to_answer",
    version=1,
    row=AnswerRow,
    key=("order_id",),
    keys=answer_keys,
    evolve=answered,
    perform=answer,
)
