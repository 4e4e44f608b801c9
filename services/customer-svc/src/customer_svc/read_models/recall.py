"""Recalls: what was called back, and how much of it came back."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import (
    RecallClosed,
    RecallCounts,
    RecallCustomerNamed,
    RecallGoodsBack,
    RecallOpened,
    RecallOverdue,
    RecallWidened,
)

Handled = RecallOpened | RecallWidened | RecallCustomerNamed | RecallGoodsBack | RecallOverdue | RecallClosed

Status = Literal["open", "overdue", "closed"]


@dataclass(frozen=True)
class Row:
    """``shipped`` = ``back`` + ``open``, in units of the item; ``possible`` is what those got of it who may have got the lots.

    ``supplier_id`` and ``called_as``: supplier-svc's recall that it is part of.
    """

    recall_id: str
    item_id: str
    lot_ids: list[str]
    because: str
    measure: str
    target_percent: Decimal
    opened_on: date
    due_on: date
    opened_by: str
    supplier_id: str | None
    called_as: str | None
    status: Status = "open"
    customer_count: int = 0
    shipped: Decimal = Decimal(0)
    back: Decimal = Decimal(0)
    open: Decimal = Decimal(0)
    possible: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    closed_on: date | None = None
    closed_because: str | None = None
    closed_by: str | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.recall_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case RecallOpened():
            return Row(
                key[0],
                event.item_id,
                [*event.lot_ids],
                event.because,
                event.measure,
                event.target_percent,
                event.opened_on,
                event.due_on,
                event.by,
                event.supplier_id,
                event.called_as,
            )
        case RecallWidened():
            return row and replace(row, lot_ids=[*row.lot_ids, *event.lot_ids])
        case RecallCustomerNamed() | RecallGoodsBack():
            return row and _counted(row, event.counts)
        case RecallOverdue():
            return row and replace(_counted(row, event.counts), status="overdue")
        case RecallClosed():
            return row and replace(
                _counted(row, event.counts),
                status="closed",
                closed_on=event.closed_on,
                closed_because=event.because,
                closed_by=event.by,
            )


def _counted(row: Row, counts: RecallCounts) -> Row:
    figures = dict(counts)
    return replace(row, customer_count=figures.pop("customers"), **figures)


MODEL = ReadModel(
    name="recalls",
    version=1,
    row=Row,
    key=("recall_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "due_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.recall_id,)


def recalls(status: Status | None = None, supplier_id: str | None = None) -> Select[Any]:
    query = select(TABLE)
    query = query if status is None else query.where(TABLE.c.status == status)
    return query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
