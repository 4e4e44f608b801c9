"""To-do list: shares of caps that the customers' accounts have not accepted yet, due at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.credit import CapShareAsked, CapShareGranted, CapShareReturned
from credit_svc.account.limits import AcceptCapShare
from credit_svc.group_limits.cap import ConfirmCapShare


@dataclass(frozen=True)
class Row:
    cap_id: str
    customer_id: str
    share: Decimal
    currency: str
    due_at: datetime
    correlation_id: str
    causation_id: str


Handled = CapShareGranted | CapShareAsked | CapShareReturned


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.cap_id, event.customer_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, CapShareReturned):
        return None
    return Row(
        event.cap_id, event.customer_id, event.share, event.currency, envelope.occurred_at, envelope.correlation_id,
        envelope.id,
    )  # fmt: skip


async def perform(rows: Sequence[Row], context: TimerContext) -> Sequence[DueCommand]:
    """First the account accepts the share, then the cap records it: in this order a smaller share never frees room too early."""
    on = context.today
    return [
        DueCommand.by(row, command)
        for row in rows
        for command in (
            AcceptCapShare(row.customer_id, row.cap_id, row.share, row.currency, on),
            ConfirmCapShare(row.cap_id, row.customer_id, row.share, on),
        )
    ]


TODO = TodoList(
    name="share_to_take",
    version=1,
    row=Row,
    key=("cap_id", "customer_id"),
    keys=keys,
    evolve=evolve,
    perform=perform,
)
