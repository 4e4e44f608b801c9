"""What is to be sent and when: the list whose work is the delivery, one lane per recipient and urgency."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.effects import EffectList
from chassis.read_models import Key
from contracts.envelope import Envelope
from contracts.notify import (
    Channel,
    NotificationAttemptFailed,
    NotificationAttemptStarted,
    NotificationFailed,
    NotificationPassedOver,
    NotificationPostponed,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
    NotificationWithdrawn,
)
from contracts.personal import wire_form
from notify_svc.delivery.courier import Delivery, deliver

Handled = (
    NotificationRequested
    | NotificationPostponed
    | NotificationWithdrawn
    | NotificationAttemptStarted
    | NotificationAttemptFailed
    | NotificationSent
    | NotificationFailed
    | NotificationPassedOver
    | NotificationRedriven
)


def keys(event: Handled, envelope: Envelope) -> Sequence[Key]:
    return [(event.notification_id,)]


def evolve(key: Key, row: Delivery | None, event: Handled, envelope: Envelope) -> Delivery | None:
    match event:
        case NotificationRequested():
            return _begun(event, envelope) if event.channels else None
        case NotificationAttemptStarted():
            return row and replace(_by(row, event.channel), attempt=event.attempt, token=event.token)
        case NotificationPostponed():
            return row and replace(row, due_at=event.deliver_at)
        case NotificationAttemptFailed():
            attempt = event.attempt + 1 if event.next_channel == event.channel else 1
            return row and replace(_by(row, event.next_channel), due_at=event.retry_at, attempt=attempt, token=None)
        case NotificationFailed() | NotificationPassedOver():
            return row and replace(row, due_at=None, token=None)
        case NotificationRedriven():
            again = row and _by(row, row.channels[0])
            return again and replace(again, due_at=event.deliver_at, queued_at=event.deliver_at, attempt=1)
        case NotificationSent() | NotificationWithdrawn():
            return None


def _begun(event: NotificationRequested, envelope: Envelope) -> Delivery:
    return Delivery(
        notification_id=event.notification_id,
        due_at=event.deliver_at,
        queued_at=event.deliver_at,
        lane=f"{event.recipient}/{event.urgency}",
        pool=event.channels[0],
        recipient=event.recipient,
        channels=list(event.channels),
        addresses={channel: wire_form(address) for channel, address in event.addresses.items()},
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
        happened_at=envelope.occurred_at,
        requested_at=envelope.recorded_at,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.id,
    )


def _by(row: Delivery, channel: Channel) -> Delivery:
    return replace(row, channel=channel, pool=channel)


TODO = EffectList(
    name="delivery_due",
    version=5,
    row=Delivery,
    key=("notification_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("pool", "lane", "queued_at"),),
    act=deliver,
    then_by=("requested_at",),
)
