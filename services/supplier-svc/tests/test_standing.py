"""Monthly points and the year-end composite side by side: one standing follows from both, and is restated."""

from dataclasses import replace
from datetime import date

from contracts.supplier import (
    CorrectiveActionOpened,
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
    SupplierStandingChanged,
)
from supplier_svc.items.rules.divisions import Source, divide
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.order_shares import OrderSharing
from supplier_svc.supplier.improvements import CallForImprovement, JudgeImprovement
from supplier_svc.supplier.onboarding import AdoptSupplier
from supplier_svc.testing import deliveries, delivery, grade, grade_year, inspection, supplier

from .years import FAIR, POOR, YEAR_B, D, answer_of, bad_month, good_month, rejected, survey, year_of


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
