"""Back-tests: past periods graded again under a candidate policy, beside what was decided. They change nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from chassis.backtests import Trial
from contracts import Event
from contracts.figures import PlainModel
from contracts.supplier import SupplierGrade, Track
from supplier_svc.items.rules.divisions import Source, divide
from supplier_svc.policies.order_shares import OrderSharing
from supplier_svc.reports.graded_again import as_sources, graded_again, priced
from supplier_svc.reports.replayed import History

DIFFERENCES_MAX = 5_000


class Difference(PlainModel):
    """A supplier whose grade of a period after movement would have been another; ``live`` is the one that was decided."""

    supplier_id: str
    period: str
    track: Track
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
    """What a replay has found: the first differences, and of each source its standing live and under the candidate, by item."""

    differences: list[Difference] = field(default_factory=list)
    migration: Counter[tuple[SupplierGrade, SupplierGrade]] = field(default_factory=Counter)
    sources: dict[str, list[tuple[Source, Source]]] = field(default_factory=dict)

    def differ(self, found: list[Difference]) -> None:
        """With more differences; those that the report has no room for are let go."""
        by_supplier = sorted(self.differences + found, key=lambda each: (each.supplier_id, each.track, each.period))
        self.differences = by_supplier[:DIFFERENCES_MAX]


class GradingReplay:
    """Folds every supplier's facts once, then grades the periods that were graded, on both tracks, under the candidate."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._suppliers = defaultdict[str, History](History)
        self._found = Found()

    def take(self, event: Event, _: datetime) -> None:
        supplier_id: str = event.supplier_id  # type: ignore[attr-defined]
        self._suppliers[supplier_id].take(event)

    def settle(self) -> None:
        self._found.differ(
            [each for supplier_id, history in self._suppliers.items() for each in self._try(supplier_id, history)]
        )
        self._suppliers.clear()

    def part(self) -> Found:
        return self._found

    def join(self, part: Found) -> None:
        self._found.differ(part.differences)
        self._found.migration += part.migration
        for item_id, pairs in part.sources.items():
            self._found.sources.setdefault(item_id, []).extend(pairs)

    def report(self) -> BacktestReport:
        trial, found = self._trial, self._found
        return BacktestReport(
            starts_on=trial.starts_on,
            ends_on=trial.ends_on,
            graded=found.migration.total(),
            different=sum(number for (live, candidate), number in found.migration.items() if live != candidate),
            differences=found.differences,
            migration=[
                Migration(live=live, candidate=candidate, gradings=number)
                for (live, candidate), number in sorted(found.migration.items())
            ],
            items=len(found.sources),
            share_changes=[*_share_changes(found.sources, trial)],
        )

    def _try(self, supplier_id: str, history: History) -> Iterator[Difference]:
        trial, found = self._trial, self._found
        tallies = {month: priced(tally, trial.candidate) for month, tally in history.facts.tallies.items()}
        tried = {track: graded_again(graded, tallies, track, trial) for track, graded in history.graded.items()}
        for track, again in tried.items():
            for period, (live, was) in sorted(history.graded[track].items()):
                if period not in again or not trial.starts_on <= period.ends_on <= trial.ends_on:
                    continue
                candidate, now = again[period]
                found.migration[live, candidate] += 1
                if live != candidate:
                    yield Difference(
                        supplier_id=supplier_id,
                        period=str(period),
                        track=track,
                        live=live,
                        live_score=was.score,
                        candidate=candidate,
                        candidate_score=now.score,
                    )
        if (standings := as_sources(supplier_id, history.graded, tried, trial)) is not None:
            for item_id in history.facts.items:
                found.sources.setdefault(item_id, []).append(standings)


def _share_changes(sources: dict[str, list[tuple[Source, Source]]], trial: Trial) -> Iterator[ShareChange]:
    """The items whose orders would be divided differently."""
    live_policy = trial.live.at(OrderSharing, trial.ends_on).document
    candidate_policy = trial.candidate.at(OrderSharing, trial.ends_on).document
    for item_id, pairs in sorted(sources.items()):
        live = divide([was for was, _ in pairs], live_policy).shares
        candidate = divide([would for _, would in pairs], candidate_policy).shares
        if live != candidate:
            yield ShareChange(item_id=item_id, live=live, candidate=candidate)
