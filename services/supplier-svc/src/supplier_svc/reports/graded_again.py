"""The periods of a supplier graded again under a candidate policy, and what it would stand at as a source."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache

from chassis.backtests import Trial
from chassis.policies import PolicyBook
from contracts.supplier import SupplierGrade, Track
from supplier_svc.items.rules.divisions import Source
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.failed_lots import failed_lots
from supplier_svc.scoring.gradings import merit, result_on_track
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.points import points_of
from supplier_svc.scoring.result import Result
from supplier_svc.scoring.tally import Tally
from supplier_svc.supplier.restatements import graded_on
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.rules.standing import Judged, standing_of

ByPeriod = Mapping[Period, tuple[SupplierGrade, Result]]
"""The graded periods of a track, each with its grade after movement."""


def graded_again(graded: Iterable[Period], tallies: Mapping[Period, Tally], track: Track, trial: Trial) -> ByPeriod:
    """Each graded period of a track under the candidate, and the years that only the candidate would have graded by the last day.

    ``tallies``: the facts by month, as the candidate prices them.
    """
    book, again = trial.candidate, dict[Period, Result]()
    failed = cache(lambda: failed_lots(tallies.values()))
    for period in {*graded, *_years(tallies, track, trial)}:
        policy = book.at(SupplierGrading, period.ends_on)
        of = [tallies[month] for month in period.calendar_months() if month in tallies]
        result = result_on_track(track, period, of, failed, policy, book)
        if result is not None:
            again[period] = result
    judged = sorted((each for each in again.items() if each[1].grade != "insufficient"), key=lambda each: each[0])
    moved = movements(judged, book)
    return {period: (moved[period].grade if period in moved else each.grade, each) for period, each in again.items()}


def _years(months: Iterable[Period], track: Track, trial: Trial) -> Iterable[Period]:
    if track == "operational":
        return ()
    years = {Period.of(month.starts_on, "year") for month in months}
    return (year for year in years if graded_on(trial.candidate, year, track) <= trial.ends_on)


def priced(tally: Tally, book: PolicyBook) -> Tally:
    """The tally with the points that its records cost under the book."""
    changed = {}
    for name, record in tally.records.items():
        policy = book.at(NonconformancePoints, record.found_on).document
        points = points_of(record.severity, record.responsibility, policy)
        if points != record.points:
            changed[name] = record._replace(points=points)
    return tally._replace(records=tally.records.update(changed)) if changed else tally


def as_sources(
    supplier_id: str, on_record: Mapping[Track, ByPeriod], tried: Mapping[Track, ByPeriod], trial: Trial
) -> tuple[Source, Source] | None:
    """The supplier as a source after the last day, live and under the candidate; None where it had no standing."""
    was = _source(supplier_id, on_record, trial.live, trial.ends_on)
    would = _source(supplier_id, tried, trial.candidate, trial.ends_on)
    return None if was.grade is None and would.grade is None else (was, would)


def _source(supplier_id: str, graded: Mapping[Track, ByPeriod], book: PolicyBook, last_day: date) -> Source:
    judged = {track: [*_judged(periods, track, book, last_day)] for track, periods in graded.items()}
    standing = standing_of(judged["operational"], judged["annual"], None, book)
    latest, year = standing.operational, standing.annual
    return Source(
        supplier_id,
        standing.grade,
        merit(graded["operational"][latest.period][1]) if latest else None,
        annual_merit=merit(graded["annual"][year.period][1]) if year else None,
    )


def _judged(periods: ByPeriod, track: Track, book: PolicyBook, last_day: date) -> Iterator[Judged]:
    """In a back-test everything was graded on its day."""
    for period, (grade, _) in periods.items():
        on = graded_on(book, period, track)
        if grade != "insufficient" and (period.ends_on if track == "operational" else on) <= last_day:
            yield Judged(period, grade, on.toordinal())
