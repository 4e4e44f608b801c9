"""The calendar of the runs."""

from datetime import date

import pytest

from chassis.calendar import calendar_months, month_end_after
from customer_svc.tiers.window import next_month_end, window_start


@pytest.mark.parametrize(
    ("as_of", "start"),
    [
        (date(2024, 1, 31), date(2023, 2, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2025, 2, 28), date(2024, 3, 1)),
        (date(2024, 1, 15), date(2023, 1, 16)),
    ],
)
def test_twelve_months_end_on_the_day_and_start_a_year_before_the_day_after(as_of: date, start: date) -> None:
    assert window_start(as_of, 12) == start


def test_the_next_month_end_of_a_month_end_is_that_of_the_next_month() -> None:
    assert next_month_end(date(2024, 1, 31)) == date(2024, 2, 29)
    assert next_month_end(date(2024, 2, 10)) == date(2024, 2, 29)
    assert month_end_after(date(2023, 12, 31)) == date(2024, 1, 31)


def test_calendar_months_count_names_of_months() -> None:
    assert calendar_months(date(2008, 5, 31), date(2008, 7, 1)) == 2
    assert calendar_months(date(2007, 12, 1), date(2008, 1, 31)) == 1
