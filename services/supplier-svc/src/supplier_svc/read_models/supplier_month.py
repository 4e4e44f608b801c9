"""One row per supplier and period: the facts of the month, what they cost in points, and the grade decided from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    DeliveryCorrected,
    DeliveryRecorded,
    Grading,
    InspectionCorrected,
    InspectionRecorded,
    LatenessExcused,
    LotFigures,
    Movement,
    NonconformanceRecorded,
    ResponsibilityDecided,
    SupplierGraded,
    SupplierGradeRestated,
)
from supplier_svc.scoring.inspected import is_of_lot, rejects_lot
from supplier_svc.scoring.period import Period

Handled = (
    DeliveryRecorded
    | DeliveryCorrected
    | LatenessExcused
    | InspectionRecorded
    | InspectionCorrected
    | NonconformanceRecorded
    | ResponsibilityDecided
    | SupplierGraded
    | SupplierGradeRestated
)


@dataclass(frozen=True)
class Row:
    """``inspection_count`` counts inspections of a lot, ``lots_rejected`` those that rejected it; ``first_grade`` is the grade before any
    restatement.

    ``score``, ``grade``, ``moved_grade`` (what the movement made of the grade: it is in force from then on) and ``grading`` (the
    decision, a Grading as JSON) are None until the period was graded. Facts are counted in the rows of months only; a quarter or
    a year that was graded has the decision.
    """

    supplier_id: str
    period: str
    ends_on: date
    lots_received: int = 0
    lots_late: int = 0
    inspection_count: int = 0
    lots_rejected: int = 0
    nonconformance_count: int = 0
    points: int = 0
    line_stop_minutes: int = 0
    score: Decimal | None = None
    grade: str | None = None
    grading: dict[str, Any] | None = None
    moved_grade: str | None = None
    movement: dict[str, Any] | None = None
    first_grade: str | None = None
    restatement_count: int = 0
    restated_because: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, _period(event))]


def _period(event: Handled) -> str:
    match event:
        case DeliveryRecorded() | DeliveryCorrected() | LatenessExcused():
            return str(Period.of(event.received_on))
        case InspectionRecorded() | InspectionCorrected():
            return str(Period.of(event.inspected_on))
        case NonconformanceRecorded() | ResponsibilityDecided():
            return str(Period.of(event.found_on))
        case SupplierGraded() | SupplierGradeRestated():
            return event.period


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    row = row or Row(key[0], key[1], Period.parse(key[1]).ends_on)
    match event:
        case DeliveryRecorded():
            return _counted(row, event, 1)
        case DeliveryCorrected():
            return _counted(_counted(row, event.before, -1), event.after, 1)
        case LatenessExcused():
            return replace(row, lots_late=row.lots_late - 1)
        case InspectionRecorded():
            return replace(
                row,
                inspection_count=row.inspection_count + is_of_lot(event),
                lots_rejected=row.lots_rejected + rejects_lot(event),
                line_stop_minutes=row.line_stop_minutes + event.line_stop_minutes,
            )
        case InspectionCorrected(before=before, after=after):
            return replace(
                row,
                inspection_count=row.inspection_count + is_of_lot(after) - is_of_lot(before),
                lots_rejected=row.lots_rejected + rejects_lot(after) - rejects_lot(before),
                line_stop_minutes=row.line_stop_minutes + after.line_stop_minutes - before.line_stop_minutes,
            )
        case NonconformanceRecorded():
            return replace(row, nonconformance_count=row.nonconformance_count + 1, points=row.points + event.points)
        case ResponsibilityDecided():
            return replace(row, points=row.points + event.points - event.points_before)
        case SupplierGraded():
            return replace(_with_grading(row, event.grading, event.movement), first_grade=event.grading.grade)
        case SupplierGradeRestated():
            row = _with_grading(row, event.after, event.movement)
            return replace(row, restatement_count=row.restatement_count + 1, restated_because=event.because)


def _counted(row: Row, lot: DeliveryRecorded | LotFigures, lots: int) -> Row:
    """With a lot, or without it (``lots`` −1). A quantity of 0 is no lot."""
    if not lot.quantity:
        return row
    late = row.lots_late + lots * (lot.days_late > 0)
    return replace(row, lots_received=row.lots_received + lots, lots_late=late)


def _with_grading(row: Row, grading: Grading, movement: Movement | None) -> Row:
    return replace(
        row,
        score=grading.score,
        grade=grading.grade,
        grading=grading.model_dump(mode="json"),
        moved_grade=movement.grade if movement else grading.grade,
        movement=movement.model_dump(mode="json") if movement else None,
    )


MODEL = ReadModel(
    name="supplier_month",
    version=6,
    row=Row,
    key=("supplier_id", "period"),
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


def latest_graded(supplier_id: str) -> Select[Any]:
    """The graded periods of a supplier, latest first."""
    latest = (TABLE.c.ends_on.desc(), TABLE.c.period.desc())
    return months(supplier_id).where(TABLE.c.grade.is_not(None)).order_by(*latest)


def between(supplier_id: str, first: date, last: date) -> Select[Any]:
    """The periods of a supplier, of whatever length, that end from ``first`` to ``last``."""
    return months(supplier_id).where(TABLE.c.ends_on.between(first, last))


def grades(supplier_id: str) -> Select[Any]:
    """What ``grade_on`` reads of the graded periods of a supplier."""
    columns = (TABLE.c.period, TABLE.c.ends_on, TABLE.c.score, TABLE.c.grade, TABLE.c.moved_grade)
    return select(*columns).where(TABLE.c.supplier_id == supplier_id, TABLE.c.grade.is_not(None))


@dataclass(frozen=True)
class GradeOn:
    """Rows of a supplier's periods: the latest graded one, and the one whose grade is in force; None without any."""

    latest: dict[str, Any] | None
    decides: dict[str, Any] | None

    @property
    def grade(self) -> str | None:
        return self.decides["moved_grade"] if self.decides else None


def grade_on(rows: Sequence[dict[str, Any]], on: date) -> GradeOn:
    """The grade in force on a business date, from one supplier's rows: by the graded periods that had ended when that day began.

    An insufficient period leaves the grade in force as it was, so the latest sufficient one decides, if there is any.
    """
    ended = [row for row in rows if row["grade"] is not None and row["ends_on"] < on]
    latest = max(ended, key=by_end, default=None)
    judged = max((row for row in ended if row["grade"] != "insufficient"), key=by_end, default=None)
    return GradeOn(latest, judged or latest)


def by_end(row: dict[str, Any]) -> tuple[date, str]:
    """The order of periods: of two that end on the same day, the shorter comes later."""
    return row["ends_on"], row["period"]


def gradings(period: Period, grade: str | None = None, supplier_id: str | None = None) -> Select[Any]:
    """All suppliers that were graded for a period, those with a grade, or one of them."""
    query = select(TABLE).where(TABLE.c.period == str(period), TABLE.c.grade.is_not(None))
    query = query if grade is None else query.where(TABLE.c.grade == grade)
    return query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)


def first_graded() -> Select[Any]:
    """The earliest period for which anybody was graded."""
    return select(TABLE).where(TABLE.c.grade.is_not(None)).order_by(TABLE.c.ends_on, TABLE.c.period)


def distribution(period: Period) -> Select[Any]:
    """Of a period: how many suppliers have each grade."""
    counted = select(TABLE.c.grade, func.count().label("supplier_count"))
    return counted.where(TABLE.c.period == str(period), TABLE.c.grade.is_not(None)).group_by(TABLE.c.grade)


def migration(before: Period, after: Period) -> Select[Any]:
    """Of two periods: how many suppliers went from which grade to which; None where one was not graded."""
    graded = TABLE.c.moved_grade.is_not(None)
    old = select(TABLE.c.supplier_id, TABLE.c.moved_grade).where(TABLE.c.period == str(before), graded).subquery()
    new = select(TABLE.c.supplier_id, TABLE.c.moved_grade).where(TABLE.c.period == str(after), graded).subquery()
    joined = old.join(new, old.c.supplier_id == new.c.supplier_id, full=True)
    moves = (old.c.moved_grade.label("before"), new.c.moved_grade.label("after"))
    counted = select(*moves, func.count().label("supplier_count")).select_from(joined)
    return counted.group_by(*moves).order_by(*moves)
