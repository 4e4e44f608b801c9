"""A line of a document of other systems: an order, or a contract."""

from decimal import Decimal
from typing import Self

from pydantic import ValidationInfo, model_validator

from contracts.envelope import Part
from contracts.fields import Amount, Id, Quantity
from contracts.money_fact import refuse_worth


class OrderLine(Part):
    item_id: Id
    quantity: Quantity
    unit_price: Amount
    unit_cost: Amount | None = None

    @model_validator(mode="after")
    def _worth_fits(self, info: ValidationInfo) -> Self:
        refuse_worth(self.quantity, self.unit_price, info)
        refuse_worth(self.quantity, self.unit_cost or Decimal(0), info)
        return self
