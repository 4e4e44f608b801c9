"""Limits by four eyes, raised for a time; overrides; notices of use; what would happen if."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chassis.policies import PolicyVersion
from contracts import Event
from contracts.credit import (
    CreditClassChanged,
    CreditFileRecorded,
    CreditLimitProposed,
    CreditLimitRejected,
    CreditLimitSet,
    CreditShadowChecked,
    LimitUseReached,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    OrderDeliveryNoted,
    OverrideEnded,
    PolicyShadowed,
    TemporaryLimitEnded,
    TemporaryLimitRaised,
)
from credit_svc.account.files import RecordFile, SetSecurity
from credit_svc.account.increases import EndIncrease, IncreaseLimitTemporarily, RaiseEndsBeforeItBegins, UnknownRaise
from credit_svc.account.limits import (
    ApproveLimit,
    NothingToSuggest,
    ProposeLimit,
    RejectLimit,
    SetCreditLimit,
    UnknownProposal,
)
from credit_svc.account.orders import CheckOrder, ReleaseOrder
from credit_svc.account.overrides import EndOverride, NotOverridden, OrderNotHeld, OverrideEndsInThePast, OverrideHold
from credit_svc.account.refusals import FourEyesNeeded, LimitAboveCap
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import order_credit
from credit_svc.reports.what_if import with_limit
from credit_svc.testing import CUSTOMER, FIVE_CS, account, all_of, credit_file, invoice, last, payment, plainly, until
from credit_svc.timers import increase_due, override_due

JUNE = date(2024, 6, 1)


def order(number: int, amount: int, on: date = JUNE) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, Decimal(amount), "EUR")


def limit(amount: int) -> SetCreditLimit:
    return SetCreditLimit(CUSTOMER, Decimal(amount), "EUR", JUNE, "reviewed", "head of credit", JUNE)


def file(net_assets: int = 1_000_000, working_capital: int = 400_000) -> RecordFile:
    return credit_file(
        JUNE, net_assets=net_assets, net_working_capital=working_capital, liquidation_surplus=900_000,
        monthly_purchases=100_000,
    )  # fmt: skip


def propose(amount: int | None) -> ProposeLimit:
    wanted = None if amount is None else Decimal(amount)
    return ProposeLimit(CUSTOMER, wanted, "EUR", JUNE, "growing", "seller", JUNE)


def test_a_file_gives_a_class_with_the_points_of_each_factor() -> None:
    history = account().when(file())
    history.then(CreditFileRecorded, CreditClassChanged)
    changed = history.one(CreditClassChanged)
    assert (changed.before, changed.after, changed.score) == (None, "AA", 85)
    assert sum(factor.points for factor in changed.factors) == 85


def test_a_limit_is_proposed_by_one_and_approved_by_another() -> None:
    history = account(file(), propose(70_000))
    proposed = last(history, CreditLimitProposed)
    assert (proposed.suggested, proposed.proposal_id) == (80_000, "C-1-L1")
    history.when(ApproveLimit(CUSTOMER, "C-1-L1", "seller", JUNE)).then_refused(FourEyesNeeded, "seller cannot approve")
    approved = history.when(ApproveLimit(CUSTOMER, "C-1-L1", "head of credit", JUNE))
    approved.then(CreditLimitSet)
    assert approved.one(CreditLimitSet).proposed_by == "seller"
    approved.when(ApproveLimit(CUSTOMER, "C-1-L1", "head of credit", JUNE)).then_refused(UnknownProposal)
    history.when(RejectLimit(CUSTOMER, "C-1-L1", "too early", "head of credit")).then(CreditLimitRejected)


def test_a_limit_said_by_one_person_in_two_roles_is_refused() -> None:
    twice = SetCreditLimit(CUSTOMER, Decimal(1), "EUR", JUNE, "x", "me", JUNE, proposed_by="me")
    account().when(twice).then_refused(FourEyesNeeded)


def test_without_an_amount_the_policys_method_is_proposed() -> None:
    assert account(file()).when(propose(None)).one(CreditLimitProposed).limit == 80_000
    account().when(propose(None)).then_refused(NothingToSuggest, "complete the file")


def test_no_limit_is_above_the_net_assets_or_the_working_capital() -> None:
    account(file(net_assets=50_000)).when(propose(50_001)).then_refused(LimitAboveCap, "50,000.00 EUR")
    account(file(working_capital=40_000)).when(propose(40_001)).then_refused(LimitAboveCap)


def test_a_proposal_is_held_against_the_file_as_it_is_when_it_is_approved() -> None:
    history = account(file(), propose(200_000), file(net_assets=100_000))
    history.when(ApproveLimit(CUSTOMER, "C-1-L1", "head of credit", JUNE)).then_refused(LimitAboveCap)


def test_a_temporary_increase_is_proposed_by_one_and_approved_by_another() -> None:
    proposed = account(file(), replace(propose(70_000), ends_on=date(2024, 6, 30)))
    head = ApproveLimit(CUSTOMER, "C-1-L1", "head of credit", JUNE)
    proposed.when(replace(head, by="seller")).then_refused(FourEyesNeeded, "seller cannot approve")
    proposed.when(replace(head, on=date(2024, 7, 1))).then_refused(RaiseEndsBeforeItBegins)
    approved = proposed.when(head)
    approved.then(TemporaryLimitRaised)
    raised = approved.one(TemporaryLimitRaised)
    assert (raised.proposed_by, raised.approved_by, raised.proposal_id) == ("seller", "head of credit", "C-1-L1")
    assert (raised.limit, raised.ends_on) == (70_000, date(2024, 6, 30))
    approved.when(head).then_refused(UnknownProposal)
    ends_before = replace(propose(70_000), ends_on=date(2024, 5, 31))
    account(file()).when(ends_before).then_refused(RaiseEndsBeforeItBegins)


def raise_to(amount: int, ends_on: date = date(2024, 6, 30), approved_by: str = "head") -> IncreaseLimitTemporarily:
    return IncreaseLimitTemporarily(
        CUSTOMER, Decimal(amount), "EUR", JUNE, ends_on, "season", "seller", approved_by, JUNE
    )


def test_a_temporary_raise_releases_held_orders_and_ends_by_itself() -> None:
    history = account(limit(1_000), order(1, 1_500)).when(raise_to(2_000))
    plainly(history).then(TemporaryLimitRaised, OrderCreditApproved)
    policies = history.book
    assert history.state.limit_on(date(2024, 6, 30), policies) == 2_000
    assert history.state.limit_on(date(2024, 7, 1), policies) == 1_000
    ended = until(date(2024, 7, 1), history, (increase_due.TODO,))
    assert [(e.ended_on, e.cause) for e in all_of(ended, TemporaryLimitEnded)] == [(date(2024, 7, 1), "expired")]
    plainly(ended.when(order(2, 1, on=date(2024, 7, 1)))).then(OrderCreditHeld)


def test_a_raise_needs_another_approver_an_end_to_come_and_can_be_taken_back() -> None:
    account(limit(1_000)).when(raise_to(2_000, approved_by="seller")).then_refused(FourEyesNeeded)
    account(limit(1_000)).when(raise_to(2_000, ends_on=date(2024, 5, 31))).then_refused(RaiseEndsBeforeItBegins)
    raised = account(limit(1_000), raise_to(2_000))
    raised.when(EndIncrease(CUSTOMER, "C-1-T1", JUNE, is_over=False)).then(TemporaryLimitEnded)
    raised.when(EndIncrease(CUSTOMER, "C-1-T2", JUNE, is_over=False)).then_refused(UnknownRaise)


def override(number: int = 1, ends_on: date = date(2024, 6, 10)) -> OverrideHold:
    return OverrideHold(CUSTOMER, f"O-{number}", ends_on, "the season does not wait", "head of credit", JUNE)


def test_a_held_order_is_let_through_with_actor_reason_and_end_and_counts() -> None:
    history = plainly(account(limit(1_000), order(1, 1_500)).when(override()))
    history.then(OrderCreditOverridden)
    overridden = history.one(OrderCreditOverridden)
    assert (overridden.overridden_by, overridden.ends_on) == ("head of credit", date(2024, 6, 10))
    assert "500.00 EUR over the limit" in overridden.held_because
    assert history.state.orders.total == 1_500
    plainly(history.when(override())).then()


def test_an_override_ends_by_itself_and_the_order_waits_again() -> None:
    history = until(date(2024, 6, 11), account(limit(1_000), order(1, 1_500), override()), (override_due.TODO,))
    assert [event.cause for event in all_of(history, OverrideEnded)] == ["expired"]
    assert history.state.orders.total == 0
    assert last(history, OrderCreditHeld).order_id == "O-1"
    paid = history.when(limit(2_000))
    plainly(paid).then(CreditLimitSet, OrderCreditApproved)


def test_an_override_is_used_up_by_the_delivery() -> None:
    history = account(limit(1_000), order(1, 1_500), override()).when(ReleaseOrder("O-1", CUSTOMER, JUNE, "delivered"))
    plainly(history).then(OverrideEnded, OrderDeliveryNoted)
    assert until(date(2024, 12, 1), history, (override_due.TODO,)).facts == history.facts


def test_only_a_held_order_can_be_overridden_and_only_until_a_day_to_come() -> None:
    held = account(limit(1_000), order(1, 1_500))
    held.when(override(ends_on=date(2024, 5, 31))).then_refused(OverrideEndsInThePast)
    held.when(override(number=2)).then_refused(OrderNotHeld, "nothing to override")
    held.when(EndOverride(CUSTOMER, "O-1", JUNE, is_over=False)).then_refused(NotOverridden)


def test_use_of_80_and_of_100_percent_is_told_at_each_crossing_upwards() -> None:
    history = account(limit(1_000)).when(order(1, 790), order(2, 20), order(3, 190))
    assert [event.percent for event in all_of(history, LimitUseReached)] == [80, 100]
    down = history.when(ReleaseOrder("O-1", CUSTOMER, JUNE, "cancelled"), order(4, 700))
    assert [event.percent for event in all_of(down, LimitUseReached)] == [80, 100, 80]


def test_security_reduces_the_exposure_while_it_is_in_force() -> None:
    deposit = SetSecurity(
        CUSTOMER, Decimal(500), "EUR", "deposit", JUNE, date(2024, 6, 30), "agreed", "head of credit", JUNE
    )
    history = account(limit(1_000), order(1, 1_400)).when(deposit)
    assert history.one(OrderCreditApproved).exposure.security == 500
    assert history.state.position(date(2024, 7, 1), history.book, "EUR").exposure.total == 1_400


def test_the_class_says_after_how_many_days_credit_stops() -> None:
    poor = RecordFile(CUSTOMER, dict.fromkeys(FIVE_CS, Decimal(30)), None, "analyst", JUNE)
    late = invoice(1, 10, due_on=date(2024, 5, 16))
    plainly(account(late, limit(1_000)).when(order(1, 1))).then(OrderCreditApproved)
    held = account(late, poor, limit(1_000)).when(order(1, 1)).one(OrderCreditHeld)
    assert "beyond 15 days" in held.reason


def test_what_if_a_limit_were_set_it_is_not_but_says_what_it_would_release() -> None:
    history = account(limit(1_000), order(1, 900), order(2, 500), order(3, 4_000))
    tried = with_limit("C-1", history.state, Decimal(2_000), "EUR", JUNE, history.book)
    assert (tried.released, tried.held, tried.exposure.total) == (("O-2",), ("O-3",), 1_400)
    assert history.state.limit_on(JUNE, history.book) == 1_000


def test_a_candidate_beside_the_live_policy_says_what_it_would_have_said_and_decides_nothing() -> None:
    candidate = CreditPolicy(default_limit=Decimal(100))
    book = account().book.after(
        PolicyShadowed(name="credit", shadow=3, document=candidate.model_dump(mode="json"), reason="try")
    )
    assert isinstance(book.shadow(CreditPolicy), PolicyVersion)
    history = plainly(account(book=book).when(order(1, 150)))
    history.then(CreditShadowChecked, OrderCreditApproved)
    seen = history.one(CreditShadowChecked)
    assert (seen.live_approves, seen.shadow_approves, seen.shadow) == (True, False, 3)


@pytest.mark.parametrize("kind", [OrderCreditOverridden, OverrideEnded])
def test_the_row_of_an_order_follows_its_override(kind: type[Event]) -> None:
    assert kind in order_credit.MODEL.handles


def test_a_payment_releases_what_an_override_did_not() -> None:
    history = account(limit(1_000), invoice(1, 900, due_on=date(2024, 6, 20)), order(1, 300)).when(
        payment(1, 500, JUNE, of=1)
    )
    assert history.one(OrderCreditApproved).after_hold
