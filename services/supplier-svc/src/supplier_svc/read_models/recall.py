"""One row per recall of a supplier's lots: what is called back, and how far the customers' recalls are."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import LotRecallCalled, LotRecallProgressed, LotRecallWidened

Handled = LotRecallCalled | LotRecallWidened | LotRecallProgressed


@dataclass(frozen=True)
class Row:
    """``lots``, ``sold`` and ``near_lots`` as in the contract; ``progress`` has the last of each sold item. Open until all are closed."""

    supplier_id: str
    recall_id: str
    item_id: str
    status: str
    reason: str
    severity: str
    remedy: str
    called_on: date
    due_on: date
    called_by: str
    sub_supplier_id: str | None
    sub_lot_id: str | None
    lots: list[dict[str, Any]]
    sold: list[dict[str, Any]]
    near_lots: list[dict[str, Any]]
    progress: dict[str, Any]
    widened_on: date | None = None
    widened_because: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.recall_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case LotRecallCalled():
            return Row(
                supplier_id=key[0],
                recall_id=key[1],
                item_id=event.item_id,
                status="open",
                reason=event.reason,
                severity=event.severity,
                remedy=event.remedy,
                called_on=event.called_on,
                due_on=event.due_on,
                called_by=event.by,
                sub_supplier_id=event.sub_supplier_id,
                sub_lot_id=event.sub_lot_id,
                lots=[each.model_dump(mode="json") for each in event.lots],
                sold=[each.model_dump(mode="json") for each in event.sold],
                near_lots=[each.model_dump(mode="json") for each in event.near_lots],
                progress={},
            )
        case LotRecallWidened():
            return row and _judged(
                replace(
                    row,
                    lots=[each.model_dump(mode="json") for each in event.lots],
                    sold=[each.model_dump(mode="json") for each in event.sold],
                    widened_on=event.widened_on,
                    widened_because=event.because,
                )
            )
        case LotRecallProgressed():
            if row is None:
                return None
            return _judged(replace(row, progress={**row.progress, event.sold_recall_id: event.model_dump(mode="json")}))


def _judged(row: Row) -> Row:
    closed = all(row.progress.get(each["recall_id"], {}).get("is_closed", False) for each in row.sold)
    return replace(row, status="closed" if closed else "open")


MODEL = ReadModel(
    name="recall",
    version=1,
    row=Row,
    key=("supplier_id", "recall_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("recall_id",), ("status", "due_on")),
)
TABLE = MODEL.table
ORDER = (TABLE.c.called_on, TABLE.c.supplier_id, TABLE.c.recall_id)


def recalls(supplier_id: str | None = None, status: str | None = None) -> Select[Any]:
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    return query if status is None else query.where(TABLE.c.status == status)


def recall(recall_id: str, supplier_id: str | None = None) -> Select[Any]:
    """Recalls of this id; each supplier has its own ids."""
    return recalls(supplier_id).where(TABLE.c.recall_id == recall_id).order_by(*ORDER)
