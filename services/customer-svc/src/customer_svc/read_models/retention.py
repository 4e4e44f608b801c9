"""Retentions: which customers are about to leave, and the tasks to keep them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import FromClause, Select, String, and_, case, func, or_, select, true

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import ChurnLevel, ChurnRecovered, ChurnWarned, RetentionTaskDone, RetentionTaskOpened
from customer_svc.read_models import alias, order
from customer_svc.sentences import Sentences

Handled = ChurnWarned | ChurnRecovered | RetentionTaskOpened | RetentionTaskDone

Level = Literal[ChurnLevel, "none"]
"""None: no warning stands."""


@dataclass(frozen=True)
class Row:
    """``task_id`` is the last task, done since ``task_done_on``."""

    customer_id: str
    level: Level
    owner_id: str
    because: str
    warned_on: date
    figures: dict[str, Any]
    recovered_on: date | None = None
    task_id: str | None = None
    task_due_on: date | None = None
    task_done_on: date | None = None
    outcome: str | None = None


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case ChurnWarned():
            figures = event.figures.model_dump(mode="json")
            fresh = Row(key[0], event.level, event.owner_id, event.because, event.warned_on, figures)
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
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("level", "customer_id"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.customer_id,)


def _back() -> FromClause:
    """Beside a standing warning: the first order since, under an id that is the same customer.

    An order under the customer's own id records ChurnRecovered when it comes. One under a merged id comes to a stream
    that knows nothing of the warning, so the list looks for it, and the next round records ChurnRecovered.
    """
    came, merged = order.TABLE, alias.TABLE
    return (
        select(came.c.order_id, came.c.ordered_on)
        .join(merged, merged.c.customer_id == came.c.customer_id)
        .where(
            merged.c.survivor_id == TABLE.c.customer_id,
            came.c.ordered_on > TABLE.c.warned_on,
            TABLE.c.level != "none",
        )
        .order_by(came.c.ordered_on, came.c.order_id)
        .limit(1)
        .lateral("back")
    )


def retentions(level: Level | None = None, owner_id: str | None = None, open_tasks: bool | None = None) -> Select[Any]:
    """Who was warned about, and who came back; the warnings of an id before it was merged are history."""
    back = _back()
    is_back = back.c.ordered_on.is_not(None)
    came = Sentences.ORDERED_AGAIN(order_id="%s", ordered_on="%s")
    now = {
        "level": case((is_back, "none"), else_=TABLE.c.level),
        "recovered_on": func.coalesce(back.c.ordered_on, TABLE.c.recovered_on),
        "because": case(
            (is_back, func.format(came, back.c.order_id, back.c.ordered_on, type_=String)),
            else_=TABLE.c.because,
        ),
    }
    query = (
        select(*(now.get(column.name, column).label(column.name) for column in TABLE.c))
        .select_from(TABLE.outerjoin(back, true()))
        .where(TABLE.c.customer_id.not_in(alias.merged_ids()))
    )
    if level is not None:
        query = query.where(
            or_(TABLE.c.level == level, is_back) if level == "none" else and_(TABLE.c.level == level, ~is_back)
        )
    if owner_id is not None:
        query = query.where(TABLE.c.owner_id == owner_id)
    if open_tasks is not None:
        is_open = TABLE.c.task_id.is_not(None) & TABLE.c.task_done_on.is_(None)
        query = query.where(is_open if open_tasks else ~is_open)
    return query


def came_back(as_of: date) -> Select[Any]:
    """Who ordered under a merged id since it was warned about: customer_id, order_id, ordered_on of the first order."""
    back = _back()
    return (
        select(TABLE.c.customer_id, back.c.order_id, back.c.ordered_on)
        .select_from(TABLE.join(back, true()))
        .where(back.c.ordered_on <= as_of, TABLE.c.customer_id.not_in(alias.merged_ids()))
        .order_by(TABLE.c.customer_id)
    )
