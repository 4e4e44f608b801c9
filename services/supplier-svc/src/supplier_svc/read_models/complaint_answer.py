"""One row per complaint that a supplier was handed: by when it has to answer, and what it answered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import ComplaintAnswerDue, ComplaintAnswered, ComplaintAnswerOverdue, ComplaintTraceRefuted

Handled = ComplaintAnswerDue | ComplaintAnswered | ComplaintAnswerOverdue | ComplaintTraceRefuted


Status = Literal["due", "overdue", "answered", "withdrawn"]


@dataclass(frozen=True)
class Row:
    """``status``: withdrawn, when the supplier turned out not to answer for the complaint before it had answered it."""

    supplier_id: str
    complaint_id: str
    customer_id: str
    item_id: str
    lot_id: str
    handed_on: date
    due_on: date
    status: str = "due"
    statement: str | None = None
    done_on: date | None = None
    answered_by: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.complaint_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case ComplaintAnswerDue():
            of = (event.customer_id, event.item_id, event.lot_id)
            return Row(key[0], key[1], *of, event.handed_on, event.due_on)
        case _ if row is None or row.status == "answered":
            return row
        case ComplaintAnswered():
            return replace(
                row,
                status="answered",
                statement=event.statement,
                done_on=event.done_on,
                answered_by=event.answered_by,
            )
        case ComplaintAnswerOverdue():
            return replace(row, status="overdue")
        case ComplaintTraceRefuted():
            return replace(row, status="withdrawn")


MODEL = ReadModel(
    name="complaint_answer",
    version=1,
    row=Row,
    key=("supplier_id", "complaint_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "due_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.due_on, TABLE.c.supplier_id, TABLE.c.complaint_id)


def answers(supplier_id: str | None = None, status: Status | None = None) -> Select[Any]:
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    return query if status is None else query.where(TABLE.c.status == status)


def owed(supplier_id: str | None, until: date) -> Select[Any]:
    """Those that are not answered yet and were or are due by a day."""
    of = TABLE.c
    return answers(supplier_id).where(of.status.in_(("due", "overdue")), of.due_on <= until)
