"""A period that is restated to a C or D: who is called to answer, by when, and what becomes of it."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from chassis.policies import PolicyBook
from chassis.testing import replay
from chassis.testing.replay import envelope
from chassis.timers import TimerContext
from contracts.supplier import (
    ImprovementDue,
    ImprovementMissed,
    ImprovementRecorded,
    OnboardingFile,
    SupplierEliminated,
)
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.supplier.improvements import CallForImprovement, JudgeImprovement, RecordImprovement
from supplier_svc.supplier.onboarding import AdoptSupplier
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.testing import grade, inspection, supplier
from supplier_svc.timers import improvement_call_due

GRADED_A = (inspection("I-1", "minor"), grade("2024-05"))
CALLED = date(2024, 8, 14)


def late(criticals: int):
    return inspection("I-late", *["critical"] * criticals, on="2024-05-20")


def call(called_on: date = CALLED) -> CallForImprovement:
    return CallForImprovement("S-1", "2024-05", called_on)


def rows(known):
    at = datetime(2024, 8, 14, 9, tzinfo=UTC)
    return replay(
        improvement_call_due.TODO, [(each, envelope(n, at=at)) for n, each in enumerate(known.facts, start=1)]
    )


def waiting(known):
    return [row for row in rows(known).values() if row.due_at is not None]


@pytest.mark.parametrize(
    ("called_on", "due_on"),
    [
        (date(2024, 8, 9), date(2024, 8, 10)),
        (date(2024, 8, 10), date(2024, 9, 10)),
        (date(2024, 12, 14), date(2025, 1, 10)),
    ],
)
def test_a_period_restated_to_d_is_answered_by_the_next_10th_after_it_was_called(called_on: date, due_on: date):
    due = supplier().when(*GRADED_A).when(late(7)).when(call(called_on)).one(ImprovementDue)
    assert (due.kind, due.grade, due.due_on) == ("improvement", "D", due_on)
    assert due.summary == f"2024-05 was restated to D: orders are reduced or stopped, improve by {due_on}."


def test_a_period_restated_to_c_calls_for_a_report_on_site_on_the_day_of_the_policy():
    known = supplier(under=(SupplierMovement(answer_due_day=20),)).when(*GRADED_A).when(late(4))
    due = known.when(call()).one(ImprovementDue)
    assert (due.kind, due.due_on) == ("on_site_report", date(2024, 8, 20))


def test_a_restatement_is_on_the_list_until_it_was_called_for_and_calling_twice_is_calling_once():
    restated = supplier().when(*GRADED_A).when(late(7))
    [row] = waiting(restated)
    assert row.due_at == datetime(2024, 8, 15, tzinfo=UTC)
    context = TimerContext(datetime(2024, 8, 15, 0, 1, tzinfo=UTC), PolicyBook.of(()), lambda _: None)
    [caused] = asyncio.run(improvement_call_due.call([row], context))
    assert caused.command == call(date(2024, 8, 15))
    called = restated.when(caused.command)
    assert waiting(called) == []
    called.when(caused.command).then()


def test_a_restatement_of_an_older_period_only_stands_in_the_list():
    known = supplier().when(*GRADED_A, inspection("I-6", "minor", on="2024-06-12"), grade("2024-06")).when(late(7))
    assert waiting(known) == []
    known.when(call()).then()


def test_a_later_grading_takes_the_place_of_a_call_that_was_not_made_yet():
    known = supplier().when(*GRADED_A).when(late(7)).when(inspection("I-6", "minor", on="2024-06-12"), grade("2024-06"))
    assert waiting(known) == []
    known.when(call()).then()


def test_a_restatement_to_a_b_calls_for_nothing():
    known = supplier().when(*GRADED_A).when(late(2))
    assert waiting(known) == []
    known.when(call()).then()


def test_a_restatement_that_was_taken_back_before_the_call_calls_for_nothing():
    known = supplier().when(*GRADED_A).when(late(4))
    back = known.when(*[DecideResponsibility("S-1", f"I-late:{n}", "own") for n in (1, 2, 3)])
    assert waiting(known)
    assert waiting(back) == []
    back.when(call()).then()


def test_a_c_that_was_answered_and_becomes_a_d_is_to_be_answered_anew():
    answered = RecordImprovement("S-1", "2024-05", date(2024, 6, 8), "li.na", "report on site accepted")
    known = supplier().when(inspection("I-1", *["critical"] * 4), grade("2024-05"), answered).when(late(3))
    assert [row.owed for row in waiting(known)] == ["C"]
    assert known.when(call()).one(ImprovementDue).kind == "improvement"


def test_a_d_that_only_got_worse_is_not_called_for_twice():
    known = supplier().when(inspection("I-1", *["critical"] * 7), grade("2024-05")).when(late(1))
    assert waiting(known) == []
    known.when(call()).then()


def test_a_restated_d_that_is_not_improved_by_its_day_eliminates_and_one_that_is_does_not():
    adopted = AdoptSupplier("S-1", OnboardingFile(name="Reddoit"), date(2023, 1, 1), "chen", "traded since 2015")
    known = supplier().when(adopted, *GRADED_A).when(late(7)).when(call())
    judged = JudgeImprovement("S-1", "2024-05")
    missed = known.when(judged).then(ImprovementMissed, SupplierEliminated)
    assert missed.one(SupplierEliminated).eliminated_on == date(2024, 9, 10)
    improved = known.when(RecordImprovement("S-1", "2024-05", date(2024, 9, 2), "li.na", "new tool"))
    improved.then(ImprovementRecorded)
    improved.when(judged).then()
