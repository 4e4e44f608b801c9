"""One row per item and source: its share of the item's orders. For questions from the supplier's side."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import OrderSharesChanged, SourceNoted, SourceRemoved

Handled = SourceNoted | SourceRemoved | OrderSharesChanged


@dataclass(frozen=True)
class Row:
    """``sources_counted`` is how many sources of the item may get orders."""

    item_id: str
    supplier_id: str
    grade: str | None = None
    may_supply: bool = True
    share_percent: Decimal = Decimal(0)
    sources_counted: int = 0


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    match event:
        case SourceNoted() | SourceRemoved():
            return [(event.item_id, event.supplier_id)]
        case OrderSharesChanged():
            return [(event.item_id, source.supplier_id) for source in event.sources]


def evolve(key: Key, row: Row | None, event: Handled, _: Envelope) -> Row | None:
    row = row or Row(*key)
    match event:
        case SourceNoted():
            share = row.share_percent if event.may_supply else Decimal(0)
            return replace(row, grade=event.grade, may_supply=event.may_supply, share_percent=share)
        case SourceRemoved():
            return None
        case OrderSharesChanged():
            share = next(each.share_percent for each in event.sources if each.supplier_id == key[1])
            return replace(row, share_percent=share, sources_counted=event.sources_counted)


MODEL = ReadModel(
    name="order_share",
    version=1,
    row=Row,
    key=("item_id", "supplier_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("supplier_id", "item_id"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.item_id, TABLE.c.supplier_id)


def of_supplier(supplier_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.supplier_id == supplier_id)


def only_source_of(supplier_id: str) -> Select[Any]:
    """The items that nobody else gets orders of."""
    return of_supplier(supplier_id).where(TABLE.c.sources_counted == 1, TABLE.c.share_percent > 0).order_by(*ORDER)
