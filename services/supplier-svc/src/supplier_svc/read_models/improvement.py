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


State = Literal["due", "accepted", "missed", "waived"]


@dataclass(frozen=True)
class Row:
    """``state``: due, accepted, missed or waived."""

    supplier_id: str
    period: str
    kind: str
    grade: str
    due_on: date
    summary: str
    state: str = "due"
    note: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.period)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case ImprovementDue():
            return Row(key[0], key[1], event.kind, event.grade, event.due_on, event.summary)
        case ImprovementRecorded():
            return row and replace(row, state="accepted", note=event.note)
        case ImprovementMissed():
            return row and replace(row, state="missed")
        case ImprovementWaived():
            return row and replace(row, state="waived", note=event.because)


MODEL = ReadModel(
    name="improvement",
    version=2,
    row=Row,
    key=("supplier_id", "period"),
    keys=keys,
    evolve=evolve,
    indexes=(("state", "due_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.due_on, TABLE.c.supplier_id, TABLE.c.period)


def improvements(supplier_id: str | None = None, state: State | None = None) -> Select[Any]:
    """All answers, those of a supplier, those in a state."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    return query if state is None else query.where(TABLE.c.state == state)
