"""A field that a body does not have is refused with the one that may be meant; a message may hold fields of a later version."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from chassis.http import Body, JsonBody
from contracts import Event
from contracts.envelope import Part
from contracts.fields import Amount, Id, formerly


class Slot(Part):
    shelf: Id
    height: int = 0


class Stored(Event):
    TYPE = "jar.Stored"
    jar: Id
    price: Amount
    slots: tuple[Slot, ...] = ()
    reason: str | None = formerly("reason", "because")
    by_name: dict[str, Any] = Field(default={})


class Order(Body):
    stored: Stored
    note: str = ""


STORED = TypeAdapter(JsonBody[Stored])
JAR: dict[str, Any] = {"jar": "J-1", "price": "1.50", "reason": None}


def errors_of(adapter: TypeAdapter[Any], body: Any) -> list[tuple[tuple[int | str, ...], str, str]]:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(body)
    return [(each["loc"], each["type"], each["msg"]) for each in refused.value.errors()]


def test_a_misspelt_field_of_an_event_is_named_with_the_nearest_one_wherever_it_stands() -> None:
    body = {**JAR, "slots": [{"shelf": "A", "hight": 3}], "raeson": "old"}
    assert errors_of(STORED, body) == [
        (
            ("slots", 0, "hight"),
            "extra_forbidden",
            "There is no such field (do you mean height?); there are height, shelf",
        ),
        (
            ("raeson",),
            "extra_forbidden",
            "There is no such field (do you mean reason?); there are by_name, jar, price, reason, slots",
        ),
    ]
    assert errors_of(TypeAdapter(JsonBody[Order]), {"stored": {**JAR, "jarr": "J"}, "nota": ""})[1][2] == (
        "There is no such field (do you mean note?); there are note, stored"
    )


def test_other_errors_beside_it_stay_as_they_are() -> None:
    found = errors_of(STORED, {"jar": "\t", "price": "1_0", "reason": None, "x": 1})
    assert [(loc, kind) for loc, kind, _ in found] == [
        (("jar",), "string_pattern_mismatch"),
        (("price",), "not_plain"),
        (("x",), "extra_forbidden"),
    ]
    assert found[1][2] == "Input should be a number in plain digits, such as 1234.50"


@given(st.text(max_size=20))
def test_no_field_is_passed_over_in_a_body_and_every_one_is_in_a_message(name: str) -> None:
    body = {**JAR, name: 1}
    known = {"jar", "price", "slots", "reason", "because", "by_name"}
    if name not in known:
        assert [loc for loc, _, _ in errors_of(STORED, body)] == [(name,)]
        assert Stored.model_validate_json(json.dumps(body)) == Stored.from_log(json.dumps(JAR))


def test_a_former_name_and_what_a_map_holds_are_known() -> None:
    body = {"jar": "J-1", "price": "1.50", "because": "old", "by_name": {"anything": 1}}
    assert STORED.validate_python(body).reason == "old"


def test_of_thousands_of_unknown_fields_the_nearest_is_looked_for_of_some() -> None:
    found = errors_of(STORED, {**JAR, **{f"jar{n}": n for n in range(5_000)}})
    assert sum("do you mean jar" in said for _, _, said in found) == 100
    assert len(found) == 5_000
