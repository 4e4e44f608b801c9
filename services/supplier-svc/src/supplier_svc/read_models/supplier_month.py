"""One row per supplier and period: what came in in a month, what it cost, and the grade decided from it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    DeliveryRecorded,
    Grading,
    InspectionRecorded,
    Movement,
    NonconformanceRecorded,
    ResponsibilityDecided,
    SupplierGraded,
    SupplierGradeRestated,
)
from supplier_svc.period import Period

Told = (
    DeliveryRecorded
    | InspectionRecorded
    | NonconformanceRecorded
    | ResponsibilityDecided
    | SupplierGraded
    | SupplierGradeRestated
)


@dataclass(frozen=True)
class SupplierMonthRow:
    """``lots_rejected`` counts inspections that rejected their lot; ``first_grade`` is the one before any restatement.

    ``score``, ``grade``, ``in_force`` (the grade after movement) and ``grading`` (the decision, a Grading as JSON) are None until the
    period was graded. Facts are counted in the rows of months only; a quarter or a year that was graded has the decision.
    """

    supplier_id: str
    period: str
    ends_on: date
    lots_received: int = 0
    lots_late: int = 0
    inspections: int = 0
    lots_rejected: int = 0
    nonconformances: int = 0
    points: int = 0
    line_stop_minutes: int = 0
    score: Decimal | None = None
    grade: str | None = None
    grading: dict[str, Any] | None = None
    in_force: str | None = None
    movement: dict[str, Any] | None = None
    first_grade: str | None = None
    restated: int = 0
    restated_because: str | None = None


def keys(event: Told, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, _period(event))]


def _period(event: Told) -> str:
    match event:
        case DeliveryRecorded():
            return str(Period.of(event.received_on))
        case InspectionRecorded():
            return str(Period.of(event.inspected_on))
        case NonconformanceRecorded() | ResponsibilityDecided():
            return str(Period.of(event.found_on))
        case SupplierGraded() | SupplierGradeRestated():
            return event.period


def evolve(key: Key, row: SupplierMonthRow | None, event: Told, _: Envelope) -> SupplierMonthRow:
    row = row or SupplierMonthRow(key[0], key[1], Period.parse(key[1]).ends_on)
    match event:
        case DeliveryRecorded():
            late = row.lots_late + (event.days_late > 0)
            return replace(row, lots_received=row.lots_received + 1, lots_late=late)
        case InspectionRecorded():
            return replace(
                row,
                inspections=row.inspections + 1,
                lots_rejected=row.lots_rejected + (event.result == "rejected"),
                line_stop_minutes=row.line_stop_minutes + event.line_stop_minutes,
            )
        case NonconformanceRecorded():
            return replace(row, nonconformances=row.nonconformances + 1, points=row.points + event.points)
        case ResponsibilityDecided():
            return replace(row, points=row.points + event.points - event.points_before)
        case SupplierGraded():
            return replace(_with_grading(row, event.grading, event.movement), first_grade=event.grading.grade)
        case SupplierGradeRestated():
            row = _with_grading(row, event.after, event.movement)
            return replace(row, restated=row.restated + 1, restated_because=event.because)


def _with_grading(row: SupplierMonthRow, grading: Grading, movement: Movement | None) -> SupplierMonthRow:
    return replace(
        row,
        score=grading.score,
        grade=grading.grade,
        grading=grading.model_dump(mode="json"),
        in_force=movement.grade if movement else grading.grade,
        movement=movement.model_dump(mode="json") if movement else None,
    )


MODEL = ReadModel(
    name="supplier_month",
    version=2,
    row=SupplierMonthRow,
    key=("supplier_id", "period"),
    handles=(
        DeliveryRecorded,
        InspectionRecorded,
        NonconformanceRecorded,
        ResponsibilityDecided,
        SupplierGraded,
        SupplierGradeRestated,
    ),
    keys=keys,
    evolve=evolve,
    indexes=(("period", "grade", "supplier_id"), ("supplier_id", "ends_on")),
)
TABLE = MODEL.table
BY_PERIOD = (TABLE.c.ends_on, TABLE.c.period)
BY_SUPPLIER = (TABLE.c.supplier_id,)


def months(supplier_id: str) -> Select[Any]:
    """The months of a supplier."""
    return select(TABLE).where(TABLE.c.supplier_id == supplier_id)


def month(supplier_id: str, period: Period) -> Select[Any]:
    return months(supplier_id).where(TABLE.c.period == str(period))


def latest_graded(supplier_id: str, before: date | None = None) -> Select[Any]:
    """The graded periods of a supplier, latest first; with ``before``, of those that had ended when that day began."""
    latest = (TABLE.c.ends_on.desc(), TABLE.c.period.desc())
    graded = months(supplier_id).where(TABLE.c.grade.is_not(None)).order_by(*latest)
    return graded if before is None else graded.where(TABLE.c.ends_on < before)


def latest_judged(supplier_id: str, before: date) -> Select[Any]:
    """The same without the insufficient ones: the first row holds the standing in force."""
    return latest_graded(supplier_id, before).where(TABLE.c.grade != "insufficient")


def gradings(period: Period) -> Select[Any]:
    """All suppliers that were graded for a period."""
    return select(TABLE).where(TABLE.c.period == str(period), TABLE.c.grade.is_not(None))


def distribution(period: Period) -> Select[Any]:
    """Of a period: how many suppliers have each grade."""
    counted = select(TABLE.c.grade, func.count().label("suppliers"))
    return counted.where(TABLE.c.period == str(period), TABLE.c.grade.is_not(None)).group_by(TABLE.c.grade)


def migration(before: Period, after: Period) -> Select[Any]:
    """Of two periods: how many suppliers went from which grade to which; None where one was not graded."""
    graded = TABLE.c.in_force.is_not(None)
    old = select(TABLE.c.supplier_id, TABLE.c.in_force).where(TABLE.c.period == str(before), graded).subquery()
    new = select(TABLE.c.supplier_id, TABLE.c.in_force).where(TABLE.c.period == str(after), graded).subquery()
    joined = old.join(new, old.c.supplier_id == new.c.supplier_id, full=True)
    moves = (old.c.in_force.label("before"), new.c.in_force.label("after"))
    counted = select(*moves, func.count().label("suppliers")).select_from(joined)
    return counted.group_by(*moves).order_by(*moves)
