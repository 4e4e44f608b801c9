"""What the other services publish → requests for notices, by the subscriptions in force on its business date."""

import uuid
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

import contracts.credit
import contracts.customer
import contracts.supplier
from chassis.policies import PolicyBook
from chassis.reactions import Source
from contracts.credit import CollectionStepTaken, OrderCreditApproved, OrderCreditHeld, PaymentOverdue
from contracts.customer import CustomerTierChanged
from contracts.envelope import Envelope, Event
from contracts.fields import Id
from contracts.notify import Cause
from contracts.supplier import SupplierGraded, SupplierGradeRestated
from notify_svc.facts import Facts, facts_of, text_at
from notify_svc.notice import RequestNotice
from notify_svc.policies import SubscriptionPolicy
from notify_svc.subscriptions import NOTICES, Rule, notification_id


def tell(event: Event, envelope: Envelope, policies: PolicyBook) -> Sequence[RequestNotice]:
    """One request per rule that the event matches and recipient that the rule names."""
    subscriptions = policies.at(SubscriptionPolicy, envelope.occurred_at.date())
    facts = facts_of(event, envelope)
    return [
        _request(rule, subscriptions.version, recipient, facts, envelope)
        for rule in subscriptions.document.rules
        if rule.matches(facts)
        for recipient in rule.recipients(facts)
    ]


def _request(rule: Rule, policy_version: int, recipient: str, facts: Facts, envelope: Envelope) -> RequestNotice:
    about, period = _key(text_at(facts, rule.about)), _key(text_at(facts, rule.period))
    return RequestNotice(
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


_ID: TypeAdapter[str] = TypeAdapter(Id)


def _key(text: str) -> str:
    """A text that a rule names as subject or period; one that is no id (too long, empty) is named by its digest."""
    try:
        return _ID.validate_python(text)
    except ValidationError:
        return str(uuid.uuid5(NOTICES, text))


SOURCES = (
    Source.service(
        "supplier-svc",
        contracts.supplier.TOPIC,
        contracts.supplier.EVENTS,
        {SupplierGraded: tell, SupplierGradeRestated: tell},
    ),
    Source.service(
        "customer-svc",
        contracts.customer.TOPIC,
        contracts.customer.EVENTS,
        {CustomerTierChanged: tell},
    ),
    Source.service(
        "credit-svc",
        contracts.credit.TOPIC,
        contracts.credit.EVENTS,
        {PaymentOverdue: tell, CollectionStepTaken: tell, OrderCreditHeld: tell, OrderCreditApproved: tell},
    ),
)
