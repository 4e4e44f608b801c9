"""A case follows the oldest item that is still open: steps are taken back, a way is asked for, started, postponed, and over."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.policies import PolicyBook
from chassis.testing import Given, replay
from contracts.credit import (
    CaseClockRanOut,
    CaseStageReached,
    CaseWayAnswered,
    CaseWayAsked,
    CaseWayEnded,
    CaseWayUnanswered,
    CollectionCaseClosed,
    CollectionStepTaken,
    CollectionStepWithdrawn,
    CreditLimitSet,
    DeliveriesResumed,
    DeliveriesStopped,
    OrderCreditApproved,
    OrderCreditHeld,
    ReviewDue,
    WriteOffProposed,
)
from credit_svc.account.cases import PauseCase
from credit_svc.account.decision import AccountDecision, Command
from credit_svc.account.delegation import AgencyNeeded, AgencyTerms
from credit_svc.account.disputes import DisputeInvoice, ResolveDispute
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.stages import RecordStage
from credit_svc.account.state import evolve
from credit_svc.account.way_answers import AnswerWay, DayNeeded, NoWayAsked, PostponedTooLong, PostponedTwice
from credit_svc.account.ways import court_of, end_way
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.policies.cases import CasePolicy
from credit_svc.policies.collection import SEVERITY, CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.read_models import collection_case
from credit_svc.testing import CUSTOMER, account, all_of, credit_note, invoice, last, payment, under, until
from credit_svc.timers import behaviour_due, invoice_due, stage_due, step_due, way_due

from .courts import claim

CASE = "C-1-1"
AGENCY = AgencyTerms("Inkasso Ltd", standing="known to the chamber of commerce")
TODO: tuple[Any, ...] = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO, stage_due.TODO, way_due.TODO)
F1_DUE, F2_DUE, PAID_ON = date(2024, 6, 1), date(2024, 11, 11), date(2024, 12, 20)


def patient() -> PolicyBook:
    """Policies under which only the case holds an order: the class and the days past due hold none."""
    return under(
        CreditPolicy(stop_behaviour=(), stop_after_days=1000, stop_after_days_by_class={}),
        ClassPolicy(bad_after_days=1000),
    )


def at_litigation(on: date = PAID_ON) -> Given:
    """F-1 since June and F-2 since November, both unpaid until a day."""
    return until(on, account(invoice(1, 1000, F1_DUE), invoice(2, 500, F2_DUE), book=patient()), TODO)


def paid(history: Given, number: int, on: date = PAID_ON) -> Given:
    return history.when(payment(number, 1000 if number == 1 else 500, on, of=number))


def steps(history: Given) -> list[tuple[str, date]]:
    return [(each.step, each.taken_on) for each in all_of(history, CollectionStepTaken)]


def row(history: Given) -> Any:
    return list(replay(collection_case.MODEL, history.facts).values())[-1]


def order(number: int, on: date) -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, Decimal(10), "EUR")


def stage(way: Any, name: str, on: date, items: tuple[str, ...] | None = None) -> RecordStage:
    return RecordStage(CASE, CUSTOMER, way, name, "noted", "lawyer", on, AGENCY, claim(*(items or ())))


# Steps


def test_back_to_visit() -> None:
    history = at_litigation()
    assert steps(history)[-1] == ("litigation", date(2024, 11, 28))
    back = paid(history, 1)
    withdrawn = back.one(CollectionStepWithdrawn)
    assert (withdrawn.from_step, withdrawn.to_step, withdrawn.because) == ("litigation", "visit", "settled")
    assert (withdrawn.oldest_invoice_id, withdrawn.days_past_due) == ("I-2", 39)
    assert (withdrawn.next_step, withdrawn.next_step_on) == ("stop_supply", date(2024, 12, 26))
    january = until(date(2025, 1, 1), back, TODO)
    assert steps(january)[-1] == ("stop_supply", date(2024, 12, 26))
    assert (row(january).current_step, row(january).highest_step) == ("stop_supply", "litigation")
    assert [each["to_step"] for each in row(january).withdrawals] == ["visit"]


def test_the_steps_stay_in_the_history_and_are_taken_again_for_the_younger_item() -> None:
    history = until(date(2025, 12, 31), paid(at_litigation(), 1), TODO)
    again = [each.step for each in all_of(history, CollectionStepTaken) if each.oldest_invoice_id == "I-2"]
    assert again == ["stop_supply", "cancel_limit", "delegate", "litigation"]


def test_a_payment_told_late_takes_back_as_one_told_in_time() -> None:
    in_time = until(date(2025, 1, 1), paid(at_litigation(), 1), TODO)
    told_late = until(date(2025, 1, 1), paid(at_litigation(date(2025, 1, 1)), 1), TODO)
    assert steps(told_late) == steps(in_time)
    assert row(told_late).current_step == row(in_time).current_step


@pytest.mark.parametrize("way_out", ["credited", "written_off"])
def test_a_credit_note_and_a_write_off_take_steps_back_too(way_out: str) -> None:
    history = at_litigation()
    commands: tuple[Command, ...] = (credit_note(1, 1000, PAID_ON, of=1),)
    if way_out == "written_off":
        commands = (
            ProposeWriteOff(CUSTOMER, "I-1", "wound up", "collector", PAID_ON),
            ApproveWriteOff(CUSTOMER, "I-1", "head", PAID_ON),
        )
    withdrawn = history.when(*commands).one(CollectionStepWithdrawn)
    assert (withdrawn.because, withdrawn.to_step) == (way_out, "visit")


def test_no_yo_yo() -> None:
    """A dispute takes nothing back, nor does its end; neither do a pause and a part payment."""
    history = at_litigation()
    disputed = history.when(DisputeInvoice(CUSTOMER, "I-1", None, "wrong goods", "sales", PAID_ON))
    assert not all_of(disputed, CollectionStepWithdrawn)
    resolved = disputed.when(ResolveDispute(CUSTOMER, "I-1-D1", Decimal(0), "goods were right", "sales", PAID_ON))
    part = history.when(payment(1, 900, PAID_ON, of=1))
    waiting = history.when(PauseCase(CASE, CUSTOMER, date(2025, 1, 10), "on leave", "collector", PAID_ON))
    for each in (disputed, resolved, part, waiting):
        assert not all_of(each, CollectionStepWithdrawn)
        assert row(each).current_step == "litigation"
    conceded = disputed.when(ResolveDispute(CUSTOMER, "I-1-D1", Decimal(1000), "goods were wrong", "sales", PAID_ON))
    assert last(conceded, CollectionStepWithdrawn).to_step == "visit"


def test_what_is_paid_during_a_pause_takes_the_step_back_and_the_pause_goes_on() -> None:
    history = at_litigation().when(PauseCase(CASE, CUSTOMER, date(2025, 1, 10), "on leave", "collector", PAID_ON))
    back = paid(history, 1)
    assert back.one(CollectionStepWithdrawn).next_step_on == date(2025, 1, 10)
    assert steps(until(date(2025, 1, 9), back, TODO)) == steps(history)
    assert steps(until(date(2025, 1, 10), back, TODO))[-1] == ("stop_supply", date(2025, 1, 10))


def test_orders_are_held_no_more_and_deliveries_resume() -> None:
    """F-2 is five days late when F-1 is paid: it deserves the call, which holds nothing."""
    paid_on = date(2024, 11, 16)
    history = at_litigation(paid_on).when(
        SetCreditLimit(CUSTOMER, Decimal(5000), "EUR", paid_on, "agreed", "head", paid_on)
    )
    held = history.when(order(1, paid_on))
    assert "since the collection step" in held.one(OrderCreditHeld).reason
    back = paid(held, 1, paid_on)
    assert back.one(CollectionStepWithdrawn).to_step == "call"
    assert back.one(DeliveriesResumed).because == "Invoice I-1 is not overdue any more, the case is back at call."
    assert back.one(OrderCreditApproved).after_hold


def test_deliveries_stay_stopped_for_another_reason() -> None:
    history = at_litigation().when(SetCreditLimit(CUSTOMER, Decimal(100), "EUR", PAID_ON, "small", "head", PAID_ON))
    back = paid(history, 1)
    assert "is over the limit of 100.00 EUR" in back.one(DeliveriesStopped).because
    assert not all_of(back, DeliveriesResumed)


def test_limit_stays_cancelled() -> None:
    back = paid(at_litigation(), 1)
    due = back.one(ReviewDue)
    assert due.cause == "step_withdrawn"
    assert due.detail == (
        "Invoice I-1 is not overdue any more, the case is back at visit. The limit stays cancelled until a person sets one."
    )
    assert last(back, CreditLimitSet).limit == 0


def test_a_policy_may_leave_the_steps_where_they_are() -> None:
    book = under(CasePolicy(withdraws_steps=False))
    history = until(PAID_ON, account(invoice(1, 1000, F1_DUE), invoice(2, 500, F2_DUE), book=book), TODO)
    assert not all_of(paid(history, 1), CollectionStepWithdrawn)


DUE = st.integers(0, 60).map(lambda days: date(2024, 1, 1) + timedelta(days=days))
MOVES = st.lists(
    st.one_of(
        st.builds(invoice, st.integers(1, 4), st.just(100), DUE),
        st.builds(payment, st.integers(1, 6), st.sampled_from([40, 100, 150]), DUE, st.integers(1, 4)),
        st.builds(credit_note, st.integers(1, 3), st.just(100), DUE, st.integers(1, 4)),
        DUE,
    ),
    max_size=10,
)


@settings(max_examples=100, deadline=None)
@for_all(MOVES, st.sampled_from(["sequential", "straight"]))
def test_a_step_is_taken_once_for_an_oldest_item_and_one_a_day_and_none_stands_that_none_deserves(
    moves: list[Any], pace: Any
) -> None:
    history = account(book=under(CollectionPolicy(pace=pace)))
    for move in [*moves, date(2024, 4, 1)]:
        history = until(move, history, TODO) if isinstance(move, date) else history.when(move)
        taken = all_of(history, CollectionStepTaken)
        once = [(each.case_id, each.step, each.oldest_invoice_id) for each in taken]
        days = [(each.case_id, each.taken_on) for each in taken]
        assert len(set(once)) == len(once)
        assert len(set(days)) == len(days)
        case = history.state.case
        if case is not None and case.current is not None:
            assert case.stands_for in history.state.overdue or _is_deserved(history)
        assert (case is None) == (not history.state.overdue)


def _is_deserved(history: Given) -> bool:
    """By the days past due of the oldest open item on the day of the last step, or later."""
    state, case = history.state, history.state.case
    oldest = min(state.ledger("EUR").invoices[i].due_on for i in state.overdue)
    rungs = history.book.at(CollectionPolicy, case.last_on).document.rungs_of(case.strategy, None)
    days = max(state.latest, case.last_on) - oldest
    return any(SEVERITY[rung.step] >= SEVERITY[case.current] and rung.after_days <= days.days for rung in rungs)


# Ways


def test_way_stays() -> None:
    filed = at_litigation().when(stage("litigation", "filing", PAID_ON))
    assert {each.invoice_id: each.amount for each in filed.one(CaseStageReached).items} == {"I-1": 1000, "I-2": 500}
    first = paid(filed, 1)
    assert not all_of(first, CollectionStepWithdrawn)
    assert first.state.case.way == row(first).way == "litigation"
    second = paid(first, 2)
    assert (second.one(CaseWayEnded).because, second.one(CaseWayEnded).way) == ("settled", "litigation")
    assert second.one(CollectionCaseClosed).cause == "settled"


def test_a_way_is_over_with_what_was_given_to_it_and_the_step_counts_again() -> None:
    filed = at_litigation().when(stage("litigation", "filing", PAID_ON, ("I-1",)))
    back = paid(filed, 1)
    assert back.one(CaseWayEnded).because == "settled"
    assert back.one(CollectionStepWithdrawn).to_step == "visit"
    assert (row(back).way, row(back).ended_ways[0]["because"]) == (None, "settled")
    assert not all_of(until(date(2025, 2, 1), back, TODO), CaseClockRanOut)


def test_a_way_of_an_old_log_that_does_not_say_what_was_given_lasts_as_long_as_its_case() -> None:
    filed = at_litigation().when(stage("litigation", "filing", PAID_ON))
    old = tuple(
        each.model_copy(update={"items": ()}) if isinstance(each, CaseStageReached) else each for each in filed.facts
    )
    closed = paid(paid(replace(filed, facts=old), 1), 2)
    assert not all_of(closed, CaseWayEnded)
    assert closed.one(CollectionCaseClosed).cause == "settled"


def test_a_way_is_over_by_its_result_once() -> None:
    filed = at_litigation().when(stage("litigation", "filing", PAID_ON))
    decision = AccountDecision(CUSTOMER, filed.state, filed.book, evolve)
    end_way(decision, "result", PAID_ON)
    end_way(decision, "result", PAID_ON)
    (ended,) = (each for each in decision.events if isinstance(each, CaseWayEnded))
    assert (ended.because, ended.ended_on) == ("result", PAID_ON)
    assert court_of(decision, PAID_ON) == "litigation"


def answer(what: Any, on: date, until_day: date | None = None, agency: str | None = None) -> AnswerWay:
    terms = AgencyTerms() if agency is None else replace(AGENCY, agency=agency)
    return AnswerWay(CASE, CUSTOMER, what, "as decided", "manager", on, until_day, terms)


def at_delegate() -> Given:
    """Delegation deserved on the 30th of August, 90 days past due."""
    return until(date(2024, 8, 30), account(invoice(1, 1000, F1_DUE), book=patient()), TODO)


def test_a_step_that_names_a_way_asks_a_person() -> None:
    history = at_delegate()
    request = last(history, CaseWayAsked)
    assert (request.way, request.step, request.amount) == ("delegated", "delegate", 1000)
    assert (request.requested_on, request.answer_by) == (date(2024, 8, 30), date(2024, 9, 9))
    assert row(history).way_asked
    unanswered = until(date(2024, 9, 9), history, TODO)
    assert last(unanswered, CaseWayUnanswered).unanswered_on == date(2024, 9, 9)
    assert row(unanswered).way_question["status"] == "unanswered"
    later = until(date(2024, 12, 31), unanswered, TODO)
    assert [each.way for each in all_of(later, CaseWayAsked)] == ["delegated", "litigation"]
    assert len(all_of(later, CaseWayUnanswered)) == 2


def test_asked_and_postponed() -> None:
    asked_again = at_delegate()
    for day in (date(2024, 8, 31), date(2024, 9, 25)):
        postponed = asked_again.when(
            answer("postpone", day, date(2024, 9, 20) if day.month == 8 else date(2024, 10, 10))
        )
        assert postponed.one(CaseWayAnswered).answer == "postpone"
        assert row(postponed).way_question["status"] == "postponed"
        asked_again = until(postponed.one(CaseWayAnswered).until, postponed, TODO)
        assert last(asked_again, CaseWayAsked).requested_on == postponed.one(CaseWayAnswered).until
    third = answer("postpone", date(2024, 10, 11), date(2024, 10, 20))
    asked_again.when(third).then_refused(PostponedTwice, "It was postponed twice; start it or propose to write it off.")
    started = asked_again.when(answer("start", date(2024, 10, 11), agency="Inkasso Ltd"))
    assert started.one(CaseStageReached).stage == "choose_agency"
    assert not row(started).way_asked


def test_what_an_answer_lacks_is_said() -> None:
    history = at_delegate()
    on = date(2024, 8, 31)
    history.when(answer("postpone", on)).then_refused(DayNeeded)
    history.when(answer("postpone", on, date(2024, 10, 1))).then_refused(PostponedTooLong, "30 days at most")
    history.when(answer("start", on)).then_refused(AgencyNeeded)
    given_up = history.when(answer("write_off", on))
    assert given_up.one(WriteOffProposed).proposed_by == "manager"
    given_up.when(answer("write_off", on)).then_refused(NoWayAsked)


def test_a_case_that_closes_or_falls_back_ends_the_question() -> None:
    history = until(
        date(2024, 8, 30), account(invoice(1, 1000, F1_DUE), invoice(2, 500, date(2024, 8, 1)), book=patient()), TODO
    )
    back = paid(history, 1, date(2024, 8, 31))
    assert back.one(CollectionStepWithdrawn).from_step == "delegate"
    assert not row(back).way_asked
    closed = paid(back, 2, date(2024, 8, 31))
    assert not all_of(until(date(2024, 12, 31), closed, TODO), CaseWayUnanswered)
