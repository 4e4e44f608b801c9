"""A person looks before a good customer is pressed, decides how a case is pursued, or agrees on a plan with a debtor in trouble."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.testing import Given, replay
from contracts.credit import (
    CaseReviewDue,
    CaseReviewed,
    CaseStrategyChanged,
    CollectionCaseClosed,
    CollectionStepTaken,
    DeliveriesResumed,
    DeliveriesStopped,
    OrderCreditApproved,
    OrderCreditHeld,
    PaymentPlanAgreed,
    PaymentPlanBroken,
    PlanInstalment,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
)
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.account.case_reviews import AnswerCaseReview, KeptOftenEnough, NoCaseReviewDue
from credit_svc.account.cases import NoStepNow, PauseCase, TakeStepNow
from credit_svc.account.files import RecordFile
from credit_svc.account.orders import CheckOrder, ReleaseOrder
from credit_svc.account.plans import (
    AgreePlan,
    InstalmentsNotWhatIsOpen,
    InstalmentsOutOfNumber,
    InstalmentsOutOfOrder,
    NoPlanForClass,
    PlanBrokenBefore,
)
from credit_svc.account.promises import RecordPromise
from credit_svc.account.refusals import FourEyesNeeded, NotPayable, PromiseStands
from credit_svc.account.strategies import ChangeStrategy
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import CollectionPolicy, StrategyRule
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import collection_case
from credit_svc.testing import CUSTOMER, account, all_of, invoice, last, payment, under, until
from credit_svc.timers import behaviour_due, invoice_due, stage_due, step_due, way_due

CASE = "C-1-1"
TODO: tuple[Any, ...] = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO, stage_due.TODO, way_due.TODO)
NAMES = ("character", "capacity", "capital", "collateral", "conditions")


def assessed(score: int, on: date = date(2024, 1, 1)) -> RecordFile:
    return RecordFile(CUSTOMER, dict.fromkeys(NAMES, Decimal(score)), None, "analyst", on)


def steps(history: Given) -> list[tuple[str, date]]:
    return [(each.step, each.taken_on) for each in all_of(history, CollectionStepTaken)]


def row(history: Given) -> Any:
    return list(replay(collection_case.MODEL, history.facts).values())[-1]


# Reviews


def low_risk(on: date) -> Given:
    """A customer of class AAA whose invoice was due on 2025-01-10."""
    return until(on, account(assessed(95), invoice(1, 100, date(2025, 1, 10))), TODO)


def reviewed(outcome: Any, on: date) -> AnswerCaseReview:
    return AnswerCaseReview(CASE, CUSTOMER, outcome, "the owner is on holiday", "manager", on)


def test_low_risk_60() -> None:
    history = low_risk(date(2025, 3, 20))
    assert steps(history)[1:] == [("letter_1", date(2025, 1, 25)), ("letter_2", date(2025, 2, 9))]
    due = last(history, CaseReviewDue)
    assert (due.due_on, due.answer_by) == (date(2025, 3, 11), date(2025, 3, 21))
    assert due.options == ("keep", "general", "high_risk")
    assert row(history).review["answer_by"] == "2025-03-21"
    history = until(date(2025, 3, 21), history, TODO)
    changed = last(history, CaseStrategyChanged)
    assert (changed.before, changed.after, changed.changed_by) == ("low_risk", "general", None)
    assert changed.because == "Nobody looked by 2025-03-21."
    assert steps(history)[-1] == ("visit", date(2025, 3, 21))
    assert (row(history).strategy, row(history).review) == ("general", {})
    later = until(date(2025, 3, 23), history, TODO)
    assert steps(later)[-2:] == [("stop_supply", date(2025, 3, 22)), ("cancel_limit", date(2025, 3, 23))]


def test_kept_twice() -> None:
    history = low_risk(date(2025, 3, 11)).when(reviewed("keep", date(2025, 3, 12)))
    assert history.one(CaseReviewed).next_review_on == date(2025, 5, 11)
    history = until(date(2025, 5, 11), history, TODO)
    assert last(history, CaseReviewDue).due_on == date(2025, 5, 11)
    history = until(date(2025, 7, 11), history.when(reviewed("keep", date(2025, 5, 12))), TODO)
    third = last(history, CaseReviewDue)
    assert (third.due_on, third.options) == (date(2025, 7, 11), ("general", "high_risk"))
    assert [step for step, _ in steps(history)] == ["reminder", "letter_1", "letter_2"]
    on = date(2025, 7, 12)
    history.when(reviewed("keep", on)).then_refused(
        KeptOftenEnough, "was kept 2 times; decide for one of general, high_risk"
    )
    pressed = until(on, history.when(reviewed("high_risk", on)), TODO)
    assert last(pressed, CaseStrategyChanged).changed_by == "manager"
    assert last(pressed, DeliveriesStopped).stopped_on == on
    assert steps(pressed)[-1] == ("litigation", on)


def test_a_review_is_answered_once_and_only_when_it_is_due() -> None:
    low_risk(date(2025, 3, 10)).when(reviewed("keep", date(2025, 3, 10))).then_refused(NoCaseReviewDue)
    kept = low_risk(date(2025, 3, 11)).when(reviewed("keep", date(2025, 3, 12)))
    kept.when(reviewed("keep", date(2025, 3, 12))).then_refused(NoCaseReviewDue)


def test_while_a_review_is_due_nobody_takes_the_next_step_by_hand() -> None:
    by_hand = TakeStepNow(CASE, CUSTOMER, "now", "collector", date(2025, 3, 12))
    low_risk(date(2025, 3, 11)).when(by_hand).then_refused(NoStepNow, "a person looks at it before its next step")


def test_a_pause_ends_a_review_and_another_is_due_after_it() -> None:
    pause = PauseCase(CASE, CUSTOMER, date(2025, 4, 1), "on leave", "collector", date(2025, 3, 12))
    history = until(date(2025, 4, 1), low_risk(date(2025, 3, 11)).when(pause), TODO)
    assert [each.due_on for each in all_of(history, CaseReviewDue)] == [date(2025, 3, 11), date(2025, 4, 1)]


def test_a_review_of_a_paid_item_is_over_and_the_younger_one_gets_its_letters() -> None:
    history = until(
        date(2025, 3, 11),
        account(assessed(95), invoice(1, 100, date(2025, 1, 10)), invoice(2, 100, date(2025, 2, 25))),
        TODO,
    )
    back = history.when(payment(1, 100, date(2025, 3, 12), of=1))
    assert back.state.case.review is None
    later = until(date(2025, 4, 26), back, TODO)
    assert steps(later)[-1] == ("letter_2", date(2025, 3, 27))
    assert last(later, CaseReviewDue).due_on == date(2025, 4, 26)


def test_without_a_review_in_the_policy_the_ladder_is_climbed_as_before() -> None:
    before = CollectionPolicy().low_risk.model_dump()
    stored = StrategyRule.model_validate({name: value for name, value in before.items() if name != "review_after_days"})
    book = under(CollectionPolicy(low_risk=stored))
    history = until(date(2025, 4, 1), account(assessed(95), invoice(1, 100, date(2025, 1, 10)), book=book), TODO)
    assert steps(history)[3:] == [("visit", date(2025, 3, 11)), ("stop_supply", date(2025, 3, 26))]


# Strategies


def general(on: date, book: Any = None) -> Given:
    return until(on, account(invoice(1, 100, date(2025, 1, 10)), book=book), TODO)


def strategy(after: Any, on: date) -> ChangeStrategy:
    return ChangeStrategy(CASE, CUSTOMER, after, "talked to them", "collector", on)


def test_a_person_changes_the_strategy_and_the_new_ladder_goes_on_from_the_current_step() -> None:
    on = date(2025, 1, 18)
    history = general(on).when(strategy("high_risk", on))
    changed = history.one(CaseStrategyChanged)
    assert (changed.before, changed.after, changed.because, changed.changed_by) == (
        "general", "high_risk", "talked to them", "collector",
    )  # fmt: skip
    assert steps(history)[-1] == ("letter_1", date(2025, 1, 17))
    assert history.one(DeliveriesStopped).stopped_on == on
    history = until(on, history, TODO)
    assert steps(history)[-1] == ("letter_2", on)
    back = history.when(strategy("large", date(2025, 1, 19)))
    assert back.one(DeliveriesResumed).because == "Case C-1-1 is pursued as large now."
    assert back.state.case.current == "letter_2"
    back.when(strategy("large", date(2025, 1, 19))).then()


def test_another_credit_class_under_an_open_case_changes_its_strategy() -> None:
    on = date(2025, 1, 18)
    worse = general(on).when(assessed(30, on))
    assert worse.one(CaseStrategyChanged).because == "The credit class is B."
    assert worse.one(DeliveriesStopped).stopped_on == on
    assert all_of(general(on).when(assessed(95, on)), CaseStrategyChanged)[-1].after == "low_risk"


def test_an_offence_changes_the_strategy_of_an_open_case_and_lateness_alone_does_not() -> None:
    on = date(2025, 2, 20)
    late = general(on)
    assert late.state.behaviour.current == "C"
    assert not all_of(late, CaseStrategyChanged)
    refused = late.when(RecordPaymentRefusal(CUSTOMER, "no money", "clerk", on))
    assert refused.one(CaseStrategyChanged).after == "high_risk"
    by_lateness = general(on, under(CasePolicy(strategy_follows=("lateness",))))
    assert last(by_lateness, CaseStrategyChanged).after == "high_risk"


def test_a_strategy_that_a_person_chose_stays_when_the_class_makes_no_other_one() -> None:
    on = date(2025, 1, 18)
    history = general(on).when(strategy("low_risk", on), assessed(65, on))
    assert history.state.case.strategy == "low_risk"


# Payment plans

DUE, AGREED_ON = date(2025, 1, 10), date(2025, 1, 31)


def in_trouble() -> Given:
    """30,000 overdue, at letter_2, which holds new orders."""
    book = under(CreditPolicy(default_limit=Decimal(100_000)))
    return until(AGREED_ON, account(invoice(1, 30_000, DUE), book=book), TODO)


def plan(
    *amounts: str, support: str | None = "5000", on: date = AGREED_ON, proposed_by: str = "collector"
) -> AgreePlan:
    days = [date(2025, month, 28) for month in range(2, 2 + len(amounts))]
    instalments = tuple(PlanInstalment(amount=Decimal(a), due_on=d) for a, d in zip(amounts, days, strict=True))
    limit = None if support is None else Decimal(support)
    return AgreePlan(CASE, CUSTOMER, instalments, limit, "their customer pays late", proposed_by, "head", on)


THREE = plan("10000", "10000", "10000")


def order(number: int, amount: int, on: date = AGREED_ON) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, Decimal(amount), "EUR")


def test_plan_of_three() -> None:
    history = in_trouble().when(THREE)
    agreed = history.one(PaymentPlanAgreed)
    assert (agreed.support_limit, agreed.proposed_by, agreed.approved_by) == (5000, "collector", "head")
    assert history.one(PromiseMade).promised_on == date(2025, 2, 28)
    assert history.when(order(1, 5000)).one(OrderCreditApproved).plan_id == agreed.plan_id
    assert "since the collection step" in history.when(order(1, 5001)).one(OrderCreditHeld).reason
    history = until(date(2025, 2, 28), history, TODO).when(payment(1, 10_000, date(2025, 2, 28), of=1))
    assert history.one(PromiseKept).amount == 10_000
    assert history.one(PromiseMade).promised_on == date(2025, 3, 28)
    assert steps(history)[-1][0] == "letter_2"
    history = until(date(2025, 3, 29), history, TODO)
    broken = last(history, PaymentPlanBroken)
    assert (broken.number, broken.missing, broken.broken_on) == (2, 10_000, date(2025, 3, 29))
    assert last(history, PromiseBroken).broken_on == date(2025, 3, 29)
    assert steps(history)[-1] == ("visit", date(2025, 3, 29))
    (shown,) = row(history).plans
    assert (shown["status"], [each["status"] for each in shown["instalments"]]) == (
        "broken",
        ["kept", "broken", "open"],
    )
    held = history.when(order(2, 10, date(2025, 3, 29)))
    assert held.one(OrderCreditHeld)
    again = plan("10000", "10000", on=date(2025, 4, 2))
    history.when(again).then_refused(PlanBrokenBefore, "can be agreed from 2026-03-29 on")


def test_the_support_is_used_up_by_the_orders_that_it_lets_through() -> None:
    history = in_trouble().when(THREE, order(1, 3000))
    assert history.when(order(2, 2001)).one(OrderCreditHeld)
    released = history.when(ReleaseOrder("O-1", CUSTOMER, AGREED_ON, "cancelled"))
    assert released.when(order(2, 5000)).one(OrderCreditApproved)
    assert history.when(order(2, 2000)).one(OrderCreditApproved)


def test_an_order_that_waits_is_let_through_by_the_plan() -> None:
    waiting = in_trouble().when(order(1, 4000))
    assert waiting.one(OrderCreditHeld)
    assert waiting.when(THREE).one(OrderCreditApproved).after_hold


def test_money_that_covers_several_instalments_keeps_them_and_all_of_it_closes_the_case() -> None:
    history = in_trouble().when(THREE).when(payment(1, 20_000, date(2025, 2, 10), of=1))
    assert len(all_of(history, PromiseKept)) == 2
    assert last(history, PromiseMade).promised_on == date(2025, 4, 28)
    paid = history.when(payment(2, 10_000, date(2025, 4, 1), of=1))
    assert paid.one(CollectionCaseClosed).cause == "settled"
    (shown,) = row(paid).plans
    assert shown["status"] == "kept"


def test_money_of_the_day_that_came_before_the_plan_pays_no_instalment() -> None:
    before = in_trouble().when(payment(1, 10_000, AGREED_ON, of=1))
    history = before.when(plan("10000", "10000"))
    assert history.one(PaymentPlanAgreed).paid_before == 10_000
    assert not all_of(history, PromiseKept)
    assert all_of(until(date(2025, 3, 1), history, TODO), PaymentPlanBroken)


@pytest.mark.parametrize(
    ("command", "refusal", "sentence"),
    [
        (
            plan("10000", "10000"),
            InstalmentsNotWhatIsOpen,
            "The instalments make 20,000.00 EUR; 30,000.00 EUR is open.",
        ),
        (plan("30000"), InstalmentsOutOfNumber, "A payment plan has 2 to 24 instalments, not 1."),
        (plan("15000", "15000", on=date(2025, 3, 1)), InstalmentsOutOfOrder, "due today, on 2025-03-01, or later"),
        (plan("29999.999", "0.001"), NotPayable, "29999.999 EUR cannot be paid: EUR has 2 places after the point."),
        (plan("15000", "15000", proposed_by="Head"), FourEyesNeeded, "another person has to"),
    ],
)
def test_a_plan_that_cannot_be_agreed_says_why(command: AgreePlan, refusal: Any, sentence: str) -> None:
    in_trouble().when(command).then_refused(refusal, sentence)


def test_who_does_not_want_to_pay_gets_no_plan_and_a_promise_that_stands_is_waited_for() -> None:
    refused = in_trouble().when(RecordPaymentRefusal(CUSTOMER, "no money", "clerk", AGREED_ON))
    refused.when(THREE).then_refused(NoPlanForClass, "of behaviour class D")
    promised = in_trouble().when(RecordPromise(CASE, CUSTOMER, Decimal(60), date(2025, 2, 20), "collector", AGREED_ON))
    promised.when(THREE).then_refused(PromiseStands)
