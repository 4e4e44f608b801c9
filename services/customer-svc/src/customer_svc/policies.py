"""The policies of customer-svc; the defaults are the rules page (domain/customer.md)."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.policies import Policy, PolicyBook
from contracts.fields import Percent


class PolicyPart(BaseModel):
    """A group of numbers inside a policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bins(PolicyPart):
    """Borders of a score 1–5: strictly beyond ``beyond`` is 5, reaching one of ``reaching`` is 4, 3 or 2, else 1."""

    beyond: Decimal
    reaching: tuple[Decimal, Decimal, Decimal]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        borders = [self.beyond, *self.reaching]
        if sorted(borders) not in (borders, borders[::-1]):
            raise ValueError("the borders must rise or fall from the best score to the worst")
        return self

    def score(self, value: Decimal) -> int:
        """The score where more is better."""
        if value > self.beyond:
            return 5
        return next((score for score, border in zip((4, 3, 2), self.reaching, strict=True) if value >= border), 1)

    def score_of_less(self, value: Decimal) -> int:
        """The score where less is better."""
        if value < self.beyond:
            return 5
        return next((score for score, border in zip((4, 3, 2), self.reaching, strict=True) if value <= border), 1)


class PyramidShares(PolicyPart):
    """Percent of the population in each tier; ``small`` takes the rest."""

    vip: Percent = Decimal(1)
    important: Percent = Decimal(4)
    ordinary_large: Percent = Decimal(15)

    @model_validator(mode="after")
    def _leave_no_less_than_nothing(self) -> Self:
        if self.vip + self.important + self.ordinary_large > 100:
            raise ValueError("vip, important and ordinary_large together are more than 100 percent")
        return self


class TieringPolicy(Policy):
    """How customers are ranked, scored and moved between tiers."""

    NAME: ClassVar[str] = "tiering"

    window_months: int = Field(default=12, ge=1, le=120, description="months of orders that count")
    min_orders: int = Field(default=1, ge=1, description="orders in the window that a customer needs to be ranked")
    grace_months: int = Field(default=1, ge=0, le=24, description="further months a lower tier must be confirmed")
    shares: PyramidShares = PyramidShares()
    recency_months: Bins = Bins(beyond=Decimal(1), reaching=(Decimal(3), Decimal(6), Decimal(9)))
    frequency: Bins = Bins(beyond=Decimal(40), reaching=(Decimal(30), Decimal(20), Decimal(10)))
    monetary: Bins = Bins(beyond=Decimal(50_000), reaching=(Decimal(20_000), Decimal(10_000), Decimal(5_000)))


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


POLICIES: tuple[type[Policy], ...] = (TieringPolicy, AbcPolicy, SatisfactionPolicy)


def tiering_policy(policies: PolicyBook, version: int) -> TieringPolicy:
    """The version that a run started under: it holds for all its decisions, whatever is published meanwhile."""
    found: TieringPolicy = next(d.document for d in policies.versions[TieringPolicy.NAME] if d.version == version)
    return found
