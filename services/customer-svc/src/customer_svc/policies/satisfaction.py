"""How answers of customers are scored."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy


class SatisfactionPolicy(Policy):
    """The rating scale, and the score below which a customer is at risk (below 5 of 5)."""

    NAME: ClassVar[str] = "satisfaction"

    worst: Annotated[Decimal, Field(ge=0)] = Decimal(1)
    best: Decimal = Decimal(5)
    at_risk_below: Decimal = Decimal(5)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.worst < self.best:
            raise ValueError("worst must be less than best")
        return self
