"""Sources of an item and the division of its orders, as HTTP bodies."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

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
    """Split an order's quantity, none above its maximum (by supplier id): in whole minimum lots, or by quota.

    By quota, nothing below ``min_quantity`` is split further, and the parts have ``decimals`` places. ``quotas`` are the item's shares
    unless named; ``allocated`` is what the suppliers received so far, unless named that of the last twelve months.
    """

    quantity: Annotated[Quantity, Field(gt=0)]
    method: Literal["whole_lots", "quota"] = "whole_lots"
    maxima: dict[Id, Quantity] = Field(default_factory=dict[str, Decimal])
    min_lot: Annotated[Quantity, Field(gt=0)] | None = None
    min_quantity: Annotated[Quantity, Field(gt=0)] | None = None
    quotas: Annotated[dict[Id, Annotated[Quantity, Field(gt=0)]], Field(min_length=1)] | None = None
    allocated: dict[Id, Quantity] | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] = 0

    @model_validator(mode="after")
    def _is_of_the_method(self) -> Self:
        other = {"quota": {"min_lot"}, "whole_lots": {"min_quantity", "quotas", "allocated", "decimals"}}[self.method]
        if strange := sorted(other & self.model_fields_set):
            raise ValueError(f"method {self.method} does not use {', '.join(strange)}")
        return self

    @model_validator(mode="after")
    def _has_the_decimals(self) -> Self:
        """Parts with fewer decimals do not make the quantity, and a part that fills a maximum is the maximum."""
        if self.method == "quota":
            of_suppliers = {f"the maximum of {name}": maximum for name, maximum in self.maxima.items()}
            for what, quantity in {"the quantity": self.quantity, **of_suppliers}.items():
                if quantity != round(quantity, self.decimals):
                    raise ValueError(f"{what}, {quantity:f}, has more decimals than the {self.decimals} of the parts")
        return self
