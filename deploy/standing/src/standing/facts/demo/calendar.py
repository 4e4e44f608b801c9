"""Days of the demo as numbers from 0, and the working hours in which its facts are sent."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

FIRST_DAY = date(2024, 1, 1)
OPENS_AT = time(8, tzinfo=UTC)
OPEN_S = 10 * 60 * 60
SATURDAY = 5


def date_of(day: int) -> date:
    return FIRST_DAY + timedelta(days=day)


def month_of(day: int) -> int:
    """0 for January … 11 for December, of whatever year."""
    return date_of(day).month - 1


def is_working(day: int) -> bool:
    """Nothing is ordered, received or paid at weekends."""
    return date_of(day).weekday() < SATURDAY


def working(day: int) -> int:
    """The day, or the Monday after it when it lies in a weekend."""
    return day if is_working(day) else working(day + 1)


def in_office(instant: datetime) -> datetime:
    """The instant, or the same hour of the Monday after it when it lies in a weekend."""
    day = (instant.date() - FIRST_DAY).days
    return instant + timedelta(days=working(day) - day)


def sent_at(day: int, random: Random) -> datetime:
    """An instant between 08:00 and 18:00 UTC of the day, to the second."""
    return datetime.combine(date_of(day), OPENS_AT) + timedelta(seconds=random.randrange(OPEN_S))
