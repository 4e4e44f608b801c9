"""Calendar arithmetic of business dates. Pure, and total: what would leave the calendar ends at its edge, so that no date that was ever
taken can make a decision or a read model fail."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from contracts.fields import FIRST_DAY as FIRST_DAY
from contracts.fields import LAST_DAY as LAST_DAY

# The edges are the days that a contract allows. Older logs hold days outside of them.


def add_days(day: date, days: int) -> date:
    """The day that many ``days`` later (earlier, below zero), at most ``LAST_DAY`` and at least ``FIRST_DAY``, as contracts allow.

    A day that lies beyond an edge already is not moved back by it: later is never earlier.
    """
    try:
        moved = day + timedelta(days=days)
    except OverflowError:
        moved = date.max if days > 0 else date.min
    return _inside(day, moved, days)


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later (earlier, below zero); the last day of a month that is too short for it.

    It ends at the edges as ``add_days`` does.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return _inside(day, date.max if months > 0 else date.min, months)
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return _inside(day, moved, months)


def _inside(day: date, moved: date, by: int) -> date:
    return max(day, min(moved, LAST_DAY)) if by >= 0 else min(day, max(moved, FIRST_DAY))


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
    """00:00 UTC of a business date; of ``FIRST_DAY`` for an older one, because PostgreSQL's driver takes 0001-01-01 for minus infinity."""
    return datetime.combine(max(day, FIRST_DAY), time.min, UTC)
