"""Whom the survey of suppliers asks, when, and about which suppliers."""

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from chassis.calendar import add_days
from chassis.policies import Policy, PolicyPart
from contracts.fields import Id
from contracts.supplier import SurveyFunction


def _of_every_year(text: str) -> str:
    """A common year has every day that all years have."""
    try:
        date.fromisoformat(f"2023-{text}")
    except ValueError:
        raise ValueError(f"write a month and a day that every year has, as 06-01, not {text}") from None
    return text


DayOfYear = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_of_every_year)]


class Head(PolicyPart):
    """Who is asked, and in what capacity."""

    person_id: Id
    function: SurveyFunction


class SupplierSurvey(Policy):
    """The survey of the heads of supply and sales (主管调查); in force on the day on which a round opens."""

    NAME: ClassVar[str] = "supplier-survey"

    heads: Annotated[tuple[Head, ...], Field(max_length=200)] = Field(
        default=(), description="who is asked; without heads a round opens and closes with nobody asked"
    )
    opens_on: Annotated[tuple[DayOfYear, ...], Field(max_length=12)] = Field(
        default=("06-01", "12-01"), description="days of the year on which a round opens; with none there are no rounds"
    )
    days: int = Field(default=20, ge=1, le=180, description="days after the opening on which the last answer counts")
    remind_days_before: int = Field(
        default=5, ge=0, le=180, description="days before the last day on which heads with missing answers are reminded"
    )
    delivered_months: int = Field(
        default=6, ge=1, le=36, description="whole months before the opening; who delivered since then is asked about"
    )
    min_lots: int = Field(
        default=1, ge=1, le=1_000, description="lots received since then, at least, to be asked about"
    )

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if len({head.person_id for head in self.heads}) < len(self.heads):
            raise ValueError("a person is among the heads twice; name each once, with the function that counts")
        if self.remind_days_before > self.days:
            raise ValueError("nobody can be reminded before the round opens: remind_days_before is above days")
        return self

    def opening(self, since: date) -> date | None:
        """The first opening on that day or later; None where there are no rounds."""
        years = (since.year, since.year + 1)
        days = sorted(date.fromisoformat(f"{year}-{day}") for year in years for day in self.opens_on)
        return next((day for day in days if day >= since), None)

    def due_on(self, opens_on: date) -> date:
        return add_days(opens_on, self.days)
