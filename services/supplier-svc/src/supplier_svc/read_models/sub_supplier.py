"""One row per supplier and sub-supplier: what it does for the supplier, for which items, until it is withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.supplier import SubSupplierDeclared, SubSupplierWithdrawn
from supplier_svc.read_models import nonconformance, order_share

Handled = SubSupplierDeclared | SubSupplierWithdrawn

SHARED_BY = 2
"""Sources of an item that hang on one sub-supplier."""


@dataclass(frozen=True)
class Row:
    supplier_id: str
    sub_supplier_id: str
    name: str
    item_ids: list[str]
    process: str
    declared_on: date
    declared_by: str


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id, event.sub_supplier_id)]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case SubSupplierDeclared():
            return Row(key[0], key[1], event.name, [*event.item_ids], event.process, event.declared_on, event.by)
        case SubSupplierWithdrawn():
            return None


MODEL = ReadModel(
    name="sub_supplier",
    version=1,
    row=Row,
    key=("supplier_id", "sub_supplier_id"),
    keys=keys,
    evolve=evolve,
    indexes=(("sub_supplier_id", "supplier_id"),),
)
TABLE = MODEL.table
ORDER = (TABLE.c.supplier_id, TABLE.c.sub_supplier_id)


def of_supplier(supplier_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.supplier_id == supplier_id)


def of_sub_supplier(sub_supplier_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.sub_supplier_id == sub_supplier_id).order_by(*ORDER)


def shares(sub_supplier_id: str) -> Select[Any]:
    """The shares of the items that hang on a sub-supplier, by item and supplier."""
    share, of = order_share.TABLE.c, TABLE.c
    return (
        select(share.item_id, share.supplier_id, share.share_percent)
        .join(
            TABLE, (of.supplier_id == share.supplier_id) & of.item_ids.contains(func.jsonb_build_array(share.item_id))
        )
        .where(of.sub_supplier_id == sub_supplier_id)
        .order_by(share.item_id, share.supplier_id)
    )


def nonconformances(sub_supplier_id: str) -> Select[Any]:
    """How many nonconformances were of lots that were made of a sub-supplier's, by supplier and severity."""
    of = nonconformance.TABLE.c
    return (
        select(of.supplier_id, of.severity, func.count().label("record_count"))
        .where(of.sub_supplier_id == sub_supplier_id)
        .group_by(of.supplier_id, of.severity)
        .order_by(of.supplier_id, of.severity)
    )


def shared_for(item_id: str) -> Select[Any]:
    """The sub-suppliers on which several sources of an item hang that get orders."""
    share, of = order_share.TABLE.c, TABLE.c
    return (
        select(of.sub_supplier_id)
        .join(order_share.TABLE, (share.supplier_id == of.supplier_id) & (share.item_id == item_id))
        .where(share.may_supply, of.item_ids.contains(func.jsonb_build_array(item_id)))
        .group_by(of.sub_supplier_id)
        .having(func.count() >= SHARED_BY)
        .order_by(of.sub_supplier_id)
    )
