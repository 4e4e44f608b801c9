"""To-do list: accounts that are searched for what is due soon, at the beginning of that day."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import DueReminderScheduled, InvoiceRecorded
from credit_svc.account.due_soon import RemindOfDue
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = InvoiceRecorded | DueReminderScheduled


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    """Most invoices bring no reminder nearer, and concern no row."""
    return [] if isinstance(event, InvoiceRecorded) and event.remind_on is None else [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    on = event.remind_on
    return None if on is None else Row(event.customer_id, on, envelope.correlation_id, envelope.id)


def command(row: Row) -> RemindOfDue:
    return RemindOfDue(row.customer_id, on=row.due_on)


TODO = following(
    TodoList(
        name="payment_reminder",
        version=1,
        row=Row,
        key=("customer_id",),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
