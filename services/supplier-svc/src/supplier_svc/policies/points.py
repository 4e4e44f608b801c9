"""What a nonconformance costs in points."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy
from contracts.erp import Severity

Points = Annotated[int, Field(ge=0, le=1_000)]


class NonconformancePoints(Policy):
    """Points per nonconformance that the supplier answers for (不合格评分法); in force on the day it was found."""

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
