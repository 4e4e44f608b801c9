"""One row per action that a behaviour class called for: what is to be done until when, and what came of it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import BehaviourActionAsked, BehaviourActionDone, BehaviourActionWithdrawn

Status = Literal["open", "late", "done", "withdrawn"]
"""``late``: it was to be done before today, and is open."""


@dataclass(frozen=True)
class Row:
    customer_id: str
    action_id: str
    behaviour: str
    action: str
    requested_on: date
    answer_until: date
    summary: str
    requested_by: str | None = None
    case_id: str | None = None
    region: str | None = None
    prepayment_percent: Decimal | None = None
    """What of each order is proposed to be paid in advance, or is."""
    state: Literal["open", "done", "withdrawn"] = "open"
    ended_on: date | None = None
    outcome: str | None = None
    done_by: str | None = None
    withdrawn_because: str | None = None


Handled = BehaviourActionAsked | BehaviourActionDone | BehaviourActionWithdrawn


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.action_id)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case BehaviourActionAsked() as e:
            return Row(
                e.customer_id, e.action_id, e.behaviour, e.action, e.requested_on, e.answer_by, e.summary, e.requested_by,
                e.case_id, e.region, e.prepayment_percent,
            )  # fmt: skip
        case BehaviourActionDone() as e:
            return row and replace(row, state="done", ended_on=e.done_on, outcome=e.outcome, done_by=e.by)
        case BehaviourActionWithdrawn() as e:
            return row and replace(row, state="withdrawn", ended_on=e.withdrawn_on, withdrawn_because=e.cause)


MODEL = ReadModel(
    name="behaviour_action",
    version=1,
    row=Row,
    key=("customer_id", "action_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("state", "answer_until"),),
)
_T = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (_T.c.customer_id, _T.c.action_id)


def actions(
    today: date, status: Status | None, behaviour: str | None, action: str | None, customer_id: str | None
) -> Select[Any]:
    """Actions with their ``status`` on a day, filtered by what is not None; those that are late are open too."""
    is_late = and_(_T.c.state == "open", _T.c.answer_until < today)
    columns = [column for column in _T.c if column.name != "state"]
    query = select(*columns, case((is_late, "late"), else_=_T.c.state).label("status"))
    if status is not None:
        query = query.where(is_late if status == "late" else _T.c.state == status)
    wanted = {"behaviour": behaviour, "action": action, "customer_id": customer_id}
    return query.where(*(_T.c[name] == value for name, value in wanted.items() if value is not None))
