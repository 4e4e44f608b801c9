"""Attempts to send a notice: claimed with a lease, recorded as sent or failed, or postponed before they begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, assert_never

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import (
    Channel,
    NotificationAttemptFailed,
    NotificationAttemptStarted,
    NotificationFailed,
    NotificationPassedOver,
    NotificationPostponed,
    NotificationSent,
    NotificationWithdrawn,
)
from contracts.personal import Clear, Sealed
from notify_svc.notices.schedule import undisturbed
from notify_svc.notices.state import Waiting
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.rules.timing import later
from notify_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """The holder of ``token`` claims the channel at ``at``. No event: somebody else is trying, or it is done."""

    notification_id: str
    channel: Channel
    attempt: int
    token: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordSent:
    """A channel accepted the notice at ``address``. ``passed_over``: why an earlier channel was not tried, or empty."""

    SUBJECT: ClassVar[str] = "{recipient}"

    notification_id: str
    recipient: str
    channel: Channel
    address: Sealed | Clear
    reference: str
    attempt: int
    passed_over: str = ""


@dataclass(frozen=True, slots=True)
class RecordAttemptFailed:
    """A channel rejected the notice at the instant ``at``; ``for_good`` when trying it again cannot help.

    ``retry_after_s`` is the pause the receiver requested, in seconds; 0 when it requested none.
    """

    notification_id: str
    channel: Channel
    attempt: int
    error: str
    for_good: bool
    at: datetime
    retry_after_s: int = 0


@dataclass(frozen=True, slots=True)
class EndLease:
    """The time to record the outcome of an attempt is over."""

    notification_id: str
    token: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Postpone:
    """What is due is delivered later."""

    notification_id: str
    until: datetime
    because: str


@dataclass(frozen=True, slots=True)
class PassOver:
    """Only the inbox is left of the channels, and the recipient is not of the house."""

    notification_id: str
    because: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """What the notice is about is over; it is not sent any more."""

    notification_id: str
    because: str


AttemptCommand = PassOver | Withdraw | StartAttempt | RecordSent | RecordAttemptFailed | EndLease | Postpone


def deliver(command: AttemptCommand, notice: Waiting, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case StartAttempt():
            return _started(command, notice, policies)
        case RecordSent():
            # Whoever reports it: a notice that has arrived must not be sent again.
            return [_sent(command, notice)]
        case RecordAttemptFailed():
            known = command.channel != notice.channel or command.attempt <= notice.failed_attempts
            return [] if known else [_failed(command, notice, policies)]
        case EndLease():
            if notice.lease is None or notice.lease.token != command.token or command.at < notice.lease.until:
                return []
            error = Sentences.ABANDONED(until=f"{notice.lease.until:%Y-%m-%d %H:%M:%S} UTC")
            abandoned = RecordAttemptFailed(
                command.notification_id, notice.channel, notice.lease.attempt, error, for_good=False, at=command.at
            )
            return [_failed(abandoned, notice, policies)]
        case PassOver(notification_id, because):
            why = "; ".join(each.rstrip(".") for each in (notice.last_error, because) if each)
            return [] if notice.lease is not None else [passed_over(notification_id, notice.details.recipient, why)]
        case Withdraw(notification_id, because):
            if notice.lease is not None:
                return []  # it may have left already
            recipient = notice.details.recipient
            return [NotificationWithdrawn(notification_id=notification_id, recipient=recipient, because=because)]
        case Postpone():
            if notice.lease is not None:
                return []
            return [
                NotificationPostponed(
                    notification_id=command.notification_id, recipient=notice.details.recipient,
                    deliver_at=_undisturbed(command.until, notice.channel, notice, policies), because=command.because,
                )
            ]  # fmt: skip
    assert_never(command)


def passed_over(notification_id: str, recipient: str, because: str) -> NotificationPassedOver:
    """The notice lies in an inbox that its recipient does not look into."""
    why = f"{because}." if because else Sentences.NO_OTHER_CHANNEL()
    sentence = f"{Sentences.ONLY_INBOX(recipient=recipient)} {why}"
    return NotificationPassedOver(notification_id=notification_id, recipient=recipient, because=sentence)


def _started(command: StartAttempt, notice: Waiting, policies: PolicyBook) -> Sequence[Event]:
    ours_to_try = command.channel in notice.details.channels and (
        command.channel != notice.channel or command.attempt == notice.failed_attempts + 1
    )
    if notice.lease is not None or not ours_to_try:
        return []  # a lease that is over is ended by its timer, which counts the attempt as failed
    lease_s = policies.at(DeliveryPolicy, day_of(command.at, policies)).document.lease_s
    return [
        NotificationAttemptStarted(
            notification_id=command.notification_id,
            recipient=notice.details.recipient,
            channel=command.channel,
            attempt=command.attempt,
            token=command.token,
            until=later(command.at, seconds=lease_s),
        )
    ]


def _sent(command: RecordSent, notice: Waiting) -> NotificationSent:
    return NotificationSent(
        notification_id=command.notification_id,
        recipient=notice.details.recipient,
        channel=command.channel,
        address=command.address,
        reference=command.reference,
        attempt=command.attempt,
        passed_over=command.passed_over,
    )


def _failed(command: RecordAttemptFailed, notice: Waiting, policies: PolicyBook) -> Event:
    delivery = policies.at(DeliveryPolicy, day_of(command.at, policies)).document
    again = not command.for_good and command.attempt < delivery.attempts_max
    next_channel = command.channel if again else notice.fallback_channel
    recipient = notice.details.recipient
    if next_channel is None:
        return NotificationFailed(
            notification_id=command.notification_id,
            recipient=recipient,
            channel=command.channel,
            attempt=command.attempt,
            error=command.error,
        )
    retry_at = delivery.retry_at(
        command.at, command.attempt if again else 0, command.notification_id, command.retry_after_s if again else 0
    )
    retry_at = _undisturbed(retry_at, next_channel, notice, policies)
    return NotificationAttemptFailed(
        notification_id=command.notification_id,
        recipient=recipient,
        channel=command.channel,
        attempt=command.attempt,
        error=command.error,
        next_channel=next_channel,
        retry_at=retry_at,
    )


def _undisturbed(at: datetime, channel: Channel, notice: Waiting, policies: PolicyBook) -> datetime:
    return undisturbed(at, notice.details.recipient, channel, notice.details.urgency, policies)[0]
