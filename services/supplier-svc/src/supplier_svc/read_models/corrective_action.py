"""One row per corrective action (8D): where it stands, its next step and how far that was escalated."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import (
    ComplaintJoinedAction,
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    CorrectiveActionStepDone,
    CorrectiveActionStepPostponed,
)

Handled = (
    CorrectiveActionOpened
    | ComplaintJoinedAction
    | CorrectiveActionStepDone
    | CorrectiveActionStepPostponed
    | CorrectiveActionOverdue
    | CorrectiveActionClosed
)


Status = Literal["open", "done", "withdrawn"]


@dataclass(frozen=True)
class Row:
    """``status``: open, done or withdrawn. ``done`` lists the steps done with day, person, evidence and what may be said outside.

    ``complaint_ids`` are those of customers' complaints that it is about, as of its last step.
    """

    supplier_id: str
    action_id: str
    cause: str
    reference: str
    summary: str
    opened_on: date
    status: str
    next_step: str | None
    next_due_on: date | None
    escalation_level: int
    done: list[dict[str, Any]]
    closed_on: date | None = None
    complaint_ids: list[str] | None = None
    cause_origin: str | None = None


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.action_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case CorrectiveActionOpened() if not event.steps:
            return None  # nothing is owed
        case CorrectiveActionOpened():
            first = event.steps[0]
            return Row(
                key[0],
                key[1],
                event.cause,
                event.reference,
                event.summary,
                event.opened_on,
                "open",
                first.step,
                first.due_on,
                0,
                [],
                complaint_ids=[*event.complaint_ids],
            )
        case ComplaintJoinedAction():
            return row and replace(row, complaint_ids=[*(row.complaint_ids or []), event.complaint_id])
        case CorrectiveActionStepDone():
            done = {
                "step": event.step,
                "done_on": event.done_on.isoformat(),
                "done_by": event.done_by,
                "evidence": event.evidence,
                "statement": event.statement,
            }
            return row and replace(
                row,
                next_step=event.next_step,
                next_due_on=event.next_due_on,
                escalation_level=0,
                done=[*row.done, done],
                complaint_ids=[*event.complaint_ids],
                cause_origin=event.cause_origin or row.cause_origin,
            )
        case CorrectiveActionStepPostponed():
            return row and replace(row, next_due_on=event.due_on)
        case CorrectiveActionOverdue():
            return row and replace(row, escalation_level=event.level)
        case CorrectiveActionClosed():
            return row and replace(
                row, status=event.outcome, next_step=None, next_due_on=None, closed_on=event.closed_on
            )


MODEL = ReadModel(
    name="corrective_action",
    version=4,
    row=Row,
    key=("supplier_id", "action_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("status", "next_due_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.opened_on, TABLE.c.supplier_id, TABLE.c.action_id)


def actions(supplier_id: str | None = None, status: Status | None = None, due_by: date | None = None) -> Select[Any]:
    """All corrective actions, those of a supplier, those of a status, those whose next step is due by a day."""
    query = select(TABLE)
    query = query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
    query = query if status is None else query.where(TABLE.c.status == status)
    return query if due_by is None else query.where(TABLE.c.next_due_on <= due_by)
