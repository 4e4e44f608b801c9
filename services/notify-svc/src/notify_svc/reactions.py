"""What the other services publish → requests for notices, by the subscriptions in force on its business date."""

import uuid
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from chassis.policies import PolicyBook
from chassis.reactions import Source
from contracts import OWNERS
from contracts.envelope import Envelope, Event
from contracts.fields import Id
from contracts.notify import Cause
from notify_svc.digest import CollectItem, digest_id
from notify_svc.notices.commands import RequestNotice
from notify_svc.notices.requesting import why_not, words_of
from notify_svc.policies import DirectoryPolicy, SubscriptionPolicy
from notify_svc.rules.samples import SAMPLES
from notify_svc.rules.subscriptions import NOTICES, Rule, notification_id
from notify_svc.rules.templates import TemplateDoesNotRender
from notify_svc.rules.vocabulary import Facts, facts_of, text_at


def tell(event: Event, envelope: Envelope, policies: PolicyBook) -> Sequence[RequestNotice | CollectItem]:
    """One request per rule that the event matches and recipient that the rule names."""
    on = envelope.occurred_at.date()
    subscriptions, directory = policies.at(SubscriptionPolicy, on), policies.at(DirectoryPolicy, on).document
    facts = facts_of(event, envelope)
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
    if rule.digest is None or why_not(notice, policies):
        return notice  # what is suppressed says so by itself, and waits in no digest
    try:
        subject = words_of(notice, policies).subject
    except TemplateDoesNotRender:
        return notice  # what has no words says so by itself too, and a person can redrive it
    return CollectItem(digest_id(notice, rule.digest), rule.digest, notice, subject)


_ID: TypeAdapter[str] = TypeAdapter(Id)


def _key(text: str) -> str:
    """A text that a rule names as subject or period; one that is no id (too long, empty) is named by its digest."""
    try:
        return _ID.validate_python(text)
    except ValidationError:
        return str(uuid.uuid5(NOTICES, text))


SOURCES = tuple(
    Source.service(owner, contract.TOPIC, contract.EVENTS, {
        type(sample): tell for sample in SAMPLES.values() if type(sample) in contract.EVENTS
    })
    for owner, contract in OWNERS.items()
    if owner != "notify-svc"
)  # fmt: skip
