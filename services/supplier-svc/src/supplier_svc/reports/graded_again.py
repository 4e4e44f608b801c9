"""The periods of a supplier graded again under a candidate policy, and what it would stand at as a source."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from immutables import Map

from chassis.backtests import Trial
from chassis.policies import PolicyBook
from contracts.supplier import Grading, SupplierGrade, Track
from supplier_svc.items.rules.divisions import Source
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.failed_lots import failed_lots
from supplier_svc.scoring.gradings import grade_on_track, merit
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.points import points_of
from supplier_svc.scoring.tally import Tally
from supplier_svc.supplier.restatements import graded_on
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.rules.standing import Judged, standing_of
from supplier_svc.supplier.state import Supplier

Again = Mapping[Period, tuple[SupplierGrade, Grading]]
"""Each period with its grade after movement."""


def graded_again(supplier: Supplier, track: Track, trial: Trial) -> Again:
    """Each graded period of a track under the candidate, and the years that only the candidate would have graded by the last day."""
    book, again, tallies = trial.candidate, dict[Period, Grading](), supplier.facts.tallies
    for period in {*supplier.gradings.of(track).by_period, *_years(supplier, track, trial)}:
        policy = book.at(SupplierGrading, period.ends_on)
        of = [_priced(tallies[month], book) for month in period.calendar_months() if month in tallies]
        grading = grade_on_track(track, period, of, lambda: failed_lots(tallies.values()), policy, book)
        if grading is not None:
            again[period] = grading
    judged = sorted((each for each in again.items() if each[1].grade != "insufficient"), key=lambda each: each[0])
    moved = movements(judged, book)
    return {period: (moved[period].grade if period in moved else each.grade, each) for period, each in again.items()}


def _years(supplier: Supplier, track: Track, trial: Trial) -> Iterable[Period]:
    if track == "operational":
        return ()
    years = {Period.of(month.starts_on, "year") for month in supplier.facts.tallies}
    return (year for year in years if graded_on(trial.candidate, year, track) <= trial.ends_on)


def _priced(tally: Tally, book: PolicyBook) -> Tally:
    """The tally with the points that its records cost under the book."""
    records = {
        name: record._replace(
            points=points_of(
                record.severity, record.responsibility, book.at(NonconformancePoints, record.found_on).document
            ),
        )
        for name, record in tally.records.items()
    }
    return tally._replace(records=Map(records))


def as_sources(
    supplier_id: str, supplier: Supplier, tried: Mapping[Track, Again], trial: Trial
) -> tuple[Source, Source] | None:
    """The supplier as a source after the last day, live and under the candidate; None where it had no standing."""
    on_record = dict[Track, Again]()
    for track in tried:
        graded = supplier.gradings.of(track)
        on_record[track] = {p: (graded.grade_in_force(p), each) for p, each in graded.by_period.items()}
    was = _source(supplier_id, on_record, trial.live, trial.ends_on)
    would = _source(supplier_id, tried, trial.candidate, trial.ends_on)
    return None if was.grade is None and would.grade is None else (was, would)


def _source(supplier_id: str, graded: Mapping[Track, Again], book: PolicyBook, last_day: date) -> Source:
    judged = {track: [*_judged(periods, track, book, last_day)] for track, periods in graded.items()}
    standing = standing_of(judged["operational"], judged["annual"], None, book)
    latest, year = standing.operational, standing.annual
    return Source(
        supplier_id,
        standing.grade,
        merit(graded["operational"][latest.period][1]) if latest else None,
        annual_merit=merit(graded["annual"][year.period][1]) if year else None,
    )


def _judged(periods: Again, track: Track, book: PolicyBook, last_day: date) -> Iterator[Judged]:
    """In a back-test everything was graded on its day."""
    for period, (grade, _) in periods.items():
        on = graded_on(book, period, track)
        if grade != "insufficient" and (period.ends_on if track == "operational" else on) <= last_day:
            yield Judged(period, grade, on.toordinal())
