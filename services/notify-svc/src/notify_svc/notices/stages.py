"""A notice: requested → sent | failed, or suppressed or without words at the start; read, acknowledged or escalated beside that."""

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
    NotificationFailed,
    NotificationPostponed,
    NotificationRead,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    NotificationUnrendered,
)

# --- state: "did we already tell them" is the stage -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nobody asked for this notice yet."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """It was decided not to tell."""


@dataclass(frozen=True, slots=True)
class Unworded:
    """It was decided to tell, but there are no words; ``asked`` keeps what they are to be made of."""

    asked: NotificationUnrendered


@dataclass(frozen=True, slots=True)
class Matter:
    """What stays through all stages: for whom, by which channels, and what people did with it."""

    recipient: str
    channels: tuple[Channel, ...]
    urgency: Literal["normal", "urgent"] = "normal"
    escalation: tuple[EscalationStep, ...] = ()
    escalated: int = 0
    is_read: bool = False
    is_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """Somebody is trying the channel and has until ``until`` to say what came of it."""

    token: str
    attempt: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """To be sent by ``channel``, which has failed ``failed_attempts`` times; the later channels are its stand-ins."""

    matter: Matter
    channel: Channel
    failed_attempts: int = 0
    lease: Lease | None = None

    @property
    def stand_in(self) -> Channel | None:
        channels = self.matter.channels
        later = channels[channels.index(self.channel) + 1 :]
        return later[0] if later else None


@dataclass(frozen=True, slots=True)
class Sent:
    """A channel took it."""

    matter: Matter


@dataclass(frozen=True, slots=True)
class Failed:
    """Every channel and every attempt failed; only a person can have it tried again."""

    matter: Matter


Told = Waiting | Sent | Failed
Notice = Unheard | Suppressed | Unworded | Told

# --- evolve ---------------------------------------------------------------------------------------


def evolve(notice: Notice, event: Event) -> Notice:
    match event, notice:
        case NotificationRequested(), _:
            matter = Matter(event.recipient, event.channels, event.urgency, event.escalation)
            return Waiting(matter, event.channels[0])
        case NotificationSuppressed(), _:
            return Suppressed()
        case NotificationUnrendered(), _:
            return Unworded(event)
        case NotificationAttemptStarted(), Waiting():
            lease = Lease(event.token, event.attempt, event.until)
            return replace(notice, channel=event.channel, failed_attempts=event.attempt - 1, lease=lease)
        case NotificationPostponed(), Waiting():
            return replace(notice, lease=None)
        case NotificationAttemptFailed(), Waiting():
            failed = event.attempt if event.next_channel == event.channel else 0
            return replace(notice, channel=event.next_channel, failed_attempts=failed, lease=None)
        case NotificationSent(), (Waiting() | Sent() | Failed()):
            return Sent(notice.matter)
        case NotificationFailed(), (Waiting() | Sent() | Failed()):
            return Failed(notice.matter)
        case NotificationRedriven(), (Waiting() | Sent() | Failed()):
            return Waiting(notice.matter, notice.matter.channels[0])
        case NotificationRead(), (Waiting() | Sent() | Failed()):
            return replace(notice, matter=replace(notice.matter, is_read=True))
        case NotificationAcknowledged(), (Waiting() | Sent() | Failed()):
            return replace(notice, matter=replace(notice.matter, is_read=True, is_acknowledged=True))
        case NotificationEscalated(), (Waiting() | Sent() | Failed()):
            return replace(notice, matter=replace(notice.matter, escalated=event.step))
    return notice
