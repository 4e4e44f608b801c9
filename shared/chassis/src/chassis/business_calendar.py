"""The days of the business: at which instant a day begins, on which day an instant falls, in the time zone of a region, and which
days a fact may plausibly name.

Pure. The policies are an argument, so that a day is decided by those in force on it and never by the clock of a machine; a new
version of the calendar moves what is due without anything being rebuilt.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, Field, model_validator

from chassis.calendar import FIRST_DAY, LAST_DAY, add_days, start_of_day
from chassis.domain import Refusal
from chassis.policies import Policy, PolicyBook, PolicyVersion
from chassis.zones import TimeZone, zone
from contracts.fields import Day, Id, in_calendar

UTC_NAME = "UTC"


class BusinessCalendar(Policy):
    """In which time zone the days of the business begin: ``zone``, and ``zones`` by region where it is another one.

    A version counts for the days from its date on. A day begins once: where a version moves the zone, its first day begins in the
    new one.
    """

    NAME: ClassVar[str] = "calendar"

    zone: TimeZone = UTC_NAME
    zones: Annotated[Mapping[Id, TimeZone], Field(max_length=1_000)] = {}
    plausible_from: Day = Field(
        default=date(1970, 1, 1), description="a fact that names an earlier day is refused as a typing error"
    )
    plausible_until: Day = Field(
        default=date(2099, 12, 31), le=LAST_DAY, description="a fact that names a later day is refused likewise"
    )

    @model_validator(mode="after")
    def _some_day_is_plausible(self) -> Self:
        if self.plausible_from > self.plausible_until:
            raise ValueError(
                f"plausible_from {self.plausible_from} is after plausible_until {self.plausible_until}: no day is left"
            )
        return self


class DayImplausible(Refusal):
    """{field} is {day}, which is not between {earliest} and {latest}, the days that the policy calendar calls plausible.
    Correct the day and send it again."""

    status = 422


def start_of(day: date, policies: PolicyBook, region: str | None = None) -> datetime:
    """The instant (UTC) from which it is this business day, or a later one; where the clocks skip midnight, the one after it.

    Without a region, or in one that the calendar does not name, in the zone of the whole business.
    """
    following = add_days(day, 1)
    here, then = _zone_on(day, policies, region), _zone_on(following, policies, region)
    begins = _begins(day, here)
    # A move of more than a day to the east: the day after begins first.
    return begins if here == then else min(begins, _begins(following, then))


def day_of(instant: datetime, policies: PolicyBook, region: str | None = None) -> date:
    """The business day of an aware instant: the last one that has begun. Outside of the calendar the day in UTC."""
    day = instant.astimezone(UTC).date()
    if (len(_versions(policies)) < 2 and _zone_on(day, policies, region) == UTC_NAME) or not in_calendar(instant):
        return day
    # No zone is more than 14 hours ahead of UTC or 12 behind it.
    return next(
        (each for each in (add_days(day, 1), day) if start_of(each, policies, region) <= instant), add_days(day, -1)
    )


def days_by_region(instant: datetime, policies: PolicyBook) -> dict[str, date]:
    """The business day of an instant in every region that a version of the calendar names."""
    regions = {region for each in _versions(policies) for region in each.document.zones}
    return {region: day_of(instant, policies, region) for region in sorted(regions)}


def require_plausible(policies: PolicyBook, field: str, day: date | None) -> None:
    """A day, or an instant by its day in UTC, that somebody names; ``field`` is what the sentence calls it. None is no day.

    The newest version decides, whatever day it counts from: the day that is named may be the one that is wrong. Raises
    DayImplausible.
    """
    versions = _versions(policies)
    calendar = versions[-1].document if versions else _UNPUBLISHED
    day = day.astimezone(UTC).date() if isinstance(day, datetime) else day
    if day is not None and not calendar.plausible_from <= day <= calendar.plausible_until:
        raise DayImplausible(field=field, day=day, earliest=calendar.plausible_from, latest=calendar.plausible_until)


def require_plausible_days(policies: PolicyBook, fact: BaseModel) -> None:
    """Every day and instant that a fact names, also in its parts: ``instalments.0.due_on``. Raises DayImplausible."""
    for field, day in _days_of(fact, ""):
        require_plausible(policies, field, day)


def _days_of(value: object, path: str) -> Iterator[tuple[str, date]]:
    match value:
        case date():
            yield path, value
        case BaseModel():
            yield from _days_in(((name, getattr(value, name)) for name in type(value).model_fields), path)
        case Mapping():
            yield from _days_in(value.items(), path)
        case tuple() | list():
            yield from _days_in(enumerate(value), path)


def _days_in(parts: Iterable[tuple[object, object]], path: str) -> Iterator[tuple[str, date]]:
    for name, part in parts:
        yield from _days_of(part, f"{path}.{name}" if path else f"{name}")


def _zone_on(day: date, policies: PolicyBook, region: str | None) -> str:
    for version in reversed(_versions(policies)):
        if version.effective_from <= day:
            calendar = version.document
            return calendar.zone if region is None else calendar.zones.get(region, calendar.zone)
    return UTC_NAME


def _versions(policies: PolicyBook) -> Sequence[PolicyVersion[BusinessCalendar]]:
    """None in a service that does not declare the calendar: its days are those of UTC."""
    return policies.versions.get(BusinessCalendar.NAME, ())


@lru_cache(maxsize=100_000)
def _begins(day: date, zone_name: str) -> datetime:
    if zone_name == UTC_NAME or not FIRST_DAY < day <= LAST_DAY:
        return start_of_day(day)
    return datetime.combine(day, time.min, zone(zone_name)).astimezone(UTC)


_UNPUBLISHED = BusinessCalendar()
