"""What a customer is worth, beside its tier: 80/20 classes, lifetime value, points."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.fields import Percent

Share = Annotated[Decimal, Field(ge=0, le=1)]


class AbcPolicy(Policy):
    """The 80/20 classes by sales: A to ``a_to`` percent of cumulative sales, B to ``b_to``, C the rest."""

    NAME: ClassVar[str] = "abc"

    a_to: Percent = Decimal(80)
    b_to: Percent = Decimal(95)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.a_to > self.b_to:
            raise ValueError("a_to is more than b_to")
        return self


class LifetimePolicy(Policy):
    """Lifetime value m·r/(1 + d − r): margin a year as ``margin_rate`` of the sales of 12 months, retention, discount."""

    NAME: ClassVar[str] = "lifetime"

    margin_rate: Share = Decimal("0.25")
    retention: Share = Decimal("0.55")
    discount: Share = Decimal("0.10")

    @model_validator(mode="after")
    def _is_finite(self) -> Self:
        if self.retention >= 1 + self.discount:
            raise ValueError("retention must be less than 1 + discount, else the value has no end")
        return self


class PointsPolicy(Policy):
    """Points of a customer: for money received, orders won, complaints."""

    NAME: ClassVar[str] = "points"

    per_amount: Annotated[Decimal, Field(gt=0)] = Decimal(1000)
    points_per_amount: Decimal = Decimal(1)
    points_per_order: Decimal = Decimal(5)
    points_per_complaint: Decimal = Decimal(-2)
