"""The scheme of the year: what it measures, what becomes of what is missing, fuzzy evaluation in its place, policies."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.backtests import Trial
from chassis.policies import PolicyVersion
from contracts.fields import STORED
from contracts.supplier import (
    GradingCancelled,
    GradingScheduled,
    SupplierGradeRestated,
    SupplierShadowGraded,
)
from supplier_svc.policies.gradings import Annual, SupplierGrading
from supplier_svc.policies.schemes import GateRule, Scheme
from supplier_svc.reports.backtest import BacktestReport
from supplier_svc.scoring.next_grade import next_grade
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.facts import RecordComplaint
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.testing import (
    GivenSupplier,
    backtest,
    book,
    deliveries,
    delivery,
    grade,
    grade_year,
    inspection,
    supplier,
)

from .years import FAIR, GOOD, POOR, THIRTY_LOTS, YEAR_B, D, rejected, survey, year_of


def test_year_end_88_25() -> None:
    known = supplier().when(*THIRTY_LOTS, survey(GOOD), grade_year("2024"))
    grading = year_of(known).grading
    assert {each.name: each.score for each in grading.criteria} == {
        "pass_rate": 39, "quality_stability": 18, "delivery_timeliness": D("12.75"), "supply_assurance": D("10.5"), "after_sales": 8,
    }  # fmt: skip
    assert (grading.score, grading.grade, grading.scheme) == (D("88.25"), "A", "year_end")


def test_after_sales_not_surveyed_is_89_17() -> None:
    grading = year_of(supplier().when(*THIRTY_LOTS, survey(GOOD[:3]), grade_year("2024"))).grading
    assert (grading.score, grading.grade) == (D("89.17"), "A")
    assert round(sum(factor.contribution for factor in grading.factors), 2) == grading.score
    assert next_grade(grading, 0, 30) is None


def test_no_survey_is_insufficient() -> None:
    grading = year_of(supplier().when(*THIRTY_LOTS, grade_year("2024"))).grading
    assert grading.grade == "insufficient"
    missing = next_grade(grading, 0, 30)
    assert missing is not None
    assert missing.summary == (
        "A grade takes facts for criteria of 50 points; there were some for 40. "
        "Missing: quality_stability, delivery_timeliness, supply_assurance, after_sales."
    )


def test_what_would_change_the_grade_of_a_year_counts_in_points_of_100() -> None:
    grading = year_of(supplier().when(*THIRTY_LOTS, survey((60, 60, 60)), grade_year("2024"))).grading
    better = next_grade(grading, 0, 30)
    assert grading.grade == "B"
    assert better is not None
    assert (better.grade, better.score_at_least) == ("A", 85)
    assert {gain.criterion: round(gain.at_most, 2) for gain in better.gains} == {
        "quality_stability": D("8.89"), "delivery_timeliness": D("6.67"), "supply_assurance": D("6.67"), "pass_rate": D("1.11"),
    }  # fmt: skip


def test_a_scheme_may_also_take_facts_for_everything() -> None:
    year_end = SupplierGrading().composite_named("year_end")
    strict = Scheme.model_validate({**dict(year_end or {}), "on_missing": "insufficient"})
    known = supplier(under=(SupplierGrading(schemes={"year_end": strict}),))
    grading = year_of(known.when(*THIRTY_LOTS, survey(GOOD[:3]), grade_year("2024"))).grading
    missing = next_grade(grading, 0, 30)
    assert grading.grade == "insufficient"
    assert missing is not None
    assert missing.summary == "A grade takes facts for every criterion. Missing: after_sales."


def test_a_gate_on_what_was_not_measured_is_not_passed() -> None:
    year_end = SupplierGrading().composite_named("year_end")
    gate = GateRule(grade="A", criterion="after_sales", at_least=D(5))
    gated = Scheme.model_validate({**dict(year_end or {}), "gates": (gate,)})
    known = supplier(under=(SupplierGrading(schemes={"year_end": gated}),))
    assert year_of(known.when(*THIRTY_LOTS, survey(GOOD[:3]), grade_year("2024"))).grading.grade == "B"


@pytest.mark.parametrize(
    "fact",
    [
        rejected("L-D-2024-02-10-4", "2025-03-01"),
        inspection("I-use", "minor", on="2025-03-01", lot_id="L-D-2024-02-10-4", stage="in_process", result="concession"),
        RecordComplaint(
            "S-1", "CP-1", "C-1", "bolt", "L-D-2024-02-10-4", "minor", D(1), "crack", date(2025, 3, 1)
        ),
    ],
    ids=["rejected", "found in process", "found in the field"],
)  # fmt: skip
def test_a_lot_that_fails_after_the_year_restates_the_year_in_which_it_was_received(fact: Any) -> None:
    known = supplier().when(*THIRTY_LOTS, survey(GOOD), grade_year("2024"))
    restated = known.when(fact).one(SupplierGradeRestated)
    assert (restated.track, restated.period, restated.after.score) == ("annual", "2024", D("87.25"))
    known.when(fact).when(fact).then()


def test_a_defect_found_on_receipt_fails_no_lot_and_one_in_use_does_until_it_is_our_own() -> None:
    known = supplier().when(*THIRTY_LOTS, survey(GOOD), grade_year("2024"))
    on_receipt = inspection("I-in", "minor", on="2025-03-01", lot_id="L-D-2024-02-10-4", result="concession")
    assert known.when(on_receipt).all_of(SupplierGradeRestated) == []
    in_use = inspection(
        "I-use", "minor", on="2025-03-01", lot_id="L-D-2024-02-10-4", stage="final", result="concession"
    )
    own = known.when(in_use).when(DecideResponsibility("S-1", "I-use:1", "own"))
    assert own.one(SupplierGradeRestated).after.score == D("88.25")


def test_policies_that_cannot_work_are_refused() -> None:
    with pytest.raises(
        ValidationError, match=r"There is no scheme beauty; there are nonconformance_points, .*, year_end, fuzzy\."
    ):
        SupplierGrading(annual=Annual(scheme="beauty"))
    with pytest.raises(
        ValidationError, match=r"Both tracks would grade years: set annual to null, or the period to month or quarter\."
    ):
        SupplierGrading(period="year")
    SupplierGrading(period="year", annual=None)
    with pytest.raises(ValidationError, match=r"There is no scheme fuzzy"):
        SupplierGrading(scheme="fuzzy")


def test_a_document_stored_before_has_no_annual_track() -> None:
    before = {name: value for name, value in SupplierGrading().model_dump(mode="json").items() if name != "annual"}
    stored = SupplierGrading.model_validate(before, context=STORED)
    assert stored.annual is None
    assert SupplierGrading().annual == Annual(scheme="year_end", due_days=20)
    known = supplier(under=(stored,)).when(*deliveries(10, "2024-12-05"), survey(FAIR), grade("2024-12"))
    assert {each.track for each in known.all_of(GradingScheduled)} == {"operational"}


def test_a_year_that_the_policy_does_not_grade_any_more_leaves_the_list() -> None:
    scheduled = supplier().when(delivery("D-1", on="2024-05-10")).facts
    without = supplier(*scheduled, under=(SupplierGrading(annual=None),))
    cancelled = without.when(grade_year("2024"))
    assert cancelled.one(GradingCancelled).period == "2024"
    assert Period.parse("2024") not in cancelled.state.gradings.annual.scheduled


def test_a_year_by_fuzzy_evaluation() -> None:
    known = supplier(under=(SupplierGrading(annual=Annual(scheme="fuzzy")),))
    answers = [survey((90, 90, 75, 75), by="li"), survey((72, 72, 72, 72), by="wu")]
    year = known.when(*deliveries(10, "2024-12-05"), *answers, grade("2024-12"), grade_year("2024"))
    grading = year_of(year).grading
    # b: A .40 + .10 + .075 = .575, B .10 + .075 + .15 + .10 = .425.
    assert (grading.basis, grading.grade, grading.score) == ("fuzzy", "A", D("86.13"))
    assert sum(factor.contribution for factor in grading.factors) == D("86.125")
    poor = known.when(*deliveries(10, "2024-12-05"), survey(POOR), grade_year("2024"))
    assert year_of(poor).grading.grade == "D"
    better = next_grade(year_of(poor).grading, 0, 10)
    assert better is not None
    assert better.summary == "C takes the largest share; it has 0, and the largest is 0.6."


def test_a_candidate_is_tried_on_both_tracks() -> None:
    candidate = SupplierGrading(annual=Annual(scheme="fuzzy"))
    live = book()
    beside = type(live)(live.kinds, live.versions, {candidate.NAME: PolicyVersion(7, date.min, candidate)})
    year = GivenSupplier(supplier().decider, beside).when(*YEAR_B)
    shadows = {each.track: (each.live_grade, each.grading.basis) for each in year.all_of(SupplierShadowGraded)}
    assert shadows == {"operational": ("A", "points_per_100_lots"), "annual": ("B", "fuzzy")}


def tried(candidate: SupplierGrading) -> BacktestReport:
    """The back-test of a candidate on December and the year."""
    live, story = book(), supplier().when(*YEAR_B).facts
    return backtest(
        Trial("supplier-grading", live, live.with_only(candidate), date(2024, 1, 1), date(2025, 1, 31)), story
    )


def test_a_back_test_grades_both_tracks_again() -> None:
    report = tried(SupplierGrading(annual=Annual(scheme="nonconformance_points")))
    assert [(each.track, each.period, each.live, each.candidate) for each in report.differences] == [
        ("annual", "2024", "B", "A")
    ]
    assert report.graded == 2
    assert tried(SupplierGrading(annual=Annual(scheme="fuzzy"))).different == 0


def test_a_back_test_of_a_candidate_without_years_compares_the_months() -> None:
    report = tried(SupplierGrading(annual=None))
    assert (report.graded, report.different) == (1, 0)
