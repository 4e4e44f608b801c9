"""Calendar arithmetic of business dates. Pure."""

from calendar import monthrange
from datetime import UTC, date, datetime, time


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later (earlier, below zero); the last day of a month that is too short for it.

    Raises ValueError outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the date's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def is_month_end(day: date) -> bool:
    return day == month_end(day)


def month_end_after(day: date, months: int = 1) -> date:
    """The last day of the month that lies ``months`` after the date's own (before it, when negative)."""
    return month_end(add_months(day.replace(day=1), months))


def calendar_months(since: date, until: date) -> int:
    """How many month names lie between two dates: 0 within a month, 1 from any day of May to any day of June."""
    return (until.year - since.year) * 12 + until.month - since.month


def start_of_day(day: date) -> datetime:
    """00:00 UTC of a business date."""
    return datetime.combine(day, time.min, UTC)
