"""Retentions: which customers are about to leave, and the tasks to keep them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import ChurnRecovered, ChurnWarned, RetentionTaskDone, RetentionTaskOpened

RetentionEvent = ChurnWarned | ChurnRecovered | RetentionTaskOpened | RetentionTaskDone


@dataclass(frozen=True)
class RetentionRow:
    """``level`` is yellow, red or none; ``task_id`` the last task, done when ``task_done_on`` says so."""

    customer_id: str
    level: str
    owner_id: str
    because: str
    warned_on: date
    figures: dict[str, Any]
    recovered_on: date | None = None
    task_id: str | None = None
    task_due_on: date | None = None
    task_done_on: date | None = None
    outcome: str | None = None


def keys(event: RetentionEvent, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: RetentionRow | None, event: RetentionEvent, _: Envelope) -> RetentionRow | None:
    match event:
        case ChurnWarned():
            figures = event.figures.model_dump(mode="json")
            fresh = RetentionRow(key[0], event.level, event.owner_id, event.because, event.warned_on, figures)
            if row is None:
                return fresh
            return replace(
                row, level=event.level, owner_id=event.owner_id, because=event.because, warned_on=event.warned_on,
                figures=figures, recovered_on=None,
            )  # fmt: skip
        case ChurnRecovered():
            return row and replace(row, level="none", recovered_on=event.recovered_on, because=event.because)
        case RetentionTaskOpened():
            return row and replace(
                row, task_id=event.task_id, task_due_on=event.due_on, task_done_on=None, outcome=None
            )
        case RetentionTaskDone():
            return row and replace(row, task_done_on=event.done_on, outcome=event.outcome)


MODEL = ReadModel(
    name="retentions",
    version=1,
    row=RetentionRow,
    key=("customer_id",),
    handles=(ChurnWarned, ChurnRecovered, RetentionTaskOpened, RetentionTaskDone),
    keys=keys,
    evolve=evolve,
    indexes=(("level", "customer_id"),),
)
TABLE = MODEL.table


def retentions(level: str | None = None, owner_id: str | None = None, open_tasks: bool | None = None) -> Select[Any]:
    query = select(TABLE)
    if level is not None:
        query = query.where(TABLE.c.level == level)
    if owner_id is not None:
        query = query.where(TABLE.c.owner_id == owner_id)
    if open_tasks is not None:
        is_open = TABLE.c.task_id.is_not(None) & TABLE.c.task_done_on.is_(None)
        query = query.where(is_open if open_tasks else ~is_open)
    return query
