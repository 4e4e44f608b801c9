"""The graded periods of a supplier, and the standing that follows from them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from immutables import Map

from contracts.supplier import (
    Grading,
    GradingScheduled,
    Movement,
    PreferredSourceEnded,
    PreferredSourceNamed,
    SupplierGrade,
    SupplierGraded,
    SupplierGradeRestated,
)
from supplier_svc.scoring.period import Period

Handled = GradingScheduled | SupplierGraded | SupplierGradeRestated | PreferredSourceNamed | PreferredSourceEnded


@dataclass(frozen=True, slots=True)
class Gradings:
    """``by_period`` is the latest grading of each graded period, ``in_force`` the grade after movement where that differs."""

    by_period: Map[Period, Grading] = field(default_factory=Map)
    in_force: Map[Period, SupplierGrade] = field(default_factory=Map)
    scheduled: Map[Period, None] = field(default_factory=Map)
    is_preferred: bool = False

    def judged(self, changed: Mapping[Period, Grading] | None = None) -> list[tuple[Period, Grading]]:
        """The graded periods that are not insufficient, in order, with the ``changed`` ones in place of those on record."""
        gradings = self.by_period if not changed else {**self.by_period, **changed}
        return sorted((each for each in gradings.items() if each[1].grade != "insufficient"), key=lambda each: each[0])

    def grade_in_force(self, period: Period) -> SupplierGrade:
        """The grade of a graded period after movement."""
        return self.in_force.get(period) or self.by_period[period].grade

    @property
    def latest(self) -> tuple[Period, Grading] | None:
        """The latest graded period that is not insufficient; its grade in force is the standing."""
        judged = (each for each in self.by_period.items() if each[1].grade != "insufficient")
        return max(judged, key=lambda each: each[0], default=None)

    @property
    def standing(self) -> SupplierGrade | None:
        """The grade in force; None before the first grading."""
        latest = self.latest
        if latest is not None:
            return self.grade_in_force(latest[0])
        return "insufficient" if self.by_period else None


def standing_after(
    gradings: Gradings, changed: Mapping[Period, Grading], moved: Mapping[Period, Movement]
) -> SupplierGrade:
    """The standing once the ``changed`` gradings and their movements are on record."""
    judged = gradings.judged(changed)
    if not judged:
        return "insufficient"
    period, grading = judged[-1]
    return moved[period].grade if period in moved else grading.grade


def evolve(gradings: Gradings, event: Handled) -> Gradings:
    match event:
        case GradingScheduled():
            return replace(gradings, scheduled=gradings.scheduled.set(Period.parse(event.period), None))
        case SupplierGraded():
            return _with(gradings, Period.parse(event.period), event.grading, event.movement)
        case SupplierGradeRestated():
            return _with(gradings, Period.parse(event.period), event.after, event.movement)
        case PreferredSourceNamed():
            return replace(gradings, is_preferred=True)
        case PreferredSourceEnded():
            return replace(gradings, is_preferred=False)
    assert_never(event)


def _with(gradings: Gradings, period: Period, grading: Grading, movement: Movement | None) -> Gradings:
    in_force = gradings.in_force
    if movement is not None and movement.grade != grading.grade:
        in_force = in_force.set(period, movement.grade)
    elif period in in_force:
        in_force = in_force.delete(period)
    return replace(gradings, by_period=gradings.by_period.set(period, grading), in_force=in_force)
