"""Files lapsing: when the data of a customer must be confirmed again."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.calendar import start_of_day
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import CustomerArchived, CustomerFileChanged, CustomerFileLapsed, CustomerRegistered
from customer_svc.files.file import LapseFile

Handled = CustomerRegistered | CustomerFileChanged | CustomerFileLapsed | CustomerArchived


@dataclass(frozen=True)
class Row:
    customer_id: str
    changed_on: date
    due_at: datetime


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case CustomerRegistered():
            changed_on = event.registered_on
        case CustomerFileChanged():
            changed_on = max(event.changed_on, row.changed_on) if row else event.changed_on
        case CustomerFileLapsed() | CustomerArchived():
            return None
    return Row(key[0], changed_on, start_of_day(event.lapses_on)) if event.lapses_on else row


def command(row: Row) -> LapseFile:
    return LapseFile(row.customer_id, row.changed_on, row.due_at.date())


TODO = TodoList(
    name="files_lapsing",
    version=1,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    command=command,
)
