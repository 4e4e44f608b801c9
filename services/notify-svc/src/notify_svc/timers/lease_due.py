"""Attempts under way and the end of their leases: the timer that ends the claim of a process that died."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts.envelope import Envelope
from contracts.notify import (
    NotificationAttemptFailed,
    NotificationAttemptStarted,
    NotificationFailed,
    NotificationSent,
)
from notify_svc.notices.attempts import EndLease

Handled = NotificationAttemptStarted | NotificationAttemptFailed | NotificationSent | NotificationFailed


@dataclass(frozen=True)
class Row:
    """An attempt under way; ``due_at`` is the end of its lease."""

    notification_id: str
    due_at: datetime
    token: str
    correlation_id: str
    causation_id: str


def keys(event: Handled, envelope: Envelope) -> Sequence[Key]:
    return [(event.notification_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, NotificationAttemptStarted):
        return Row(event.notification_id, event.until, event.token, envelope.correlation_id, envelope.id)
    return None


TODO = TodoList(
    name="lease_due",
    version=1,
    row=Row,
    key=("notification_id",),
    keys=keys,
    evolve=evolve,
    command=lambda row: EndLease(row.notification_id, row.token, row.due_at),
    in_time_order=False,
)
