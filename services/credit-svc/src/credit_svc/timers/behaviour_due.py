"""To-do list: accounts whose behaviour class may change by time alone, on that day."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import BehaviourReviewScheduled
from credit_svc.account.behaviour import JudgeBehaviour
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    due_on: date
    correlation_id: str
    causation_id: str


def keys(event: BehaviourReviewScheduled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: BehaviourReviewScheduled, envelope: Envelope) -> Row | None:
    return None if event.review_on is None else _due(key, event.review_on, envelope)


def _due(key: Key, on: date, envelope: Envelope) -> Row:
    (customer_id,) = key
    return Row(customer_id, on, envelope.correlation_id, envelope.id)


def command(row: Row) -> JudgeBehaviour:
    return JudgeBehaviour(row.customer_id, on=row.due_on)


TODO = following(
    TodoList(
        name="behaviour_review",
        version=2,
        row=Row,
        key=("customer_id",),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
