"""One row per contact with a debtor, or attempt at one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import DebtorContacted
from credit_svc.read_models.moved import following


@dataclass(frozen=True)
class Row:
    """``with_whom``: a contact of the customer's file by its id, or a role. ``is_distant``: a visit although the debtor is distant."""

    customer_id: str
    case_id: str
    contact_id: str
    way: str
    contacted_on: date
    with_whom: str
    statement: str
    result: str
    demand_reached: bool
    step: str | None
    is_distant: bool
    recorded_by: str


def keys(event: DebtorContacted, envelope: Envelope) -> list[Key]:
    return [(event.customer_id, event.case_id, event.contact_id)]


def evolve(key: Key, row: Row | None, event: DebtorContacted, envelope: Envelope) -> Row:
    return Row(**event.model_dump())


MODEL = following(
    ReadModel(
        name="debtor_contact",
        version=1,
        row=Row,
        key=("customer_id", "case_id", "contact_id"),
        keys=keys,
        evolve=evolve,
        indexes=(("case_id", "contacted_on"),),
    )
)
TABLE = MODEL.table
ORDER: tuple[ColumnElement[Any], ...] = (TABLE.c.contacted_on, TABLE.c.contact_id)


def contacts(case_id: str) -> Select[Any]:
    """The contacts of a case, the oldest first by ``ORDER``."""
    return select(TABLE).where(TABLE.c.case_id == case_id)
