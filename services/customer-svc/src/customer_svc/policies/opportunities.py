"""The stages of opportunities."""

from decimal import Decimal
from typing import ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.fields import Id, Percent


class OpportunityStage(PolicyPart):
    """A stage, the chance that a sale comes of it, and how long one may dwell there."""

    name: Id
    probability: Percent
    dwell_days: int = Field(ge=1)


class OpportunityPolicy(Policy):
    """The stages of an opportunity in their order; ``won`` and ``lost`` end it."""

    NAME: ClassVar[str] = "opportunities"

    stages: tuple[OpportunityStage, ...] = (
        OpportunityStage(name="lead", probability=Decimal(10), dwell_days=30),
        OpportunityStage(name="qualified", probability=Decimal(25), dwell_days=30),
        OpportunityStage(name="proposal", probability=Decimal(50), dwell_days=45),
        OpportunityStage(name="negotiation", probability=Decimal(75), dwell_days=30),
    )

    @model_validator(mode="after")
    def _are_names_of_their_own(self) -> Self:
        names = [stage.name for stage in self.stages]
        if not names or len(set(names)) != len(names) or {"won", "lost"} & set(names):
            raise ValueError("stages need names of their own, and won and lost are the two ends")
        return self

    def stage(self, name: str) -> OpportunityStage | None:
        return next((stage for stage in self.stages if stage.name == name), None)
