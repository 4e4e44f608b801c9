"""States as plain JSON: whatever they are made of, within a bound, and without what tells of persons."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

import orjson
import pytest
from immutables import Map

from chassis.http.plain_states import ENTRIES_MAX, NOT_SHOWN, TEXT_MAX, VALUES_MAX, Cut, plain_state
from contracts.personal import Clear, Sealed

from .contacts import Contact
from .toy import JarPolicy


class Period(NamedTuple):
    starts_on: date
    ends_on: date


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Shelf:
    jars: Mapping[Any, Any] = field(default_factory=Map)
    other: Any = None
    _index: Any = None


SEALED = Sealed(sealed=b64encode(b"x" * 28).decode(), subject="contact:C-1/K-1", key=2)
Q1 = Period(date(2024, 1, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("2E+4"), "20000"), (Decimal("12.50"), "12.50"), (7, 7), (2**60, str(2**60)), (0.5, 0.5), (True, True), (None, None),
        (Q1, {"starts_on": "2024-01-01", "ends_on": "2024-03-31"}), (Colour.RED, "red"), ((1, "a"), [1, "a"]),
        (frozenset({"b", "a"}), ["a", "b"]), (datetime(2024, 1, 1, 8, tzinfo=UTC), "2024-01-01T08:00:00+00:00"),
        (timedelta(days=1), "1 day, 0:00:00"), (JarPolicy(holds=5), {"holds": 5}), (Map({Q1: 1}), {"2024-01-01/2024-03-31": 1}),
        (Map({("invoice", None): 1}), {"invoice/": 1}), ({("a/b", "c"): 1, ("a", "b/c"): 2}, {"a/b/c": 1, "a/b/c'": 2}),
        ({date(2024, 1, 1): Decimal(1), Colour.RED: 2}, {"2024-01-01": "1", "red": 2}), (object(), "<object>"), (b"x", "<bytes>"),
    ],
    ids=lambda each: type(each).__name__,
)  # fmt: skip
def test_whatever_a_state_is_made_of_is_plain_json(value: Any, written: Any) -> None:
    shown, cuts = plain_state(Shelf(other=value, _index={1: 2}))
    assert (shown, cuts) == ({"jars": {}, "other": written}, [])
    assert orjson.loads(orjson.dumps(shown)) == shown


def test_what_is_sealed_stays_so_and_what_stands_in_clear_is_not_shown() -> None:
    person = Contact(contact_id="K-1", name=Clear("Ann Example"), email=SEALED)
    shown, _ = plain_state({"K-1": person, Clear("Ann Example"): 1})
    assert shown["K-1"] == {
        "contact_id": "K-1", "name": NOT_SHOWN, "email": {"sealed": SEALED.sealed, "subject": "contact:C-1/K-1", "key": 2},
        "telephone": "",
    }  # fmt: skip
    assert b"Ann" not in orjson.dumps(shown)


def test_what_is_too_large_is_cut_and_said_to_be() -> None:
    most = ENTRIES_MAX[0]
    jars = Map({f"J-{n:05}": n for n in range(most + 5)})
    shown, cuts = plain_state(Shelf(jars, {"list": list(range(most + 7)), "text": "x" * (TEXT_MAX + 1)}))
    assert list(shown["jars"])[-1] == f"J-{most - 1:05}", "of a map the first by name"
    assert shown["other"]["list"] == list(range(7, most + 7)), "of a list the last"
    assert len(shown["other"]["text"]) == TEXT_MAX
    assert cuts == [
        Cut("/jars", most, most + 5), Cut("/other/list", most, most + 7), Cut("/other/text", TEXT_MAX, TEXT_MAX + 1),
    ]  # fmt: skip


def test_the_larger_the_whole_the_less_of_each_list_so_that_every_field_has_a_place() -> None:
    many = Map({f"J-{n}": Shelf(Map({"a": n})) for n in range(VALUES_MAX)})
    shown, cuts = plain_state(Shelf(many, "the last field"))
    assert shown["other"] == "the last field"
    assert [(cut.place, cut.whole_count) for cut in cuts] == [("/jars", VALUES_MAX)]
    assert len(shown["jars"]) == cuts[0].shown_count


def test_what_is_too_large_however_little_of_each_list_is_shown_is_said_to_be() -> None:
    deep: list[Any] = [0]
    for _ in range(12):
        deep = [deep] * 9
    assert plain_state(deep) == (None, [Cut("", 0, 1)])
