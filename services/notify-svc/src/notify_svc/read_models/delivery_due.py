"""What is to be sent and when: the to-do list whose work is the sending."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.read_models import Caused, Desk, Key, TodoList
from contracts.envelope import Envelope
from contracts.notify import (
    NotificationAttemptFailed,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
)
from notify_svc import mail
from notify_svc.notice import RecordAttemptFailed, RecordSent
from notify_svc.settings import SmtpSettings

BATCH_MAX = 50
CONNECTIONS_MAX = 25
"""A mail server that never answers holds up a batch for BATCH_MAX / CONNECTIONS_MAX × mail.TIMEOUT_S = 20 s at most."""

NO_SERVER = "email: this deployment has no mail server (NOTIFY_SMTP_HOST is not set)"
Change = NotificationRequested | NotificationAttemptFailed | NotificationSent | NotificationFailed


@dataclass(frozen=True)
class Row:
    """A notice that waits: ``attempt`` is the number of the next one on ``channel``."""

    notification_id: str
    due_at: datetime
    recipient: str
    channels: list[Any]
    addresses: dict[str, Any]
    channel: str
    attempt: int
    subject: str
    body: str
    language: str
    urgency: str
    correlation_id: str
    causation_id: str


def keys(event: Change, envelope: Envelope) -> Sequence[Key]:
    return [(event.notification_id,)]


def evolve(key: Key, row: Row | None, event: Change, envelope: Envelope) -> Row | None:
    match event:
        case NotificationRequested():
            return Row(
                notification_id=event.notification_id,
                due_at=event.deliver_at,
                recipient=event.recipient,
                channels=list(event.channels),
                addresses=dict(event.addresses.items()),
                channel=event.channels[0],
                attempt=1,
                subject=event.subject,
                body=event.body,
                language=event.language,
                urgency=event.urgency,
                correlation_id=envelope.correlation_id,
                causation_id=envelope.id,
            )
        case NotificationAttemptFailed():
            attempt = event.attempt + 1 if event.next_channel == event.channel else 1
            return row and replace(row, due_at=event.retry_at, channel=event.next_channel, attempt=attempt)
        case NotificationSent() | NotificationFailed():
            return None


async def deliver(rows: Sequence[Row], desk: Desk) -> Sequence[Caused]:
    """Send what is due, many at a time; each result is a command. The mail server's settings are read at each batch."""
    smtp, connections = SmtpSettings(), asyncio.Semaphore(CONNECTIONS_MAX)
    results = await asyncio.gather(*(_attempt(row, desk.now, smtp, connections) for row in rows))
    return [Caused.by(row, result, desk.now) for row, result in zip(rows, results, strict=True)]


async def _attempt(
    row: Row, now: datetime, smtp: SmtpSettings, connections: asyncio.Semaphore
) -> RecordSent | RecordAttemptFailed:
    """Try the channel whose turn it is; a channel that cannot be tried here at all gives way to the next at once."""
    passed_over: list[str] = []
    for channel in row.channels[row.channels.index(row.channel) :]:
        attempt = row.attempt if channel == row.channel else 1
        if channel == "inbox":
            # The notification read model is the inbox: the request has put the notice there.
            address, reference = row.recipient, row.notification_id
        elif smtp.host is None:
            passed_over.append(NO_SERVER)
            continue
        elif channel not in row.addresses:
            passed_over.append(f"{channel}: the directory has no address of {row.recipient}")
            continue
        else:
            async with connections:
                outcome = await mail.send(_letter(row, now), smtp)
            if isinstance(outcome, mail.NotTaken):
                return RecordAttemptFailed(row.notification_id, channel, attempt, outcome.error, outcome.for_good, now)
            address, reference = row.addresses[channel], outcome.reference
        return RecordSent(row.notification_id, channel, address, reference, attempt, "; ".join(passed_over))
    return RecordAttemptFailed(
        row.notification_id, row.channels[-1], row.attempt, "; ".join(passed_over), for_good=True, at=now
    )


def _letter(row: Row, now: datetime) -> mail.Letter:
    return mail.Letter(
        notification_id=row.notification_id,
        address=row.addresses["email"],
        subject=row.subject,
        body=row.body,
        language=row.language,
        urgent=row.urgency == "urgent",
        written_at=now,
    )


MODEL = TodoList(
    name="delivery_due",
    version=1,
    row=Row,
    key=("notification_id",),
    handles=(NotificationRequested, NotificationAttemptFailed, NotificationSent, NotificationFailed),
    keys=keys,
    evolve=evolve,
    indexes=(("due_at",),),
    perform=deliver,
    batch_max=BATCH_MAX,
    in_time_order=False,
)
