"""What customers are promised when they complain."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from chassis.zones import TimeZone, zone
from contracts.fields import Day, Id, Percent

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Positive = Annotated[Decimal, Field(gt=0, le=10_000)]


class WorkingCalendar(PolicyPart):
    """When work is done: days of the week from ``opens`` to ``closes`` in a time zone, without the holidays.

    ``extra_days`` are working days in spite of the weekday, such as those that make up for a long holiday.
    """

    zone: TimeZone = "Asia/Shanghai"
    workdays: tuple[Weekday, ...] = WEEKDAYS[:5]
    opens: time = time(9)
    closes: time = time(17)
    holidays: frozenset[Day] = frozenset()
    extra_days: frozenset[Day] = frozenset()

    @model_validator(mode="after")
    def _has_hours(self) -> Self:
        if not self.workdays:
            raise ValueError("workdays names no day of the week, so that no work would ever be done")
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes")
        return self

    @property
    def tz(self) -> ZoneInfo:
        return zone(self.zone)

    @property
    def day_s(self) -> int:
        """The length of a working day in seconds."""
        return (self.closes.hour - self.opens.hour) * 3600 + (self.closes.minute - self.opens.minute) * 60

    def is_worked(self, day: date) -> bool:
        if day in self.extra_days:
            return True
        return day not in self.holidays and WEEKDAYS[day.weekday()] in self.workdays


class Span(PolicyPart):
    """A length of time: hours of the clock, or working hours or working days of the calendar."""

    hours: Positive | None = None
    working_hours: Positive | None = None
    working_days: Positive | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(length is not None for length in (self.hours, self.working_hours, self.working_days)) != 1:
            raise ValueError("give exactly one of hours, working_hours and working_days")
        return self


class Promises(PolicyPart):
    """The clocks of a severity; one without ``on_site`` promises no visit."""

    respond: Span
    on_site: Span | None = None
    resolve: Span


class ComplaintPolicy(Policy):
    """Clocks by severity, the calendar they run on, when to warn, and when to call back.

    The defaults: general 24 h / 3 working days, major 12 h / 5 working days, urgent 2 h / 24 h; on site within 24 h.
    """

    NAME: ClassVar[str] = "complaints"

    calendar: WorkingCalendar = WorkingCalendar()
    general: Promises = Promises(respond=Span(hours=Decimal(24)), resolve=Span(working_days=Decimal(3)))
    major: Promises = Promises(
        respond=Span(hours=Decimal(12)), on_site=Span(hours=Decimal(24)), resolve=Span(working_days=Decimal(5))
    )
    urgent: Promises = Promises(
        respond=Span(hours=Decimal(2)), on_site=Span(hours=Decimal(24)), resolve=Span(hours=Decimal(24))
    )
    warn_at_percent: Annotated[Percent, Field(gt=0, lt=100)] = Decimal(80)
    call_back_after_days: int = Field(default=1, ge=1, le=30, description="working days after the resolution")
    owner_of_last_resort: Id = "service-desk"
