"""When the steps of a corrective action are due."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, model_validator

from chassis.policies import Policy
from contracts.fields import is_stored
from contracts.supplier import Discipline, LetterGrade

Days = Annotated[int, Field(ge=0, le=730)]


class CorrectiveActions(Policy):
    """Corrective actions (8D, 纠正措施): days from opening to each step; in force on the day of opening."""

    NAME: ClassVar[str] = "corrective-actions"

    opens_on_severities: tuple[str, ...] = Field(default=("critical",), description="of the supplier's nonconformances")
    opens_on_complaints: bool = Field(
        default=True, description="of customers, traced to the supplier's lot, of any severity"
    )
    opens_on_grades: tuple[LetterGrade, ...] = ("C", "D")
    team: Days = 1
    problem: Days = 2
    containment: Days = 3
    cause: Days = 14
    action: Days = 30
    verification: Days = 60
    prevention: Days = 75
    closure: Days = 90
    escalate_every_days: int = Field(
        default=7, ge=1, le=90, description="from one level of an overdue step to the next"
    )
    levels_max: int = Field(default=3, ge=1, le=9, description="highest level to which an overdue step is escalated")

    @model_validator(mode="before")
    @classmethod
    def _as_stored(cls, document: Any, info: ValidationInfo) -> Any:
        """A document of the time before complaints opened any goes on without them."""
        if is_stored(info) and isinstance(document, dict):
            return {"opens_on_complaints": False, **document}
        return document

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [getattr(self, step) for step in DISCIPLINES]
        if days != sorted(days):
            raise ValueError("a step must not be due before the one that it builds on: team ≤ problem ≤ … ≤ closure")
        unknown = set(self.opens_on_severities) - {"critical", "major", "minor"}
        if unknown:
            raise ValueError(f"there is no severity {', '.join(sorted(unknown))}; there are critical, major, minor")
        return self

    def days_to(self, step: Discipline) -> int:
        days: int = getattr(self, step)
        return days


DISCIPLINES: tuple[Discipline, ...] = (
    "team", "problem", "containment", "cause", "action", "verification", "prevention", "closure",
)  # fmt: skip
