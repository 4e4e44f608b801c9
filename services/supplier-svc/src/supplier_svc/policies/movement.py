"""What consecutive grades lead to."""

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy

Running = Annotated[int, Field(ge=1, le=60)]


class SupplierMovement(Policy):
    """Movement between grades (动态分级); in force on the last day of the period. Insufficient periods do not count."""

    NAME: ClassVar[str] = "supplier-movement"

    preferred_after_a: Running = Field(
        default=3, description="consecutive periods graded A that make a preferred source"
    )
    report_after_falls: Running = Field(default=3, description="consecutive falls of the score that call for a report")
    grade_down_after_falls: Running = Field(default=5, description="consecutive falls of the score that cost a grade")
    answer_due_day: int = Field(
        default=10, ge=1, le=28, description="day of the month after the period by which a C or D must be answered"
    )
    unanswered_d_eliminates: bool = Field(
        default=True, description="eliminate an approved supplier whose improvement after a D is not accepted by then"
    )

    @model_validator(mode="after")
    def _report_before_demotion(self) -> Self:
        if self.grade_down_after_falls < self.report_after_falls:
            raise ValueError("the report comes before the demotion: report_after_falls ≤ grade_down_after_falls")
        return self
