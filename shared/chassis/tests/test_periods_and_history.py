"""Months in one form, lists that are worked out whole, and an event of a history in a sentence."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chassis.history import summary_of
from chassis.http.paging import PageRequest
from chassis.http.periods import Since, Until, first_day, last_day, month_text
from chassis.http.problems import Problem
from contracts import Event
from contracts.customer import CustomerArchived, OrderPlaced
from contracts.supplier import UnapprovedDeliveryFlagged

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(DAYS)
def test_a_month_is_read_as_it_is_written_and_since_and_until_take_it_whole(day: date) -> None:
    month = month_text(day)
    since = TypeAdapter(Since).validate_python(month)
    until = TypeAdapter(Until).validate_python(month)
    assert (since, until) == (first_day(month), last_day(month))
    assert since is not None
    assert until is not None
    assert since <= day <= until
    assert month_text(since) == month_text(until) == month
    assert TypeAdapter(Since).validate_python(str(day)) == TypeAdapter(Until).validate_python(str(day)) == day


@pytest.mark.parametrize("text", ["2024", "2024-13", "2024-Q1", "24-01", "2024-01-32", "1700-01", "20240101"])
def test_what_is_neither_a_day_nor_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Since).validate_python(text)


@given(st.lists(st.integers(), max_size=20), st.integers(1, 7))
def test_the_pages_of_a_list_that_is_worked_out_whole_are_the_list(whole: list[int], limit: int) -> None:
    items: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = PageRequest(limit, after).part_of([{"n": n} for n in whole])
        items += page.items
        after = page.next
        if after is None:
            break
    assert [item["n"] for item in items] == whole


@pytest.mark.parametrize("cursor", ["x", "WzBd", "W10", "bnVsbA", "Wy0xXQ", "WzEsMl0"])
def test_a_cursor_that_counts_nothing_is_refused(cursor: str) -> None:
    with pytest.raises(Problem):
        PageRequest(1, cursor).part_of([{"n": 1}, {"n": 2}])


def _event(kind: type[Event], **fields: Any) -> Event:
    return kind.model_construct(**fields)


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (_event(OrderPlaced), "Order placed."),
        (_event(CustomerArchived, because="moved away"), "Customer archived: moved away."),
        (_event(UnapprovedDeliveryFlagged, summary="S-1 was never approved."), "S-1 was never approved."),
    ],
)
def test_an_event_of_a_history_is_a_sentence(event: Event, sentence: str) -> None:
    assert summary_of(event) == sentence
