"""Calendar arithmetic cannot fail: it ends at the edges of the calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.calendar import FIRST_DAY, LAST_DAY, add_days, add_months, month_end_after, start_of_day

ANY_DAY = st.dates(date.min, date.max)
FAR = st.integers(-4_000_000, 4_000_000)


@for_all(ANY_DAY, FAR)
def test_days_added_to_any_date_there_is_are_a_date_that_is_not_on_the_other_side_of_it(day, days):
    moved = add_days(day, days)
    assert moved >= day if days >= 0 else moved <= day
    if FIRST_DAY <= day <= LAST_DAY:
        assert FIRST_DAY <= moved <= LAST_DAY


@for_all(ANY_DAY, FAR)
def test_months_added_to_any_date_there_is_are_a_date_that_is_not_on_the_other_side_of_it(day, months):
    moved = add_months(day, months)
    assert moved >= day if months >= 0 else moved <= day
    if FIRST_DAY <= day <= LAST_DAY:
        assert FIRST_DAY <= moved <= LAST_DAY
    assert month_end_after(day, months)


@for_all(st.dates(date(1950, 1, 1), date(2950, 1, 1)), st.integers(-10_000, 10_000))
def test_within_the_calendar_days_are_added_as_usual(day, days):
    assert add_days(day, days) == day + timedelta(days=days)


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [(date(2024, 1, 31), 1, date(2024, 2, 29)), (date(2024, 3, 31), -1, date(2024, 2, 29)),
     (date(9999, 12, 31), 1, date(9999, 12, 31)), (date(1, 1, 1), -1, date(1, 1, 1)),
     (date(2999, 12, 1), 1, LAST_DAY), (date(1900, 1, 31), -2, FIRST_DAY)],
)  # fmt: skip
def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, moved):
    assert add_months(day, months) == moved


@for_all(ANY_DAY)
def test_every_day_begins_at_an_instant_with_a_time_zone_that_the_database_gives_back(day):
    assert start_of_day(day) >= datetime(1900, 1, 1, tzinfo=UTC)
