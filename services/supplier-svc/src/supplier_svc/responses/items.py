"""Items: an order split, the number of sources advised."""

from decimal import Decimal

from contracts.figures import PlainModel
from contracts.supplier import (
    ItemImportance,
    SupplyMarket,
)
from supplier_svc.responses.answer import Answer


class SplitAnswer(PlainModel):
    """A quantity by supplier; ``unplaced`` is the part for which the maxima leave no room."""

    item_id: str
    quantities: dict[str, Decimal]
    unplaced: Decimal


class SourceAdvice(Answer):
    """How many sources an item should have and how many get orders now; ``lacking`` = ``advised`` - ``present``, below 0 where there
    are too many. Both are None as long as the item has no profile.

    ``sub_supplier_shared``: the sub-suppliers on which several of those sources hang; what looks like several sources is one there.
    """

    item_id: str
    importance: ItemImportance | None
    market: SupplyMarket | None
    advised: int | None
    present: int
    lacking: int | None
    reasons: list[str]
    sub_supplier_shared: list[str]
