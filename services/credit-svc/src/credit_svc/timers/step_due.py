"""To-do list: open collection cases, at the beginning of the day of their next step, of the end of their pause, or of a review of
theirs and of its answer."""

from dataclasses import dataclass
from datetime import date

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import (
    CasePaused,
    CaseReviewDue,
    CaseReviewed,
    CollectionCaseClosed,
    CollectionStepRescheduled,
    CollectionStepTaken,
    CollectionStepWithdrawn,
)
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


Moved = (
    CollectionStepTaken
    | CollectionStepRescheduled
    | CollectionStepWithdrawn
    | CasePaused
    | CaseReviewDue
    | CaseReviewed
)
Handled = Moved | CollectionCaseClosed


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    if isinstance(event, CollectionCaseClosed):
        return None
    on = _day(event)
    if on is None:
        # A review with another outcome than to keep the case says nothing of a day; what follows from it does.
        return row if isinstance(event, CaseReviewed) else None
    return Row(
        customer_id=event.customer_id,
        case_id=event.case_id,
        due_on=on,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.id,
    )


def _day(event: Moved) -> date | None:
    match event:
        case CasePaused(until=on) | CaseReviewDue(answer_by=on) | CaseReviewed(next_review_on=on):
            return on
        case CollectionStepTaken() | CollectionStepRescheduled() | CollectionStepWithdrawn():
            return event.next_step_on


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
