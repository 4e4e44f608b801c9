"""To-do list: cases with terms of the law that run, on the next day on which one is near its end or has run out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import CaseClockEnded, CaseClockNear, CaseClockRanOut, CaseClockStarted, CollectionCaseClosed
from credit_svc.account.deadlines import CheckClocks
from credit_svc.collection.legal import next_look
from credit_svc.read_models import region
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    """``clocks``: each term that runs, with the day on which something is to be said of it; ``due_on`` is the first of these."""

    customer_id: str
    case_id: str
    due_on: date
    clocks: dict[str, Any]
    correlation_id: str
    causation_id: str


Handled = CaseClockStarted | CaseClockNear | CaseClockEnded | CaseClockRanOut | CollectionCaseClosed


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    clocks = dict(row.clocks) if row is not None else {}
    match event:
        case CollectionCaseClosed():
            return None
        case CaseClockStarted(clock=clock) | CaseClockNear(clock=clock):
            clocks[clock] = next_look(event).isoformat()
        case CaseClockEnded(clock=clock) | CaseClockRanOut(clock=clock, whose=str()):
            clocks.pop(clock, None)
        case CaseClockRanOut():  # of a stage, which is none of these
            return row
    if not clocks:
        return None
    due_on = min(date.fromisoformat(day) for day in clocks.values())
    return Row(event.customer_id, event.case_id, due_on, clocks, envelope.correlation_id, envelope.id)


def command(row: Row) -> CheckClocks:
    return CheckClocks(row.case_id, row.customer_id, on=row.due_on)


TODO = following(
    TodoList(
        name="case_clock",
        version=1,
        row=Row,
        key=("customer_id", "case_id"),
        keys=keys,
        evolve=evolve,
        command=command,
        regions=region.MODEL,
    )
)
