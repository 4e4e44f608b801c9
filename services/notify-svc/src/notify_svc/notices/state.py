"""A notice: requested → sent | failed, or suppressed or unrendered at the start; beside that read, acknowledged, escalated."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from contracts.envelope import Event
from contracts.notify import (
    Channel,
    EscalationStep,
    NotificationAcknowledged,
    NotificationAttemptFailed,
    NotificationAttemptStarted,
    NotificationEscalated,
    NotificationEscalationEnded,
    NotificationFailed,
    NotificationPassedOver,
    NotificationPostponed,
    NotificationRead,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    NotificationUnrendered,
    NotificationWithdrawn,
)


@dataclass(frozen=True, slots=True)
class NotRequested:
    """Nobody has requested this notice yet."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """It was decided not to notify the recipient, at once or before the notice had left."""


@dataclass(frozen=True, slots=True)
class Unrendered:
    """It was decided to notify the recipient, but the template did not render; ``request`` holds what a redrive needs."""

    request: NotificationUnrendered


@dataclass(frozen=True, slots=True)
class Details:
    """What stays through all stages: for whom, by which channels, and what people did with it."""

    recipient: str
    channels: tuple[Channel, ...]
    urgency: Literal["normal", "urgent"] = "normal"
    escalation: tuple[EscalationStep, ...] = ()
    escalated: int = 0
    is_read: bool = False
    is_acknowledged: bool = False
    escalation_ended: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """Somebody is trying the channel and has until ``until`` to record the outcome."""

    token: str
    attempt: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """To be sent by ``channel``, which has failed ``failed_attempts`` times; the later channels are its fallbacks."""

    details: Details
    channel: Channel
    failed_attempts: int = 0
    lease: Lease | None = None
    last_error: str = ""

    @property
    def fallback_channel(self) -> Channel | None:
        channels = self.details.channels
        later = channels[channels.index(self.channel) + 1 :]
        return later[0] if later else None


@dataclass(frozen=True, slots=True)
class Sent:
    """A channel accepted it."""

    details: Details


@dataclass(frozen=True, slots=True)
class Failed:
    """No channel took it, after every attempt or because none is there; only a person can have it tried again."""

    details: Details


Requested = Waiting | Sent | Failed
Notice = NotRequested | Suppressed | Unrendered | Requested


def evolve(notice: Notice, event: Event) -> Notice:
    match event, notice:
        case NotificationRequested(), _:
            details = Details(event.recipient, event.channels, event.urgency, event.escalation)
            return Waiting(details, event.channels[0])
        case ((NotificationSuppressed() | NotificationWithdrawn()), _):
            return Suppressed()
        case NotificationUnrendered(), _:
            return Unrendered(event)
        case NotificationAttemptStarted(), Waiting():
            lease = Lease(event.token, event.attempt, event.until)
            return replace(notice, channel=event.channel, failed_attempts=event.attempt - 1, lease=lease)
        case NotificationPostponed(), Waiting():
            return replace(notice, lease=None)
        case NotificationAttemptFailed(), Waiting():
            failed = event.attempt if event.next_channel == event.channel else 0
            return replace(
                notice, channel=event.next_channel, failed_attempts=failed, lease=None, last_error=event.error
            )
        case NotificationSent(), (Waiting() | Sent() | Failed()):
            return Sent(notice.details)
        case ((NotificationFailed() | NotificationPassedOver()), (Waiting() | Sent() | Failed())):
            return Failed(notice.details)
        case NotificationRedriven(), (Waiting() | Sent() | Failed()):
            return Waiting(notice.details, notice.details.channels[0])
        case NotificationRead(), (Waiting() | Sent() | Failed()):
            return replace(notice, details=replace(notice.details, is_read=True))
        case NotificationAcknowledged(), (Waiting() | Sent() | Failed()):
            return replace(notice, details=replace(notice.details, is_read=True, is_acknowledged=True))
        case NotificationEscalationEnded(), (Waiting() | Sent() | Failed()):
            return replace(notice, details=replace(notice.details, escalation_ended=True))
        case NotificationEscalated(), (Waiting() | Sent() | Failed()):
            return replace(notice, details=replace(notice.details, escalated=event.step))
    return notice
