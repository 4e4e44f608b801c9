"""Who is told: conditions, recipients, identity, and rules that are refused when they are published."""

from datetime import date, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing import policy_book
from contracts.personal import IN_CLEAR, Clear
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.preferences import PreferencePolicy, channels_left
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.rules.conditions import Condition
from notify_svc.rules.samples import SAMPLES, envelope_of, sample_facts
from notify_svc.rules.subscriptions import Rule, notification_id
from notify_svc.service import SERVICE

GRADED = sample_facts("supplier.SupplierGraded") or {}
OVERDUE = sample_facts("credit.PaymentOverdue") or {}
APPROVED = sample_facts("credit.OrderCreditApproved") or {}
DAY = date(2024, 2, 1)
TEXTS = st.text(max_size=40)


def a_rule(**changes: object) -> Rule:
    plain = {
        "id": "weak",
        "event": "supplier.SupplierGraded",
        "audience": ("partner",),
        "about": "supplier_id",
        "period": "period",
        "channels": ("inbox",),
        "template": "supplier-grade",
    }
    return Rule.model_validate({**plain, **changes})


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(field="grading.grade", values=("C", "D")), True),
        (Condition(field="grading.grade", values=("A",)), False),
        (Condition(field="grading.grade", operator="not_in", values=("C", "D")), False),
        (Condition(field="grading.score", operator="at_least", values=("17",)), True),
        (Condition(field="grading.score", operator="at_least", values=("17.01",)), False),
        (Condition(field="grading.score", operator="at_most", values=("17",)), True),
        (Condition(field="grading.grade", operator="at_least", values=("1",)), False),
        (Condition(field="nothing.like.it", values=("none",)), True),
    ],
)
def test_a_condition_compares_a_field_of_the_event(condition: Condition, holds: bool) -> None:
    assert condition.holds(GRADED) is holds


def test_a_yes_or_no_field_is_compared_as_json_writes_it() -> None:
    assert Condition(field="after_hold", values=("true",)).holds(APPROVED)


def test_a_bound_takes_one_number() -> None:
    for values in (("many",), ("1", "2"), ("NaN",)):
        with pytest.raises(ValidationError, match="takes exactly one number"):
            Condition(field="overdue", operator="at_least", values=values)


def test_the_partner_is_named_with_its_noun_and_a_role_as_it_is() -> None:
    rule = a_rule(audience=("partner", "role:buyer", "partner"))
    assert rule.recipients(GRADED) == ["supplier:S-1", "role:buyer"]
    overdue = a_rule(event="credit.PaymentOverdue", about="invoice_id", period="due_on")
    assert overdue.recipients(OVERDUE) == ["customer:C-1"]


@for_all(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), st.tuples(TEXTS, TEXTS, TEXTS, TEXTS))
def test_a_notice_is_known_by_subject_rule_recipient_and_period(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (notification_id(*one) == notification_id(*other)) is (one == other)


def test_the_id_of_a_notice_never_changes() -> None:
    """A changed id would tell everybody everything once more."""
    told = notification_id("S-1", "supplier-grade", "supplier:S-1", "2024-01")
    assert told == "7321f5f1-8fc4-525b-93db-ec90f1eaf7b9"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"event": "supplier.DeliveryRecorded"}, "supplier.DeliveryRecorded cannot be subscribed to; use one of"),
        ({"about": "customer_id"}, "rule weak: supplier.SupplierGraded has no field customer_id"),
        ({"where": ({"field": "grade", "values": ("C",)},)}, "has no field grade"),
        ({"channels": ("inbox", "inbox")}, "a channel is listed twice"),
        ({"channels": ()}, "at least 1 item"),
        ({"audience": ("everybody",)}, "match pattern"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_a_sentence(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        a_rule(**changes)


def test_two_rules_with_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="more than one rule is called weak"):
        SubscriptionPolicy(rules=(a_rule(), a_rule()))


def test_a_document_reads_back_as_it_was_published() -> None:
    for document in (SubscriptionPolicy(), DirectoryPolicy(addresses={"role:buyer": "buyer@example.org"})):
        assert type(document).model_validate(document.model_dump(mode="json", context=IN_CLEAR)) == document


def test_only_what_is_not_mandatory_can_be_switched_off() -> None:
    book = policy_book(SERVICE.policies, PreferencePolicy(muted={"role:buyer": ("weak",)}))
    mandatory = a_rule(mandatory=True)
    assert channels_left("role:buyer", a_rule(), book, DAY) == ()
    assert channels_left("role:buyer", mandatory, book, DAY) == mandatory.channels
    assert channels_left("role:quality-head", a_rule(), book, DAY) == a_rule().channels


def test_a_recipient_has_the_address_listed_or_one_made_of_its_name() -> None:
    directory = DirectoryPolicy(addresses={"role:buyer": "buyer@example.org"})
    assert directory.address_of("role:buyer") == Clear("buyer@example.org")
    assert directory.address_of("supplier:S-1") == Clear("supplier.S-1@standing.example")
    assert directory.address_of("supplier:a b@c") == Clear("supplier.a=20b=40c@standing.example")
    assert DirectoryPolicy(domain=None).address_of("supplier:S-1") is None


@pytest.mark.parametrize(
    "address", ["nobody", "a b@example.org", "a@example.org\nBcc: b@example.org", "<a@example.org>"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        DirectoryPolicy(addresses={"role:buyer": address})


@for_all(TEXTS, TEXTS)
def test_two_recipients_never_share_a_made_address(one: str, other: str) -> None:
    directory = DirectoryPolicy()
    same = directory.address_of(f"supplier:{one}") == directory.address_of(f"supplier:{other}")
    assert same is (one == other)


def test_every_event_that_can_be_subscribed_to_has_a_default_rule() -> None:
    assert {rule.event for rule in SubscriptionPolicy().rules} == set(SAMPLES)


def test_a_sample_happened_when_it_was_recorded() -> None:
    around = [envelope_of(sample) for sample in SAMPLES.values()]
    assert all(each.recorded_at - each.occurred_at == timedelta() for each in around)
    assert {each.occurred_at.date() for each in around} == {date(2024, 2, 1)}
