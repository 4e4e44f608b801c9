"""The period of a grading: a calendar month, a quarter or a year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chassis.calendar import add_days, month_end
from supplier_svc.policies.gradings import PeriodKind

MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``months`` (1, 3 or 12) from a month on; written ``2024-05``, ``2024-Q2`` or ``2024``, ordered by time."""

    year: int
    month: int
    months: int = 1

    @staticmethod
    def of(day: date, kind: PeriodKind = "month") -> "Period":
        """The period of a kind that a business date falls in."""
        months = MONTHS[kind]
        return Period(day.year, (day.month - 1) // months * months + 1, months)

    @staticmethod
    @lru_cache(maxsize=4096)
    def parse(text: str) -> "Period":
        """``"2024-05"``, ``"2024-Q2"`` or ``"2024"`` → Period. Raises ValueError for anything else. Cached like ``month_of``."""
        year, _, part = text.partition("-")
        if not part:
            return Period.of(date(int(year), 1, 1), "year")
        if part in ("Q1", "Q2", "Q3", "Q4"):
            return Period(int(year), int(part[1]) * 3 - 2, 3)
        return Period.of(date.fromisoformat(f"{text}-01"))

    def __str__(self) -> str:
        match self.months:
            case 12:
                return f"{self.year:04}"
            case 3:
                return f"{self.year:04}-Q{(self.month + 2) // 3}"
            case _:
                return f"{self.year:04}-{self.month:02}"

    @property
    def kind(self) -> PeriodKind:
        return "year" if self.months == 12 else "quarter" if self.months == 3 else "month"

    def plus(self, periods: int) -> "Period":
        """The period that many periods of its own length later, or earlier when negative."""
        year, month = divmod(self.year * 12 + self.month - 1 + periods * self.months, 12)
        return Period(year, month + 1, self.months)

    def calendar_months(self) -> Iterator["Period"]:
        """Its months in order."""
        first = Period(self.year, self.month)
        return (first.plus(number) for number in range(self.months))

    @property
    def last_month(self) -> "Period":
        return Period(self.year, self.month).plus(self.months - 1)

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    @property
    def starts_on(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def ends_on(self) -> date:
        """The last day of the period."""
        return _end_of(self)

    @property
    def due_on(self) -> date:
        """The first day after the period, from which it can be graded."""
        return add_days(self.ends_on, 1)


@lru_cache(maxsize=4096)
def _end_of(period: Period) -> date:
    return month_end(period.last_month.starts_on)


@lru_cache(maxsize=4096)
def month_of(day: date) -> Period:
    """The calendar month of a day. Cached, because it is needed for every fact and there are few distinct days."""
    return Period.of(day)
