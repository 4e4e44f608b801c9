"""One row per objection of a supplier to a record."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import ObjectionDecided, ObjectionRaised

Handled = ObjectionRaised | ObjectionDecided


State = Literal["open", "upheld", "dismissed"]


@dataclass(frozen=True)
class Row:
    """``state``: open, upheld or dismissed."""

    supplier_id: str
    objection_id: str
    record_kind: str
    record_id: str
    reason: str
    evidence: list[str]
    raised_on: date
    state: str = "open"
    because: str | None = None
    decided_by: str | None = None
    decided_on: date | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.objection_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case ObjectionRaised():
            about = (event.record_kind, event.record_id, event.reason, [*event.evidence])
            return Row(key[0], key[1], *about, event.raised_on)
        case ObjectionDecided():
            return row and replace(
                row,
                state=event.outcome,
                because=event.because,
                decided_by=event.decided_by,
                decided_on=event.decided_on,
            )


MODEL = ReadModel(
    name="objection",
    version=1,
    row=Row,
    key=("supplier_id", "objection_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("state", "raised_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.raised_on, TABLE.c.supplier_id, TABLE.c.objection_id)


def objections(supplier_id: str | None = None, state: State | None = None) -> Select[Any]:
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    return query if state is None else query.where(TABLE.c.state == state)
