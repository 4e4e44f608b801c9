"""One row per account that is part of another one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.credit import AccountMerged, AccountSplit

Handled = AccountMerged | AccountSplit


@dataclass(frozen=True)
class Row:
    customer_id: str
    survivor_id: str
    merged_on: date


def keys(event: Handled, envelope: Envelope) -> list[Key]:
    return [(event.customer_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case AccountMerged():
            return Row(event.customer_id, event.survivor_id, event.merged_on)
        case AccountSplit():
            return None


MODEL = ReadModel(
    name="merged_account",
    version=1,
    row=Row,
    key=("customer_id",),
    keys=keys,
    evolve=evolve,
    indexes=(("survivor_id",),),
)
TABLE = MODEL.table


def survivor_of(customer_id: str) -> Select[Any]:
    return select(TABLE.c.survivor_id).where(TABLE.c.customer_id == customer_id)


def merged_into(customer_ids: list[str]) -> Select[Any]:
    """The accounts that are part of these, by id."""
    return select(TABLE.c.customer_id).where(TABLE.c.survivor_id.in_(customer_ids)).order_by(TABLE.c.customer_id)
