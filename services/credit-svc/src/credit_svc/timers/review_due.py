"""To-do list: credit files, on the day of their next review."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import BehaviourActionAsked, CreditFileRecorded, ReviewDone, ReviewDue
from credit_svc.account.reviews import RequestReview
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = CreditFileRecorded | ReviewDone | ReviewDue | BehaviourActionAsked


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case CreditFileRecorded(review_on=on) | ReviewDone(next_on=on):
            return _due(key, on, envelope)
        case ReviewDue():
            return None
        case BehaviourActionAsked(review_on=on):
            return row if on is None else _due(key, on, envelope)


def _due(key: Key, on: date, envelope: Envelope) -> Row:
    (customer_id,) = key
    return Row(customer_id, on, envelope.correlation_id, envelope.id)


def command(row: Row) -> RequestReview:
    return RequestReview(row.customer_id, on=row.due_on)


TODO = following(
    TodoList(
        name="file_review",
        version=2,
        row=Row,
        key=("customer_id",),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
