"""What is told, to whom, when, or why not: the first event of a notice."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import (
    Channel,
    EscalationStep,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    NotificationUnrendered,
)
from notify_svc.notices.commands import NoSuchRule, Redrive, RequestNotice, TellWords
from notify_svc.policies import (
    DeliveryPolicy,
    DirectoryPolicy,
    HistoryPolicy,
    PreferencePolicy,
    QuietHoursPolicy,
    SubscriptionPolicy,
    TemplatePolicy,
)
from notify_svc.rules.audiences import recipients
from notify_svc.rules.templates import Language, Rendered, TemplateDoesNotRender, render
from notify_svc.rules.timing import instant_of
from notify_svc.rules.vocabulary import text_at

DAY_S = 86_400


def requested(command: RequestNotice, policies: PolicyBook) -> Sequence[Event]:
    """The notice that a rule asks for, why it is suppressed, or why there are no words for it.

    Words that cannot be made refuse nothing: the other rules' notices of the same event must go out. Raises
    TemplateDoesNotRender when a person asks for it once more and there are still none.
    """
    because = why_not(command, policies)
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
        words = words_of(command, policies)
    except TemplateDoesNotRender as refusal:
        if command.again_at is not None:
            raise
        return [_unworded(command, str(refusal))]
    channels = tuple(policies.at(PreferencePolicy, command.on).document.channels_left(command.recipient, rule))
    earliest = _earliest(command)
    deliver_at, because = when(earliest, command.recipient, channels[0], rule.urgency, policies)
    if not because and earliest > command.asked_at:
        because = f"The rule {rule.id} tells it later than it happened."
    event = NotificationRequested(
        notification_id=command.notification_id,
        recipient=command.recipient,
        subject=words.subject,
        body=words.body,
        language=language_of(command, policies),
        urgency=rule.urgency,
        channels=channels,
        addresses=addresses_of(command.recipient, policies, command.on),
        about=command.about,
        period=command.period,
        cause=command.cause,
        deliver_at=deliver_at,
        topic=rule.topic,
        waits_because=because,
        escalation=_escalation(command, deliver_at, policies),
    )
    return [event, *_at_once(event, command.asked_at)]


def told(command: TellWords, policies: PolicyBook) -> Sequence[Event]:
    """The notice of words that are there already."""
    deliver_at, because = when(command.at, command.recipient, command.channels[0], command.urgency, policies)
    event = NotificationRequested(
        notification_id=command.notification_id,
        recipient=command.recipient,
        subject=command.subject,
        body=command.body,
        language=command.language,
        urgency=command.urgency,
        channels=command.channels,
        addresses=addresses_of(command.recipient, policies, command.at.date()),
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


def asked_again(command: Redrive, asked: NotificationUnrendered, policies: PolicyBook) -> Sequence[Event]:
    """What a notice without words becomes under the rule and the words of the day on which a person redrives it.

    Raises NoSuchRule and TemplateDoesNotRender; then nothing has changed.
    """
    rules = policies.at(SubscriptionPolicy, command.at.date())
    same = (asked.cause.rule, asked.cause.event_type)
    rule = next((one for one in rules.document.rules if (one.id, one.event) == same), None)
    if rule is None:
        raise NoSuchRule(
            rule=same[0], event_type=same[1], on=command.at.date(), notification_id=command.notification_id
        )
    request = RequestNotice(
        notification_id=command.notification_id,
        recipient=asked.recipient,
        rule=rule,
        about=asked.about,
        period=asked.period,
        cause=asked.cause.model_copy(update={"policy_version": rules.version}),
        facts=asked.facts,
        occurred_at=asked.happened_at,
        recorded_at=asked.known_at,
        again_at=command.at,
    )
    redriven = NotificationRedriven(
        notification_id=command.notification_id, recipient=asked.recipient, by=command.by, reason=command.reason,
        deliver_at=command.at,
    )  # fmt: skip
    return [redriven, *requested(request, policies)]


def wordless(command: RequestNotice, policies: PolicyBook) -> str:
    """Why there are no words for it, as a sentence; empty when there are."""
    try:
        words_of(command, policies)
    except TemplateDoesNotRender as refusal:
        return str(refusal)
    return ""


def why_not(command: RequestNotice, policies: PolicyBook) -> str:
    """Why the recipient is not told, as a sentence; empty when it is."""
    rule, age = command.rule, command.recorded_at - command.occurred_at
    told_from = policies.at(HistoryPolicy, command.on).document.told_from
    if policies.at(PreferencePolicy, command.on).document.is_muted(command.recipient, rule):
        return f"{command.recipient} has switched off the rule {rule.id}."
    if age.total_seconds() > rule.max_age_days * DAY_S and not rule.wants_history:
        return (
            f"It happened on {command.occurred_at.date()} and was recorded on {command.recorded_at.date()}; "
            f"the rule {rule.id} tells nothing that is recorded more than {rule.max_age_days} days late."
        )
    if told_from is not None and command.occurred_at.date() < told_from and not rule.wants_history:
        return f"It happened on {command.occurred_at.date()}; what happened before {told_from} is history."
    return ""


def words_of(command: RequestNotice, policies: PolicyBook) -> Rendered:
    """The rule's template filled with the event, in the recipient's language where the template has it."""
    name, language = command.rule.template, language_of(command, policies)
    template = policies.at(TemplatePolicy, command.on).document.templates.get(name)
    if template is None:
        raise TemplateDoesNotRender(template=name, language=language, error="there is no such template")
    return render(name, template, language, command.facts)


def language_of(command: RequestNotice, policies: PolicyBook) -> Language:
    directory = policies.at(DirectoryPolicy, command.on).document
    wanted = directory.languages.get(command.recipient, command.rule.language)
    template = policies.at(TemplatePolicy, command.on).document.templates.get(command.rule.template)
    return wanted if template is None or wanted in template.texts else command.rule.language


def when(at: datetime, recipient: str, channel: str, urgency: str, policies: PolicyBook) -> tuple[datetime, str]:
    """The first attempt of what is to be told at ``at``, and why it waits."""
    return undisturbed(policies.at(DeliveryPolicy, at.date()).document.first(at), recipient, channel, urgency, policies)


def undisturbed(at: datetime, recipient: str, channel: str, urgency: str, policies: PolicyBook) -> tuple[datetime, str]:
    """``at``, or the end of the recipient's quiet hours with the reason; what is urgent disturbs."""
    if urgency == "urgent":
        return at, ""
    zone = policies.at(DirectoryPolicy, at.date()).document.zone_of(recipient)
    quiet = policies.at(QuietHoursPolicy, at.date()).document
    later = quiet.waits_until(at, recipient, channel, zone)
    return (at, "") if later is None else (later, f"Quiet hours from {quiet.starts} to {quiet.ends} in {zone}.")


def addresses_of(recipient: str, policies: PolicyBook, on: date) -> dict[Channel, str]:
    email = policies.at(DirectoryPolicy, on).document.address_of(recipient)
    return {"inbox": recipient, "email": email} if email else {"inbox": recipient}


def _unworded(command: RequestNotice, error: str) -> NotificationUnrendered:
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
    at = command.known_at + timedelta(minutes=command.rule.delay_minutes)
    named = instant_of(text_at(command.facts, command.rule.delay_until)) if command.rule.delay_until else None
    return max(at, command.asked_at, named or at)


def _escalation(command: RequestNotice, deliver_at: datetime, policies: PolicyBook) -> tuple[EscalationStep, ...]:
    members = policies.at(DirectoryPolicy, command.on).document.members
    return tuple(
        EscalationStep(to=to, at=deliver_at + timedelta(minutes=step.after_minutes))
        for step in command.rule.escalation
        for to in recipients((step.to,), command.facts, members)
    )


def _at_once(event: NotificationRequested, now: datetime) -> Sequence[Event]:
    """The inbox has a notice as soon as it is asked for: nothing is sent, and nothing can fail."""
    if event.channels[0] != "inbox" or event.deliver_at > now:
        return []
    return [
        NotificationSent(
            notification_id=event.notification_id,
            recipient=event.recipient,
            channel="inbox",
            address=event.recipient,
            reference=event.notification_id,
            attempt=1,
        )
    ]
