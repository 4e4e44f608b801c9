"""Corrective actions (8D) of a supplier: which are open, which step is next, and how far it was escalated."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from immutables import Map

from contracts.supplier import (
    ComplaintJoinedAction,
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    CorrectiveActionStepDone,
    CorrectiveActionStepPostponed,
    DisciplineDone,
    DisciplineDue,
)

Handled = (
    CorrectiveActionOpened
    | ComplaintJoinedAction
    | CorrectiveActionStepDone
    | CorrectiveActionStepPostponed
    | CorrectiveActionOverdue
    | CorrectiveActionClosed
)


@dataclass(frozen=True, slots=True)
class Action:
    """``left`` are the steps still to do, the next one first; ``level`` is how far that one was escalated, 0 while it is not overdue.

    ``complaint_ids`` are all that it was ever about, ``done`` the steps that were done.
    """

    opened_on: date
    reference: str
    left: tuple[DisciplineDue, ...]
    policy_version: int
    level: int = 0
    complaint_ids: tuple[str, ...] = ()
    done: tuple[DisciplineDone, ...] = ()


@dataclass(frozen=True, slots=True)
class Actions:
    """Open actions by id; a closed one keeps its id with None."""

    by_id: Map[str, Action | None] = field(default_factory=Map)


def evolve(actions: Actions, event: Handled) -> Actions:
    action: Action | None
    match event:
        case CorrectiveActionOpened():
            action = Action(
                event.opened_on,
                event.reference,
                event.steps,
                event.policy_version,
                complaint_ids=event.complaint_ids,
            )
        case ComplaintJoinedAction():
            before = actions.by_id[event.action_id]
            action = before and replace(before, complaint_ids=(*before.complaint_ids, event.complaint_id))
        case CorrectiveActionStepDone():
            before = actions.by_id[event.action_id]
            step = DisciplineDone(step=event.step, done_on=event.done_on, statement=event.statement)
            action = before and replace(before, left=before.left[1:], level=0, done=(*before.done, step))
        case CorrectiveActionStepPostponed():
            before = actions.by_id[event.action_id]
            due = DisciplineDue(step=event.step, due_on=event.due_on)
            action = before and replace(before, left=(due, *before.left[1:]))
        case CorrectiveActionOverdue():
            before = actions.by_id[event.action_id]
            action = before and replace(before, level=event.level)
        case CorrectiveActionClosed():
            action = None
        case _:
            assert_never(event)
    return Actions(actions.by_id.set(event.action_id, action))
