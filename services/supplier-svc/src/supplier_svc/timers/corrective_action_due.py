"""The to-do list of corrective actions: when the next step is overdue, and when it is escalated a level higher."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.supplier import (
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    CorrectiveActionStepDone,
    CorrectiveActionStepPostponed,
    Discipline,
    PartnerSubmissionMade,
)
from supplier_svc.supplier.corrective_actions import EscalateStep

Handled = (
    CorrectiveActionOpened
    | CorrectiveActionStepDone
    | CorrectiveActionStepPostponed
    | CorrectiveActionOverdue
    | CorrectiveActionClosed
    | PartnerSubmissionMade
)


@dataclass(frozen=True)
class Row:
    """Due at the beginning of the day after the step's, then at each next level; gone after the highest, until another step is next,
    and while what was handed in for the step waits for us."""

    supplier_id: str
    action_id: str
    step: str
    level: int
    due_on: date


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    if isinstance(event, PartnerSubmissionMade):
        return [(event.supplier_id, event.reference)] if event.kind == "corrective_action_step" else []
    return [(event.supplier_id, event.action_id)]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case CorrectiveActionOpened():
            return _after(key, event.steps[0].step, event.steps[0].due_on) if event.steps else None
        case CorrectiveActionStepDone():
            return _after(key, event.next_step, event.next_due_on) if event.next_step and event.next_due_on else None
        case CorrectiveActionOverdue():
            if event.next_level_on is None:
                return None
            return Row(key[0], key[1], event.step, event.level + 1, event.next_level_on)
        case CorrectiveActionStepPostponed():
            on = event.next_level_on
            return None if on is None else Row(key[0], key[1], event.step, event.level + 1, on)
        case CorrectiveActionClosed() | PartnerSubmissionMade():
            return None


def _after(key: Key, step: Discipline, due_on: date) -> Row:
    return Row(key[0], key[1], step, 1, add_days(due_on, 1))


def escalate(row: Row) -> EscalateStep:
    return EscalateStep(row.supplier_id, row.action_id, row.step, row.level)  # type: ignore[arg-type]


TODO = TodoList(
    name="corrective_due",
    version=2,
    row=Row,
    key=("supplier_id", "action_id"),
    keys=keys,
    evolve=evolve,
    command=escalate,
)
