"""The period of a grading: a calendar month."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month; written ``2024-05``, ordered by time."""

    year: int
    month: int

    @staticmethod
    def of(day: date) -> "Period":
        """The period that a business date falls in."""
        return Period(day.year, day.month)

    @staticmethod
    def parse(text: str) -> "Period":
        """``"2024-05"`` → Period. Raises ValueError for anything else."""
        return Period.of(date.fromisoformat(f"{text}-01"))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    def plus(self, months: int) -> "Period":
        """The period so many months later, or earlier when negative."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Period(year, month + 1)

    @property
    def starts_on(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def ends_on(self) -> date:
        """The last day of the period."""
        return self.due_on - timedelta(days=1)

    @property
    def due_on(self) -> date:
        """The first day after the period: from then on it can be graded."""
        return self.plus(1).starts_on


def midnight(day: date) -> datetime:
    """00:00 UTC of a business date."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
