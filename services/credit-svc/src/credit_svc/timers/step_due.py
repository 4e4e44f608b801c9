"""To-do list: open collection cases, at the beginning of the day of their next step or of the end of their pause."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import CasePaused, CollectionCaseClosed, CollectionStepRescheduled, CollectionStepTaken
from credit_svc.account.cases import TakeNextStep
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    case_id: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = CollectionStepTaken | CollectionStepRescheduled | CollectionCaseClosed | CasePaused


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case CollectionStepTaken(next_step_on=on) | CollectionStepRescheduled(next_step_on=on) | CasePaused(until=on):
            if on is None:
                return None
            return Row(
                customer_id=event.customer_id,
                case_id=event.case_id,
                due_on=on,
                correlation_id=envelope.correlation_id,
                causation_id=envelope.id,
            )
        case CollectionCaseClosed():
            return None


def command(row: Row) -> TakeNextStep:
    return TakeNextStep(row.case_id, row.customer_id, on=row.due_on)


TODO = following(
    TodoList(
        name="next_step",
        version=3,
        row=Row,
        key=("customer_id", "case_id"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
