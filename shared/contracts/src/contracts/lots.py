"""Lots as other systems name them: what went into what, and how much of one went somewhere."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Day, Id, Quantity


class SubLot(Part):
    """A lot of a sub-supplier 分承包方 that went into a lot of the supplier."""

    sub_supplier_id: Id
    lot_id: Id

    def __str__(self) -> str:
        return f"{self.lot_id} of {self.sub_supplier_id}"


class LotRef(Part):
    """A lot by its item and its number; numbers of lots are the item's own."""

    item_id: Id
    lot_id: Id


class LotBuilt(Event):
    """A lot was built, mixed or repacked of other lots (erp.stock). Sent again with other ``components``, it was made of all of them."""

    TYPE: ClassVar[str] = "erp.LotBuilt"
    item_id: Id
    lot_id: Id
    components: Annotated[tuple[LotRef, ...], Field(min_length=1)]
    quantity: Quantity
    built_on: Day


class LotQuantity(LotRef):
    """So much of a lot."""

    quantity: Quantity
