"""How a customer is placed in the nine-box."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.fields import Percent

Share = Annotated[Decimal, Field(ge=0, le=1)]
Rating = Annotated[Decimal, Field(ge=1, le=10)]


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

    The judgement of people and the orders conflict when a growth judged A falls by ``conflict_percent`` or more against
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
