"""To-dos: what somebody is to do about a customer by when, and what came of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, and_, case, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import TodoDone, TodoOpened, TodoWithdrawn

Status = Literal["open", "late", "done", "withdrawn"]
"""``late``: it was to be done before today, and is open."""


@dataclass(frozen=True)
class Row:
    """``owner_id`` None: it is of the owner of the customer's file."""

    customer_id: str
    todo_id: str
    about: str
    summary: str
    opened_on: date
    due_on: date
    owner_id: str | None = None
    region: str | None = None
    done_on: date | None = None
    outcome: str | None = None
    done_by: str | None = None
    withdrawn_on: date | None = None


Handled = TodoOpened | TodoDone | TodoWithdrawn


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.customer_id, event.todo_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case TodoOpened() as e:
            return Row(
                e.customer_id, e.todo_id, e.about, e.summary, e.opened_on, e.due_on, e.owner_id, e.region,
            )  # fmt: skip
        case TodoDone() as e:
            return row and replace(row, done_on=e.done_on, outcome=e.outcome, done_by=e.by)
        case TodoWithdrawn() as e:
            return row and replace(row, withdrawn_on=e.withdrawn_on)


MODEL = ReadModel(
    name="todos",
    version=1,
    row=Row,
    key=("customer_id", "todo_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("due_on",),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.customer_id, TABLE.c.todo_id)


def todos(today: date, status: Status | None = None) -> Select[Any]:
    """To-dos with their ``status`` on a day, of one where it is not None; those that are late are open too."""
    is_done, is_withdrawn = TABLE.c.done_on.is_not(None), TABLE.c.withdrawn_on.is_not(None)
    is_open = and_(~is_done, ~is_withdrawn)
    is_late = and_(is_open, TABLE.c.due_on < today)
    status_of = case((is_withdrawn, "withdrawn"), (is_done, "done"), (is_late, "late"), else_="open")
    query = select(*TABLE.c, status_of.label("status"))
    match status:
        case "open":
            return query.where(is_open)
        case "late":
            return query.where(is_late)
        case "done":
            return query.where(is_done)
        case "withdrawn":
            return query.where(is_withdrawn)
    return query
