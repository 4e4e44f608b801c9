"""One row per supplier: where it stands, and since when facts are known of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    DeliveryRecorded,
    Grading,
    InspectionRecorded,
    NonconformanceRecorded,
    SupplierGrade,
    SupplierGraded,
    SupplierGradeRestated,
)

Told = DeliveryRecorded | InspectionRecorded | NonconformanceRecorded | SupplierGraded | SupplierGradeRestated


@dataclass(frozen=True)
class SupplierRow:
    """``standing`` is the grade in force; ``last_*`` grade and score are those of the latest graded period."""

    supplier_id: str
    standing: str | None = None
    last_period: str | None = None
    last_grade: str | None = None
    last_score: Decimal | None = None
    first_fact_on: date | None = None
    last_fact_on: date | None = None
    lots_received: int = 0
    inspections: int = 0
    nonconformances: int = 0


def keys(event: Told, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id,)]


def evolve(key: Key, row: SupplierRow | None, event: Told, _: Envelope) -> SupplierRow:
    row = row or SupplierRow(*key)
    match event:
        case DeliveryRecorded():
            return replace(_with_fact(row, event.received_on), lots_received=row.lots_received + 1)
        case InspectionRecorded():
            return replace(_with_fact(row, event.inspected_on), inspections=row.inspections + 1)
        case NonconformanceRecorded():
            return replace(_with_fact(row, event.found_on), nonconformances=row.nonconformances + 1)
        case SupplierGraded():
            return _with_grade(row, event.period, event.grading, event.standing)
        case SupplierGradeRestated():
            return _with_grade(row, event.period, event.after, event.standing)


def _with_fact(row: SupplierRow, day: date) -> SupplierRow:
    first, last = row.first_fact_on or day, row.last_fact_on or day
    return replace(row, first_fact_on=min(first, day), last_fact_on=max(last, day))


def _with_grade(row: SupplierRow, period: str, grading: Grading, standing: SupplierGrade) -> SupplierRow:
    row = replace(row, standing=standing)
    if row.last_period is not None and period < row.last_period:
        return row
    return replace(row, last_period=period, last_grade=grading.grade, last_score=grading.score)


MODEL = ReadModel(
    name="supplier",
    version=1,
    row=SupplierRow,
    key=("supplier_id",),
    handles=(DeliveryRecorded, InspectionRecorded, NonconformanceRecorded, SupplierGraded, SupplierGradeRestated),
    keys=keys,
    evolve=evolve,
    indexes=(("standing", "supplier_id"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.supplier_id,)


def suppliers(standing: SupplierGrade | None = None) -> Select[Any]:
    """All suppliers, or those that stand at a grade."""
    query = select(TABLE)
    return query if standing is None else query.where(TABLE.c.standing == standing)


def supplier(supplier_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.supplier_id == supplier_id)
