"""Reminders due: customers that still have recalled goods."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.customer import RecallClosed, RecallCustomerNamed, RecallGoodsBack, RecallReminded
from customer_svc.recalls.recall import RemindHolder

Handled = RecallCustomerNamed | RecallGoodsBack | RecallReminded | RecallClosed


@dataclass(frozen=True)
class Row:
    recall_id: str
    customer_id: str
    due_on: date


def keys(event: Handled, _: Envelope) -> list[Key]:
    if isinstance(event, RecallClosed):
        return [(event.recall_id, each.customer_id) for each in event.left]
    return [(event.recall_id, event.customer_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    """Named again, it is reminded when it would have been; who is named after the recall was closed is reminded too."""
    match event:
        case RecallCustomerNamed():
            return (row or Row(key[0], key[1], event.remind_on)) if event.open else None
        case RecallGoodsBack():
            return row if event.open else None
        case RecallReminded():
            return Row(key[0], key[1], event.remind_on)
        case RecallClosed():
            return None


def command(row: Row) -> RemindHolder:
    return RemindHolder(row.recall_id, row.customer_id, row.due_on)


TODO = TodoList(
    name="recall_reminder_due",
    version=1,
    row=Row,
    key=("recall_id", "customer_id"),
    keys=keys,
    evolve=evolve,
    command=command,
)
