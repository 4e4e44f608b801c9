"""One row per supplier, month, item and plant: lots received and inspected. For PPM, lot acceptance and on-time delivery."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import DeliveryRecorded, InspectionRecorded, LatenessExcused, NonconformanceRecorded
from supplier_svc.scoring.period import Period

Handled = DeliveryRecorded | InspectionRecorded | LatenessExcused | NonconformanceRecorded


@dataclass(frozen=True)
class Row:
    """``plant_id`` is empty where no plant was reported. Defective parts count whoever answers for them: PPM is about the parts."""

    supplier_id: str
    month: str
    item_id: str
    plant_id: str
    lots_received: int = 0
    lots_late: int = 0
    days_late: int = 0
    lots_inspected: int = 0
    lots_rejected: int = 0
    quantity_received: Decimal = Decimal(0)
    quantity_inspected: Decimal = Decimal(0)
    quantity_defective: Decimal = Decimal(0)
    line_stops: int = 0
    line_stop_minutes: int = 0


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, str(Period.of(_day(event))), event.item_id, event.plant_id or "")]


def _day(event: Handled) -> date:
    match event:
        case DeliveryRecorded() | LatenessExcused():
            return event.received_on
        case InspectionRecorded():
            return event.inspected_on
        case NonconformanceRecorded():
            return event.found_on


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    row = row or Row(*key)
    match event:
        case DeliveryRecorded():
            return replace(
                row,
                lots_received=row.lots_received + 1,
                lots_late=row.lots_late + (event.days_late > 0),
                days_late=row.days_late + event.days_late,
                quantity_received=row.quantity_received + event.quantity,
            )
        case LatenessExcused():
            return replace(row, lots_late=row.lots_late - 1, days_late=row.days_late - event.days_late_before)
        case InspectionRecorded():
            return replace(
                row,
                lots_inspected=row.lots_inspected + 1,
                lots_rejected=row.lots_rejected + (event.result == "rejected"),
                quantity_inspected=row.quantity_inspected + event.lot_quantity,
                line_stops=row.line_stops + (event.line_stop_minutes > 0),
                line_stop_minutes=row.line_stop_minutes + event.line_stop_minutes,
            )
        case NonconformanceRecorded():
            return replace(row, quantity_defective=row.quantity_defective + event.quantity)


MODEL = ReadModel(
    name="lot_month",
    version=1,
    row=Row,
    key=("supplier_id", "month", "item_id", "plant_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("month", "supplier_id"),),
)
TABLE = MODEL.table
BY = {"month": TABLE.c.month, "supplier": TABLE.c.supplier_id, "item": TABLE.c.item_id, "plant": TABLE.c.plant_id}


def quality(
    by: ColumnElement[str], first: str, last: str, supplier_id: str | None, item_id: str | None, plant_id: str | None
) -> Select[Any]:
    """The sums of the months from ``first`` to ``last`` in groups, of everything or of one supplier, item, plant."""
    sums = [
        func.sum(TABLE.c[name]).label(name)
        for name in MODEL.column_names()
        if name not in ("supplier_id", "month", "item_id", "plant_id")
    ]
    query: Any = select(by.label("of"), *sums).where(TABLE.c.month.between(first, last)).group_by(by).order_by(by)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    query = query if item_id is None else query.where(TABLE.c.item_id == item_id)
    wanted: Select[Any] = query if plant_id is None else query.where(TABLE.c.plant_id == plant_id)
    return wanted
