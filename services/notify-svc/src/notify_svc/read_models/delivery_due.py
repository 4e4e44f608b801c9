"""What is to be sent and when: the list whose work is the sending, one lane per channel, recipient and urgency."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chassis.effects import EffectList
from chassis.read_models import Key
from contracts.envelope import Envelope
from contracts.notify import (
    Channel,
    NotificationAttemptFailed,
    NotificationAttemptStarted,
    NotificationFailed,
    NotificationPostponed,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
)
from notify_svc.courier import deliver

Change = (
    NotificationRequested
    | NotificationPostponed
    | NotificationAttemptStarted
    | NotificationAttemptFailed
    | NotificationSent
    | NotificationFailed
    | NotificationRedriven
)


@dataclass(frozen=True)
class Row:
    """A notice that waits: ``attempt`` is the number of the next one on ``channel``; ``token`` is who is trying it now.

    ``queued_at`` is its place in the lane; it keeps it through retries, so that what is told later never comes first.
    A notice that has failed is never due (``due_at`` is None), and stays for a person to redrive it.
    """

    notification_id: str
    due_at: datetime | None
    queued_at: datetime
    lane: str
    pool: str
    recipient: str
    channels: list[Any]
    addresses: dict[str, Any]
    channel: Channel
    attempt: int
    token: str | None
    subject: str
    body: str
    language: str
    urgency: str
    about: str
    topic: str
    event_id: str
    event_type: str
    rule: str
    requested_at: datetime
    correlation_id: str
    causation_id: str


def keys(event: Change, envelope: Envelope) -> Sequence[Key]:
    return [(event.notification_id,)]


def evolve(key: Key, row: Row | None, event: Change, envelope: Envelope) -> Row | None:
    match event:
        case NotificationRequested():
            return _begun(event, envelope)
        case NotificationAttemptStarted():
            return row and replace(_by(row, event.channel), attempt=event.attempt, token=event.token)
        case NotificationPostponed():
            return row and replace(row, due_at=event.deliver_at)
        case NotificationAttemptFailed():
            attempt = event.attempt + 1 if event.next_channel == event.channel else 1
            return row and replace(_by(row, event.next_channel), due_at=event.retry_at, attempt=attempt, token=None)
        case NotificationFailed():
            return row and replace(row, due_at=None, token=None)
        case NotificationRedriven():
            again = row and _by(row, row.channels[0])
            return again and replace(again, due_at=event.deliver_at, queued_at=event.deliver_at, attempt=1)
        case NotificationSent():
            return None


def _begun(event: NotificationRequested, envelope: Envelope) -> Row:
    return Row(
        notification_id=event.notification_id,
        due_at=event.deliver_at,
        queued_at=event.deliver_at,
        lane=f"{event.recipient}/{event.urgency}",
        pool=event.channels[0],
        recipient=event.recipient,
        channels=list(event.channels),
        addresses=dict(event.addresses.items()),
        channel=event.channels[0],
        attempt=1,
        token=None,
        subject=event.subject,
        body=event.body,
        language=event.language,
        urgency=event.urgency,
        about=event.about,
        topic=event.topic,
        event_id=event.cause.event_id,
        event_type=event.cause.event_type,
        rule=event.cause.rule,
        requested_at=envelope.recorded_at,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.id,
    )


def _by(row: Row, channel: Channel) -> Row:
    return replace(row, channel=channel, pool=channel)


MODEL = EffectList(
    name="delivery_due",
    version=2,
    row=Row,
    key=("notification_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("pool", "lane", "queued_at"),),
    act=deliver,
    then_by=("requested_at",),
)
