"""A collection case beyond its ladder: strategies, pauses, promises, disputes, deliveries, agencies and courts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.testing import Given, replay
from contracts.credit import (
    BehaviourClassChanged,
    CaseClockRanOut,
    CaseClockStarted,
    CaseDelegated,
    CasePaused,
    CaseResumed,
    CaseReviewDue,
    CaseStageReached,
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStepRescheduled,
    CollectionStepTaken,
    DeliveriesResumed,
    DeliveriesStopped,
    OrderCreditHeld,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    ReviewDue,
    Route,
)
from credit_svc.account.cases import CaseNotPaused, PauseCase, PauseEndsInThePast, ResumeCase
from credit_svc.account.delegation import AgencyNeeded, AgencyTerms
from credit_svc.account.disputes import DisputeInvoice, ResolveDispute
from credit_svc.account.files import NoteTier, RecordFile, SetTerms
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.promises import PromiseInThePast, RecordPromise
from credit_svc.account.refusals import NoOpenCase, NotPayable, PromiseStands
from credit_svc.account.stages import EscalationBackwards, RecordStage, StageOutOfOrder
from credit_svc.account.suits import NoArbitrationClause
from credit_svc.assessment.file import File
from credit_svc.collection.strategy import strategy_of
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.read_models import collection_case
from credit_svc.testing import CUSTOMER, account, all_of, invoice, last, payment, until
from credit_svc.timers import behaviour_due, clock_due, invoice_due, stage_due, step_due

from .courts import award, claim

CASE = "C-1-1"
TODO: tuple[Any, ...] = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO, stage_due.TODO, clock_due.TODO)


FOURTH = date(2024, 2, 4)
"""The day after the call of a case about an invoice of 31 January."""


def day(month: int, of_month: int, year: int = 2024) -> date:
    return date(year, month, of_month)


def overdue(on: date = FOURTH, *first: Any) -> Given:
    """Invoice I-1 of 100, due on 31 January, unpaid until a day."""
    return until(on, account(*first, invoice(1)), TODO)


def steps(history: Given) -> list[tuple[str, date]]:
    return [(fact.step, fact.taken_on) for fact in history.facts if isinstance(fact, CollectionStepTaken)]


def row(history: Given) -> Any:
    (found,) = replay(collection_case.MODEL, history.facts).values()
    return found


# Strategies


def assessed(score: int) -> RecordFile:
    names = ("character", "capacity", "capital", "collateral", "conditions")
    return RecordFile(CUSTOMER, dict.fromkeys(names, Decimal(score)), None, "analyst", day(1, 1))


def test_large_customers_are_visited_and_deliveries_go_on() -> None:
    history = overdue(day(4, 30), NoteTier(CUSTOMER, tier="vip"))
    assert last(history, CollectionCaseOpened).strategy == "large"
    assert steps(history) == [("reminder", day(2, 1)), ("call", day(2, 3)), ("visit", day(2, 15))]
    assert not all_of(history, DeliveriesStopped)


def test_deliveries_to_a_large_customer_in_bad_faith_stop() -> None:
    history = until(day(12, 31), overdue(day(2, 4), NoteTier(CUSTOMER, is_key_account=True)), TODO)
    assert "does not want to pay" in last(history, DeliveriesStopped).because
    assert last(history, DeliveriesStopped).stopped_on == day(7, 30)


def test_high_risk_is_stopped_at_once_and_pursued_straight() -> None:
    history = overdue(day(3, 10), assessed(30))
    assert last(history, CollectionCaseOpened).strategy == "high_risk"
    assert last(history, DeliveriesStopped).stopped_on == day(2, 1)
    assert [step for step, _ in steps(history)] == [
        "reminder",
        "letter_1",
        "letter_2",
        "visit",
        "cancel_limit",
        "delegate",
    ]
    held = history.when(CheckOrder("O-1", CUSTOMER, day(2, 2), Decimal(1), "EUR")).one(OrderCreditHeld)
    assert "Deliveries are stopped" in held.reason


def test_low_risk_gets_letters_only_until_somebody_looks_after_60_days() -> None:
    history = overdue(day(3, 31), assessed(95))
    assert steps(history) == [
        ("reminder", day(2, 1)),
        ("letter_1", day(2, 15)),
        ("letter_2", day(3, 1)),
    ]
    assert last(history, CaseReviewDue).due_on == day(3, 31)


def test_general_customers_over_the_limit_get_nothing_more_after_30_days() -> None:
    low = SetCreditLimit(CUSTOMER, Decimal(50), "EUR", day(1, 1), "reviewed", "head", day(1, 1))
    history = overdue(day(3, 20), low)
    stopped = last(history, DeliveriesStopped)
    assert "over the limit of 50.00 EUR" in stopped.because
    assert stopped.stopped_on == day(3, 2)


def test_bad_payers_go_before_large_ones() -> None:
    assert strategy_of(File(tier="vip"), "C", CollectionPolicy())[0] == "high_risk"
    assert strategy_of(File(tier="small"), "B", CollectionPolicy()) == (
        "general",
        "Neither large, nor of high or low risk.",
    )


def test_deliveries_stopped_by_a_step_are_resumed_when_the_case_is_closed() -> None:
    history = overdue(day(3, 20))
    assert last(history, DeliveriesStopped).because == "Case C-1-1 reached the step stop_supply."
    paid = history.when(payment(1, 100, day(3, 21), of=1))
    assert paid.one(DeliveriesResumed).resumed_on == day(3, 21)
    assert paid.state.stopped_because is None


# Pauses


def pause(until_day: date, on: date = FOURTH) -> PauseCase:
    return PauseCase(CASE, CUSTOMER, until_day, "the manager is on leave", "collector", on)


def test_a_paused_case_takes_no_step_until_the_day_and_then_goes_on() -> None:
    history = until(day(2, 19), overdue().when(pause(day(2, 20))), TODO)
    assert steps(history)[-1] == ("call", day(2, 3))
    assert row(history).paused_until == day(2, 20)
    history = until(day(2, 22), history, TODO)
    assert last(history, CaseResumed).cause == "ended"
    assert steps(history)[2:] == [("letter_1", day(2, 20)), ("letter_2", day(2, 21))]


def test_a_pause_can_be_taken_back_and_needs_an_end_to_come() -> None:
    paused = overdue().when(pause(day(2, 20)))
    back = paused.when(ResumeCase(CASE, CUSTOMER, day(2, 5)))
    back.then(CaseResumed, CollectionStepRescheduled)
    assert back.one(CollectionStepRescheduled).next_step_on == day(2, 7)
    overdue().when(pause(day(2, 4))).then_refused(PauseEndsInThePast)
    overdue().when(ResumeCase(CASE, CUSTOMER, day(2, 5))).then_refused(CaseNotPaused)
    account(invoice(1)).when(pause(day(2, 20))).then_refused(NoOpenCase)


# Promises


def promise(amount: int = 100, promised_on: date = date(2024, 2, 10), on: date = FOURTH) -> RecordPromise:
    return RecordPromise(CASE, CUSTOMER, Decimal(amount), promised_on, "collector", on)


def test_an_amount_that_nobody_can_pay_is_not_promised() -> None:
    overdue().when(replace(promise(), amount=Decimal("0.001"))).then_refused(NotPayable, "0.001 EUR cannot be paid")


def test_a_promise_suspends_the_case_until_its_day_and_is_kept_by_the_money() -> None:
    history = until(day(2, 9), overdue().when(promise(60)), TODO)
    assert last(history, PromiseMade).promise_id == "C-1-1-P1"
    assert steps(history)[-1] == ("call", day(2, 3))
    paid = history.when(payment(1, 60, day(2, 10), of=1))
    assert paid.one(PromiseKept).kept_on == day(2, 10)
    assert paid.one(CaseResumed).cause == "promise_kept"
    assert row(paid).promises[0]["status"] == "kept"


def test_a_promise_kept_in_full_closes_the_case() -> None:
    paid = overdue().when(promise()).when(payment(1, 100, day(2, 10), of=1))
    paid.one(PromiseKept)
    assert paid.one(CollectionCaseClosed).cause == "settled"


def test_money_that_came_on_the_day_of_the_promise_before_it_keeps_it() -> None:
    history = overdue().when(payment(1, 60, FOURTH, of=1)).when(promise(60))
    history = until(day(2, 11), history, TODO)
    assert last(history, PromiseKept).kept_on == day(2, 11)
    assert not all_of(history, PromiseBroken)
    assert last(history, CaseResumed).cause == "promise_kept"


def test_a_broken_promise_brings_the_next_step_and_counts_against_the_class() -> None:
    history = overdue().when(promise(promised_on=day(2, 5))).when(payment(1, 30, day(2, 5), of=1))
    history = until(day(2, 6), history, TODO)
    broken = last(history, PromiseBroken)
    assert (broken.missing, broken.broken_on) == (70, day(2, 6))
    assert steps(history)[-1] == ("letter_1", day(2, 6))
    assert last(history, ReviewDue).cause == "promise_broken"
    assert row(history).broken_promises == 1
    again = until(day(2, 20), history.when(promise(70, day(2, 8), day(2, 7))), TODO)
    assert last(again, BehaviourClassChanged).after == "D"
    assert last(again, BehaviourClassChanged).because == "2 promises to pay were broken in the last 12 months."


def test_one_promise_at_a_time_and_about_a_day_to_come() -> None:
    history = overdue().when(promise())
    history.when(promise(99)).then_refused(PromiseStands, "100.00 EUR by 2024-02-10")
    history.when(promise()).then()
    history.when(pause(day(3, 1))).then_refused(PromiseStands)
    overdue().when(promise(promised_on=day(2, 3))).then_refused(PromiseInThePast)


# Disputes


def test_a_dispute_about_everything_suspends_the_case_and_its_end_resumes_it() -> None:
    history = overdue().when(DisputeInvoice(CUSTOMER, "I-1", None, "wrong goods", "sales", day(2, 4)))
    assert history.one(CasePaused).cause == "dispute"
    history = until(day(3, 1), history, TODO)
    assert steps(history)[-1] == ("call", day(2, 3))
    solved = history.when(ResolveDispute(CUSTOMER, "I-1-D1", Decimal(0), "goods were right", "sales", day(3, 1)))
    assert solved.one(CaseResumed).cause == "dispute_resolved"
    assert solved.one(CollectionStepTaken).step == "letter_1"


def test_a_dispute_about_a_part_leaves_the_rest_pursued() -> None:
    history = overdue().when(DisputeInvoice(CUSTOMER, "I-1", Decimal(40), "damaged", "sales", day(2, 4)))
    assert not all_of(history, CasePaused)
    assert last(until(day(2, 7), history, TODO), CollectionStepTaken).overdue == 60


# Agencies and courts


def stage(way: Route, name: str, on: date = FOURTH, agency: str | None = None) -> RecordStage:
    terms = AgencyTerms(
        agency,
        standing="known to the chamber of commerce",
        commission_percent=Decimal(12) if name == "agree_commission" else None,
        collected=Decimal(0) if name == "settle" else None,
    )
    return RecordStage(CASE, CUSTOMER, way, name, "noted", "lawyer", on, terms, claim())


DELEGATED = (
    "choose_agency", "present_case", "hear_assessment", "agree_commission", "sign_mandate", "hand_over_papers",
    "progress_report", "progress_report", "settle", "close",
)  # fmt: skip


def test_the_nine_stages_of_delegation_come_in_order_and_reports_may_repeat() -> None:
    history = overdue()
    history.when(stage("delegated", "choose_agency")).then_refused(AgencyNeeded)
    history = history.when(
        *(stage("delegated", name, agency="Inkasso Ltd" if not n else None) for n, name in enumerate(DELEGATED))
    )
    assert last(history, CaseDelegated).agency == "Inkasso Ltd"
    assert [event.stage for event in all_of(history, CaseStageReached)] == list(DELEGATED)
    history.when(stage("delegated", "sign_mandate")).then_refused(StageOutOfOrder, "cannot follow close")


def test_arbitration_needs_a_clause_and_has_four_stages() -> None:
    overdue().when(stage("arbitration", "application")).then_refused(NoArbitrationClause)
    clause = SetTerms(CUSTOMER, 30, 0, Decimal(0), None, True, day(1, 1), "contract", "sales")
    history = overdue(day(2, 4), clause).when(
        *(stage("arbitration", name) for name in ("application", "tribunal", "hearing_and_award")), award(received_on=FOURTH),
        stage("arbitration", "enforcement", day(2, 6)),
    )  # fmt: skip
    assert last(history, CaseStageReached).next_stage is None
    history.when(stage("delegated", "choose_agency", agency="x")).then_refused(
        EscalationBackwards, "in arbitration already"
    )


def test_with_a_clause_in_the_contract_the_last_step_is_arbitration() -> None:
    clause = SetTerms(CUSTOMER, 30, 0, Decimal(0), None, True, day(1, 1), "contract", "sales")
    assert steps(overdue(day(12, 31), clause))[-1][0] == "arbitration"


@pytest.mark.parametrize(
    ("before", "name", "started"),
    [
        ((), "filing", {"suit_acceptance": day(2, 12)}),  # 2024-02-11 is a Sunday
        (("filing",), "preparation", {"service": day(2, 9), "trial_ordinary": day(8, 5)}),
        (("filing", "preparation"), "hearing", {}),
    ],
)
def test_the_stages_of_litigation_start_the_terms_that_the_law_gives(
    before: tuple[str, ...], name: str, started: dict[str, date]
) -> None:
    history = overdue().when(*(stage("litigation", each) for each in before)).when(stage("litigation", name))
    assert history.one(CaseStageReached).clock is None
    found = {event.clock: event.ends_on for event in history.outcome if isinstance(event, CaseClockStarted)}  # type: ignore[union-attr]
    assert found == started


def test_a_clock_that_runs_out_is_told_on_the_day_after_its_last() -> None:
    history = until(day(2, 13), overdue().when(stage("litigation", "filing")), TODO)
    assert [(e.stage, e.clock, e.ran_out_on) for e in all_of(history, CaseClockRanOut)] == [
        ("filing", "suit_acceptance", day(2, 13)),
    ]  # fmt: skip
    in_time = overdue().when(stage("litigation", "filing"), stage("litigation", "preparation", day(2, 10)))
    ran_out = all_of(until(day(2, 15), in_time, TODO), CaseClockRanOut)
    assert "suit_acceptance" not in {each.clock for each in ran_out}


def test_payment_at_any_point_closes_the_case_and_its_clocks() -> None:
    history = overdue().when(stage("litigation", "filing")).when(payment(1, 100, day(2, 6), of=1))
    assert history.one(CollectionCaseClosed).cause == "settled"
    assert not all_of(until(day(12, 31), history, TODO), CaseClockRanOut)
