"""One row per thing that a supplier handed in, and our answer to it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.personal import IN_CLEAR
from contracts.supplier import PartnerSubmissionAccepted, PartnerSubmissionMade, PartnerSubmissionReturned
from supplier_svc.supplier.state.submissions import Status

Handled = PartnerSubmissionMade | PartnerSubmissionAccepted | PartnerSubmissionReturned


@dataclass(frozen=True)
class Row:
    """``status``: waiting, accepted or returned. What tells of a person stands in ``content`` as in the log."""

    supplier_id: str
    submission_id: str
    kind: str
    reference: str
    content: dict[str, Any]
    made_on: date
    contact: str
    status: str = "waiting"
    decided_by: str | None = None
    decided_on: date | None = None
    because: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.submission_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case PartnerSubmissionMade():
            content = event.content.model_dump(mode="json", context=IN_CLEAR)
            return Row(key[0], key[1], event.kind, event.reference, content, event.made_on, event.contact)
        case PartnerSubmissionAccepted():
            return row and replace(row, status="accepted", decided_by=event.accepted_by, decided_on=event.accepted_on)
        case PartnerSubmissionReturned():
            return row and replace(
                row,
                status="returned",
                decided_by=event.returned_by,
                decided_on=event.returned_on,
                because=event.because,
            )


MODEL = ReadModel(
    name="submission",
    version=1,
    row=Row,
    key=("supplier_id", "submission_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "made_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.made_on, TABLE.c.supplier_id, TABLE.c.submission_id)


def submissions(supplier_id: str | None = None, status: Status | None = None, kind: str | None = None) -> Select[Any]:
    """All submissions, those of a supplier, of a status, of a kind."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    query = query if kind is None else query.where(TABLE.c.kind == kind)
    return query if status is None else query.where(TABLE.c.status == status)
