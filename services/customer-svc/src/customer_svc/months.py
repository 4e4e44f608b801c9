"""Calendar arithmetic of business dates: month ends, windows of months, and when a date's work is due. Pure."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)
"""Between these every window, grace period and due instant exists; business dates outside are slips of the pen."""


def month_end(day: date) -> date:
    """The last day of the date's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def is_month_end(day: date) -> bool:
    return day == month_end(day)


def month_end_after(day: date, months: int = 1) -> date:
    """The last day of the month that lies ``months`` after the date's own (before it, when negative)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return month_end(date(year, month + 1, 1))


def next_month_end(day: date) -> date:
    """The first month end later than the date."""
    return month_end_after(day) if is_month_end(day) else month_end(day)


def window_start(as_of: date, months: int) -> date:
    """The first day of the ``months`` that end with ``as_of``: 12 months to 2024-01-31 start on 2023-02-01."""
    end = month_end_after(as_of, -months)
    day_before = end if is_month_end(as_of) else end.replace(day=min(as_of.day, end.day))
    return day_before + timedelta(days=1)


def calendar_months(since: date, until: date) -> int:
    """How many month names lie between two dates: 0 within a month, 1 from any day of May to any day of June."""
    return (until.year - since.year) * 12 + until.month - since.month


def start_of(day: date) -> datetime:
    """00:00 UTC of a business date."""
    return datetime.combine(day, time.min, UTC)


def due_after(as_of: date) -> datetime:
    """When work over a date's whole day can begin: 00:00 UTC of the next day."""
    return start_of(as_of + timedelta(days=1))
