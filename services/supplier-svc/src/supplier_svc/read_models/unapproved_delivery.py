"""One row per delivery that was flagged because its supplier was not approved and not on trial."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import UnapprovedDeliveryFlagged


@dataclass(frozen=True)
class Row:
    supplier_id: str
    delivery_id: str
    item_id: str
    received_on: date
    status: str
    summary: str


def keys(event: UnapprovedDeliveryFlagged, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.delivery_id)]


def evolve(_: Key, __: Row | None, event: UnapprovedDeliveryFlagged, ___: Envelope) -> Row:
    return Row(**event.model_dump(exclude={"stage"}), status=event.stage)


MODEL = ReadModel(
    name="unapproved_delivery",
    version=3,
    row=Row,
    key=("supplier_id", "delivery_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("received_on",),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.received_on, TABLE.c.supplier_id, TABLE.c.delivery_id)


def flagged(supplier_id: str | None = None) -> Select[Any]:
    query = select(TABLE)
    return query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
