"""One row per nonconformance: the records behind the points."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.erp import Severity
from contracts.supplier import NonconformanceRecorded, ResponsibilityDecided
from supplier_svc.scoring.period import Period

Handled = NonconformanceRecorded | ResponsibilityDecided


@dataclass(frozen=True)
class NonconformanceRow:
    supplier_id: str
    nonconformance_id: str
    inspection_id: str | None
    item_id: str
    lot_id: str
    plant_id: str | None
    code: str
    severity: str
    quantity: Decimal
    responsibility: str
    points: int
    found_on: date
    period: str
    stage: str | None = None
    complaint_id: str | None = None
    customer_id: str | None = None
    sub_supplier_id: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.nonconformance_id)]


def evolve(_: Key, row: NonconformanceRow | None, event: Handled, __: Envelope) -> NonconformanceRow | None:
    match event:
        case NonconformanceRecorded():
            return NonconformanceRow(
                supplier_id=event.supplier_id,
                nonconformance_id=event.nonconformance_id,
                inspection_id=event.inspection_id,
                item_id=event.item_id,
                lot_id=event.lot_id,
                plant_id=event.plant_id,
                code=event.code,
                severity=event.severity,
                quantity=event.quantity,
                responsibility=event.responsibility,
                points=event.points,
                found_on=event.found_on,
                period=str(Period.of(event.found_on)),
                stage=event.stage,
                complaint_id=event.complaint_id,
                customer_id=event.customer_id,
                sub_supplier_id=event.sub_supplier_id,
            )
        case ResponsibilityDecided():
            return row and replace(row, responsibility=event.responsibility, points=event.points)


MODEL = ReadModel(
    name="nonconformance",
    version=3,
    row=NonconformanceRow,
    key=("supplier_id", "nonconformance_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("supplier_id", "found_on"), ("period", "found_on"), ("found_on",), ("sub_supplier_id",)),
)
TABLE = MODEL.table
ORDER = (TABLE.c.found_on, TABLE.c.supplier_id, TABLE.c.nonconformance_id)


def nonconformances(
    supplier_id: str | None = None, month: Period | None = None, severity: Severity | None = None
) -> Select[Any]:
    """All records, or those of a supplier, of a month, of a severity, or of all of these."""
    query = select(TABLE)
    if supplier_id is not None:
        query = query.where(TABLE.c.supplier_id == supplier_id)
    query = query if severity is None else query.where(TABLE.c.severity == severity)
    return query if month is None else query.where(TABLE.c.period == str(month))


def records(supplier_id: str, nonconformance_ids: Sequence[str]) -> Select[Any]:
    """These records of a supplier, the costliest first."""
    chosen = nonconformances(supplier_id).where(TABLE.c.nonconformance_id.in_(nonconformance_ids))
    return chosen.order_by(TABLE.c.points.desc(), TABLE.c.found_on, TABLE.c.nonconformance_id)
