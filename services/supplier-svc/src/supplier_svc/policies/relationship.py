"""When the relationship with a supplier counts as a partnership."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.fields import Percent

Signs = Annotated[int, Field(ge=1, le=4)]


class SupplierRelationship(Policy):
    """Relationship mode (供应商关系模式: competition, partnership); in force on the day of the question.

    The signs: few sources, long contracts, large shares, information exchanged.
    """

    NAME: ClassVar[str] = "supplier-relationship"

    few_sources_at_most: Decimal = Field(
        default=Decimal(2), ge=1, le=100, description="mean number of sources of the items supplied"
    )
    long_contract_months: int = Field(default=12, ge=1, le=600, description="length of the longest contract in force")
    large_share_percent: Percent = Field(
        default=Decimal(50), gt=0, description="mean share of the orders for its items"
    )
    partnership_signs: Signs = Field(default=3, description="number of signs that makes a partnership")
    mixed_signs: Signs = Field(
        default=2, description="number of signs that makes it mixed, no longer plain competition"
    )

    @model_validator(mode="after")
    def _mixed_comes_before_partnership(self) -> Self:
        if self.mixed_signs > self.partnership_signs:
            raise ValueError(
                "a mixed relationship must not need more signs than a partnership: mixed_signs ≤ partnership_signs"
            )
        return self
