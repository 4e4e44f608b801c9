"""Calendar months."""

from datetime import date

import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from supplier_svc.period import Period


def test_february_of_a_leap_year():
    period = Period.of(date(2024, 2, 29))
    assert (str(period), period.starts_on, period.ends_on, period.due_on) == (
        "2024-02",
        date(2024, 2, 1),
        date(2024, 2, 29),
        date(2024, 3, 1),
    )


@forall(st.dates(max_value=date(9999, 11, 30)))
def test_a_day_lies_in_its_period_and_the_period_reads_back(day):
    period = Period.of(day)
    assert period.starts_on <= day <= period.ends_on < period.due_on
    assert Period.parse(str(period)) == period


@forall(st.dates(), st.integers(-24, 24))
def test_months_forth_and_back_lead_home(day, months):
    assert Period.of(day).plus(months).plus(-months) == Period.of(day)


@pytest.mark.parametrize("text", ["2024-13", "2024-00", "2024", "may"])
def test_what_is_not_a_month_is_an_error(text):
    with pytest.raises(ValueError, match=r"Invalid isoformat|must be in"):
        Period.parse(text)
