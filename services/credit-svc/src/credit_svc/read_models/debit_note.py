"""One row per debit note: what was charged on it, and whether it is open, settled or waived. What is open of it is in ``open_item``."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import (
    DebitNoteInvoiced,
    DebitNoteIssued,
    DebitNoteReduced,
    DebitNoteReopened,
    DebitNoteSettled,
    DebitNoteWaived,
    DebitNoteWaiverProposed,
    DebitNoteWaiverRejected,
)
from credit_svc.read_models import open_item
from credit_svc.read_models.moved import following

State = Literal["open", "settled", "waived"]


@dataclass(frozen=True)
class Row:
    customer_id: str
    debit_note_id: str
    currency: str
    amount: Decimal
    """After corrections."""
    issued_on: date
    due_on: date
    lines: list[Any] = field(default_factory=list)
    """As issued: ``{kind, reference, begins_on, until, amount, statement}``."""
    state: State = "open"
    settled_on: date | None = None
    reduced: Decimal = Decimal(0)
    waivers: list[Any] = field(default_factory=list)
    """``{waiver_id, amount, reason, waived_on, waived_by, approved_by}``, in the order in which they came."""
    invoice_id: str | None = None
    """The number under which the ERP booked it."""
    waiver_proposal: dict[str, Any] = field(default_factory=dict)
    """The waiver that waits for another person: ``{amount, reason, proposed_on, proposed_by}``; empty when none does."""
    waiver_proposed: bool = False


Handled = (
    DebitNoteIssued
    | DebitNoteReduced
    | DebitNoteWaiverProposed
    | DebitNoteWaiverRejected
    | DebitNoteWaived
    | DebitNoteSettled
    | DebitNoteReopened
    | DebitNoteInvoiced
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.debit_note_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, DebitNoteIssued):
        return Row(
            customer_id=event.customer_id,
            debit_note_id=event.debit_note_id,
            currency=event.currency,
            amount=event.amount,
            issued_on=event.issued_on,
            due_on=event.due_on,
            lines=[line.model_dump(mode="json") for line in event.lines],
        )
    if row is None:
        return None
    match event:
        case DebitNoteReduced(by=by, amount=amount):
            return replace(row, amount=amount, reduced=row.reduced + by)
        case DebitNoteWaived() as e:
            fields = {"waiver_id", "amount", "reason", "waived_on", "waived_by", "approved_by"}
            waived = replace(row, waivers=[*row.waivers, e.model_dump(mode="json", include=fields)])
            if e.open:
                return waived if e.approved_by is None else _undecided(waived, {})
            return replace(_undecided(waived, {}), state="waived")
        case DebitNoteWaiverProposed() as e:
            return _undecided(
                row, e.model_dump(mode="json", include={"amount", "reason", "proposed_on", "proposed_by"})
            )
        case DebitNoteWaiverRejected():
            return _undecided(row, {})
        case DebitNoteSettled(settled_on=on):
            return replace(_undecided(row, {}), state="settled", settled_on=on)
        case DebitNoteReopened():
            return replace(row, state="open", settled_on=None)
        case DebitNoteInvoiced(invoice_id=invoice_id):
            return replace(row, invoice_id=invoice_id)


def _undecided(row: Row, proposal: dict[str, Any]) -> Row:
    """With the waiver that waits for another person, or with none."""
    return replace(row, waiver_proposal=proposal, waiver_proposed=bool(proposal))


MODEL = following(
    ReadModel(
        name="debit_note",
        version=2,
        row=Row,
        key=("customer_id", "debit_note_id"),
        keys=keys,
        evolve=evolve,
        indexes=(("state", "due_on"),),
    )
)

_T, _I = MODEL.table, open_item.MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.due_on, _T.c.customer_id, _T.c.debit_note_id)
"""The oldest due date first."""


def debit_notes(customer_id: str | None, status: State | None, waiver_proposed: bool | None = None) -> Select[Any]:
    """Notes with what is open of them, filtered by what is not None."""
    same = and_(_I.c.customer_id == _T.c.customer_id, _I.c.invoice_id == _T.c.debit_note_id)
    columns = [column for column in _T.c if column.name not in ("partition", "state")]
    query = select(
        *columns, _T.c.state.label("status"), func.coalesce(_I.c.open_amount, 0).label("open_amount")
    ).select_from(_T.outerjoin(_I, same))
    wanted = {"customer_id": customer_id, "state": status, "waiver_proposed": waiver_proposed}
    return query.where(*(_T.c[name] == value for name, value in wanted.items() if value is not None))


def debit_note(customer_id: str, debit_note_id: str) -> Select[Any]:
    return debit_notes(customer_id, None).where(_T.c.debit_note_id == debit_note_id)
