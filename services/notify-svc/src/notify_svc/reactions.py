"""What the other services publish → requests for notices, by the subscriptions in force on its business date."""

import uuid
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from contracts.envelope import Envelope, Event
from contracts.fields import Id
from contracts.notify import Cause
from notify_svc.digests.items import CollectItem, digest_id
from notify_svc.matters import EndMatter
from notify_svc.notices.rule_requests import RequestNotice, rendered, suppression_reason
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.rules.endings import ENDING_EVENTS, ends
from notify_svc.rules.subscriptions import NOTICES, Rule, notification_id
from notify_svc.rules.templates import TemplateDoesNotRender
from notify_svc.rules.vocabulary import Facts, facts_of, text_at


def react(event: Event, envelope: Envelope, policies: PolicyBook) -> Sequence[EndMatter | RequestNotice | CollectItem]:
    """What the event ends, then what it requests: an event may end one matter and begin another."""
    return [*end_matters(event, envelope, policies), *request_notices(event, envelope, policies)]


def end_matters(event: Event, envelope: Envelope, policies: PolicyBook) -> Sequence[EndMatter]:
    """What the event ends, where a rule in force today or on its day drops notices of that."""
    days = {day_of(envelope.occurred_at, policies), day_of(envelope.recorded_at, policies)}
    rules = [rule for day in days for rule in policies.at(SubscriptionPolicy, day).document.rules]
    if not ends(event) or not any(event.TYPE in rule.drop_when for rule in rules):
        return []
    field = ENDING_EVENTS[type(event)]
    about = _key(getattr(event, field))
    return [EndMatter(field, about, event.TYPE, envelope.id, envelope.occurred_at)]


def request_notices(event: Event, envelope: Envelope, policies: PolicyBook) -> Sequence[RequestNotice | CollectItem]:
    """One request per rule that the event matches and recipient that the rule names."""
    on = day_of(envelope.occurred_at, policies)
    subscriptions, directory = policies.at(SubscriptionPolicy, on), policies.at(DirectoryPolicy, on).document
    facts = facts_of(event, envelope, on)
    return [
        _request(rule, subscriptions.version, recipient, facts, envelope, policies)
        for rule in subscriptions.document.rules
        if rule.matches(facts)
        for recipient in rule.recipients(facts, directory.members)
    ]


def _request(
    rule: Rule, policy_version: int, recipient: str, facts: Facts, envelope: Envelope, policies: PolicyBook
) -> RequestNotice | CollectItem:
    about, period = _key(text_at(facts, rule.about)), _key(text_at(facts, rule.period))
    notice = RequestNotice(
        notification_id=notification_id(about, rule.id, recipient, period),
        recipient=recipient,
        rule=rule,
        about=about,
        period=period,
        cause=Cause(
            event_id=envelope.id,
            event_type=envelope.type,
            event_source=envelope.source,
            rule=rule.id,
            policy_version=policy_version,
        ),
        facts=facts,
        occurred_at=envelope.occurred_at,
        recorded_at=envelope.recorded_at,
    )
    if rule.digest is None or suppression_reason(notice, policies):
        return notice  # a suppressed notice records its reason itself, and waits in no digest
    try:
        subject = rendered(notice, policies).subject
    except TemplateDoesNotRender:
        return notice  # an unrendered notice records its error itself too, and a person can redrive it
    return CollectItem(digest_id(notice, rule.digest), rule.digest, notice, subject)


_ID: TypeAdapter[str] = TypeAdapter(Id)


def _key(text: str) -> str:
    """A text that a rule names as subject or period; one that is no id (too long, empty) becomes the UUID of its content."""
    try:
        return _ID.validate_python(text)
    except ValidationError:
        return str(uuid.uuid5(NOTICES, text))
