"""Diversions: units seen where they do not belong."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import DiversionSuspected
from customer_svc.read_models import alias

Handled = DiversionSuspected


@dataclass(frozen=True)
class Row:
    scan_id: str
    unit_code: str
    customer_id: str
    authorised_region: str
    scanned_in: str
    scanned_on: date
    kind: str
    because: str
    region_manager: str


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.unit_code, event.scan_id)]


def evolve(_: Key, __: Row | None, event: Handled, ___: Envelope) -> Row:
    return Row(
        event.scan_id, event.unit_code, event.customer_id, event.authorised_region, event.scanned_in,
        event.scanned_on, event.kind, event.because, event.region_manager,
    )  # fmt: skip


MODEL = ReadModel(
    name="diversions",
    version=1,
    row=Row,
    key=("unit_code", "scan_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("customer_id", "scanned_on"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.unit_code, TABLE.c.scan_id)


def diversions(customer_id: str | None = None, kind: str | None = None) -> Select[Any]:
    query = select(TABLE)
    if customer_id is not None:
        query = query.where(alias.same_as(TABLE.c.customer_id, customer_id))
    return query if kind is None else query.where(TABLE.c.kind == kind)


def counted(customer_id: str, since: date, until: date) -> Select[Any]:
    """How many suspicions of each kind there are against a distributor."""
    return (
        select(TABLE.c.kind, func.count().label("suspected"))
        .where(alias.same_as(TABLE.c.customer_id, customer_id), TABLE.c.scanned_on.between(since, until))
        .group_by(TABLE.c.kind)
    )
