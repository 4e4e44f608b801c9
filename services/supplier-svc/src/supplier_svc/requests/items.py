"""Sources of an item and the division of its orders, as HTTP bodies."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.fields import Day, Id, Quantity
from contracts.supplier import ItemImportance, SupplyMarket
from supplier_svc.requests.fields import Because


class SourceBody(Body):
    """Name a supplier as a source of an item."""

    supplier_id: Id
    named_on: Day
    because: Because


class RemovalBody(Body):
    removed_on: Day
    because: Because


class DivisionBody(Body):
    """Divide an item's orders again."""

    on: Day
    because: Because


class ProfileBody(Body):
    """How important an item is and how its market is."""

    importance: ItemImportance
    market: SupplyMarket
    set_on: Day
    by: Id | None = None
    because: Because


class SplitBody(Body):
    """Split an order's quantity: in whole minimum lots, none above its maximum (by supplier id)."""

    quantity: Annotated[Quantity, Field(gt=0)]
    min_lot: Annotated[Quantity, Field(gt=0)] | None = None
    maxima: dict[Id, Quantity] = Field(default_factory=dict[str, Decimal])
