"""Files lapsing: when the data of a customer must be confirmed again."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import CustomerArchived, CustomerFileChanged, CustomerFileLapsed, CustomerRegistered
from customer_svc.files.file import LapseFile
from customer_svc.read_models import customer_file

Handled = CustomerRegistered | CustomerFileChanged | CustomerFileLapsed | CustomerArchived


@dataclass(frozen=True)
class Row:
    customer_id: str
    changed_on: date
    due_on: date


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
    return Row(key[0], changed_on, event.lapses_on) if event.lapses_on else row


def command(row: Row) -> LapseFile:
    return LapseFile(row.customer_id, row.changed_on, row.due_on)


TODO = TodoList(
    name="files_lapsing",
    version=2,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    command=command,
    regions=customer_file.MODEL,
)
