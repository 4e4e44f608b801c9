"""Credit standings: what credit last said of each customer."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CustomerCreditStood


@dataclass(frozen=True)
class CreditStandingRow:
    """``deliveries`` is stopped or free; ``overdue`` and ``behaviour_class`` are credit's words."""

    customer_id: str
    deliveries: str = "free"
    deliveries_because: str | None = None
    deliveries_since: date | None = None
    overdue: str | None = None
    overdue_since: date | None = None
    behaviour_class: str | None = None


def keys(event: CustomerCreditStood, _: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: CreditStandingRow | None, event: CustomerCreditStood, _: Envelope) -> CreditStandingRow:
    known = row or CreditStandingRow(key[0])
    match event.what:
        case "overdue":
            return replace(known, overdue=event.told, overdue_since=event.since)
        case "behaviour_class":
            return replace(known, behaviour_class=event.told)
        case "deliveries_stopped":
            return replace(known, deliveries="stopped", deliveries_because=event.told, deliveries_since=event.since)
        case "deliveries_resumed":
            return replace(known, deliveries="free", deliveries_because=event.told, deliveries_since=event.since)


MODEL = ReadModel(
    name="credit_standings",
    version=1,
    row=CreditStandingRow,
    key=("customer_id",),
    handles=(CustomerCreditStood,),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def standing(customer_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.customer_id == customer_id)
