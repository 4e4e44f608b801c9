"""Recalls due: those that have not reached their target on the day after their last one."""

from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import RecallClosed, RecallOpened, RecallOverdue
from customer_svc.recalls.recall import ReportLate

Handled = RecallOpened | RecallOverdue | RecallClosed


@dataclass(frozen=True)
class Row:
    recall_id: str
    due_on: date


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.recall_id,)]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    return Row(key[0], add_days(event.due_on, 1)) if isinstance(event, RecallOpened) else None


def command(row: Row) -> ReportLate:
    return ReportLate(row.recall_id, row.due_on)


TODO = TodoList(
    name="recall_due",
    version=1,
    row=Row,
    key=("recall_id",),
    keys=keys,
    evolve=evolve,
    command=command,
)
