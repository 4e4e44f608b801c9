"""Quarters and years, and scores per item and plant."""

from datetime import date

from contracts.supplier import GradingScheduled, SupplierGraded, SupplierGradeRestated
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.scoring.evidence import evidence_of
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.gradings import PeriodOfAnotherKind
from supplier_svc.testing import book, deliveries, grade, inspection, supplier

QUARTERS = SupplierGrading(period="quarter")


def test_a_quarter_is_graded_from_the_facts_of_its_months_when_it_is_over():
    known = supplier(under=(QUARTERS,)).when(
        *deliveries(10, "2024-04-02"), *deliveries(10, "2024-06-02"), inspection("I-1", "major", on="2024-05-12")
    )
    assert known.one(GradingScheduled).due_on == date(2024, 7, 1)
    graded = known.when(grade("2024-Q2"))
    assert (graded.one(SupplierGraded).grading.score, graded.one(SupplierGraded).ends_on) == (15, date(2024, 6, 30))
    assert graded.one(GradingScheduled).period == "2024-Q3"


def test_a_late_fact_restates_its_quarter():
    known = supplier(under=(QUARTERS,)).when(*deliveries(20, "2024-04-02"), grade("2024-Q2"))
    assert known.when(inspection("I-1", "major", on="2024-06-30")).one(SupplierGradeRestated).period == "2024-Q2"


def test_a_quarter_or_a_year_graded_by_hand_is_refused_while_months_are_graded():
    """Otherwise it would decide in place of the months: of two periods that end on the same day, the longer or later one counts."""
    known = supplier().when(*deliveries(10, "2024-04-02"), grade("2024-04"))
    known.when(grade("2024-Q2")).then_refused(
        PeriodOfAnotherKind, "The policy in force on 2024-06-30 grades months; 2024-Q2 is none."
    )
    known.when(grade("2024")).then_refused(PeriodOfAnotherKind, "grades months; 2024 is none.")
    supplier(under=(QUARTERS,)).when(*deliveries(10, "2024-04-02"), grade("2024-04")).then_refused(
        PeriodOfAnotherKind, "grades quarters; 2024-04 is none."
    )


def test_a_quarter_that_was_scheduled_before_the_policy_changed_to_months_is_graded_all_the_same():
    scheduled = supplier(under=(QUARTERS,)).when(*deliveries(10, "2024-04-02")).facts
    assert supplier(*scheduled).when(grade("2024-Q2")).one(SupplierGraded).period == "2024-Q2"


def test_both_the_month_and_the_year_of_an_old_log_that_hold_a_late_fact_are_restated():
    yearly = SupplierGrading(period="year", annual=None)
    old = supplier(under=(yearly,)).when(*deliveries(10, "2024-04-02"), grade("2024")).facts
    known = supplier(*old).when(grade("2024-04"))
    known.when(grade("2024")).then()
    late = known.when(inspection("I-1", "critical", on="2024-04-12"))
    assert [each.period for each in late.all_of(SupplierGradeRestated)] == ["2024", "2024-04"]


def test_evidence_can_be_asked_of_one_item_and_one_plant():
    known = supplier().when(
        *deliveries(10, item_id="bolt", plant_id="north"),
        *deliveries(5, "2024-05-11", item_id="nut", plant_id="south"),
        inspection("I-1", "major", item_id="bolt", plant_id="north"),
        inspection("I-2", "minor", item_id="nut", plant_id="south"),
    )
    tallies = known.state.facts.of(Period(2024, 5))
    assert [(e.lots, e.points, e.rejected_lots) for e in (
        evidence_of(tallies), evidence_of(tallies, item_id="nut"), evidence_of(tallies, plant_id="north"),
        evidence_of(tallies, item_id="nut", plant_id="north"),
    )] == [(15, 4, 2), (5, 1, 1), (10, 3, 1), (0, 0, 0)]  # fmt: skip


def test_a_rejected_lot_counts_only_when_the_supplier_answers_for_it():
    known = supplier().when(
        *deliveries(10), inspection("I-1", "major own", lot_id="L-1"), inspection("I-2", "major", lot_id="L-2")
    )
    assert evidence_of(known.state.facts.of(Period(2024, 5))).rejected_lots == 1


def test_the_default_book_grades_months_by_points():
    assert book().at(SupplierGrading, date(2024, 5, 31)).document.composite is None
