"""Time as people work: where a length of working time ends on a calendar with weekends and holidays. Pure.

What begins outside working hours begins with the next of them; a
length that ends with a working day ends at its closing, not at the next opening.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from customer_svc.policies.complaints import Span, WorkingCalendar

HUNDRED = Decimal(100)


def ends_at(start: datetime, span: Span, calendar: WorkingCalendar, percent: Decimal = HUNDRED) -> datetime:
    """The instant (UTC) at which ``percent`` of a span has passed, to the microsecond."""
    if span.hours is not None:
        return start + _seconds(span.hours * 3600, percent)
    if span.working_hours is not None:
        return _worked(start, _seconds(span.working_hours * 3600, percent), calendar)
    return _worked(start, _seconds((span.working_days or 0) * Decimal(calendar.day_s), percent), calendar)


def opening_after(start: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    """The opening (UTC) of the ``days``-th working day after the day of an instant."""
    day = start.astimezone(calendar.tz).date()
    while days:
        day += timedelta(days=1)
        days -= calendar.is_worked(day)
    return _hours(day, calendar)[0]


def _seconds(whole: Decimal, percent: Decimal) -> timedelta:
    return timedelta(microseconds=int(whole * percent * 10_000))


def _worked(start: datetime, left: timedelta, calendar: WorkingCalendar) -> datetime:
    day = start.astimezone(calendar.tz).date()
    while True:
        if calendar.is_worked(day):
            opens, closes = _hours(day, calendar)
            begin = max(start, opens)
            if begin < closes:
                if left <= closes - begin:
                    return begin + left
                left -= closes - begin
        day += timedelta(days=1)


def _hours(day: date, calendar: WorkingCalendar) -> tuple[datetime, datetime]:
    opens, closes = (datetime.combine(day, at, calendar.tz).astimezone(UTC) for at in (calendar.opens, calendar.closes))
    return opens, closes
