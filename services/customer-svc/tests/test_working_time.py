"""Working time: weekends, holidays, days that make up for them, nights."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from customer_svc.complaints.working_time import ends_at, opening_after
from customer_svc.policies.complaints import Span, WorkingCalendar

LABOUR_DAY = WorkingCalendar(
    holidays=frozenset({date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)}),
    extra_days=frozenset({date(2024, 4, 28), date(2024, 5, 11)}),
)
"""Shanghai, Monday to Friday 9:00–17:00; three days of Labour Day, made up for by a Sunday and a Saturday."""
DAYS_3 = Span(working_days=Decimal(3))


def shanghai(day: int, hour: int, minute: int = 0, month: int = 4) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=LABOUR_DAY.tz).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (shanghai(22, 10), shanghai(25, 10)),
        (shanghai(25, 10), shanghai(29, 10)),
        (shanghai(29, 10), shanghai(7, 10, month=5)),
        (shanghai(30, 16, 30), shanghai(8, 16, 30, month=5)),
        (shanghai(4, 3, month=5), shanghai(8, 17, month=5)),
        (shanghai(22, 20), shanghai(25, 17)),
    ],
    ids=[
        "within a week",
        "over a weekend whose Sunday is worked",
        "over three holidays and a weekend",
        "late on the day before",
        "from a night on a Saturday, as from Monday's opening",
        "from an evening, as from the next opening",
    ],
)
def test_three_working_days(start: datetime, end: datetime) -> None:
    assert ends_at(start, DAYS_3, LABOUR_DAY) == end


def test_hours_of_the_clock_on_the_wall_know_no_weekend() -> None:
    assert ends_at(shanghai(27, 23), Span(hours=Decimal(24)), LABOUR_DAY) == shanghai(28, 23)


def test_80_percent_of_three_working_days_are_19_hours_and_12_minutes_of_work() -> None:
    assert ends_at(shanghai(22, 9), DAYS_3, LABOUR_DAY, Decimal(80)) == shanghai(24, 12, 12)


def test_working_hours_stop_at_night() -> None:
    assert ends_at(shanghai(22, 15), Span(working_hours=Decimal(4)), LABOUR_DAY) == shanghai(23, 11)


def test_the_next_day_is_the_next_working_day() -> None:
    assert opening_after(shanghai(30, 16), 1, LABOUR_DAY) == shanghai(6, 9, month=5)
    assert opening_after(shanghai(26, 16), 1, LABOUR_DAY) == shanghai(28, 9)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"zone": "Asia/Nowhere"}, "'Asia/Nowhere' is no time zone"),
        ({"workdays": ()}, "no work would ever be done"),
        ({"opens": time(17), "closes": time(9)}, "opens must be before closes"),
    ],
)
def test_a_calendar_that_cannot_work_is_refused(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        WorkingCalendar.model_validate(wrong)


def test_a_span_is_one_length() -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        Span(hours=Decimal(1), working_days=Decimal(1))


INSTANTS = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda later: datetime(2024, 4, 1, tzinfo=UTC) + later)


@for_all(INSTANTS, st.integers(1, 100), st.integers(1, 100))
def test_more_percent_never_end_earlier_and_the_end_is_worked(start: datetime, one: int, other: int) -> None:
    less, more = sorted((one, other))
    ends = [ends_at(start, DAYS_3, LABOUR_DAY, Decimal(percent)) for percent in (less, more)]
    assert start < ends[0] <= ends[1]
    assert all(LABOUR_DAY.is_worked(end.astimezone(LABOUR_DAY.tz).date()) for end in ends)


@for_all(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_later_start_never_ends_earlier(start: datetime, later: timedelta) -> None:
    assert ends_at(start, DAYS_3, LABOUR_DAY) <= ends_at(start + later, DAYS_3, LABOUR_DAY)
