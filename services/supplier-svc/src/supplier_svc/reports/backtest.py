"""Back-tests: past periods graded again under a candidate policy, beside what was decided. They change nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from immutables import Map

from chassis.backtests import Trial
from chassis.policies import PolicyBook
from contracts import Envelope, Event
from contracts.figures import PlainModel
from contracts.supplier import (
    CaseCorrected,
    CaseRecorded,
    CaseWithdrawn,
    DeliveryCorrected,
    DeliveryRecorded,
    Grading,
    InspectionCorrected,
    InspectionRecorded,
    LatenessExcused,
    NonconformanceRecorded,
    ResponsibilityDecided,
    SupplierGrade,
    SupplierGraded,
    SupplierGradeRestated,
    SupplierSurveyed,
)
from supplier_svc.items.rules.divisions import Source, divide
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.policies.order_shares import OrderSharing
from supplier_svc.policies.points import NonconformancePoints
from supplier_svc.scoring.evidence import evidence_of
from supplier_svc.scoring.gradings import grade, merit
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.points import points_of
from supplier_svc.scoring.tally import Tally
from supplier_svc.supplier.rules.movement import movements
from supplier_svc.supplier.state import Supplier, evolve

HANDLES = (
    DeliveryRecorded,
    DeliveryCorrected,
    LatenessExcused,
    InspectionRecorded,
    InspectionCorrected,
    NonconformanceRecorded,
    ResponsibilityDecided,
    CaseRecorded,
    CaseCorrected,
    CaseWithdrawn,
    SupplierSurveyed,
    SupplierGraded,
    SupplierGradeRestated,
)
DIFFERENCES_MAX = 5_000


class Difference(PlainModel):
    """A supplier whose grade in force after a period would have been another; ``live`` is the one that was decided."""

    supplier_id: str
    period: str
    live: SupplierGrade
    live_score: Decimal
    candidate: SupplierGrade
    candidate_score: Decimal


class Migration(PlainModel):
    """The number of gradings with one grade live and another, or the same, under the candidate."""

    live: SupplierGrade
    candidate: SupplierGrade
    gradings: int


class ShareChange(PlainModel):
    """How an item's orders would be divided after the last day; percent by supplier."""

    item_id: str
    live: dict[str, Decimal]
    candidate: dict[str, Decimal]


class BacktestReport(PlainModel):
    """The suppliers that would have been graded differently; ``differences`` holds at most 5,000, ``different`` counts them all."""

    starts_on: date
    ends_on: date
    graded: int
    different: int
    differences: list[Difference]
    migration: list[Migration]
    items: int
    share_changes: list[ShareChange]


@dataclass
class Found:
    """What a replay has found: of each source its standing live and under the candidate, by item."""

    differences: list[Difference] = field(default_factory=list)
    migration: Counter[tuple[SupplierGrade, SupplierGrade]] = field(default_factory=Counter)
    sources: dict[str, list[tuple[Source, Source]]] = field(default_factory=dict)


class GradingReplay:
    """Folds every supplier's facts once, then grades the periods that were graded under the candidate."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._suppliers: dict[str, Supplier] = {}
        self._found = Found()

    def take(self, event: Event, _: Envelope) -> None:
        supplier_id: str = event.supplier_id  # type: ignore[attr-defined]
        self._suppliers[supplier_id] = evolve(self._suppliers.get(supplier_id, Supplier()), event)

    def part(self) -> Found:
        """What the suppliers taken so far make of it; they are let go."""
        for supplier_id, supplier in self._suppliers.items():
            self._try(supplier_id, supplier)
        self._suppliers = {}
        return self._found

    def join(self, part: Found) -> None:
        self._found.differences += part.differences
        self._found.migration += part.migration
        for item_id, pairs in part.sources.items():
            self._found.sources.setdefault(item_id, []).extend(pairs)

    def report(self) -> BacktestReport:
        trial, found = self._trial, self.part()
        return BacktestReport(
            starts_on=trial.starts_on,
            ends_on=trial.ends_on,
            graded=found.migration.total(),
            different=len(found.differences),
            differences=sorted(found.differences, key=lambda each: (each.supplier_id, each.period))[:DIFFERENCES_MAX],
            migration=[
                Migration(live=live, candidate=candidate, gradings=number)
                for (live, candidate), number in sorted(found.migration.items())
            ],
            items=len(found.sources),
            share_changes=[*_share_changes(found.sources, trial)],
        )

    def _try(self, supplier_id: str, supplier: Supplier) -> None:
        trial, found = self._trial, self._found
        tried = _graded_again(supplier, trial.candidate)
        for period, grading in sorted(supplier.gradings.by_period.items()):
            if not trial.starts_on <= period.ends_on <= trial.ends_on:
                continue
            live, (candidate, now) = supplier.gradings.grade_in_force(period), tried[period]
            found.migration[live, candidate] += 1
            if live != candidate:
                found.differences.append(
                    Difference(
                        supplier_id=supplier_id,
                        period=str(period),
                        live=live,
                        live_score=grading.score,
                        candidate=candidate,
                        candidate_score=now.score,
                    )
                )
        if (standings := _standings(supplier_id, supplier, tried, trial.ends_on)) is not None:
            for item_id in supplier.facts.items:
                found.sources.setdefault(item_id, []).append(standings)


def _graded_again(supplier: Supplier, book: PolicyBook) -> dict[Period, tuple[SupplierGrade, Grading]]:
    """Each graded period under a book, with the grade in force after movement."""
    tallies = supplier.facts.tallies
    again = dict[Period, Grading]()
    for period in supplier.gradings.by_period:
        of = [_priced(tallies[month], book) for month in period.calendar_months() if month in tallies]
        again[period] = grade(evidence_of(of), book.at(SupplierGrading, period.ends_on))
    judged = sorted((each for each in again.items() if each[1].grade != "insufficient"), key=lambda each: each[0])
    moved = movements(judged, book)
    return {period: (moved[period].grade if period in moved else each.grade, each) for period, each in again.items()}


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


def _standings(
    supplier_id: str, supplier: Supplier, tried: dict[Period, tuple[SupplierGrade, Grading]], on: date
) -> tuple[Source, Source] | None:
    """The supplier as a source at the end, live and under the candidate; None where it had no standing."""
    live = [(p, g) for p, g in supplier.gradings.judged() if p.ends_on <= on]
    candidate = [(p, each) for p, each in sorted(tried.items()) if p.ends_on <= on and each[1].grade != "insufficient"]
    if not live and not candidate:
        return None
    was = Source(supplier_id, None)
    if live:
        was = Source(supplier_id, supplier.gradings.grade_in_force(live[-1][0]), merit(live[-1][1]))
    would = Source(supplier_id, None)
    if candidate:
        in_force, grading = candidate[-1][1]
        would = Source(supplier_id, in_force, merit(grading))
    return was, would


def _share_changes(sources: dict[str, list[tuple[Source, Source]]], trial: Trial) -> Iterator[ShareChange]:
    """The items whose orders would be divided differently."""
    live_policy = trial.live.at(OrderSharing, trial.ends_on).document
    candidate_policy = trial.candidate.at(OrderSharing, trial.ends_on).document
    for item_id, pairs in sorted(sources.items()):
        live = divide([was for was, _ in pairs], live_policy).shares
        candidate = divide([would for _, would in pairs], candidate_policy).shares
        if live != candidate:
            yield ShareChange(item_id=item_id, live=live, candidate=candidate)
