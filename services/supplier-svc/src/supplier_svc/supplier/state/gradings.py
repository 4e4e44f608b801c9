"""The graded periods of a supplier on both tracks, and the standing that follows from them all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from immutables import Map

from contracts.supplier import (
    Grading,
    GradingCancelled,
    GradingScheduled,
    LetterGrade,
    Movement,
    PreferredSourceEnded,
    PreferredSourceNamed,
    SupplierGrade,
    SupplierGraded,
    SupplierGradeRestated,
    Track,
)
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.rules.standing import Judged, worse

Handled = (
    GradingScheduled
    | GradingCancelled
    | SupplierGraded
    | SupplierGradeRestated
    | PreferredSourceNamed
    | PreferredSourceEnded
)


@dataclass(frozen=True, slots=True)
class Graded:
    """The graded periods of one track.

    ``by_period`` is the latest grading of each graded period, ``in_force`` the grade after movement where that differs, ``at`` the
    number of the grading that counts for the order of tracks (see ``Judged``).
    """

    by_period: Map[Period, Grading] = field(default_factory=Map)
    in_force: Map[Period, SupplierGrade] = field(default_factory=Map)
    scheduled: Map[Period, None] = field(default_factory=Map)
    at: Map[Period, int] = field(default_factory=Map)

    def judged(self, changed: Mapping[Period, Grading] | None = None) -> list[tuple[Period, Grading]]:
        """The graded periods that are not insufficient, in order, with the ``changed`` ones in place of those on record."""
        gradings = self.by_period if not changed else {**self.by_period, **changed}
        return sorted((each for each in gradings.items() if each[1].grade != "insufficient"), key=lambda each: each[0])

    def with_grades(self) -> Iterator[Judged]:
        """The graded periods that are not insufficient, with their grades after movement, in any order."""
        for period, grading in self.by_period.items():
            grade = self.in_force.get(period) or grading.grade
            if grade != "insufficient":
                yield Judged(period, grade, self.at.get(period, 0))

    def grade_in_force(self, period: Period) -> SupplierGrade:
        """The grade of a graded period after movement."""
        return self.in_force.get(period) or self.by_period[period].grade

    @property
    def latest(self) -> tuple[Period, Grading] | None:
        """The latest graded period that is not insufficient; its grade in force is the track's."""
        judged = (each for each in self.by_period.items() if each[1].grade != "insufficient")
        return max(judged, key=lambda each: each[0], default=None)

    @property
    def grade(self) -> SupplierGrade | None:
        """The grade of the track; None before the first grading."""
        latest = self.latest
        if latest is not None:
            return self.grade_in_force(latest[0])
        return "insufficient" if self.by_period else None


@dataclass(frozen=True, slots=True)
class Gradings(Graded):
    """The operational track, beside it the ``annual`` one and the ``ceiling`` that it sets; None while no year limits the standing."""

    is_preferred: bool = False
    annual: Graded = Graded()
    ceiling: LetterGrade | None = None
    ceiling_because: str = ""
    number: int = 0
    """Of gradings and restatements so far, of both tracks."""

    def of(self, track: Track) -> Graded:
        return self if track == "operational" else self.annual

    def on(self, track: Track, graded: Graded) -> "Gradings":
        """With one track in place of what it was."""
        if track == "annual":
            return replace(self, annual=graded)
        return replace(
            self, by_period=graded.by_period, in_force=graded.in_force, scheduled=graded.scheduled, at=graded.at
        )

    @property
    def standing(self) -> SupplierGrade | None:
        """The grade in force: the worse one of the operational grade and the ceiling; None before the first grading."""
        return worse(self.without_ceiling, self.ceiling)

    @property
    def without_ceiling(self) -> SupplierGrade | None:
        """The operational grade; insufficient where only a year was graded."""
        return self.grade or ("insufficient" if self.annual.by_period else None)

    def recorded(self, track: Track, period: Period, grading: Grading, movement: Movement | None) -> "Gradings":
        """With a period graded or restated; the ceiling stays as it was."""
        graded, number = self.of(track), self.number + 1
        in_force, at = graded.in_force, graded.at
        if movement is not None and movement.grade != grading.grade:
            in_force = in_force.set(period, movement.grade)
        elif period in in_force:
            in_force = in_force.delete(period)
        if track == "annual" or period not in graded.by_period:
            at = at.set(period, number)
        by_period = graded.by_period.set(period, grading)
        track_now = Graded(by_period, in_force, graded.scheduled, at)
        return replace(self.on(track, track_now), number=number)


def evolve(gradings: Gradings, event: Handled) -> Gradings:
    match event:
        case GradingScheduled():
            graded = gradings.of(event.track)
            scheduled = graded.scheduled.set(Period.parse(event.period), None)
            return gradings.on(event.track, replace(graded, scheduled=scheduled))
        case GradingCancelled():
            graded = gradings.of(event.track)
            scheduled = graded.scheduled.delete(Period.parse(event.period))
            return gradings.on(event.track, replace(graded, scheduled=scheduled))
        case SupplierGraded():
            now = gradings.recorded(event.track, Period.parse(event.period), event.grading, event.movement)
            return replace(now, ceiling=event.ceiling, ceiling_because=event.ceiling_because)
        case SupplierGradeRestated():
            now = gradings.recorded(event.track, Period.parse(event.period), event.after, event.movement)
            return replace(now, ceiling=event.ceiling, ceiling_because=event.ceiling_because)
        case PreferredSourceNamed():
            return replace(gradings, is_preferred=True)
        case PreferredSourceEnded():
            return replace(gradings, is_preferred=False)
    assert_never(event)
