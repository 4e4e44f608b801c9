"""The to-do list of calls for an answer: suppliers whose standing became a C or D by restatement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.calendar import add_days, start_of_day
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.supplier import (
    ImprovementDue,
    ImprovementWaived,
    SupplierGrade,
    SupplierGraded,
    SupplierGradeRestated,
)
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.improvements import CallForImprovement
from supplier_svc.supplier.state.improvements import calls_for_another

Handled = SupplierGraded | SupplierGradeRestated | ImprovementDue | ImprovementWaived


@dataclass(frozen=True)
class Row:
    """The latest sufficient period of a track, and the grade for which an answer is ``owed`` or was given.

    Due at 00:00 UTC of the day after the restatement was recorded, so that facts which arrive together call once; None while there is
    nothing to call for.
    """

    supplier_id: str
    track: str
    period: str
    owed: SupplierGrade | None = None
    due_at: datetime | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.track)]


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row | None:
    if row is not None and Period.parse(event.period) < Period.parse(row.period):
        return row
    is_same = row is not None and row.period == event.period
    row_of_period = row if row is not None and is_same else Row(key[0], key[1], event.period)
    match event:
        case SupplierGraded():
            return row if event.grading.grade == "insufficient" else row_of_period
        case ImprovementDue():
            return Row(key[0], key[1], event.period, event.grade)
        case ImprovementWaived():
            return Row(key[0], key[1], event.period)
        case SupplierGradeRestated():
            grade = event.movement.grade if event.movement else event.after.grade
            if grade == "insufficient" and not is_same:
                return row
            if not calls_for_another(row_of_period.owed, grade):
                return replace(row_of_period, due_at=None)
            tomorrow = start_of_day(add_days(around.recorded_at.date(), 1))
            return replace(row_of_period, due_at=row_of_period.due_at or tomorrow)


async def call(rows: Sequence[Row], context: TimerContext) -> Sequence[DueCommand]:
    """The day of the call counts, not the day it was due, so that a service which was down does not set a day that has passed."""
    called_on = context.today
    return [
        DueCommand.by(row, CallForImprovement(row.supplier_id, row.period, called_on, row.track), context.now)  # type: ignore[arg-type]
        for row in rows
    ]


TODO = TodoList(
    name="improvement_call",
    version=2,
    row=Row,
    key=("supplier_id", "track"),
    keys=keys,
    evolve=evolve,
    perform=call,
    in_time_order=False,
)
