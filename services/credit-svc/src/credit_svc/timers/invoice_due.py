"""To-do list: open invoices that become overdue, at the beginning of the first day on which they are."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import (
    DebitNoteIssued,
    DebitNoteReopened,
    DebitNoteSettled,
    DebitNoteWaived,
    InvoiceCorrected,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceSettled,
    InvoiceWrittenOff,
    PaymentOverdue,
    RefundOwed,
    WaitingMoneyNoted,
)
from credit_svc.account.invoices import MarkOverdue
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    invoice_id: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = (
    InvoiceRecorded
    | RefundOwed
    | InvoiceCorrected
    | InvoiceReopened
    | InvoiceSettled
    | InvoiceWrittenOff
    | PaymentOverdue
    | WaitingMoneyNoted
    | DebitNoteIssued
    | DebitNoteReopened
    | DebitNoteSettled
    | DebitNoteWaived
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    if isinstance(event, WaitingMoneyNoted):
        return [(event.customer_id, invoice_id) for invoice_id in event.invoice_ids]
    if isinstance(event, DebitNoteIssued | DebitNoteReopened):
        # A note that nobody pursues is never overdue.
        return [(event.customer_id, event.debit_note_id)] if "case" in event.effects else []
    if isinstance(event, DebitNoteSettled | DebitNoteWaived):
        return [(event.customer_id, event.debit_note_id)]
    return [(event.customer_id, event.invoice_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case InvoiceCorrected() if event.is_overdue or event.replaced_by is not None:
            return None
        case InvoiceRecorded() | RefundOwed() | InvoiceCorrected() | InvoiceReopened():
            return _due(event.customer_id, event.invoice_id, event.overdue_from, envelope)
        case DebitNoteIssued() | DebitNoteReopened():
            return _due(event.customer_id, event.debit_note_id, event.overdue_from, envelope)
        case DebitNoteWaived() if event.open:
            return row
        case InvoiceSettled() | InvoiceWrittenOff() | PaymentOverdue() | WaitingMoneyNoted():
            return None
        case DebitNoteSettled() | DebitNoteWaived():
            return None


def _due(customer_id: str, item_id: str, on: date, envelope: Envelope) -> Row:
    return Row(customer_id, item_id, on, envelope.correlation_id, envelope.id)


def command(row: Row) -> MarkOverdue:
    return MarkOverdue(row.customer_id, row.invoice_id, on=row.due_on)


TODO = following(
    TodoList(
        name="invoice_due",
        version=4,
        row=Row,
        key=("customer_id", "invoice_id"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
