"""To-do list: temporary increases of a limit, at the beginning of the day after their last."""

from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import TemporaryLimitEnded, TemporaryLimitRaised
from credit_svc.account.increases import EndIncrease
from credit_svc.read_models import region


@dataclass(frozen=True)
class Row:
    customer_id: str
    raise_id: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = TemporaryLimitRaised | TemporaryLimitEnded


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.raise_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case TemporaryLimitRaised(ends_on=on):
            return _due(key, add_days(on, 1), envelope)
        case TemporaryLimitEnded():
            return None


def _due(key: Key, on: date, envelope: Envelope) -> Row:
    customer_id, raise_id = key
    return Row(customer_id, raise_id, on, envelope.correlation_id, envelope.id)


def command(row: Row) -> EndIncrease:
    return EndIncrease(row.customer_id, row.raise_id, on=row.due_on, is_over=True)


TODO = TodoList(
    name="raise_end",
    version=2,
    row=Row,
    key=("customer_id", "raise_id"),
    keys=keys,
    evolve=evolve,
    command=command,
    regions=region.MODEL,
)
