"""Movement between grades: preferred sources, falling scores, answers that are owed, elimination."""

from datetime import date
from decimal import Decimal

from chassis.policies import PolicyVersion
from contracts.supplier import (
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    ImprovementDue,
    ImprovementMissed,
    ImprovementRecorded,
    ImprovementWaived,
    OnboardingFile,
    PenaltyCharged,
    PreferredSourceEnded,
    PreferredSourceNamed,
    RewardGranted,
    ScoreFalling,
    SupplierEliminated,
    SupplierGraded,
    SupplierGradeRestated,
    SupplierShadowGraded,
)
from supplier_svc.policies.gradings import SupplierGrading, Thresholds
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.supplier.improvements import JudgeImprovement, NothingOwed, RecordImprovement
from supplier_svc.supplier.onboarding import AdoptSupplier
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.testing import book, grade, inspection, supplier

BAD = ["critical"] * 7  # 35 points: a D


def months(*points: int):
    """From January 2024 on, a month with so many points each (minor defects), and graded."""
    for month, number in enumerate(points, start=1):
        yield inspection(f"I-{month}", *["minor"] * number, on=f"2024-{month:02}-12")
        yield grade(f"2024-{month:02}")


def approved() -> AdoptSupplier:
    return AdoptSupplier("S-1", OnboardingFile(name="Reddoit"), date(2023, 1, 1), "chen", "traded since 2015")


def test_an_a_three_periods_running_names_a_preferred_source_and_rewards_it():
    outcome = supplier().when(*months(2, 3)).when(*months(2, 3, 1))
    assert outcome.one(PreferredSourceNamed).a_running == 3
    assert outcome.one(RewardGranted).kind == "preferred_source"
    assert supplier().when(*months(2, 3, 1, 1)).all_of(PreferredSourceNamed) == outcome.all_of(PreferredSourceNamed)


def test_a_preferred_source_that_is_no_a_any_more_ends_being_one():
    ended = supplier().when(*months(1, 1, 1, 8)).one(PreferredSourceEnded)
    assert (ended.period, ended.grade) == ("2024-04", "B")


def test_a_period_without_enough_evidence_does_not_break_the_row():
    commands = [*months(1, 1)]
    later = [inspection("I-4", "minor", on="2024-04-12"), grade("2024-04")]
    assert supplier().when(*commands, grade("2024-03"), *later).one(PreferredSourceNamed).period == "2024-04"


def test_a_c_once_calls_for_a_report_on_site_by_the_10th_of_the_next_month():
    due = supplier().when(*months(20)).one(ImprovementDue)
    assert (due.kind, due.due_on) == ("on_site_report", date(2024, 2, 10))


def test_a_d_once_stops_orders_and_calls_for_improvement_by_the_next_10th():
    outcome = supplier().when(inspection("I-1", *BAD), grade("2024-05"))
    assert (outcome.one(ImprovementDue).kind, outcome.one(ImprovementDue).due_on) == ("improvement", date(2024, 6, 10))
    assert outcome.one(PenaltyCharged).kind == "orders_stopped"


def test_a_d_that_is_not_improved_by_the_day_eliminates_an_approved_supplier_for_twelve_months():
    known = supplier().when(approved(), inspection("I-1", *BAD), grade("2024-05"))
    outcome = known.when(JudgeImprovement("S-1", "2024-05")).then(ImprovementMissed, SupplierEliminated)
    eliminated = outcome.one(SupplierEliminated)
    assert (eliminated.eliminated_on, eliminated.reentry_from) == (date(2024, 6, 10), date(2025, 6, 10))
    outcome.when(JudgeImprovement("S-1", "2024-05")).then()


def test_a_d_that_was_improved_eliminates_nobody():
    improved = RecordImprovement("S-1", "2024-05", date(2024, 6, 8), "li.na", "new tool, 200 parts measured")
    known = supplier().when(approved(), inspection("I-1", *BAD), grade("2024-05"))
    known.when(improved).then(ImprovementRecorded)
    known.when(improved).when(JudgeImprovement("S-1", "2024-05")).then()


def test_a_d_restated_to_a_better_grade_owes_nothing_and_its_corrective_action_is_withdrawn():
    known = supplier().when(inspection("I-1", *["critical"] * 4, "critical undetermined"), grade("2024-05"))
    worse = known.when(DecideResponsibility("S-1", "I-1:5", "supplier"))
    assert worse.one(SupplierGradeRestated).after.grade == "C"
    back = known
    for number in range(1, 5):
        back = back.when(DecideResponsibility("S-1", f"I-1:{number}", "own"))
        if number == 1:
            assert back.one(SupplierGradeRestated).after.grade == "B"
            assert back.one(ImprovementWaived).period == "2024-05"
            closed = {each.action_id: each.outcome for each in back.all_of(CorrectiveActionClosed)}
            assert closed == {"CA-I-1:1": "withdrawn", "CA-S-1-2024-05": "withdrawn"}


def test_nothing_owed_is_refused():
    supplier().when(*months(1)).when(
        RecordImprovement("S-1", "2024-01", date(2024, 2, 1), "li", "thanks")
    ).then_refused(NothingOwed, "owes no report or improvement for 2024-01")


def test_a_score_falling_three_periods_calls_for_a_report_and_five_cost_a_grade():
    outcome = supplier().when(*months(0, 1, 2, 3, 4, 5))
    assert [(each.falls_running, each.consequence) for each in outcome.all_of(ScoreFalling)] == [
        (3, "improvement_report"),
        (5, "grade_down"),
    ]
    last = outcome.all_of(SupplierGraded)[-1]
    assert (last.grading.grade, last.movement.grade, last.standing) == ("A", "B", "B")
    assert last.movement.summary == "The score got worse 5 periods in a row, which costs a grade."
    assert outcome.all_of(ScoreFalling)[0].scores == (0, 1, 2, 3)


def test_an_earlier_period_restated_moves_the_later_ones_that_hung_on_it():
    known = supplier().when(*months(0, 1, 2, 3, 4, 5))
    late = known.when(inspection("I-late", *["minor"] * 9, on="2024-03-20"))
    restated = {
        each.period: (each.before.grade, each.after.grade, each.movement.grade)
        for each in late.all_of(SupplierGradeRestated)
    }
    assert restated == {"2024-03": ("A", "B", "B"), "2024-06": ("A", "A", "A")}
    assert late.state.gradings.standing == "A"


def test_movement_is_a_policy():
    twice = SupplierMovement(preferred_after_a=2)
    assert supplier(under=(twice,)).when(*months(1, 1)).one(PreferredSourceNamed).a_running == 2


def test_a_c_or_d_grade_and_a_critical_defect_open_a_corrective_action():
    outcome = supplier().when(inspection("I-1", "critical", *["major"] * 5), grade("2024-05"))
    opened = {each.action_id: (each.cause, each.opened_on) for each in outcome.all_of(CorrectiveActionOpened)}
    assert opened == {
        "CA-I-1:1": ("nonconformance", date(2024, 5, 12)),
        "CA-S-1-2024-05": ("grade", date(2024, 6, 1)),
    }


def test_a_candidate_beside_the_live_policy_says_what_it_would_have_graded_and_decides_nothing():
    strict = SupplierGrading(
        absolute_points=Thresholds(a_at_most=Decimal(1), b_at_most=Decimal(2), c_at_most=Decimal(3))
    )
    policies = book()
    beside = type(policies)(policies.kinds, policies.versions, {strict.NAME: PolicyVersion(7, date.min, strict)})
    known = type(supplier())(supplier().decider, beside).when(inspection("I-1", "minor", "major"))
    graded = known.when(grade("2024-05"))
    shadow = graded.one(SupplierShadowGraded)
    assert (shadow.live_grade, shadow.grading.grade, shadow.shadow, graded.one(SupplierGraded).standing) == (
        "A",
        "D",
        7,
        "A",
    )
