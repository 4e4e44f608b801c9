"""One row per nonconformance that calls for a claim whose price is not known."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import ClaimRaised, ClaimUnpriced, ResponsibilityDecided

Handled = ClaimUnpriced | ClaimRaised | ResponsibilityDecided


@dataclass(frozen=True)
class Row:
    """``is_suppliers``: false while somebody else answers for the record, so that there is nothing to price."""

    supplier_id: str
    nonconformance_id: str
    item_id: str
    lot_id: str
    severity: str
    quantity: Decimal
    found_on: date
    because: str
    is_suppliers: bool = True


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.nonconformance_id)]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    match event:
        case ClaimUnpriced():
            about = (event.item_id, event.lot_id, event.severity, event.quantity, event.found_on, event.because)
            return Row(key[0], key[1], *about)
        case ClaimRaised():
            return None
        case ResponsibilityDecided():
            return row and replace(row, is_suppliers=event.responsibility == "supplier")


MODEL = ReadModel(
    name="unpriced_claim",
    version=1,
    row=Row,
    key=("supplier_id", "nonconformance_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("found_on",),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.found_on, TABLE.c.supplier_id, TABLE.c.nonconformance_id)


def to_price(supplier_id: str | None = None) -> Select[Any]:
    """The records that wait for a price, of all suppliers or one."""
    query = select(TABLE).where(TABLE.c.is_suppliers)
    return query if supplier_id is None else query.where(TABLE.c.supplier_id == supplier_id)
