"""What a notice answers: a command that comes twice changes nothing, and nobody is told twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import (
    Channel,
    NotificationAcknowledged,
    NotificationAttemptFailed,
    NotificationAttemptStarted,
    NotificationEscalated,
    NotificationFailed,
    NotificationPostponed,
    NotificationRead,
    NotificationRedriven,
    NotificationSent,
)
from notify_svc.notices.commands import (
    Acknowledge,
    Command,
    EndLease,
    EscalateNotice,
    MarkRead,
    NeverTold,
    NoSuchNotice,
    NotFailed,
    NoWordsYet,
    Postpone,
    RecordAttemptFailed,
    RecordSent,
    Redrive,
    RequestNotice,
    StartAttempt,
    TellWords,
)
from notify_svc.notices.requesting import asked_again, requested, told, undisturbed
from notify_svc.notices.stages import Failed, Notice, Sent, Suppressed, Told, Unheard, Unworded, Waiting, evolve
from notify_svc.policies import DeliveryPolicy

ABANDONED = "Nobody said what came of this attempt until {until:%Y-%m-%d %H:%M:%S} UTC; it may have arrived."


def decide(command: Command, notice: Notice, policies: PolicyBook) -> Sequence[Event]:
    match command, notice:
        case RequestNotice(), Unheard():
            return requested(command, policies)
        case TellWords(), Unheard():
            return told(command, policies)
        case ((RequestNotice() | TellWords()), _):
            return []  # never twice: one notice per (subject, rule, period) and recipient
        case _, Unheard():
            raise NoSuchNotice(notification_id=command.notification_id)
        case ((StartAttempt() | RecordSent() | RecordAttemptFailed() | EndLease() | Postpone()), Waiting()):
            return _deliver(command, notice, policies)
        case ((StartAttempt() | RecordSent() | RecordAttemptFailed() | EndLease() | Postpone()), _):
            return []
        case Redrive(), Failed():
            redriven = NotificationRedriven(
                notification_id=command.notification_id, recipient=notice.matter.recipient, by=command.by,
                reason=command.reason, deliver_at=command.at,
            )  # fmt: skip
            return [redriven]
        case Redrive(), Unworded(asked):
            return asked_again(command, asked, policies)
        case Redrive(), _:
            raise NotFailed(notification_id=command.notification_id)
        case ((MarkRead() | Acknowledge()), Suppressed()):
            raise NeverTold(notification_id=command.notification_id)
        case ((MarkRead() | Acknowledge()), Unworded()):
            raise NoWordsYet(notification_id=command.notification_id)
        case EscalateNotice(), (Suppressed() | Unworded()):
            return []
        case ((MarkRead() | Acknowledge() | EscalateNotice()), (Waiting() | Sent() | Failed())):
            return _answer(command, notice)
    raise AssertionError(f"a notice that is {type(notice).__name__} has no answer to {type(command).__name__}")


def _deliver(
    command: StartAttempt | RecordSent | RecordAttemptFailed | EndLease | Postpone,
    notice: Waiting,
    policies: PolicyBook,
) -> Sequence[Event]:
    match command:
        case StartAttempt():
            return _started(command, notice, policies)
        case RecordSent():
            # Whoever says so: a notice that has arrived must not be sent again.
            return [_sent(command, notice)]
        case RecordAttemptFailed():
            known = command.channel != notice.channel or command.attempt <= notice.failed_attempts
            return [] if known else [_failed(command, notice, policies)]
        case EndLease():
            if notice.lease is None or notice.lease.token != command.token or command.at < notice.lease.until:
                return []
            error = ABANDONED.format(until=notice.lease.until)
            abandoned = RecordAttemptFailed(
                command.notification_id, notice.channel, notice.lease.attempt, error, for_good=False, at=command.at
            )
            return [_failed(abandoned, notice, policies)]
        case Postpone():
            if notice.lease is not None:
                return []
            return [
                NotificationPostponed(
                    notification_id=command.notification_id, recipient=notice.matter.recipient,
                    deliver_at=_undisturbed(command.until, notice.channel, notice, policies), because=command.because,
                )
            ]  # fmt: skip
    assert_never(command)


def _started(command: StartAttempt, notice: Waiting, policies: PolicyBook) -> Sequence[Event]:
    ours_to_try = command.channel in notice.matter.channels and (
        command.channel != notice.channel or command.attempt == notice.failed_attempts + 1
    )
    if notice.lease is not None or not ours_to_try:
        return []  # a lease that is over is ended by its timer, which counts the attempt as failed
    lease_s = policies.at(DeliveryPolicy, command.at.date()).document.lease_s
    return [
        NotificationAttemptStarted(
            notification_id=command.notification_id,
            recipient=notice.matter.recipient,
            channel=command.channel,
            attempt=command.attempt,
            token=command.token,
            until=command.at + timedelta(seconds=lease_s),
        )
    ]


def _sent(command: RecordSent, notice: Waiting) -> NotificationSent:
    return NotificationSent(
        notification_id=command.notification_id,
        recipient=notice.matter.recipient,
        channel=command.channel,
        address=command.address,
        reference=command.reference,
        attempt=command.attempt,
        passed_over=command.passed_over,
    )


def _failed(command: RecordAttemptFailed, notice: Waiting, policies: PolicyBook) -> Event:
    delivery = policies.at(DeliveryPolicy, command.at.date()).document
    again = not command.for_good and command.attempt < delivery.attempts_max
    next_channel = command.channel if again else notice.stand_in
    recipient = notice.matter.recipient
    if next_channel is None:
        return NotificationFailed(
            notification_id=command.notification_id,
            recipient=recipient,
            channel=command.channel,
            attempt=command.attempt,
            error=command.error,
        )
    retry_at = delivery.again(
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
    return undisturbed(at, notice.matter.recipient, channel, notice.matter.urgency, policies)[0]


def _answer(command: MarkRead | Acknowledge | EscalateNotice, notice: Told) -> Sequence[Event]:
    matter = notice.matter
    match command:
        case MarkRead(notification_id, by):
            if matter.is_read:
                return []
            return [NotificationRead(notification_id=notification_id, recipient=matter.recipient, by=by)]
        case Acknowledge(notification_id, by):
            if matter.is_acknowledged:
                return []
            return [NotificationAcknowledged(notification_id=notification_id, recipient=matter.recipient, by=by)]
        case EscalateNotice():
            if matter.is_acknowledged or command.step != matter.escalated + 1:
                return []
            step, later = matter.escalation[command.step - 1], matter.escalation[command.step :]
            return [
                NotificationEscalated(
                    notification_id=command.notification_id, recipient=matter.recipient, step=command.step, to=step.to,
                    escalated_notification_id=command.told_by, next_at=later[0].at if later else None,
                )
            ]  # fmt: skip
    assert_never(command)


DECIDER = Decider(
    category="notice",
    commands=(
        RequestNotice, TellWords, StartAttempt, RecordSent, RecordAttemptFailed, EndLease, Postpone, Redrive, MarkRead,
        Acknowledge, EscalateNotice,
    ),
    stream_id=lambda command: command.notification_id,
    initial=Unheard(),
    evolve=evolve,
    decide=decide,
)  # fmt: skip
