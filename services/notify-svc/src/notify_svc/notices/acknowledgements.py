"""What people do with a notice: read and acknowledge it; and the escalation of one that nobody acknowledges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from chassis.domain import Refusal
from contracts.envelope import Event
from contracts.notify import (
    NotificationAcknowledged,
    NotificationEscalated,
    NotificationEscalationEnded,
    NotificationRead,
)
from notify_svc.notices.state import Requested


@dataclass(frozen=True, slots=True)
class MarkRead:
    """A person has read the notice."""

    notification_id: str
    by: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A person takes care of what the notice is about."""

    notification_id: str
    by: str


@dataclass(frozen=True, slots=True)
class EscalateNotice:
    """A step of the escalation is due; ``escalated_notification_id`` is the notice to the next person."""

    notification_id: str
    step: int
    escalated_notification_id: str


@dataclass(frozen=True, slots=True)
class EndEscalation:
    """What the notice is about is over; it escalates no further."""

    notification_id: str
    because: str


AcknowledgementCommand = EndEscalation | MarkRead | Acknowledge | EscalateNotice


class NeverTold(Refusal):
    """Notice {notification_id} was suppressed, so there is nothing to read or acknowledge."""


class NoWordsYet(Refusal):
    """Notice {notification_id} has not been rendered yet, so there is nothing to read or acknowledge; redrive it first."""


def acknowledge(command: AcknowledgementCommand, notice: Requested) -> Sequence[Event]:
    details = notice.details
    match command:
        case MarkRead(notification_id, by):
            if details.is_read:
                return []
            return [NotificationRead(notification_id=notification_id, recipient=details.recipient, by=by)]
        case Acknowledge(notification_id, by):
            if details.is_acknowledged:
                return []
            return [NotificationAcknowledged(notification_id=notification_id, recipient=details.recipient, by=by)]
        case EndEscalation(notification_id, because):
            if details.is_acknowledged or details.escalation_ended:
                return []
            recipient = details.recipient
            return [NotificationEscalationEnded(notification_id=notification_id, recipient=recipient, because=because)]
        case EscalateNotice():
            if details.is_acknowledged or details.escalation_ended or command.step != details.escalated + 1:
                return []
            step, later = details.escalation[command.step - 1], details.escalation[command.step :]
            return [
                NotificationEscalated(
                    notification_id=command.notification_id,
                    recipient=details.recipient,
                    step=command.step,
                    to=step.to,
                    escalated_notification_id=command.escalated_notification_id,
                    next_at=later[0].at if later else None,
                )
            ]
    assert_never(command)
