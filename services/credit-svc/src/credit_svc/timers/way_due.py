"""To-do list: questions whether a case goes to an agency, a tribunal or a court, on the day of their answer or until which they are
postponed."""

from dataclasses import dataclass
from datetime import date
from typing import get_args

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import (
    CaseStageReached,
    CaseWayAnswered,
    CaseWayAsked,
    CaseWayUnanswered,
    CollectionCaseClosed,
    CollectionStep,
    CollectionStepWithdrawn,
    Route,
)
from credit_svc.account.ways import FollowUpWay
from credit_svc.policies.collection import SEVERITY
from credit_svc.read_models import region
from credit_svc.read_models.moved import following

ORDER: tuple[Route, ...] = get_args(Route)


@dataclass(frozen=True)
class Row:
    customer_id: str
    case_id: str
    way: Route
    step: CollectionStep | None
    due_on: date
    correlation_id: str
    causation_id: str


Handled = (
    CaseWayAsked
    | CaseWayAnswered
    | CaseWayUnanswered
    | CaseStageReached
    | CollectionStepWithdrawn
    | CollectionCaseClosed
)


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case CaseWayAsked():
            return _row(event, event.step, event.answer_by, envelope)
        case CaseWayAnswered(answer="postpone", until=date() as until) if row is not None:
            return _row(event, row.step, until, envelope)
        case CaseStageReached(way=way) if row is not None and ORDER.index(way) < ORDER.index(row.way):
            return row
        case CollectionStepWithdrawn(to_step=to_step) if row is not None and not _is_over(row, to_step):
            return row
    return None


def _row(event: CaseWayAsked | CaseWayAnswered, step: CollectionStep | None, due_on: date, envelope: Envelope) -> Row:
    return Row(event.customer_id, event.case_id, event.way, step, due_on, envelope.correlation_id, envelope.id)


def _is_over(row: Row, to_step: CollectionStep | None) -> bool:
    """Whether the step that asked is taken back."""
    return row.step is not None and (to_step is None or SEVERITY[row.step] > SEVERITY[to_step])


def command(row: Row) -> FollowUpWay:
    return FollowUpWay(row.case_id, row.customer_id, on=row.due_on)


TODO = following(
    TodoList(
        name="way_answer",
        version=1,
        row=Row,
        key=("customer_id", "case_id"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
