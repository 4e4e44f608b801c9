"""Monthly points and the year-end composite side by side: one standing follows from both."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.backtests import Trial
from chassis.policies import PolicyVersion
from chassis.testing import replay
from contracts.fields import STORED
from contracts.supplier import (
    CorrectiveActionOpened,
    GradingCancelled,
    GradingScheduled,
    ImprovementDue,
    ImprovementMissed,
    ImprovementWaived,
    OnboardingFile,
    PenaltyCharged,
    PreferredSourceEnded,
    PreferredSourceNamed,
    SourceStandingChanged,
    SupplierEliminated,
    SupplierGraded,
    SupplierGradeRestated,
    SupplierShadowGraded,
    SupplierStandingChanged,
)
from supplier_svc.items.rules.divisions import Source, divide
from supplier_svc.policies.gradings import Annual, SupplierGrading
from supplier_svc.policies.order_shares import OrderSharing
from supplier_svc.policies.schemes import GateRule, Scheme
from supplier_svc.read_models import supplier as supplier_table
from supplier_svc.read_models import supplier_month
from supplier_svc.reports.backtest import BacktestReport, GradingReplay
from supplier_svc.reports.standing import grade_answer
from supplier_svc.scoring.next_grade import next_grade
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.facts import RecordComplaint, RecordSurvey
from supplier_svc.supplier.improvements import CallForImprovement, JudgeImprovement
from supplier_svc.supplier.onboarding import AdoptSupplier
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.supplier.rules.standing import Judged, standing_of
from supplier_svc.testing import GivenSupplier, book, deliveries, delivery, grade, grade_year, inspection, supplier

D = Decimal
TOPICS = ("quality_stability", "delivery_timeliness", "supply_assurance", "after_sales")
GOOD, FAIR, POOR = (90, 85, 70, 80), (80, 75, 70, 70), (50, 50, 50, 50)


def survey(scores: tuple[int, ...], on: str = "2024-12-10", by: str = "li") -> RecordSurvey:
    """The answers of a head, by topic; a shorter one leaves the last topics out."""
    answers: Any = {topic: D(score) for topic, score in zip(TOPICS, scores, strict=False)}
    return RecordSurvey("S-1", f"SV-{on}-{by}", date.fromisoformat(on), by, answers)


def rejected(lot: str, on: str) -> Any:
    return inspection(f"I-{lot}", on=on, lot_id=lot, result="rejected")


def good_month(month: str) -> list[Any]:
    return [*deliveries(10, f"{month}-05"), grade(month)]


def bad_month(month: str, *defects: str) -> list[Any]:
    return [*deliveries(10, f"{month}-05"), inspection(f"I-{month}", *defects, on=f"{month}-12"), grade(month)]


THIRTY_LOTS = [
    *deliveries(10, "2024-01-10"),
    *deliveries(20, "2024-02-10"),
    rejected("L-D-2024-02-10-3", "2024-02-12"),
]
YEAR_B = [*good_month("2024-12"), survey(FAIR), grade_year("2024")]


def year_of(known: GivenSupplier, **fields: Any) -> SupplierGraded:
    [graded] = [each for each in known.all_of(SupplierGraded) if each.track == "annual"]
    assert isinstance(graded, SupplierGraded)
    return graded


def answer_of(known: GivenSupplier, on: str) -> Any:
    """The grade on a day, as it is read from the table of periods."""
    rows = [vars(row) for row in replay(supplier_month.MODEL, known.facts).values()]
    return grade_answer("S-1", rows, date.fromisoformat(on), None, known.book)


# --- the year-end scheme


def test_year_end_88_25() -> None:
    known = supplier().when(*THIRTY_LOTS, survey(GOOD), grade_year("2024"))
    grading = year_of(known).grading
    assert {each.name: each.score for each in grading.criteria} == {
        "pass_rate": 39, "quality_stability": 18, "delivery_timeliness": D("12.75"), "supply_assurance": D("10.5"), "after_sales": 8,
    }  # fmt: skip
    assert (grading.score, grading.grade, grading.scheme) == (D("88.25"), "A", "year_end")


def test_after_sales_not_surveyed_is_89_17() -> None:
    grading = year_of(supplier().when(*THIRTY_LOTS, survey(GOOD[:3]), grade_year("2024"))).grading
    assert (round(grading.score, 2), grading.grade) == (D("89.17"), "A")
    assert sum(factor.contribution for factor in grading.factors) == pytest.approx(grading.score)
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


# --- the standing


def test_the_year_is_due_on_21_january_and_months_on_the_first() -> None:
    known = supplier().when(delivery("D-1", on="2024-05-10"))
    assert [(each.period, each.track, each.due_on) for each in known.all_of(GradingScheduled)] == [
        ("2024-05", "operational", date(2024, 6, 1)),
        ("2024", "annual", date(2025, 1, 21)),
    ]


def test_annual_b_limits() -> None:
    december = supplier().when(*good_month("2024-12"), survey(FAIR))
    assert december.one(SupplierStandingChanged).standing == "A"
    year = december.when(grade_year("2024"))
    [changed, graded] = [year.one(SupplierStandingChanged), year_of(year)]
    assert (graded.grading.grade, graded.standing, graded.ceiling, graded.graded_on) == (
        "B",
        "B",
        "B",
        date(2025, 1, 21),
    )
    assert (changed.standing, changed.previous, changed.operational, changed.annual, changed.cause) == (
        "B",
        "A",
        "A",
        "B",
        "annual",
    )
    assert changed.changed_on == date(2025, 1, 21)
    told = year.one(SourceStandingChanged)
    assert (told.grade, told.changed_on) == ("B", date(2025, 1, 21)), "the items are divided anew"
    may = year.when(*(command for month in range(1, 6) for command in good_month(f"2025-0{month}")))
    assert (may.state.gradings.grade, may.state.gradings.standing) == ("A", "B")
    june = may.when(*good_month("2025-06"))
    raised = june.one(SupplierStandingChanged)
    assert (raised.standing, raised.ceiling, raised.changed_on, raised.cause) == ("A", "A", date(2025, 7, 1), "relief")
    assert raised.because == "2024 was graded B; 6 better periods in a row, the last 2025-06, raised the limit."
    assert june.one(SourceStandingChanged).grade == "A"
    days = ("2025-01-20", "2025-01-21", "2025-06-30", "2025-07-01")
    assert [answer_of(june, day).grade for day in days] == ["A", "B", "B", "A"]
    answer = answer_of(june, "2025-06-30")
    assert (answer.deciding_period, answer.ceiling, answer.ceiling_because) == ("2024", "B", "2024 was graded B.")
    assert (answer.operational.grade, answer.annual.grade, answer.relief.running, answer.relief.needed) == (
        "A",
        "B",
        5,
        6,
    )


def test_march_c() -> None:
    known = supplier().when(*YEAR_B, *good_month("2025-01"), *good_month("2025-02"))
    march = known.when(*bad_month("2025-03", "minor", "minor"))
    assert (march.one(SupplierStandingChanged).standing, answer_of(march, "2025-04-01").grade) == ("C", "C")
    later = march.when(*(command for month in range(4, 9) for command in good_month(f"2025-0{month}")))
    assert (later.state.gradings.standing, answer_of(later, "2025-09-30").relief.running) == ("B", 5)
    assert later.when(*good_month("2025-09")).state.gradings.standing == "A", "six better months count from April"


def test_annual_d() -> None:
    adopted = AdoptSupplier("S-1", OnboardingFile(name="Reddoit"), date(2023, 1, 1), "chen", "traded since 2015")
    half = [rejected(f"L-D-2024-12-05-{n}", "2024-12-06") for n in range(5)]
    known = supplier().when(adopted, *deliveries(10, "2024-12-05"), *half, survey(POOR), grade("2024-12"))
    year = known.when(grade_year("2024"))
    assert (year_of(year).grading.grade, year.state.gradings.standing) == ("D", "D")
    told = year.one(SourceStandingChanged)
    other = Source("S-2", "C")
    assert divide([Source("S-1", told.grade, told.merit), other], OrderSharing()).shares == {"S-1": 0, "S-2": 100}
    due, stopped = year.one(ImprovementDue), year.one(PenaltyCharged)
    assert (due.kind, due.due_on, due.track) == ("improvement", date(2025, 2, 10), "annual")
    assert (stopped.kind, stopped.charged_on) == ("orders_stopped", date(2025, 1, 21))
    assert year.one(CorrectiveActionOpened).opened_on == date(2025, 1, 21)
    missed = year.when(JudgeImprovement("S-1", "2024")).then(ImprovementMissed, SupplierEliminated)
    assert missed.one(SupplierEliminated).eliminated_on == date(2025, 2, 10)


def test_a_ceiling_d_is_never_lifted_by_better_periods_and_a_ceiling_c_in_two_steps() -> None:
    for year, expected in (((30,) * 4, "D"), ((70, 70, 55, 40), "B")):
        known = supplier().when(
            *deliveries(10, "2024-12-05"),
            *[rejected(f"L-D-2024-12-05-{n}", "2024-12-06") for n in range(2)],
            survey(year),
            grade("2024-12"),
            grade_year("2024"),
        )
        assert known.state.gradings.ceiling == {"D": "D", "B": "C"}[expected]
        better = known.when(*(command for month in range(1, 8) for command in good_month(f"2025-0{month}")))
        assert better.state.gradings.ceiling == expected
        if expected == "B":
            months = [f"2025-{month:02}" for month in range(8, 13)]
            assert better.when(*(each for month in months for each in good_month(month))).state.gradings.ceiling == "A"


def test_without_relief_periods_only_another_year_lifts_the_ceiling() -> None:
    known = supplier(under=(SupplierGrading(relief_periods=None),)).when(*YEAR_B)
    better = known.when(*(command for month in range(1, 10) for command in good_month(f"2025-0{month}")))
    assert better.state.gradings.standing == "B"
    assert answer_of(better, "2025-12-01").relief.needed is None
    year = better.when(survey((100, 100, 100, 100), "2025-12-10"), grade_year("2025"))
    assert year.one(SupplierStandingChanged).standing == "A"


def test_under_the_operational_rule_the_year_has_no_effect() -> None:
    known = supplier(under=(SupplierGrading(standing_rule="operational"),)).when(*YEAR_B)
    assert (year_of(known).grading.grade, known.state.gradings.standing, known.state.gradings.ceiling) == (
        "B",
        "A",
        None,
    )
    assert [each.standing for each in known.all_of(SupplierStandingChanged)] == ["A"]
    assert answer_of(known, "2025-02-01").annual.grade == "B"


def test_an_insufficient_year_leaves_the_ceiling_as_it_is() -> None:
    known = supplier().when(*YEAR_B, *good_month("2025-03"), grade_year("2025"))
    assert known.all_of(SupplierGraded)[-1].grading.grade == "insufficient"
    assert (known.state.gradings.ceiling, answer_of(known, "2026-02-01").relief.running) == ("B", 1)


# --- restated


def test_relief_is_counted_again_from_its_start_when_a_month_inside_is_restated() -> None:
    known = supplier().when(*YEAR_B, *(command for month in range(1, 7) for command in good_month(f"2025-0{month}")))
    assert known.state.gradings.standing == "A"
    late = known.when(inspection("I-late", "minor", "minor", on="2025-03-12"))
    changed = late.one(SupplierStandingChanged)
    assert (changed.standing, changed.ceiling, answer_of(late, "2025-07-01").relief.running) == ("B", "B", 3)


def test_a_year_that_is_restated_sets_the_count_to_nothing_also_where_the_ceiling_stays() -> None:
    known = supplier().when(*YEAR_B, *(command for month in range(1, 5) for command in good_month(f"2025-0{month}")))
    assert answer_of(known, "2025-05-01").relief.running == 4
    restated = known.when(survey((78, 74, 69, 69), "2024-12-20", "wu"))
    assert restated.one(SupplierGradeRestated).track == "annual"
    assert (restated.state.gradings.ceiling, answer_of(restated, "2025-05-01").relief.running) == ("B", 0)
    better = restated.when(*good_month("2025-05"), *good_month("2025-06"))
    assert (better.state.gradings.standing, answer_of(better, "2025-07-01").relief.running) == ("B", 2)


def test_a_late_answer_of_the_survey_restates_the_year_and_the_standing() -> None:
    known = supplier().when(*YEAR_B)
    better = known.when(survey((100, 100, 100, 100), "2024-12-20", "wu"))
    assert (better.one(SupplierGradeRestated).after.grade, better.one(SupplierStandingChanged).standing) == ("A", "A")
    assert better.one(SourceStandingChanged).grade == "A"


def test_a_year_restated_to_a_d_is_called_to_answer_and_one_restated_to_a_b_owes_nothing() -> None:
    known = supplier().when(*YEAR_B)
    worse = known.when(*[rejected(f"L-D-2024-12-05-{n}", "2025-03-03") for n in range(9)])
    assert worse.state.gradings.annual.grade == "D"
    called = worse.when(CallForImprovement("S-1", "2024", date(2025, 3, 4), "annual"))
    assert (called.one(ImprovementDue).due_on, called.one(ImprovementDue).track) == (date(2025, 3, 10), "annual")
    undone = called.when(
        *[
            inspection(f"I-L-D-2024-12-05-{n}", on="2025-03-03", lot_id=f"L-D-2024-12-05-{n}", result="accepted")
            for n in range(9)
        ]
    )
    assert undone.one(ImprovementWaived).track == "annual"


def test_a_falling_score_compares_years_with_years_only() -> None:
    years = [(2021, 95), (2022, 90), (2023, 86)]
    known = supplier()
    for year, score in years:
        known = known.when(*deliveries(10, f"{year}-12-05"), survey((score,) * 4, f"{year}-12-10"), grade(f"{year}-12"))
        known = known.when(grade_year(str(year)))
    last = year_of(known)
    assert last.movement is not None
    assert (last.movement.falls_running, last.movement.a_running) == (2, 3)
    assert known.state.gradings.is_preferred, "three Decembers in a row"


# --- preferred sources and merit


def test_a_preferred_source_needs_its_a_in_a_row_and_a_ceiling_of_a_or_none() -> None:
    months = [command for month in ("2024-10", "2024-11", "2024-12") for command in good_month(month)]
    known = supplier().when(*months, survey(FAIR))
    assert known.one(PreferredSourceNamed).period == "2024-12"
    limited = known.when(grade_year("2024"))
    assert (limited.one(PreferredSourceEnded).period, limited.one(PreferredSourceEnded).grade) == ("2024", "B")
    still = limited.when(*(command for month in range(1, 6) for command in good_month(f"2025-0{month}")))
    assert still.all_of(PreferredSourceNamed) == []
    assert still.when(*good_month("2025-06")).one(PreferredSourceNamed).period == "2025-06"


def test_of_equal_merit_the_better_year_takes_the_larger_share() -> None:
    ab = [Source("S-1", "B", D(80), annual_merit=D(75)), Source("S-2", "B", D(80), annual_merit=D(80))]
    assert divide([*ab, Source("S-3", "B", D(70))], OrderSharing()).shares == {"S-2": 40, "S-1": 30, "S-3": 30}
    alike = [replace(each, annual_merit=None) for each in ab]
    assert divide([*alike, Source("S-3", "B", D(70))], OrderSharing()).shares == {"S-1": 35, "S-2": 35, "S-3": 30}
    told = supplier().when(*YEAR_B, delivery("D-nut", on="2025-01-30", item_id="nut")).all_of(SourceStandingChanged)
    assert (told[-1].merit, told[-1].annual_merit) == (0, D("84.75"))


# --- policies, old homes


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
    assert (grading.basis, grading.grade, grading.score) == ("fuzzy", "A", D("86.125"))
    assert sum(factor.contribution for factor in grading.factors) == grading.score
    poor = known.when(*deliveries(10, "2024-12-05"), survey(POOR), grade_year("2024"))
    assert year_of(poor).grading.grade == "D"
    better = next_grade(year_of(poor).grading, 0, 10)
    assert better is not None
    assert better.summary == "C takes the largest share; it has 0, and the largest is 0.6."


# --- tried beside, and on history


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
    replayed = GradingReplay(
        Trial("supplier-grading", live, live.with_only(candidate), date(2024, 1, 1), date(2025, 1, 31))
    )
    for event in story:
        if hasattr(event, "supplier_id"):
            replayed.take(event, None)  # type: ignore[arg-type]
    return replayed.report()


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


# --- laws

GRADES = st.sampled_from("ABCD")
MONTHS = st.integers(0, 35).map(Period(2023, 1).plus)


@st.composite
def judged(draw: Any, periods: Any) -> list[Judged]:
    of = draw(st.dictionaries(periods, st.tuples(GRADES, st.integers(1, 99)), max_size=14))
    return [Judged(period, grade, at) for period, (grade, at) in of.items()]


@for_all(judged(MONTHS), judged(st.integers(2022, 2025).map(lambda year: Period(year, 1, 12))))
def test_the_standing_is_never_better_than_either_track_allows(months: list[Judged], years: list[Judged]) -> None:
    found = standing_of(months, years, None, book())
    if months:
        assert found.grade is not None
        assert found.grade >= max(months).grade
    if years:
        assert found.grade is not None
        assert found.ceiling is not None
        assert found.grade >= found.ceiling
        assert found.ceiling <= max(years).grade
        assert max(years).grade != "D" or found.ceiling == "D"
    assert (found.grade is None) == (not months and not years)


@st.composite
def stories(draw: Any) -> Iterator[Any]:
    """Months with lots and defects, answers of the heads, and gradings of both tracks, in any order."""
    steps = st.one_of(
        st.tuples(st.just("lots"), st.integers(0, 17), st.integers(0, 4)),
        st.tuples(st.just("survey"), st.integers(0, 17), st.integers(20, 100)),
        st.tuples(st.just("grade"), st.integers(0, 17), st.just(0)),
        st.tuples(st.just("year"), st.integers(0, 1), st.just(0)),
    )
    return draw(st.lists(steps, max_size=14))  # type: ignore[no-any-return]


@settings(max_examples=80, deadline=None)
@for_all(stories())
def test_the_event_the_state_and_the_table_agree_on_the_standing(steps: Any) -> None:
    known, published = supplier(), None
    for n, (kind, number, figure) in enumerate(steps):
        month = Period(2023, 1).plus(number)
        commands: list[Any] = []
        match kind:
            case "lots":
                lots = [delivery(f"D-{n}-{each}", on=f"{month}-05") for each in range(6)]
                commands = [*lots, inspection(f"I-{n}", *["minor"] * figure, on=f"{month}-06", lot_id=f"L-D-{n}-1")]
            case "survey":
                commands = [survey((figure,) * 4, f"{month}-1{n % 9}", f"head-{n}")]
            case "grade" if known.state.facts.is_active(month, 12):
                commands = [grade(str(month))]
            case "year" if known.state.facts.is_active(Period(2023 + number, 1, 12), 12):
                commands = [grade_year(str(2023 + number))]
        for command in commands:
            known = known.when(command)
            for changed in known.all_of(SupplierStandingChanged):
                assert changed.previous == published
                published = changed.standing
    gradings, answer = known.state.gradings, answer_of(known, "2026-12-31")
    assert published == gradings.standing == answer.grade
    assert gradings.ceiling == answer.ceiling
    row = replay(supplier_table.MODEL, known.facts).get(("S-1",))
    assert row is None or (row.grade, row.ceiling) == (gradings.standing, gradings.ceiling)
