"""To-do list: charges that wait for a debit note, on the first day of the month after; those that are too little wait for more."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import DebitChargeCarried, DebitNoteIssued
from credit_svc.account.debit_notes import IssueDebitNote
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    currency: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = DebitChargeCarried | DebitNoteIssued


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.currency)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case DebitChargeCarried(note_on=None):
            return None
        case DebitChargeCarried(note_on=on):
            assert on is not None
            return Row(event.customer_id, event.currency, on, envelope.correlation_id, envelope.id)
        case DebitNoteIssued(cause="at_once"):
            return row
        case DebitNoteIssued():
            return None


def command(row: Row) -> IssueDebitNote:
    return IssueDebitNote(row.customer_id, row.currency, on=row.due_on)


TODO = following(
    TodoList(
        name="debit_note_due",
        version=1,
        row=Row,
        key=("customer_id", "currency"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
