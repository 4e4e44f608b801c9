"""The trigger table of the rules page: who is told of what, urgently or not, and which ask for the same notice."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chassis.policies import PolicyBook
from contracts import Event
from contracts.notify import PolicyPublished
from notify_svc.notices.rule_requests import RequestNotice
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.reactions import request_notices
from notify_svc.rules.endings import ENDINGS
from notify_svc.rules.samples import SAMPLES, envelope_of
from notify_svc.service import SERVICE

BOOK = PolicyBook.of(SERVICE.policies)


def asked(event: Event, book: PolicyBook = BOOK, **around: Any) -> list[RequestNotice]:
    return list(request_notices(event, replace(envelope_of(event), **around), book))


def told(event: Event) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(request.recipient, request.rule.urgency, request.rule.channels) for request in asked(event)}


def sample(event_type: str, **changes: Any) -> Any:
    return SAMPLES[event_type].model_copy(update=changes)


def graded(grade: str) -> Any:
    event: Any = SAMPLES["supplier.SupplierGraded"]
    return sample("supplier.SupplierGraded", grading=event.grading.model_copy(update={"grade": grade}))


PARTNER, ROLE = ("email", "inbox"), ("inbox",)


@pytest.mark.parametrize("grade", ["A", "B", "insufficient"])
def test_a_graded_supplier_is_told_promptly(grade: str) -> None:
    assert told(graded(grade)) == {("supplier:S-1", "normal", PARTNER)}


@pytest.mark.parametrize("grade", ["C", "D"])
def test_a_grade_c_or_d_is_told_to_the_quality_head_and_the_buyer_as_well(grade: str) -> None:
    assert told(graded(grade)) == {
        ("supplier:S-1", "normal", PARTNER),
        ("role:quality-head", "urgent", ROLE),
        ("role:buyer", "urgent", ROLE),
    }


def test_a_restated_grade_is_told_to_the_supplier_and_the_quality_head() -> None:
    assert told(sample("supplier.SupplierGradeRestated")) == {
        ("supplier:S-1", "normal", PARTNER),
        ("role:quality-head", "normal", ROLE),
    }


def test_a_changed_tier_is_told_to_the_account_owner() -> None:
    assert told(sample("customer.CustomerTierChanged")) == {("role:account-owner", "normal", ROLE)}


@pytest.mark.parametrize(
    ("tier", "is_news"), [("vip", True), ("important", True), ("ordinary_large", False), ("small", False)]
)
def test_a_first_tier_is_news_at_the_top_of_the_pyramid_only(tier: str, is_news: bool) -> None:
    first = asked(sample("customer.CustomerTierChanged", previous=None, tier=tier))
    assert [request.rule.id for request in first] == (["customer-tier-first"] if is_news else [])


@pytest.mark.parametrize("event_type", ["credit.PaymentOverdue", "credit.CollectionStepTaken"])
def test_an_overdue_payment_and_each_ladder_step_are_told_to_customer_and_salesperson(event_type: str) -> None:
    assert told(sample(event_type)) == {("customer:C-1", "normal", PARTNER), ("role:salesperson", "normal", ROLE)}


@pytest.mark.parametrize("event_type", ["credit.OrderCreditHeld", "credit.OrderCreditApproved"])
def test_an_order_held_or_released_is_told_to_credit_controller_and_salesperson(event_type: str) -> None:
    assert told(sample(event_type)) == {
        ("role:credit-controller", "urgent", ROLE),
        ("role:salesperson", "urgent", ROLE),
    }


def test_an_order_that_was_never_held_is_no_news() -> None:
    assert told(sample("credit.OrderCreditApproved", after_hold=False)) == set()


def test_two_gradings_of_one_period_ask_for_the_same_notices() -> None:
    first, again = asked(graded("C")), asked(graded("D"), id="another")
    assert [one.notification_id for one in first] == [one.notification_id for one in again]


@pytest.mark.parametrize(
    ("event_type", "changes"),
    [
        ("supplier.SupplierGraded", {"period": "2024-02"}),
        ("supplier.SupplierGraded", {"supplier_id": "S-2"}),
        ("credit.CollectionStepTaken", {"case_id": "C-1-2"}),
        ("credit.PaymentOverdue", {"overdue_since": date(2024, 3, 1)}),
    ],
)
def test_another_period_or_subject_is_another_notice(event_type: str, changes: dict[str, Any]) -> None:
    first = {one.notification_id for one in asked(sample(event_type))}
    other = {one.notification_id for one in asked(sample(event_type, **changes))}
    assert not first & other


def test_each_restatement_is_a_notice_of_its_own() -> None:
    event = sample("supplier.SupplierGradeRestated")
    assert asked(event, id="one")[0].notification_id != asked(event, id="two")[0].notification_id


def test_an_order_held_twice_a_day_is_one_notice_and_the_next_day_another() -> None:
    event = sample("credit.OrderCreditHeld")
    morning, noon, next_day = (datetime(2024, 2, day, hour, tzinfo=UTC) for day, hour in ((1, 8), (1, 12), (2, 8)))
    ids = [asked(event, occurred_at=at)[0].notification_id for at in (morning, noon, next_day)]
    assert ids[0] == ids[1] != ids[2]


def test_a_notice_says_which_event_which_rule_and_which_version() -> None:
    request = asked(graded("A"), id="E-1")[0]
    assert request.cause.event_id == "E-1"
    assert request.cause.event_type == "supplier.SupplierGraded"
    assert request.cause.event_source == "/supplier-svc"
    assert (request.cause.rule, request.cause.policy_version) == ("supplier-grade", 1)


def test_the_rules_of_the_business_date_hold() -> None:
    book = BOOK.with_published(
        PolicyPublished(
            name=SubscriptionPolicy.NAME,
            policy_version=2,
            effective_from=date(2024, 3, 1),
            document={"rules": []},
            reason="silence",
        )
    )
    assert asked(graded("A"), book, occurred_at=datetime(2024, 2, 29, tzinfo=UTC))
    assert not asked(graded("A"), book, occurred_at=datetime(2024, 3, 1, tzinfo=UTC))


def test_every_event_with_a_rule_is_listened_to() -> None:
    listened = {event.TYPE for source in SERVICE.sources for event in source.reactions}
    assert listened == set(SAMPLES) | set(ENDINGS)
