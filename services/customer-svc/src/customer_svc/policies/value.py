"""What a customer is worth, beside its tier: 80/20 classes, nine-box, lifetime value, points."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.fields import Percent
from customer_svc.policies.part import PolicyPart

Share = Annotated[Decimal, Field(ge=0, le=1)]
Rating = Annotated[Decimal, Field(ge=1, le=10)]


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


class BoxWeights(PolicyPart):
    """What the letter of the nine-box is made of: 0.4 strategic fit, 0.4 growth and potential, 0.2 relation."""

    strategic_fit: Share = Decimal("0.4")
    growth: Share = Decimal("0.4")
    relation: Share = Decimal("0.2")

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        if self.strategic_fit + self.growth + self.relation != 1:
            raise ValueError("strategic_fit, growth and relation must add up to 1")
        return self


class NineBoxPolicy(Policy):
    """Letter by a score 1–10 (A from ``a_from``, C below ``b_from``), digit by the share of our own sales in percent.

    What people judge and what orders say conflict when a growth judged A falls by ``conflict_percent`` or more against
    the 12 months before, or a growth judged C rises by as much.
    """

    NAME: ClassVar[str] = "nine-box"

    weights: BoxWeights = BoxWeights()
    a_from: Rating = Decimal("6.7")
    b_from: Rating = Decimal("3.3")
    large_from: Percent = Decimal(5)
    medium_from: Percent = Decimal(1)
    conflict_percent: Percent = Decimal(10)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.b_from >= self.a_from:
            raise ValueError("b_from must be less than a_from")
        if self.medium_from >= self.large_from:
            raise ValueError("medium_from must be less than large_from")
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
