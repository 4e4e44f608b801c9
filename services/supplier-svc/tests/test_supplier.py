"""A supplier: facts, gradings, restatements and the standing, as business sentences."""

from datetime import date

import pytest

from chassis.testing import given
from contracts.supplier import (
    DeliveryRecorded,
    GradingScheduled,
    InspectionRecorded,
    NonconformanceRecorded,
    PolicyPublished,
    ResponsibilityDecided,
    SupplierGraded,
    SupplierGradeRestated,
)
from supplier_svc.scoring.period import Period
from supplier_svc.service import SERVICE
from supplier_svc.supplier import DECIDER
from supplier_svc.supplier.facts import DateImplausible
from supplier_svc.supplier.gradings import GradeSupplier, SupplierInactive, SupplierUnknown
from supplier_svc.supplier.responsibility import DecideResponsibility, NonconformanceUnknown
from supplier_svc.testing import deliveries, delivery, grade, inspection, supplier

WORKED_EXAMPLE = ["critical"] * 2 + ["major"] * 4 + ["minor"] * 7


def scheduled(period: str, due_on: str) -> GradingScheduled:
    return GradingScheduled(supplier_id="S-1", period=period, due_on=date.fromisoformat(due_on))


# --- facts


def test_the_first_delivery_puts_its_month_on_the_to_do_list():
    outcome = supplier().when(delivery(on="2024-05-10")).then(DeliveryRecorded, GradingScheduled)
    assert outcome.one(GradingScheduled) == scheduled("2024-05", "2024-06-01")


def test_a_second_fact_of_the_month_schedules_nothing_more():
    supplier().when(delivery("D-1")).when(delivery("D-2"), inspection("I-1")).then(DeliveryRecorded, InspectionRecorded)


def test_the_grading_of_december_is_due_in_the_new_year():
    outcome = supplier().when(delivery(on="2024-12-31"))
    assert outcome.one(GradingScheduled) == scheduled("2024-12", "2025-01-01")


def test_a_delivery_reported_twice_is_one_lot():
    supplier().when(delivery("D-1")).when(delivery("D-1")).then()


def test_an_inspection_reported_twice_is_one_inspection():
    supplier().when(inspection("I-1", "major")).when(inspection("I-1", "major")).then()


@pytest.mark.parametrize(("promised", "days_late"), [("2024-05-07", 3), ("2024-05-10", 0), ("2024-05-20", 0)])
def test_a_delivery_is_late_by_the_days_after_its_promise(promised, days_late):
    outcome = supplier().when(delivery(on="2024-05-10", promised=promised))
    assert outcome.one(DeliveryRecorded).days_late == days_late


def test_each_defect_of_an_inspection_is_a_nonconformance_with_its_points():
    outcome = supplier().when(inspection("I-1", "critical", "major own", "minor"))
    recorded = [event for event in outcome.outcome if isinstance(event, NonconformanceRecorded)]
    assert [(each.nonconformance_id, each.points) for each in recorded] == [("I-1:1", 5), ("I-1:2", 0), ("I-1:3", 1)]


def test_an_inspection_id_as_long_as_ids_may_be_can_have_defects():
    supplier().when(inspection("I" * 100, "minor")).then(InspectionRecorded, NonconformanceRecorded, GradingScheduled)


@pytest.mark.parametrize("day", ["0204-05-10", "9999-12-31"])
def test_a_date_that_cannot_be_is_refused_with_what_to_do(day):
    supplier().when(delivery("D-7", on=day)).then_refused(DateImplausible, f"Delivery D-7 is dated {day}")
    supplier().when(inspection("I-7", on=day)).then_refused(DateImplausible, "Correct the date and send it again")


@pytest.mark.parametrize("promised", ["1900-01-01", "1969-12-31", "2100-01-01", "2999-12-31"])
def test_a_promised_day_outside_the_plausible_range_is_refused_as_a_received_one_is(promised):
    refused = supplier().when(delivery("D-7", promised=promised))
    refused.then_refused(DateImplausible, f"The promise of delivery D-7 is dated {promised}")
    refused.then_refused(DateImplausible, "not between 1970-01-01 and 2099-12-31")


# --- grading


def test_two_critical_four_major_and_seven_minor_are_29_points_and_a_c():
    graded = supplier().when(inspection("I-1", *WORKED_EXAMPLE)).when(grade("2024-05")).one(SupplierGraded)
    assert (graded.grading.score, graded.grading.grade, graded.standing) == (29, "C", "C")
    assert (graded.starts_on, graded.ends_on) == (date(2024, 5, 1), date(2024, 5, 31))
    assert graded.previous_standing is None


def test_an_inspection_without_a_delivery_reports_no_lot_so_the_points_themselves_count():
    graded = supplier().when(inspection("I-1", "critical", "minor")).when(grade("2024-05")).one(SupplierGraded)
    assert (graded.grading.basis, graded.grading.score, graded.grading.grade) == ("absolute_points", 6, "B")


def test_lots_received_in_the_month_make_the_points_count_per_100():
    known = supplier().when(*deliveries(50, on="2024-05-02"), inspection("I-1", "critical", "minor"))
    graded = known.when(grade("2024-05")).one(SupplierGraded)
    assert (graded.grading.basis, graded.grading.score, graded.grading.grade) == ("points_per_100_lots", 12, "B")


def test_a_month_graded_twice_stays_as_it_is():
    supplier().when(delivery(), grade("2024-05")).when(grade("2024-05")).then()


def test_grading_a_month_puts_the_next_month_on_the_to_do_list():
    outcome = supplier().when(delivery(on="2024-05-10")).when(grade("2024-05")).then(SupplierGraded, GradingScheduled)
    assert outcome.one(GradingScheduled) == scheduled("2024-06", "2024-07-01")


def test_a_month_without_any_fact_is_insufficient_and_the_standing_stays():
    known = supplier().when(inspection("I-1", *WORKED_EXAMPLE), grade("2024-05")).when(grade("2024-06"))
    graded = known.one(SupplierGraded)
    assert (graded.grading.grade, graded.standing, graded.previous_standing) == ("insufficient", "C", "C")


def test_a_month_in_which_inspections_found_nothing_is_an_a():
    known = supplier().when(inspection("I-1", *WORKED_EXAMPLE), grade("2024-05"), inspection("I-2", on="2024-06-10"))
    graded = known.when(grade("2024-06")).one(SupplierGraded)
    assert (graded.grading.score, graded.grading.grade, graded.standing) == (0, "A", "A")


def test_too_few_lots_keep_the_standing():
    known = supplier().when(
        *deliveries(20, "2024-05-02"), inspection("I-1", "major", on="2024-05-03"), grade("2024-05")
    )
    few = known.when(*deliveries(4, "2024-06-02"), inspection("I-2", "critical", on="2024-06-03"))
    graded = few.when(grade("2024-06")).one(SupplierGraded)
    assert (graded.grading.grade, graded.standing, graded.previous_standing) == ("insufficient", "B", "B")


def test_a_supplier_that_only_ever_had_too_few_lots_has_no_grade_to_keep():
    graded = supplier().when(*deliveries(4), grade("2024-05")).one(SupplierGraded)
    assert (graded.standing, graded.previous_standing) == ("insufficient", None)


def test_grading_an_older_month_later_leaves_the_standing_of_the_latest():
    known = supplier().when(inspection("I-1", "critical", "minor", on="2024-05-12"), grade("2024-05"))
    late = known.when(inspection("I-0", *WORKED_EXAMPLE, on="2024-03-12"))
    assert late.one(GradingScheduled) == scheduled("2024-03", "2024-04-01")
    graded = late.when(grade("2024-03")).one(SupplierGraded)
    assert (graded.grading.grade, graded.standing, graded.previous_standing) == ("C", "B", "B")


def test_a_supplier_silent_for_twelve_months_leaves_the_to_do_list():
    months = [Period(2024, 5).plus(n) for n in range(12)]
    known = supplier().when(delivery(on="2024-05-10"), *(GradeSupplier("S-1", month) for month in months[:-1]))
    assert known.outcome[-1] == scheduled("2025-04", "2025-05-01")
    known.when(GradeSupplier("S-1", months[-1])).then(SupplierGraded)


def test_a_new_fact_brings_a_silent_supplier_back_without_the_months_between():
    months = [Period(2020, 1).plus(n) for n in range(12)]
    silent = supplier().when(delivery("D-1", on="2020-01-10"), *(GradeSupplier("S-1", month) for month in months))
    back = silent.when(delivery("D-2", on="2024-05-10")).then(DeliveryRecorded, GradingScheduled)
    assert back.one(GradingScheduled) == scheduled("2024-05", "2024-06-01")


def test_an_unknown_supplier_is_not_graded():
    supplier().when(grade("2024-05")).then_refused(SupplierUnknown, "There is no supplier S-1")


def test_a_month_in_which_the_supplier_was_not_active_is_not_graded_by_hand():
    supplier().when(delivery(on="2024-05-10")).when(grade("2024-04")).then_refused(SupplierInactive, "2024-04")


def test_a_month_already_on_the_to_do_list_is_graded_though_the_policy_has_become_shorter():
    shorter = SERVICE.policy_book().with_published(
        PolicyPublished(
            name="supplier-grading",
            policy_version=2,
            effective_from=date(2024, 1, 1),
            document={"active_months": 1},
            reason="only suppliers of the month",
        )
    )
    facts = supplier().when(delivery(on="2024-05-10"), grade("2024-05")).facts
    given(DECIDER, *facts, book=shorter).when(grade("2024-06")).then(SupplierGraded)


def test_points_and_grades_are_those_of_the_policy_of_their_date():
    harsher = SERVICE.policy_book().with_published(
        PolicyPublished(
            name="nonconformance-points",
            policy_version=2,
            effective_from=date(2024, 6, 1),
            document={"critical": 10},
            reason="critical ones hurt",
        )
    )
    commands = [inspection("I-1", "critical", on="2024-05-31"), inspection("I-2", "critical", on="2024-06-01")]
    outcome = given(DECIDER, book=harsher).when(*commands).outcome
    points = [(e.points, e.policy_version) for e in outcome if isinstance(e, NonconformanceRecorded)]
    assert points == [(5, 1), (10, 2)]


# --- late and corrected facts


def test_a_late_fact_restates_the_month_and_the_standing_that_it_decided():
    known = supplier().when(inspection("I-1", "major"), grade("2024-05"))
    late = known.when(inspection("I-2", "critical", on="2024-05-30"))
    restated = late.then(InspectionRecorded, NonconformanceRecorded, SupplierGradeRestated).one(SupplierGradeRestated)
    assert (restated.before.grade, restated.after.grade, restated.standing) == ("A", "B", "B")
    assert (restated.before.score, restated.after.score) == (3, 8)
    assert restated.because == "Inspection I-2 of 2024-05-30 became known after the grading."


def test_a_late_fact_of_an_older_month_leaves_the_standing():
    june = inspection("I-9", on="2024-06-03")
    known = supplier().when(inspection("I-1", "major"), june, grade("2024-05"), grade("2024-06"))
    restated = known.when(inspection("I-2", *WORKED_EXAMPLE, on="2024-05-30")).one(SupplierGradeRestated)
    assert (restated.after.grade, restated.standing) == ("D", "A")


def test_a_late_fact_that_changes_neither_score_nor_grade_is_only_recorded():
    known = supplier().when(*deliveries(10), grade("2024-05"))
    known.when(delivery("D-late", on="2024-05-31")).then(DeliveryRecorded)


def test_a_late_lot_can_turn_an_insufficient_month_into_a_grade():
    known = supplier().when(*deliveries(4), grade("2024-05"))
    restated = known.when(delivery("D-late", on="2024-05-31")).one(SupplierGradeRestated)
    assert (restated.before.grade, restated.after.grade, restated.standing) == ("insufficient", "A", "A")


def test_a_late_first_fact_puts_a_month_that_is_long_over_on_the_to_do_list():
    known = supplier().when(delivery("D-1", on="2024-05-10"), grade("2024-05"))
    late = known.when(delivery("D-0", on="2024-03-10"))
    assert late.one(GradingScheduled) == scheduled("2024-03", "2024-04-01")
    assert late.when(grade("2024-03")).one(GradingScheduled) == scheduled("2024-04", "2024-05-01")
    late.when(grade("2024-03")).when(grade("2024-04")).then(SupplierGraded)


def test_a_defect_decided_later_restates_the_month():
    known = supplier().when(inspection("I-1", "critical undetermined", "major"), grade("2024-05"))
    outcome = known.when(DecideResponsibility("S-1", "I-1:1", "supplier"))
    outcome.then(ResponsibilityDecided, SupplierGradeRestated)
    decided, restated = outcome.one(ResponsibilityDecided), outcome.one(SupplierGradeRestated)
    assert (decided.points_before, decided.points) == (0, 5)
    assert (restated.before.score, restated.after.score, restated.standing) == (3, 8, "B")
    assert restated.because == "The responsibility for I-1:1 was decided after the grading: supplier."


def test_a_defect_decided_before_the_grading_only_counts():
    known = supplier().when(inspection("I-1", "critical undetermined", "minor"))
    decided = known.when(DecideResponsibility("S-1", "I-1:1", "supplier")).then(ResponsibilityDecided)
    assert decided.when(grade("2024-05")).one(SupplierGraded).grading.score == 6


def test_a_decision_can_be_revised_and_reported_twice_is_decided_once():
    known = supplier().when(inspection("I-1", "critical"), grade("2024-05"))
    revised = known.when(DecideResponsibility("S-1", "I-1:1", "own"))
    assert revised.one(SupplierGradeRestated).after.score == 0
    revised.when(DecideResponsibility("S-1", "I-1:1", "own")).then()


def test_deciding_a_defect_that_was_never_recorded_is_refused():
    known = supplier().when(inspection("I-1", "minor"))
    known.when(DecideResponsibility("S-1", "I-9:1", "own")).then_refused(
        NonconformanceUnknown, "no nonconformance I-9:1"
    )


def test_an_inspection_reported_again_decides_what_was_undetermined_and_adds_what_is_new():
    known = supplier().when(inspection("I-1", "critical undetermined"), grade("2024-05"))
    again = known.when(inspection("I-1", "critical", "minor"))
    again.then(ResponsibilityDecided, NonconformanceRecorded, SupplierGradeRestated)
    assert again.one(SupplierGradeRestated).after.score == 6


def test_an_old_message_that_comes_again_does_not_overturn_a_decision():
    known = supplier().when(inspection("I-1", "critical"), DecideResponsibility("S-1", "I-1:1", "own"))
    known.when(inspection("I-1", "critical")).then()
    known.when(inspection("I-1", "critical undetermined")).then()
