"""When a customer is thought to be fading or about to leave."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.fields import Percent


class CarePolicy(Policy):
    """Life cycle and churn: growth and decline on the three months before in percent; silence in multiples of a
    customer's own median interval between orders, of which it needs some to have one."""

    NAME: ClassVar[str] = "care"

    every_days: int = Field(default=7, ge=1, le=92, description="days between two looks at all customers")
    lookback_months: int = Field(default=36, ge=6, le=120, description="months of orders that are looked at")
    min_orders: int = Field(default=3, ge=2, description="days with orders that a customer needs to have a rhythm")
    yellow_intervals: Annotated[Decimal, Field(gt=1)] = Decimal("1.5")
    red_intervals: Annotated[Decimal, Field(gt=1)] = Decimal("2.5")
    red_decline: Percent = Decimal(30)
    growth: Percent = Decimal(10)
    decline: Percent = Decimal(10)
    silent_intervals: Annotated[Decimal, Field(gt=1)] = Decimal(2)
    task_days: int = Field(default=14, ge=1, le=365, description="days until a retention task is to be done")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.red_intervals < self.yellow_intervals:
            raise ValueError("red_intervals must not be less than yellow_intervals")
        return self
