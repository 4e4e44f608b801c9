"""A back-test reads less of each event than the service does; its report is that of the whole state folded from the same log."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from chassis.backtests import Trial
from chassis.domain import Refusal
from chassis.policies import Policy
from contracts import Event
from contracts.supplier import (
    CaseCorrected,
    DeliveryCorrected,
    InspectionCorrected,
    ResponsibilityDecided,
    SupplierGraded,
    SupplierGradeRestated,
)
from supplier_svc.policies.gradings import Annual, SupplierGrading, Thresholds
from supplier_svc.policies.movement import SupplierMovement
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.failed_lots import failed_lots
from supplier_svc.scoring.gradings import grade_on_track
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.points import points_of
from supplier_svc.supplier.responsibility import DecideResponsibility
from supplier_svc.supplier.restatements import TRACKS, graded_on
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.state import Supplier
from supplier_svc.testing import GivenSupplier, backtest, book, case, delivery, grade, grade_year, inspection, supplier

from .years import FAIR, GOOD, D, bad_month, good_month, rejected, survey

LIVE = book()
FIRST, LAST = date(2023, 1, 1), date(2024, 12, 31)
CANDIDATES = {
    "points": NonconformancePoints(minor=2, major=4),
    "composite": SupplierGrading(scheme="vendor_rating"),
    "quarters": SupplierGrading(
        period="quarter", annual=Annual(scheme="fuzzy", due_days=0), absolute_points=Thresholds(a_at_most=D(2))
    ),
    "no years": SupplierGrading(annual=None, min_lots=11),
    "movement": SupplierMovement(report_after_falls=2, grade_down_after_falls=2),
}


def story() -> tuple[Event, ...]:
    """Two years of everything that counts, reported late, again and otherwise: both tracks are graded and restated."""
    falling = [
        command
        for month in (f"2023-{number:02}" for number in range(1, 7))
        for command in (inspection(f"I-{month}", *["minor"] * int(month[-2:]), on=f"{month}-12"), grade(month))
    ]
    wrong = [
        delivery("D-1", "2023-07-04", "2023-07-01"),
        inspection("I-7", "major", "minor undetermined", on="2023-07-06"),
    ]
    known = supplier().when(
        *falling,
        *wrong,
        *good_month("2023-07"),
        grade("2023-08"),
        case("C-1", on="2023-09-03"),
        inspection("I-9", "critical", on="2023-09-09"),
        grade("2023-09"),
        survey(GOOD, "2023-11-20"),
        grade_year("2023"),
        *good_month("2024-01"),
        # What comes late or is reported again restates months and the year.
        rejected("L-D-2023-07-05-3", "2023-07-12"),
        inspection("I-2023-03", *["minor"] * 3, "critical", on="2023-03-12"),
        inspection("I-8", line_stop_minutes=30, on="2023-08-10"),
        inspection("I-8", line_stop_minutes=90, on="2023-08-10"),
        delivery("D-1", "2023-07-04", "2023-07-02", unit_price=D("0.12"), standard_price=D("0.10")),
        DecideResponsibility("S-1", "I-7:2", "supplier"),
        case("C-1", "criticism", on="2023-09-03"),
        survey(FAIR, "2023-12-10", "wu"),
        *bad_month("2024-02", "major", "major own"),
        *bad_month("2024-11", *["minor"] * 9),
        survey(FAIR, "2024-12-10"),
        grade_year("2024"),
    )  # fmt: skip
    assert not isinstance(known.outcome, Refusal), known.outcome
    return known.facts


@pytest.mark.parametrize("candidate", CANDIDATES.values(), ids=CANDIDATES)
def test_what_a_back_test_reads_is_enough_for_the_report_of_the_whole_state(candidate: Policy) -> None:
    events = story()
    for kind in (
        SupplierGraded, SupplierGradeRestated, DeliveryCorrected, InspectionCorrected, ResponsibilityDecided, CaseCorrected,
    ):  # fmt: skip
        assert any(isinstance(event, kind) for event in events), kind
    trial = Trial(candidate.NAME, LIVE, LIVE.with_only(candidate), FIRST, LAST)
    report = backtest(trial, events)
    expected = [*gradings(trial, GivenSupplier(supplier().decider, LIVE, events).state)]
    assert report.graded == len(expected)
    differences = [
        (each.track, each.period, each.live, each.live_score, each.candidate, each.candidate_score)
        for each in report.differences
    ]
    assert differences == sorted(each for each in expected if each[2] != each[4])
    assert {track for track, *_ in expected} == ({"operational"} if candidate == CANDIDATES["no years"] else {*TRACKS})
    assert differences


def gradings(trial: Trial, state: Supplier) -> Iterator[tuple[Any, ...]]:
    """Each grading on record in the state, and what it would have been, with everything that explains a grade."""
    book = trial.candidate
    tallies = {
        month: tally._replace(
            records=tally.records.update(
                {
                    name: record._replace(
                        points=points_of(
                            record.severity,
                            record.responsibility,
                            book.at(NonconformancePoints, record.found_on).document,
                        )
                    )
                    for name, record in tally.records.items()
                }
            )
        )
        for month, tally in state.facts.tallies.items()
    }
    for track in TRACKS:
        on_record = state.gradings.of(track)
        periods = {*on_record.by_period}
        if track == "annual":
            years = {Period(month.year, 1, 12) for month in tallies}
            periods |= {year for year in years if graded_on(book, year, track) <= trial.ends_on}
        again = {}
        for period in sorted(periods):
            of = [tallies[month] for month in period.calendar_months() if month in tallies]
            policy = book.at(SupplierGrading, period.ends_on)
            if (
                found := grade_on_track(track, period, of, lambda: failed_lots(tallies.values()), policy, book)
            ) is not None:
                again[period] = found
        moved = movements([each for each in again.items() if each[1].grade != "insufficient"], book)
        for period, was in on_record.by_period.items():
            if period in again and trial.starts_on <= period.ends_on <= trial.ends_on:
                grade = moved[period].grade if period in moved else again[period].grade
                yield track, str(period), on_record.grade_in_force(period), was.score, grade, again[period].score
