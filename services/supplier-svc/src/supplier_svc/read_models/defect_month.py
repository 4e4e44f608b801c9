"""One row per supplier, month, item, plant and defect code: records, quantity and points. For the Pareto of defects."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import NonconformanceRecorded, ResponsibilityDecided
from supplier_svc.scoring.period import Period

Handled = NonconformanceRecorded | ResponsibilityDecided


@dataclass(frozen=True)
class Row:
    """``plant_id`` is empty where no plant was reported; ``points`` are those that the supplier answers for."""

    supplier_id: str
    month: str
    item_id: str
    plant_id: str
    code: str
    record_count: int = 0
    quantity: Decimal = Decimal(0)
    points: int = 0


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    if event.item_id is None or event.code is None:
        return []  # a decision from before decisions named item and code
    return [(event.supplier_id, str(Period.of(event.found_on)), event.item_id, event.plant_id or "", event.code)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    row = row or Row(*key)
    match event:
        case NonconformanceRecorded():
            quantity = row.quantity + event.quantity
            return replace(row, record_count=row.record_count + 1, quantity=quantity, points=row.points + event.points)
        case ResponsibilityDecided():
            return replace(row, points=row.points + event.points - event.points_before)


MODEL = ReadModel(
    name="defect_month",
    version=2,
    row=Row,
    key=("supplier_id", "month", "item_id", "plant_id", "code"),
    keys=keys,
    evolve=evolve,
    indexes=(("month", "supplier_id"),),
)
TABLE = MODEL.table
BY = {"code": TABLE.c.code, "supplier": TABLE.c.supplier_id, "item": TABLE.c.item_id, "plant": TABLE.c.plant_id}


def pareto(
    by: ColumnElement[str], first: str, last: str, supplier_id: str | None, item_id: str | None, plant_id: str | None
) -> Select[Any]:
    """Records, quantity and points of the months from ``first`` to ``last`` in groups, the costliest first."""
    records, points = func.sum(TABLE.c.record_count), func.sum(TABLE.c.points)
    query: Any = select(
        by.label("of"),
        records.label("record_count"),
        func.sum(TABLE.c.quantity).label("quantity"),
        points.label("points"),
    )
    query = query.where(TABLE.c.month.between(first, last)).group_by(by).order_by(points.desc(), records.desc(), by)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    query = query if item_id is None else query.where(TABLE.c.item_id == item_id)
    wanted: Select[Any] = query if plant_id is None else query.where(TABLE.c.plant_id == plant_id)
    return wanted
