"""Sub-suppliers 分承包方: who stands behind a supplier, one level deep."""

from typing import ClassVar

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Day, Id, Text


class SubSupplierDeclared(Event):
    """A supplier has ``process`` done, or parts made, by a sub-supplier for these items; declared again, it counts in place of before."""

    TYPE: ClassVar[str] = "supplier.SubSupplierDeclared"
    supplier_id: Id
    sub_supplier_id: Id
    name: Text
    item_ids: tuple[Id, ...]
    process: Text
    declared_on: Day
    by: Id
    handed_in_by: Id | None = Field(default=None, description="who handed it in, where the supplier did so itself")


class SubSupplierWithdrawn(Event):
    """A sub-supplier works for the supplier no longer; what was delivered until then stays traced to it."""

    TYPE: ClassVar[str] = "supplier.SubSupplierWithdrawn"
    supplier_id: Id
    sub_supplier_id: Id
    withdrawn_on: Day
    because: Text
    by: Id
