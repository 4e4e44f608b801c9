"""One row per recorded case: a supplier did not cooperate or was criticised."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.erp import CaseKind
from contracts.supplier import CaseCorrected, CaseRecorded, CaseWithdrawn

Handled = CaseRecorded | CaseCorrected | CaseWithdrawn


@dataclass(frozen=True)
class Row:
    """A case that was withdrawn stays on record and counts for nothing."""

    supplier_id: str
    case_id: str
    kind: str
    happened_on: date
    item_id: str | None
    plant_id: str | None
    note: str
    is_withdrawn: bool = False


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.case_id)]


def evolve(_: Key, row: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case CaseRecorded():
            return Row(**dict(event))
        case CaseCorrected():
            return row and replace(row, kind=event.kind, note=event.note)
        case CaseWithdrawn():
            return row and replace(row, is_withdrawn=True)


MODEL = ReadModel(
    name="supplier_case",
    version=1,
    row=Row,
    key=("supplier_id", "case_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("happened_on",),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.happened_on, TABLE.c.supplier_id, TABLE.c.case_id)


def cases(supplier_id: str | None = None, kind: CaseKind | None = None) -> Select[Any]:
    """All cases, those of a supplier or of a kind."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    return query if kind is None else query.where(TABLE.c.kind == kind)
