"""Tier counts: how a run spread its population over the tiers. Customers lie in all partitions, so rows are summed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.customer import CustomerTierChanged, CustomerTiered

Handled = CustomerTiered | CustomerTierChanged


@dataclass(frozen=True)
class Row:
    """Of the ``customers`` in the tier after the run, ``changed`` came into it and ``on_grace`` may fall out of it."""

    tiering_id: str
    tier: str
    customers: int
    changed: int
    on_grace: int


def keys(event: Handled, _: Envelope) -> list[Key]:
    return [(event.tiering_id, event.tier)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row:
    known = row or Row(key[0], key[1], 0, 0, 0)
    return Row(
        known.tiering_id,
        known.tier,
        known.customers + 1,
        known.changed + isinstance(event, CustomerTierChanged),
        known.on_grace + (isinstance(event, CustomerTiered) and event.demotion_due_on is not None),
    )


MODEL = ReadModel(
    name="tier_counts",
    version=1,
    row=Row,
    key=("tiering_id", "tier"),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def counts(tiering_ids: Collection[str]) -> Select[Any]:
    return (
        select(
            TABLE.c.tiering_id,
            TABLE.c.tier,
            _total(TABLE.c.customers).label("customers"),
            _total(TABLE.c.changed).label("changed"),
            _total(TABLE.c.on_grace).label("on_grace"),
        )
        .where(TABLE.c.tiering_id.in_(tiering_ids))
        .group_by(TABLE.c.tiering_id, TABLE.c.tier)
    )


def _total(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)  # PostgreSQL sums bigints as numeric
