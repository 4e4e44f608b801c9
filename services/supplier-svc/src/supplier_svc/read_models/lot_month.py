"""One row per supplier, month, item and plant: lots received and inspected. For PPM, lot acceptance and on-time delivery."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    DeliveryCorrected,
    DeliveryRecorded,
    InspectionCorrected,
    InspectionRecorded,
    LatenessExcused,
    LotFigures,
    NonconformanceRecorded,
)
from supplier_svc.scoring.inspected import is_of_lot, rejects_lot
from supplier_svc.scoring.period import Period

Handled = (
    DeliveryRecorded
    | DeliveryCorrected
    | InspectionRecorded
    | InspectionCorrected
    | LatenessExcused
    | NonconformanceRecorded
)


@dataclass(frozen=True)
class Row:
    """``plant_id`` is empty where no plant was reported. Defective parts count whoever answers for them: PPM is about the parts.

    A quantity of 0 is no lot, received or inspected. ``lots_partial`` brought less than was ordered, by ``quantity_missing`` in all.
    """

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
    lots_partial: int = 0
    quantity_missing: Decimal = Decimal(0)


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, str(Period.of(_day(event))), event.item_id, event.plant_id or "")]


def _day(event: Handled) -> date:
    match event:
        case DeliveryRecorded() | DeliveryCorrected() | LatenessExcused():
            return event.received_on
        case InspectionRecorded() | InspectionCorrected():
            return event.inspected_on
        case NonconformanceRecorded():
            return event.found_on


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    row = row or Row(*key)
    match event:
        case DeliveryRecorded():
            return _counted(row, event, 1)
        case DeliveryCorrected():
            return _counted(_counted(row, event.before, -1), event.after, 1)
        case LatenessExcused():
            return replace(row, lots_late=row.lots_late - 1, days_late=row.days_late - event.days_late_before)
        case InspectionRecorded():
            return replace(
                row,
                lots_inspected=row.lots_inspected + is_of_lot(event),
                lots_rejected=row.lots_rejected + rejects_lot(event),
                quantity_inspected=row.quantity_inspected + event.lot_quantity,
                line_stops=row.line_stops + (event.line_stop_minutes > 0),
                line_stop_minutes=row.line_stop_minutes + event.line_stop_minutes,
            )
        case InspectionCorrected(before=before, after=after):
            return replace(
                row,
                lots_inspected=row.lots_inspected + is_of_lot(after) - is_of_lot(before),
                lots_rejected=row.lots_rejected + rejects_lot(after) - rejects_lot(before),
                quantity_inspected=row.quantity_inspected + after.lot_quantity - before.lot_quantity,
                line_stops=row.line_stops + (after.line_stop_minutes > 0) - (before.line_stop_minutes > 0),
                line_stop_minutes=row.line_stop_minutes + after.line_stop_minutes - before.line_stop_minutes,
            )
        case NonconformanceRecorded():
            return replace(row, quantity_defective=row.quantity_defective + event.quantity)


def _counted(row: Row, lot: DeliveryRecorded | LotFigures, lots: int) -> Row:
    """With a lot, or without it (``lots`` −1)."""
    if not lot.quantity:
        return row
    missing = max(Decimal(0), (lot.ordered_quantity or Decimal(0)) - lot.quantity)
    return replace(
        row,
        lots_received=row.lots_received + lots,
        lots_late=row.lots_late + lots * (lot.days_late > 0),
        days_late=row.days_late + lots * lot.days_late,
        quantity_received=row.quantity_received + lots * lot.quantity,
        lots_partial=row.lots_partial + lots * (missing > 0),
        quantity_missing=row.quantity_missing + lots * missing,
    )


MODEL = ReadModel(
    name="lot_month",
    version=3,
    row=Row,
    key=("supplier_id", "month", "item_id", "plant_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("month", "supplier_id"),),
)
TABLE = MODEL.table
BY = {"month": TABLE.c.month, "supplier": TABLE.c.supplier_id, "item": TABLE.c.item_id, "plant": TABLE.c.plant_id}


def received(item_id: str, first: str, last: str) -> Select[Any]:
    """The quantity of an item received from each supplier in the months from ``first`` to ``last``."""
    total = func.sum(TABLE.c.quantity_received).label("quantity")
    of_item = (TABLE.c.item_id == item_id) & TABLE.c.month.between(first, last)
    return select(TABLE.c.supplier_id, total).where(of_item).group_by(TABLE.c.supplier_id)


def delivering(first: str, last: str, min_lots: int) -> Select[Any]:
    """The suppliers of which at least that many lots were received in the months from ``first`` to ``last``."""
    in_months = TABLE.c.month.between(first, last)
    enough = func.sum(TABLE.c.lots_received) >= min_lots
    return select(TABLE.c.supplier_id).where(in_months).group_by(TABLE.c.supplier_id).having(enough)


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
