"""Calendar months."""

from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from supplier_svc.scoring.period import Period


def test_february_of_a_leap_year():
    period = Period.of(date(2024, 2, 29))
    assert (str(period), period.starts_on, period.ends_on, period.due_on) == (
        "2024-02",
        date(2024, 2, 1),
        date(2024, 2, 29),
        date(2024, 3, 1),
    )


def test_a_quarter_and_a_year_are_written_and_end_as_people_expect():
    quarter, year = Period.of(date(2024, 5, 31), "quarter"), Period.of(date(2024, 5, 31), "year")
    assert (str(quarter), quarter.starts_on, quarter.ends_on) == ("2024-Q2", date(2024, 4, 1), date(2024, 6, 30))
    assert (str(year), year.starts_on, year.due_on) == ("2024", date(2024, 1, 1), date(2025, 1, 1))
    assert [str(month) for month in quarter.calendar_months()] == ["2024-04", "2024-05", "2024-06"]


@for_all(st.dates(max_value=date(2999, 11, 30)), st.sampled_from(["month", "quarter", "year"]))
def test_a_day_lies_in_its_period_and_the_period_reads_back(day, kind):
    period = Period.of(day, kind)
    assert period.kind == kind
    assert period.starts_on <= day <= period.ends_on <= period.due_on
    assert period.ends_on < period.due_on or str(period)[:4] == "2999"
    assert Period.parse(str(period)) == period


@for_all(st.dates(), st.sampled_from(["month", "quarter", "year"]))
def test_every_day_that_can_be_written_has_a_period_with_a_beginning_an_end_and_a_day_on_which_it_is_due(day, kind):
    period = Period.of(day, kind)
    assert period.starts_on <= day <= period.ends_on <= period.due_on


@for_all(st.dates(), st.integers(-24, 24))
def test_months_forth_and_back_lead_home(day, months):
    assert Period.of(day).plus(months).plus(-months) == Period.of(day)


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "2024-Q5", "may"])
def test_what_is_not_a_month_is_an_error(text):
    with pytest.raises(ValueError, match=r"Invalid isoformat|must be in|invalid literal"):
        Period.parse(text)
