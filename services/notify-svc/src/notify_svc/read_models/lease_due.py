"""Attempts under way, and by when somebody must have said what came of them: the timer that ends a dead process's claim."""

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
from notify_svc.notices.commands import EndLease

Change = NotificationAttemptStarted | NotificationAttemptFailed | NotificationSent | NotificationFailed


@dataclass(frozen=True)
class Row:
    """An attempt under way; ``due_at`` is the end of its lease."""

    notification_id: str
    due_at: datetime
    token: str
    correlation_id: str
    causation_id: str


def keys(event: Change, envelope: Envelope) -> Sequence[Key]:
    return [(event.notification_id,)]


def evolve(key: Key, row: Row | None, event: Change, envelope: Envelope) -> Row | None:
    if isinstance(event, NotificationAttemptStarted):
        return Row(event.notification_id, event.until, event.token, envelope.correlation_id, envelope.id)
    return None


MODEL = TodoList(
    name="lease_due",
    version=1,
    row=Row,
    key=("notification_id",),
    keys=keys,
    evolve=evolve,
    command=lambda row: EndLease(row.notification_id, row.token, row.due_at),
    in_time_order=False,
)
