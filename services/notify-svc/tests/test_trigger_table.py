"""The trigger table of the rules page, row by row: whom the default subscriptions tell of what, and when."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chassis.policies import PolicyBook
from chassis.testing import given
from contracts import Event
from contracts.notify import NotificationRequested
from notify_svc.digests.items import CollectItem
from notify_svc.notices import DECIDER
from notify_svc.notices.rule_requests import RequestNotice, suppression_reason
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.reactions import request_notices
from notify_svc.rules.defaults import DEFAULT_RULES
from notify_svc.rules.endings import ENDINGS
from notify_svc.rules.samples import SAMPLES, envelope_of, sample_facts
from notify_svc.service import SERVICE

from .test_notice import BOOK, under


def told(event: Event, book: PolicyBook = BOOK) -> dict[str, str]:
    """Recipient → urgency."""
    asked = request_notices(event, envelope_of(event), book)
    return {one.recipient: one.rule.urgency for one in asked if isinstance(one, RequestNotice)}


def notice_of(requested: RequestNotice | CollectItem) -> RequestNotice:
    """The notice that is requested at once, or collected into a list."""
    return requested.notice if isinstance(requested, CollectItem) else requested


def sample(event: str, **changes: Any) -> Event:
    return SAMPLES[event].model_copy(update=changes)


URGENT, NORMAL = "urgent", "normal"
OWNER = "person:E-17"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        # supplier graded, points of the period → supplier; C and D → quality head, buyer, at once
        ("supplier.SupplierGraded", {"supplier:S-1": NORMAL, "role:quality-head": URGENT, "role:buyer": URGENT}),
        # a year that limits the standing, better periods that raise it → buyer; a C or D is told by its grading
        ("supplier.SupplierStandingChanged", {"role:buyer": NORMAL}),
        # a note to finance, its reversal → supplier, payables
        ("supplier.SupplierNoteIssued", {"supplier:S-1": NORMAL, "role:payables": NORMAL}),
        # more cleared than was open → payables
        ("supplier.SupplierNoteCleared", {"role:payables": NORMAL}),
        # certificate expiring → owner, supplier
        ("supplier.CertificateExpiring", {"supplier:S-1": NORMAL, "role:buyer": NORMAL}),
        # score falling three periods → supplier quality head, buyer
        ("supplier.ScoreFalling", {"role:quality-head": URGENT, "role:buyer": URGENT}),
        # sole source not A → buyer, at once
        ("supplier.OrderSharesChanged", {"role:buyer": URGENT}),
        # payment due, overdue, each ladder step → customer, salesperson
        ("credit.PaymentOverdue", {"customer:C-1": NORMAL, "role:salesperson": NORMAL}),
        ("credit.CollectionStepTaken", {"customer:C-1": NORMAL, "role:salesperson": NORMAL}),
        # due in three days, a discount that ends → customer; its owner has a list of them
        ("credit.PaymentsDueSoon", {"customer:C-1": NORMAL}),
        ("credit.DiscountEndsSoon", {"customer:C-1": NORMAL}),
        # limit 80 % / 100 % used, order held or released → credit controller, salesperson, at once
        ("credit.LimitUseReached", {"role:credit-controller": URGENT, "role:salesperson": URGENT}),
        ("credit.OrderCreditHeld", {"role:credit-controller": URGENT, "role:salesperson": URGENT}),
        ("credit.OrderCreditApproved", {"role:credit-controller": URGENT, "role:salesperson": URGENT}),
        ("credit.OrderCreditOverridden", {"role:credit-controller": URGENT, "role:salesperson": URGENT}),
        # a debit note → customer, finance
        ("credit.DebitNoteIssued", {"customer:C-1": NORMAL, "role:finance": NORMAL}),
        # promise broken, case delegated → collector, manager, at once
        ("credit.PromiseBroken", {"role:collector": URGENT, "role:credit-manager": URGENT}),
        ("credit.CaseDelegated", {"role:collector": URGENT, "role:credit-manager": URGENT}),
        # a term of ours or a limitation near its end, run out → collector, manager, at once
        ("credit.CaseClockNear", {"role:collector": URGENT, "role:credit-manager": URGENT}),
        ("credit.CaseClockRanOut", {"role:collector": URGENT, "role:credit-manager": URGENT}),
        ("credit.LimitationNear", {"role:collector": URGENT, "role:credit-manager": URGENT}),
        ("credit.LimitationRanOut", {"role:collector": URGENT, "role:credit-manager": URGENT}),
        # award, its review, judgment → manager, owner
        ("credit.AwardRecorded", {"role:credit-manager": NORMAL, "role:account-owner": NORMAL}),
        ("credit.AwardReviewed", {"role:credit-manager": NORMAL, "role:account-owner": NORMAL}),
        ("credit.JudgmentRecorded", {"role:credit-manager": NORMAL, "role:account-owner": NORMAL}),
        # complaint clock 80 % / 100 % → owner, then manager, at once
        ("customer.ComplaintClockWarned", {OWNER: URGENT}),
        ("customer.ComplaintClockBreached", {OWNER: URGENT, "role:service-manager": URGENT}),
        # follow-up call after service → agent, next day
        ("customer.FollowUpDue", {OWNER: NORMAL}),
        # churn yellow / red → account owner, at once
        ("customer.ChurnWarned", {OWNER: URGENT}),
        # tier changed, key-account meeting due → account owner
        ("customer.CustomerTierChanged", {"role:account-owner": NORMAL}),
        ("customer.KeyAccountMeetingDue", {OWNER: NORMAL}),
        # diversion suspected → region manager, at once
        ("customer.DiversionSuspected", {"person:E-40": URGENT}),
    ],
)
def test_the_table_is_told_to_whom_it_says(event: str, expected: dict[str, str]) -> None:
    assert told(SAMPLES[event]) == expected


def test_that_nothing_is_overdue_any_more_stands_in_the_daily_lists_of_collector_and_owner() -> None:
    event = SAMPLES["credit.CustomerOverdueCleared"]
    listed = [one for one in request_notices(event, envelope_of(event), BOOK) if isinstance(one, CollectItem)]
    assert [one.notice.recipient for one in listed] == ["role:collector", "role:account-owner"]
    assert {one.collecting.until_time for one in listed} == {"08:00"}
    assert told(event) == {}
    long_ago = replace(envelope_of(event), occurred_at=datetime(2023, 2, 1, tzinfo=UTC))
    late = [notice_of(one) for one in request_notices(event, long_ago, BOOK)]
    assert all(suppression_reason(one, BOOK) for one in late), "what an old log has to catch up with is history"
    assert not any(one.rule.wants_history for one in late)


def test_no_source_left_is_told_to_the_buyer_at_once() -> None:
    none_left = sample(
        "supplier.OrderSharesChanged",
        sources=(),
        sources_counted=0,
        pattern="",
        is_sole_source=False,
        no_source_left=True,
    )
    assert told(none_left) == {"role:buyer": URGENT}


def test_a_note_that_was_cleared_exactly_is_no_news() -> None:
    assert told(sample("supplier.SupplierNoteCleared", excess=Decimal("0.00"))) == {}


def test_a_sole_source_that_is_an_a_is_no_news() -> None:
    assert told(sample("supplier.OrderSharesChanged", pattern="A")) == {}


def test_a_certificate_is_told_of_once_a_day() -> None:
    def ids(day: int) -> set[str]:
        event = sample("supplier.CertificateExpiring", reminded_on=date(2024, 2, day), days_left=31 - day)
        return {
            one.notification_id
            for one in request_notices(event, envelope_of(event), BOOK)
            if isinstance(one, RequestNotice)
        }

    assert ids(1) == ids(1)
    assert not ids(1) & ids(2)


def test_yellow_is_told_calmly_and_red_urgently_with_manager_and_head_behind() -> None:
    assert told(sample("customer.ChurnWarned", level="yellow")) == {OWNER: NORMAL}
    [red] = [rule for rule in DEFAULT_RULES if rule.id == "churn-red"]
    assert [(step.to, step.after_minutes) for step in red.escalation] == [
        ("role:sales-manager", 24 * 60),
        ("role:sales-head", 72 * 60),
    ]


def test_an_event_without_an_owner_is_told_to_the_role_behind_it() -> None:
    assert told(sample("customer.ChurnWarned", owner_id="")) == {"role:account-owner": URGENT}


def test_the_members_of_a_role_are_told_each() -> None:
    book = under(DirectoryPolicy(members={"role:buyer": ("person:a", "person:b")}))
    assert told(SAMPLES["supplier.OrderSharesChanged"], book) == {"person:a": URGENT, "person:b": URGENT}


def test_a_recipient_gets_its_own_language() -> None:
    book = under(DirectoryPolicy(languages={"supplier:S-1": "zh"}))
    event = SAMPLES["supplier.CertificateExpiring"]
    first = next(one for one in request_notices(event, envelope_of(event), book) if one.recipient == "supplier:S-1")  # type: ignore[union-attr]
    notice = given(DECIDER, book=book).when(first).one(NotificationRequested)
    assert notice.subject == "供应商 S-1 的质量体系证书 QS-4711 还有 30 天到期"
    assert notice.language == "zh"


def test_every_rule_names_a_template_of_its_own_event() -> None:
    templates = PolicyBook.of(SERVICE.policies).at(TemplatePolicy, date(2024, 2, 1)).document.templates
    for rule in DEFAULT_RULES:
        assert templates[rule.template].event == rule.event, rule.id
    told_of = {rule.template for rule in DEFAULT_RULES} | {"digest", "escalation"}
    assert set(templates) == told_of


def test_what_is_told_is_listened_to_and_what_is_listened_to_is_told() -> None:
    listened = {kind.TYPE for source in SERVICE.sources for kind in source.reactions}
    assert listened == {rule.event for rule in DEFAULT_RULES} | set(ENDINGS)
    assert {ending for rule in DEFAULT_RULES for ending in rule.drop_when} <= set(ENDINGS)


def test_every_default_rule_finds_its_fields_in_the_sample() -> None:
    late = datetime(2024, 2, 1, tzinfo=UTC)
    for event in SAMPLES.values():
        for one in map(
            notice_of, request_notices(event, replace(envelope_of(event), occurred_at=late, recorded_at=late), BOOK)
        ):
            assert one.about != "none", one.rule.id
            assert sample_facts(event.TYPE) is not None
