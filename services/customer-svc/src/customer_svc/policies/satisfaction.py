"""How answers of customers are scored."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.fields import Id

Importance = Annotated[Decimal, Field(ge=0, le=100)]
TOP_LEVEL: dict[str, Decimal] = {
    "product": Decimal(7),
    "service": Decimal(5),
    "purchase": Decimal(9),
    "price": Decimal(3),
    "supply": Decimal(6),
}


class Scale(PolicyPart):
    """The worst and the best answer, both allowed."""

    worst: Annotated[Decimal, Field(ge=0)]
    best: Decimal

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.worst < self.best:
            raise ValueError("worst must be less than best")
        return self

    def holds(self, answer: Decimal) -> bool:
        return self.worst <= answer <= self.best


class IndexRules(PolicyPart):
    """The satisfaction index: importance of each branch and leaf of the indicator tree (``product.finish``).

    A leaf that is not named has the importance of its branch; an answer ``importance:product`` overrules both for the
    customer that gave it. A branch must be named here to be part of a survey.
    """

    scale: Scale = Scale(worst=Decimal(1), best=Decimal(10))
    importance: dict[Id, Importance] = Field(default=TOP_LEVEL)
    at_risk_below: Decimal = Decimal(60)

    @model_validator(mode="after")
    def _weighs_something(self) -> Self:
        if not sum(self.importance.values()):
            raise ValueError("importance names nothing that counts")
        return self


class ServiceQualityRules(PolicyPart):
    """SERVQUAL: expectation and perception of each item; a customer is at risk below the mean gap."""

    dimensions: tuple[Id, ...] = ("reliability", "responsiveness", "assurance", "empathy", "tangibles")
    scale: Scale = Scale(worst=Decimal(1), best=Decimal(7))
    at_risk_below: Decimal = Decimal(-1)


class SatisfactionPolicy(Policy):
    """The rating scale, and the score below which a customer is at risk (below 5 of 5); index and SERVQUAL beside it."""

    NAME: ClassVar[str] = "satisfaction"

    worst: Annotated[Decimal, Field(ge=0)] = Decimal(1)
    best: Decimal = Decimal(5)
    at_risk_below: Decimal = Decimal(5)
    index: IndexRules = IndexRules()
    servqual: ServiceQualityRules = ServiceQualityRules()
    large_sample: int = Field(default=200, ge=1, description="answers from which on a survey is a large one")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.worst < self.best:
            raise ValueError("worst must be less than best")
        return self
