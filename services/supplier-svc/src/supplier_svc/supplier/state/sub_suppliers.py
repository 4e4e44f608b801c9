"""Who works for the supplier: its declared sub-suppliers, by id."""

from typing import NamedTuple, assert_never

from immutables import Map

from contracts.supplier import SubSupplierDeclared, SubSupplierWithdrawn

Handled = SubSupplierDeclared | SubSupplierWithdrawn


class SubSuppliers(NamedTuple):
    declared: Map[str, SubSupplierDeclared] = Map()


def evolve(known: SubSuppliers, event: Handled) -> SubSuppliers:
    match event:
        case SubSupplierDeclared():
            return SubSuppliers(known.declared.set(event.sub_supplier_id, event))
        case SubSupplierWithdrawn():
            return SubSuppliers(known.declared.delete(event.sub_supplier_id))
    assert_never(event)
