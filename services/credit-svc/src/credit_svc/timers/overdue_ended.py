"""To-do list: overdue invoices of old logs that ended without a word of it. Today's decisions say it in the same commit."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import InvoiceReopened, InvoiceSettled, InvoiceWrittenOff, PaymentOverdue, PaymentOverdueEnded
from credit_svc.account.overdue import TellOverdueEnded
from credit_svc.read_models.moved import following

NEVER = datetime(2999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """``due_at`` NEVER: it is overdue still. ``earlier``: how often it was so before, without a word of the end."""

    customer_id: str
    invoice_id: str
    due_at: datetime
    correlation_id: str
    causation_id: str
    earlier: int = 0


Handled = PaymentOverdue | InvoiceSettled | InvoiceWrittenOff | InvoiceReopened | PaymentOverdueEnded


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.invoice_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case PaymentOverdue() if row is not None:
            return replace(row, due_at=envelope.occurred_at, earlier=row.earlier + 1)
        case PaymentOverdue():
            return Row(event.customer_id, event.invoice_id, NEVER, envelope.correlation_id, envelope.id)
        case InvoiceSettled() | InvoiceWrittenOff():
            return row and replace(row, due_at=envelope.occurred_at)
        case InvoiceReopened():
            return row
        case PaymentOverdueEnded() if row is not None and row.earlier:
            return replace(row, due_at=row.due_at if row.earlier > 1 else NEVER, earlier=row.earlier - 1)
        case PaymentOverdueEnded():
            return None


def command(row: Row) -> TellOverdueEnded:
    return TellOverdueEnded(row.customer_id, row.invoice_id, row.due_at.date())


TODO = following(
    TodoList(
        name="overdue_ended",
        version=3,
        row=Row,
        key=("customer_id", "invoice_id"),
        keys=keys,
        evolve=evolve,
        command=command,
    )
)
