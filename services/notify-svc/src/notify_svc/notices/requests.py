"""The first event of a notice: requested, suppressed, or unrendered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import (
    Cause,
    Channel,
    EscalationStep,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    NotificationUnrendered,
)
from contracts.personal import Clear
from notify_svc.notices.attempts import passed_over
from notify_svc.notices.rule_requests import RequestNotice, language_of, rendered, suppression_reason
from notify_svc.notices.schedule import addresses_of, first_attempt
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.preferences import channels_left
from notify_svc.rules.audiences import is_of_the_house, recipients
from notify_svc.rules.templates import Language, TemplateDoesNotRender
from notify_svc.rules.timing import instant_of, later
from notify_svc.rules.vocabulary import text_at
from notify_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class RequestRendered:
    """Request a notice whose text exists already, at ``at``: a digest, an escalation, a person's test."""

    SEALS_FOR: ClassVar[str] = "{recipient}"

    notification_id: str
    recipient: str
    subject: str
    body: str
    language: Language
    urgency: Literal["normal", "urgent"]
    channels: tuple[Channel, ...]
    about: str
    period: str
    cause: Cause
    topic: str
    at: datetime
    items: int = 0
    escalation_of: str | None = None
    test: bool = False


def request(command: RequestNotice, policies: PolicyBook) -> Sequence[Event]:
    """The notice that a rule requests, why it is suppressed, or why its template does not render.

    A template that does not render refuses nothing: the other rules' notices of the same event must go out. Raises
    TemplateDoesNotRender when a person redrives the notice and the template still does not render.
    """
    because = suppression_reason(command, policies)
    if because:
        return [
            NotificationSuppressed(
                notification_id=command.notification_id,
                recipient=command.recipient,
                about=command.about,
                period=command.period,
                because=because,
                cause=command.cause,
                topic=command.rule.topic,
            )
        ]
    rule = command.rule
    try:
        text = rendered(command, policies)
    except TemplateDoesNotRender as refusal:
        if command.again_at is not None:
            raise
        return [_unrendered(command, str(refusal))]
    channels = tuple(channels_left(command.recipient, rule, policies, command.on(policies)))
    earliest = _earliest(command)
    deliver_at, because = first_attempt(earliest, command.recipient, channels[0], rule.urgency, policies)
    if not because and earliest > command.requested_at:
        because = Sentences.RULE_DELAYS(rule=rule.id)
    event = NotificationRequested(
        notification_id=command.notification_id,
        recipient=command.recipient,
        subject=text.subject,
        body=text.body,
        language=language_of(command, policies),
        urgency=rule.urgency,
        channels=channels,
        addresses=addresses_of(command.recipient, policies, command.on(policies)),
        about=command.about,
        period=command.period,
        cause=command.cause,
        deliver_at=deliver_at,
        topic=rule.topic,
        waits_because=because,
        escalation=_escalation(command, deliver_at, policies),
    )
    return [event, *_at_once(event, command.requested_at)]


def request_rendered(command: RequestRendered, policies: PolicyBook) -> Sequence[Event]:
    """The notice of a text that exists already."""
    deliver_at, because = first_attempt(command.at, command.recipient, command.channels[0], command.urgency, policies)
    event = NotificationRequested(
        notification_id=command.notification_id,
        recipient=command.recipient,
        subject=command.subject,
        body=command.body,
        language=command.language,
        urgency=command.urgency,
        channels=command.channels,
        addresses=addresses_of(command.recipient, policies, day_of(command.at, policies)),
        about=command.about,
        period=command.period,
        cause=command.cause,
        deliver_at=deliver_at,
        topic=command.topic,
        waits_because=because,
        items=command.items,
        escalation_of=command.escalation_of,
        test=command.test,
    )
    return [event, *_at_once(event, command.at)]


def _unrendered(command: RequestNotice, error: str) -> NotificationUnrendered:
    return NotificationUnrendered(
        notification_id=command.notification_id,
        recipient=command.recipient,
        about=command.about,
        period=command.period,
        error=error,
        cause=command.cause,
        topic=command.rule.topic,
        facts=dict(command.facts),
        happened_at=command.occurred_at,
        known_at=command.recorded_at,
    )


def _earliest(command: RequestNotice) -> datetime:
    at = later(command.known_at, minutes=command.rule.delay_minutes)
    named = instant_of(text_at(command.facts, command.rule.delay_until)) if command.rule.delay_until else None
    return max(at, command.requested_at, named or at)


def _escalation(command: RequestNotice, deliver_at: datetime, policies: PolicyBook) -> tuple[EscalationStep, ...]:
    members = policies.at(DirectoryPolicy, command.on(policies)).document.members
    return tuple(
        EscalationStep(to=to, at=later(deliver_at, minutes=step.after_minutes))
        for step in command.rule.escalation
        for to in recipients((step.to,), command.facts, members)
    )


def _at_once(event: NotificationRequested, now: datetime) -> Sequence[Event]:
    """The inbox has a notice as soon as it is requested: nothing is sent, and nothing can fail.

    Who is not of the house is not reached by that: a later channel is tried by the courier, and where there is none it is told at once.
    """
    if event.channels[0] != "inbox" or event.deliver_at > now:
        return []
    if not is_of_the_house(event.recipient):
        return [] if len(event.channels) > 1 else [passed_over(event.notification_id, event.recipient, "")]
    return [
        NotificationSent(
            notification_id=event.notification_id,
            recipient=event.recipient,
            channel="inbox",
            address=Clear(""),
            reference=event.notification_id,
            attempt=1,
        )
    ]
