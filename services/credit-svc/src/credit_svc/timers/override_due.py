"""To-do list: overrides of held orders, at the beginning of the day after their last."""

from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import OrderCreditOverridden, OverrideEnded
from credit_svc.account.overrides import EndOverride
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    order_id: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = OrderCreditOverridden | OverrideEnded


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.order_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case OrderCreditOverridden(ends_on=on):
            return _due(key, add_days(on, 1), envelope)
        case OverrideEnded():
            return None


def _due(key: Key, on: date, envelope: Envelope) -> Row:
    customer_id, order_id = key
    return Row(customer_id, order_id, on, envelope.correlation_id, envelope.id)


def command(row: Row) -> EndOverride:
    return EndOverride(row.customer_id, row.order_id, on=row.due_on, is_over=True)


TODO = following(
    TodoList(
        name="override_end",
        version=2,
        row=Row,
        key=("customer_id", "order_id"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
