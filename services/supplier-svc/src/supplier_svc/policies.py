"""The policies that suppliers are judged under; the defaults are the published rules."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.policies import Policy
from contracts.erp import Severity

Points = Annotated[int, Field(ge=0, le=1_000)]
Limit = Annotated[Decimal, Field(ge=0, le=1_000_000)]


class NonconformancePoints(Policy):
    """Points per defect record of the supplier's responsibility (不合格评分法); in force on the day it was found."""

    NAME: ClassVar[str] = "nonconformance-points"

    critical: Points = 5
    major: Points = 3
    minor: Points = 1

    @model_validator(mode="after")
    def _worse_costs_no_less(self) -> Self:
        if not self.critical >= self.major >= self.minor:
            raise ValueError("a worse severity must not cost fewer points: critical ≥ major ≥ minor")
        return self

    def of(self, severity: Severity) -> int:
        match severity:
            case "critical":
                return self.critical
            case "major":
                return self.major
            case "minor":
                return self.minor


class Thresholds(BaseModel):
    """The most points that each grade tolerates; above ``c_at_most`` is a D."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    a_at_most: Limit = Decimal(5)
    b_at_most: Limit = Decimal(15)
    c_at_most: Limit = Decimal(30)

    @model_validator(mode="after")
    def _ascend(self) -> Self:
        if not self.a_at_most <= self.b_at_most <= self.c_at_most:
            raise ValueError("a better grade must not tolerate more points: a_at_most ≤ b_at_most ≤ c_at_most")
        return self


class SupplierGrading(Policy):
    """How the points of a month become a grade (动态分级); in force on the last day of the month."""

    NAME: ClassVar[str] = "supplier-grading"

    min_lots: int = Field(default=5, ge=1, description="fewer lots received in the period are insufficient to grade")
    per_100_lots: Thresholds = Field(default=Thresholds(), description="where lots were received in the period")
    absolute_points: Thresholds = Field(default=Thresholds(), description="where no lots were reported in the period")
    active_months: int = Field(
        default=12,
        ge=1,
        le=120,
        description="graded on while the last fact is in these months, the graded one included",
    )
    plausible_from: date = Field(default=date(1970, 1, 1), description="a fact dated earlier is refused as a mistake")
    plausible_until: date = Field(default=date(2099, 12, 31), le=date(2999, 12, 31), description="a later one likewise")
