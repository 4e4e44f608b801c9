"""A notice: one recipient is told one thing once. requested → sent | failed, or suppressed at the start."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import (
    Cause,
    Channel,
    NotificationAttemptFailed,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
)
from notify_svc.facts import Facts
from notify_svc.policies import DeliveryPolicy, DirectoryPolicy, PreferencePolicy, TemplatePolicy
from notify_svc.subscriptions import Rule
from notify_svc.templates import Rendered, TemplateDoesNotRender, render

# --- state: "did we already tell them" is the stage -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Unheard:
    """Nobody asked for this notice yet."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """To be sent by ``channel``, which has failed ``failed_attempts`` times; the later channels are its stand-ins."""

    recipient: str
    channels: tuple[Channel, ...]
    channel: Channel
    failed_attempts: int = 0

    @property
    def stand_in(self) -> Channel | None:
        later = self.channels[self.channels.index(self.channel) + 1 :]
        return later[0] if later else None


@dataclass(frozen=True, slots=True)
class Closed:
    """Sent, failed or suppressed: nothing more will be sent."""


Notice = Unheard | Waiting | Closed


def evolve(notice: Notice, event: Event) -> Notice:
    match event, notice:
        case NotificationRequested(), _:
            return Waiting(event.recipient, event.channels, event.channels[0])
        case NotificationAttemptFailed(), Waiting():
            failed = event.attempt if event.next_channel == event.channel else 0
            return replace(notice, channel=event.next_channel, failed_attempts=failed)
        case ((NotificationSent() | NotificationFailed() | NotificationSuppressed()), _):
            return Closed()
    return notice


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestNotice:
    """A rule chose to tell a recipient of an event, whose facts are those that rule and template see."""

    notification_id: str
    recipient: str
    rule: Rule
    about: str
    period: str
    cause: Cause
    facts: Facts
    occurred_at: datetime
    recorded_at: datetime

    @property
    def on(self) -> date:
        """The business date whose policies hold."""
        return self.occurred_at.date()


@dataclass(frozen=True, slots=True)
class RecordSent:
    """A channel took the notice. ``passed_over``: why an earlier channel was not tried, or empty."""

    notification_id: str
    channel: Channel
    address: str
    reference: str
    attempt: int
    passed_over: str = ""


@dataclass(frozen=True, slots=True)
class RecordAttemptFailed:
    """A channel did not take the notice at the instant ``at``; ``for_good`` when trying it again cannot help."""

    notification_id: str
    channel: Channel
    attempt: int
    error: str
    for_good: bool
    at: datetime


Command = RequestNotice | RecordSent | RecordAttemptFailed


class NoSuchNotice(Refusal):
    """There is no notice {notification_id}."""

    status = 404


# --- decide ---------------------------------------------------------------------------------------


def decide(command: Command, notice: Notice, policies: PolicyBook) -> Sequence[Event]:
    match command, notice:
        case RequestNotice(), Unheard():
            return [_request(command, policies)]
        case RequestNotice(), _:
            return []  # never twice: one notice per (subject, rule, period) and recipient
        case _, Closed():
            return []
        case _, Unheard():
            raise NoSuchNotice(notification_id=command.notification_id)
        case RecordSent(), Waiting():
            return [_sent(command, notice)]
        case RecordAttemptFailed(), Waiting():
            known = command.channel != notice.channel or command.attempt <= notice.failed_attempts
            return [] if known else [_failed(command, notice, policies)]
    assert_never(command)


def _request(command: RequestNotice, policies: PolicyBook) -> Event:
    because = _why_not(command, policies)
    if because:
        return NotificationSuppressed(
            notification_id=command.notification_id,
            recipient=command.recipient,
            about=command.about,
            period=command.period,
            because=because,
            cause=command.cause,
        )
    words = _words(command, policies)
    email = policies.at(DirectoryPolicy, command.on).document.address_of(command.recipient)
    return NotificationRequested(
        notification_id=command.notification_id,
        recipient=command.recipient,
        subject=words.subject,
        body=words.body,
        language=command.rule.language,
        urgency=command.rule.urgency,
        channels=command.rule.channels,
        addresses={"inbox": command.recipient, "email": email} if email else {"inbox": command.recipient},
        about=command.about,
        period=command.period,
        cause=command.cause,
        deliver_at=policies.at(DeliveryPolicy, command.on).document.first(command.occurred_at),
    )


def _why_not(command: RequestNotice, policies: PolicyBook) -> str:
    rule, age = command.rule, command.recorded_at - command.occurred_at
    if policies.at(PreferencePolicy, command.on).document.is_muted(command.recipient, rule):
        return f"{command.recipient} has switched off the rule {rule.id}."
    if age.total_seconds() > rule.max_age_days * 86_400 and not rule.wants_history:
        return (
            f"It happened on {command.on} and was recorded on {command.recorded_at.date()}; "
            f"the rule {rule.id} tells nothing that is recorded more than {rule.max_age_days} days late."
        )
    return ""


def _words(command: RequestNotice, policies: PolicyBook) -> Rendered:
    name, language = command.rule.template, command.rule.language
    template = policies.at(TemplatePolicy, command.on).document.templates.get(name)
    if template is None:
        raise TemplateDoesNotRender(template=name, language=language, error="there is no such template")
    return render(name, template, language, command.facts)


def _sent(command: RecordSent, notice: Waiting) -> NotificationSent:
    return NotificationSent(
        notification_id=command.notification_id,
        recipient=notice.recipient,
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
    if next_channel is None:
        return NotificationFailed(
            notification_id=command.notification_id,
            recipient=notice.recipient,
            channel=command.channel,
            attempt=command.attempt,
            error=command.error,
        )
    return NotificationAttemptFailed(
        notification_id=command.notification_id,
        recipient=notice.recipient,
        channel=command.channel,
        attempt=command.attempt,
        error=command.error,
        next_channel=next_channel,
        retry_at=delivery.again(command.at, command.attempt if again else 0),
    )


DECIDER = Decider(
    category="notice",
    commands=(RequestNotice, RecordSent, RecordAttemptFailed),
    stream_id=lambda command: command.notification_id,
    initial=Unheard(),
    evolve=evolve,
    decide=decide,
)
