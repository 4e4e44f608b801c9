"""To-do list: clocks that the policy gives to stages of a way, at the beginning of the day after their last."""

from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import CaseClockRanOut, CaseStageReached, CaseWayEnded, CollectionCaseClosed
from credit_svc.account.stages import ExpireStage
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    customer_id: str
    case_id: str
    stage: str
    due_on: date
    correlation_id: str
    causation_id: str


Handled = CaseStageReached | CaseClockRanOut | CaseWayEnded | CollectionCaseClosed


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case CaseStageReached(clock_ends_on=ends_on, stage=stage) if ends_on is not None:
            due_on = add_days(ends_on, 1)
            return Row(event.customer_id, event.case_id, stage, due_on, envelope.correlation_id, envelope.id)
        case CaseClockRanOut(whose=str()):  # a term of the law, which is none of the stage
            return row
        case _:
            return None


def command(row: Row) -> ExpireStage:
    return ExpireStage(row.case_id, row.customer_id, row.stage, on=row.due_on)


TODO = following(
    TodoList(
        name="stage_clock",
        version=2,
        row=Row,
        key=("customer_id", "case_id"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
