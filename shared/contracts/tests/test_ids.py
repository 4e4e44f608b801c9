"""Which ids an event names, and that texts of and for people are none."""

from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from contracts import EVENTS, Event
from contracts.data_subjects import About, personal_fields
from contracts.envelope import Part
from contracts.fields import Amount, Answer, Currency, Day, Id, Text, formerly
from contracts.ids import id_fields_of, ids_in
from contracts.personal import Personal


class Line(Part):
    item_id: Id
    amount: Amount


class Booked(Event):
    """Something was booked."""

    TYPE: ClassVar[str] = "made-up.Booked"
    order_id: Id
    customer_id: Id | None = None
    lots: tuple[Id, ...] = ()
    lines: tuple[Line, ...] = ()
    shares: dict[Id, Amount] = Field(default_factory=dict)
    holders: dict[Id, Id] = Field(default_factory=dict)
    renamed: Id = formerly("renamed", "before")
    contact: Annotated[Personal, About("contact:{order_id}")]
    remark: Text
    booked_on: Day
    currency: Currency
    answers: dict[Id, Answer] = Field(default_factory=dict)


DATA: dict[str, Any] = {
    "order_id": "O-1", "customer_id": "C 1", "lots": ["L-1", "L-2"], "lines": [{"item_id": "I-1", "amount": "5"}],
    "shares": {"S-1": "0.5"}, "holders": {"H-1": "W-1"}, "before": "R-1",
    "contact": {"sealed": "c2VhbGVk", "subject": "contact:O-1", "key": 1}, "remark": "rem", "booked_on": "2024-05-01", "currency": "EUR",
    "answers": {"Q-1": "good"}, "unknown": "U-1",
}  # fmt: skip


def test_ids_are_found_wherever_they_stand_and_under_the_names_that_fields_had() -> None:
    assert ids_in(Booked, DATA) == {"O-1", "C 1", "L-1", "L-2", "I-1", "S-1", "H-1", "W-1", "R-1", "Q-1"}


def test_what_tells_of_a_person_is_no_id_sealed_or_as_an_older_log_has_it() -> None:
    assert ids_in(Booked, {**DATA, "contact": "ann@example.com"}) == ids_in(Booked, DATA)


@settings(max_examples=50)
@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_data_of_another_shape_names_nothing_and_breaks_nothing(data: Any) -> None:
    assert ids_in(Booked, {"unknown": data}) == set()
    ids_in(Booked, {"order_id": data, "lines": data, "shares": data})


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_published_event_names_the_thing_that_it_is_about(kind: type[Event]) -> None:
    assert id_fields_of(kind).texts
    assert not id_fields_of(kind).texts & {
        field.name for field in personal_fields(kind) if "Clear" in str(field.annotation)
    }
