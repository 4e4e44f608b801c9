"""To-do list: open invoices that become overdue, at the beginning of the first day on which they are."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import (
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
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    if isinstance(event, WaitingMoneyNoted):
        return [(event.customer_id, invoice_id) for invoice_id in event.invoice_ids]
    return [(event.customer_id, event.invoice_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case InvoiceCorrected() if event.is_overdue or event.replaced_by is not None:
            return None
        case InvoiceRecorded() | RefundOwed() | InvoiceCorrected() | InvoiceReopened():
            return Row(
                customer_id=event.customer_id,
                invoice_id=event.invoice_id,
                due_on=event.overdue_from,
                correlation_id=envelope.correlation_id,
                causation_id=envelope.id,
            )
        case InvoiceSettled() | InvoiceWrittenOff() | PaymentOverdue() | WaitingMoneyNoted():
            return None


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
