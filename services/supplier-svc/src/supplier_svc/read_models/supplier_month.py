"""One row per supplier and period: its facts, what they cost in points, and the grade decided from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, get_args

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
    Track,
)
from supplier_svc.policies.gradings import PeriodKind
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
    decision, a Grading as JSON) are None until the period was graded. A fact counts in its month, its quarter and its year; a quarter
    or a year is shown once it was graded. ``counts_on`` is the first day of which the grade is known, ``counts_from`` the position in
    the log of the grading that orders the tracks (see ``Judged``).
    """

    supplier_id: str
    period: str
    track: str
    ends_on: date
    counts_on: date
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
    counts_from: int = 0


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    match event:
        case SupplierGraded() | SupplierGradeRestated():
            return [(event.supplier_id, event.period, event.track)]
        case DeliveryRecorded() | DeliveryCorrected() | LatenessExcused():
            day = event.received_on
        case InspectionRecorded() | InspectionCorrected():
            day = event.inspected_on
        case NonconformanceRecorded() | ResponsibilityDecided():
            day = event.found_on
    return [(event.supplier_id, period, track) for period, track in _periods_of(day)]


@lru_cache(maxsize=4096)
def _periods_of(day: date) -> tuple[tuple[str, Track], ...]:
    """The periods in which a fact of the day counts, whichever of them the policy grades."""
    kinds: tuple[PeriodKind, ...] = get_args(PeriodKind)
    return (*((str(Period.of(day, kind)), "operational") for kind in kinds), (str(Period.of(day, "year")), "annual"))


def evolve(key: Key, row: Row | None, event: Handled, around: Envelope) -> Row:
    row = row or _row(key)
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
            row = replace(_with_grading(row, event.grading, event.movement), first_grade=event.grading.grade)
            return replace(row, counts_from=around.position, counts_on=event.graded_on or row.counts_on)
        case SupplierGradeRestated():
            row = _with_grading(row, event.after, event.movement)
            counts_from = around.position if event.track == "annual" else row.counts_from
            count = row.restatement_count + 1
            return replace(row, restatement_count=count, restated_because=event.because, counts_from=counts_from)


def _row(key: Key) -> Row:
    period = Period.parse(key[1])
    return Row(key[0], key[1], key[2], period.ends_on, period.due_on)


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
    version=8,
    row=Row,
    key=("supplier_id", "period", "track"),
    keys=keys,
    evolve=evolve,
    indexes=(("period", "grade", "supplier_id"), ("supplier_id", "ends_on")),
)
TABLE = MODEL.table
BY_PERIOD = (TABLE.c.ends_on, TABLE.c.period, TABLE.c.track)
BY_SUPPLIER = (TABLE.c.supplier_id, TABLE.c.track)


def months(supplier_id: str, track: Track | None = None) -> Select[Any]:
    """The periods of a supplier, of both tracks or of one: its months, and what else was graded."""
    is_month = TABLE.c.period.like("____-__") & TABLE.c.period.not_like("%Q%")
    is_shown = TABLE.c.grade.is_not(None) | is_month
    return _of_track(select(TABLE).where(TABLE.c.supplier_id == supplier_id, is_shown), track)


def _of_track(query: Select[Any], track: Track | None) -> Select[Any]:
    return query if track is None else query.where(TABLE.c.track == track)


def month(supplier_id: str, period: Period) -> Select[Any]:
    """A period of a supplier; a year that was graded on both tracks as the annual one has it first."""
    return months(supplier_id).where(TABLE.c.period == str(period)).order_by(TABLE.c.track)


def latest_graded(supplier_id: str) -> Select[Any]:
    """The graded periods of a supplier's operational track, latest first, then the years of the annual one."""
    latest = (TABLE.c.track.desc(), TABLE.c.ends_on.desc(), TABLE.c.period.desc())
    return months(supplier_id).where(TABLE.c.grade.is_not(None)).order_by(*latest)


def latest_year(supplier_id: str) -> Select[Any]:
    """The years that were graded on the annual track, latest first."""
    return months(supplier_id, "annual").where(TABLE.c.grade.is_not(None)).order_by(TABLE.c.ends_on.desc())


def years() -> Select[Any]:
    """The years for which anybody was graded on the annual track, latest first."""
    graded = select(TABLE).where(TABLE.c.track == "annual", TABLE.c.grade.is_not(None))
    return graded.order_by(TABLE.c.ends_on.desc(), TABLE.c.supplier_id)


def between(supplier_id: str, first: date, last: date) -> Select[Any]:
    """The periods of a supplier's operational track, of whatever length, that end from ``first`` to ``last``."""
    return months(supplier_id, "operational").where(TABLE.c.ends_on.between(first, last))


def grades(supplier_id: str) -> Select[Any]:
    """What the standing is read from: the graded periods of a supplier on both tracks."""
    columns = (
        TABLE.c.period, TABLE.c.track, TABLE.c.ends_on, TABLE.c.counts_on, TABLE.c.counts_from, TABLE.c.score, TABLE.c.grade,
        TABLE.c.moved_grade,
    )  # fmt: skip
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
    """The grade of a track on a business date, from one supplier's rows of it: by the graded periods that counted when that day began.

    An insufficient period leaves the grade in force as it was, so the latest sufficient one decides, if there is any.
    """
    ended = [row for row in rows if row["grade"] is not None and row["counts_on"] <= on]
    latest = max(ended, key=by_end, default=None)
    judged = max((row for row in ended if row["grade"] != "insufficient"), key=by_end, default=None)
    return GradeOn(latest, judged or latest)


def by_end(row: dict[str, Any]) -> tuple[date, str]:
    """The order of periods: of two that end on the same day, the shorter comes later."""
    return row["ends_on"], row["period"]


def gradings(
    period: Period, grade: str | None = None, supplier_id: str | None = None, track: Track | None = None
) -> Select[Any]:
    """All suppliers that were graded for a period, those with a grade, or one of them; of both tracks or of one."""
    query = _of_track(select(TABLE).where(TABLE.c.period == str(period), TABLE.c.grade.is_not(None)), track)
    query = query if grade is None else query.where(TABLE.c.grade == grade)
    return query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)


def first_graded() -> Select[Any]:
    """The earliest period for which anybody was graded."""
    return select(TABLE).where(TABLE.c.grade.is_not(None)).order_by(TABLE.c.ends_on, TABLE.c.period)


def distribution(period: Period, track: Track | None = None) -> Select[Any]:
    """Of a period: how many suppliers have each grade."""
    counted = _of_track(select(TABLE.c.grade, func.count().label("supplier_count")), track)
    return counted.where(TABLE.c.period == str(period), TABLE.c.grade.is_not(None)).group_by(TABLE.c.grade)


def migration(before: Period, after: Period, track: Track) -> Select[Any]:
    """Of two periods of a track: how many suppliers went from which grade to which; None where one was not graded."""
    graded = TABLE.c.moved_grade.is_not(None) & (TABLE.c.track == track)
    old = select(TABLE.c.supplier_id, TABLE.c.moved_grade).where(TABLE.c.period == str(before), graded).subquery()
    new = select(TABLE.c.supplier_id, TABLE.c.moved_grade).where(TABLE.c.period == str(after), graded).subquery()
    joined = old.join(new, old.c.supplier_id == new.c.supplier_id, full=True)
    moves = (old.c.moved_grade.label("before"), new.c.moved_grade.label("after"))
    counted = select(*moves, func.count().label("supplier_count")).select_from(joined)
    return counted.group_by(*moves).order_by(*moves)
