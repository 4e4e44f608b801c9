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


Status = Literal["open", "upheld", "dismissed"]


@dataclass(frozen=True)
class Row:
    """``status``: open, upheld or dismissed."""

    supplier_id: str
    objection_id: str
    record_kind: str
    record_id: str
    reason: str
    evidence: list[str]
    raised_on: date
    status: str = "open"
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
                status=event.outcome,
                because=event.because,
                decided_by=event.decided_by,
                decided_on=event.decided_on,
            )


MODEL = ReadModel(
    name="objection",
    version=2,
    row=Row,
    key=("supplier_id", "objection_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "raised_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.raised_on, TABLE.c.supplier_id, TABLE.c.objection_id)


def objections(supplier_id: str | None = None, status: Status | None = None) -> Select[Any]:
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    return query if status is None else query.where(TABLE.c.status == status)
