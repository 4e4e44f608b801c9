"""The windows of days that figures are of, and the month ends of the runs. Pure."""

from datetime import date

from chassis.calendar import add_days, is_month_end, month_end, month_end_after

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)
"""Between these every window, grace period and due instant exists; business dates outside are slips of the pen."""


def next_month_end(day: date) -> date:
    """The first month end later than the date."""
    return month_end_after(day) if is_month_end(day) else month_end(day)


def window_start(as_of: date, months: int) -> date:
    """The first day of the ``months`` that end with ``as_of``: 12 months to 2024-01-31 start on 2023-02-01."""
    end = month_end_after(as_of, -months)
    day_before = end if is_month_end(as_of) else end.replace(day=min(as_of.day, end.day))
    return add_days(day_before, 1)
