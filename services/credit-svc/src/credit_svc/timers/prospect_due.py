"""To-do list: customers of class C of which nobody has judged whether they are hopeful, on the day by which somebody was to."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import BehaviourClassChanged, ProspectAsked, ProspectJudged, ProspectUnanswered
from credit_svc.account.behaviour_actions import RemindOfProspect
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = ProspectAsked | ProspectJudged | ProspectUnanswered | BehaviourClassChanged


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case ProspectAsked(answer_by=on):
            return _due(key, on, envelope)
        case ProspectJudged() | ProspectUnanswered() | BehaviourClassChanged():
            return None


def _due(key: Key, on: date, envelope: Envelope) -> Row:
    (customer_id,) = key
    return Row(customer_id, on, envelope.correlation_id, envelope.id)


def command(row: Row) -> RemindOfProspect:
    return RemindOfProspect(row.customer_id, on=row.due_on)


TODO = following(
    TodoList(
        name="prospect",
        version=1,
        row=Row,
        key=("customer_id",),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
