"""Files lapsing: when somebody is to look at a customer's data again."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import CustomerArchived, CustomerFileChanged, CustomerFileLapsed, CustomerRegistered
from customer_svc.files.file import LapseFile
from customer_svc.months import start_of

FileEvent = CustomerRegistered | CustomerFileChanged | CustomerFileLapsed | CustomerArchived


@dataclass(frozen=True)
class FileLapsingRow:
    customer_id: str
    changed_on: date
    due_at: datetime


def keys(event: FileEvent, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: FileLapsingRow | None, event: FileEvent, _: Envelope) -> FileLapsingRow | None:
    match event:
        case CustomerRegistered():
            changed_on = event.registered_on
        case CustomerFileChanged():
            changed_on = max(event.changed_on, row.changed_on) if row else event.changed_on
        case CustomerFileLapsed() | CustomerArchived():
            return None
    return FileLapsingRow(key[0], changed_on, start_of(event.lapses_on)) if event.lapses_on else row


def command(row: FileLapsingRow) -> LapseFile:
    return LapseFile(row.customer_id, row.changed_on, row.due_at.date())


MODEL = TodoList(
    name="files_lapsing",
    version=1,
    row=FileLapsingRow,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    command=command,
)
