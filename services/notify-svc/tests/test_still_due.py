"""What is no longer due when a notice would leave is not sent: not by mail, not in a digest, and not to anybody above."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing import given
from contracts import Event
from contracts.credit import CollectionCaseClosed, OrderCreditApproved, PaymentOverdueEnded
from contracts.customer import ComplaintResolved
from contracts.notify import MatterEnded, NotificationWithdrawn
from notify_svc.matters import DECIDER as MATTERS
from notify_svc.matters import EndMatter
from notify_svc.notices.attempts import StartAttempt, Withdraw
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.reactions import react
from notify_svc.rules.endings import ENDING_EVENTS, Ending, ended_by
from notify_svc.rules.samples import SAMPLES, envelope_of
from notify_svc.rules.subscriptions import Digest, Rule
from notify_svc.service import SERVICE

from .receivers import Postbox
from .running import Running
from .test_life_of_a_notice import N, a_mail, start
from .test_notice import BOOK

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LETTER = "customer.C-1@standing.example"
OVERDUE: Any = SAMPLES["credit.PaymentOverdue"]
STEP: Any = SAMPLES["credit.CollectionStepTaken"]
COMPLAINT: Any = SAMPLES["customer.ComplaintClockWarned"]

PAID = PaymentOverdueEnded(
    invoice_id=OVERDUE.invoice_id, customer_id="C-1", currency="CNY", overdue_since=OVERDUE.overdue_since,
    ended_on=datetime(2024, 2, 2, tzinfo=UTC).date(), days_overdue=2, because="settled", customer_overdue=OVERDUE.open_amount * 0,
    customer_overdue_invoices=0,
)  # fmt: skip
CLOSED = CollectionCaseClosed(
    case_id=STEP.case_id, customer_id="C-1", closed_on=datetime(2024, 2, 2, tzinfo=UTC).date(), steps_taken=1, cause="settled"
)  # fmt: skip


async def happens(running: Running, event: Event, event_id: str, at: datetime | None = None) -> None:
    """An event of another service, recorded now, with all that it causes."""
    envelope = replace(envelope_of(event), id=event_id, occurred_at=at or running.now, recorded_at=running.now)
    await running.do(*react(event, envelope, running.runtime.executor.policies))
    await running.settled()


async def at_three_in_the_morning(service: Running, waiting: Event) -> None:
    """A letter that waits for the morning since the evening; Shanghai is eight hours ahead."""
    await service.move_to(datetime(2024, 2, 1, 14, tzinfo=UTC))
    await happens(service, waiting, "E-1")
    assert [notice["status"] for notice in await service.notices(recipient="customer:C-1")] == ["requested"]
    await service.move_to(datetime(2024, 2, 1, 19, tzinfo=UTC))


@pytest.mark.parametrize(("waiting", "ending"), [(OVERDUE, PAID), (STEP, CLOSED)], ids=["overdue", "step"])
async def test_a_letter_that_waits_for_the_morning_is_not_sent_when_the_invoice_is_paid_at_three(
    service: Running, postbox: Postbox, waiting: Event, ending: Event
) -> None:
    await at_three_in_the_morning(service, waiting)
    await happens(service, ending, "E-2")
    await service.move_by(hours=12)
    assert postbox.subjects(LETTER) == []
    [notice] = await service.notices(recipient="customer:C-1")
    assert (notice["status"], notice["because"]) == (
        "suppressed",
        f"It is over: {ending.TYPE} of 2024-02-01 19:00 UTC.",
    )


async def test_another_invoice_that_is_paid_holds_no_letter_back(service: Running, postbox: Postbox) -> None:
    await at_three_in_the_morning(service, OVERDUE)
    await happens(service, PAID.model_copy(update={"invoice_id": "I-2"}), "E-2")
    await service.move_by(hours=12)
    assert len(postbox.subjects(LETTER)) == 1


async def test_a_payment_told_of_late_counts_and_an_invoice_that_is_overdue_again_is_told_of(
    service: Running, postbox: Postbox
) -> None:
    await at_three_in_the_morning(service, OVERDUE)
    await happens(service, PAID, "E-2", at=service.now - timedelta(days=3))
    again = OVERDUE.model_copy(update={"overdue_since": OVERDUE.overdue_since + timedelta(days=1)})
    await service.move_by(minutes=1)
    await happens(service, again, "E-3")
    await service.move_by(hours=12)
    assert len(postbox.subjects(LETTER)) == 1


async def test_what_could_not_be_sent_is_not_tried_again_when_it_is_over(service: Running, smtp_port: int) -> None:
    await happens(service, OVERDUE, "E-1")
    await service.move_by(minutes=1)
    assert [notice["status"] for notice in await service.notices(recipient="customer:C-1")] == ["retrying"]
    await happens(service, PAID, "E-2")
    await service.move_by(hours=30)
    [notice] = await service.notices(recipient="customer:C-1")
    assert notice["status"] == "suppressed"


async def test_a_complaint_that_is_resolved_escalates_no_further(service: Running) -> None:
    await happens(service, COMPLAINT, "E-1")
    resolved = ComplaintResolved(
        complaint_id=COMPLAINT.complaint_id, customer_id=COMPLAINT.customer_id, owner_id="E-17", resolved_at=service.now,
        solution="A new part.", call_back_at=service.now + 24 * HOUR,
    )  # fmt: skip
    await service.move_by(minutes=1)
    await happens(service, resolved, "E-2")
    await service.move_by(hours=48)
    assert await service.notices(recipient="role:service-manager") == []


async def test_a_digest_lists_what_goes_on_and_is_not_sent_when_nothing_does(service: Running) -> None:
    rules = tuple(
        rule.model_copy(update={"digest": Digest(minutes=60)}) if rule.id == "payment-overdue-sales" else rule
        for rule in SubscriptionPolicy().rules
    )
    await service.publish(SubscriptionPolicy(rules=rules))
    await happens(service, OVERDUE, "E-1")
    await happens(service, OVERDUE.model_copy(update={"invoice_id": "I-2"}), "E-2")
    await service.move_by(minutes=5)
    await happens(service, PAID, "E-3")
    await service.move_by(hours=2)
    [listed] = await service.notices(recipient="role:salesperson")
    assert (listed["items"], "I-2" in listed["body"], "invoice I-1 " in listed["body"]) == (1, True, False)
    # and a digest of what is over altogether
    await happens(service, OVERDUE.model_copy(update={"invoice_id": "I-3"}), "E-4")
    await service.move_by(minutes=5)
    await happens(service, PAID.model_copy(update={"invoice_id": "I-3"}), "E-5")
    await service.move_by(hours=2)
    assert len(await service.notices(recipient="role:salesperson")) == 1


# --- the rules of it --------------------------------------------------------------------------------------


def test_a_notice_that_is_being_sent_is_not_withdrawn_and_one_that_is_withdrawn_is_not_sent() -> None:
    withdraw = Withdraw(N, "It is over.")
    assert a_mail(withdraw).one(NotificationWithdrawn).because == "It is over."
    a_mail(start("T-1")).when(withdraw).then()
    a_mail(withdraw).when(StartAttempt(N, "email", 1, "t", NOON), withdraw).then()


def test_an_ending_is_recorded_once_and_only_where_a_rule_asks_for_it() -> None:
    [ending, *_] = react(PAID, envelope_of(PAID), BOOK)
    assert isinstance(ending, EndMatter)
    given(MATTERS).when(ending, ending).then(MatterEnded)
    approved = SAMPLES["credit.OrderCreditApproved"]
    assert isinstance(approved, OrderCreditApproved)
    never_held = approved.model_copy(update={"after_hold": False})
    assert not any(isinstance(one, EndMatter) for one in react(never_held, envelope_of(never_held), BOOK))


@pytest.mark.parametrize(
    ("event", "sentence"),
    [("credit.PaymentOverdue", "ends nothing; use one of"), ("credit.CollectionCaseClosed", "names, not invoice_id")],
)
def test_a_rule_can_be_dropped_only_by_what_ends_what_it_is_about(event: str, sentence: str) -> None:
    rule = next(rule for rule in SubscriptionPolicy().rules if rule.id == "payment-overdue")
    with pytest.raises(ValidationError, match=sentence):
        Rule.model_validate({**rule.model_dump(), "drop_when": [event]})


def test_every_ending_is_an_event_that_is_consumed_and_has_its_field() -> None:
    consumed = {event for source in SERVICE.sources for event in source.reactions}
    assert set(ENDING_EVENTS) <= consumed
    assert all(field in event.model_fields for event, field in ENDING_EVENTS.items())


OFFSETS = st.integers(-100, 100).map(lambda hours: NOON + hours * HOUR)


@for_all(OFFSETS, OFFSETS, OFFSETS, OFFSETS)
def test_later_by_either_clock_ends_it_and_earlier_by_both_does_not(
    ended_at: datetime, noted_at: datetime, happened_at: datetime, requested_at: datetime
) -> None:
    found = ended_by([Ending("t", ended_at, noted_at)], happened_at, requested_at)
    assert (found is not None) == (ended_at >= happened_at or noted_at > requested_at)
