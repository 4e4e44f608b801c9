"""One row per answer that a supplier owes for a poor or falling grade, and how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import ImprovementDue, ImprovementMissed, ImprovementRecorded, ImprovementWaived

Handled = ImprovementDue | ImprovementRecorded | ImprovementMissed | ImprovementWaived


Status = Literal["due", "accepted", "missed", "waived"]


@dataclass(frozen=True)
class Row:
    """``status``: due, accepted, missed or waived."""

    supplier_id: str
    period: str
    kind: str
    grade: str
    due_on: date
    summary: str
    status: str = "due"
    note: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.period)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case ImprovementDue():
            return Row(key[0], key[1], event.kind, event.grade, event.due_on, event.summary)
        case ImprovementRecorded():
            return row and replace(row, status="accepted", note=event.note)
        case ImprovementMissed():
            return row and replace(row, status="missed")
        case ImprovementWaived():
            return row and replace(row, status="waived", note=event.because)


MODEL = ReadModel(
    name="improvement",
    version=3,
    row=Row,
    key=("supplier_id", "period"),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "due_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.due_on, TABLE.c.supplier_id, TABLE.c.period)


def improvements(
    supplier_id: str | None = None, status: Status | None = None, period: str | None = None
) -> Select[Any]:
    """All answers, those of a supplier, those of a status, those for a period."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    query = query if period is None else query.where(TABLE.c.period == period)
    return query if status is None else query.where(TABLE.c.status == status)
