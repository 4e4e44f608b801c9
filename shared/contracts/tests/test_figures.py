"""No figure is ever written with an exponent, however it came in and whatever computed it."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict, Field

from contracts import EVENTS, Event, erp
from contracts.figures import PlainModel, plain, without_exponent, written

from .golden_files import name_of, sample_of

EXPONENT = re.compile(r'"-?\d+(\.\d+)?[eE][+-]?\d+"')
FIGURES = st.builds(
    lambda digits, places: Decimal(digits).scaleb(places), st.integers(-(10**20), 10**20), st.integers(-12, 8)
)


class Sheet(PlainModel):
    model_config = ConfigDict(frozen=True)
    figure: Decimal
    more: tuple[Decimal, ...] = ()
    by_name: dict[str, Decimal | None] = Field(default={})
    anything: Any = None


@given(FIGURES)
def test_a_plain_figure_is_the_same_figure(figure: Decimal) -> None:
    assert Decimal(plain(figure)) == without_exponent(figure) == figure
    assert "E" not in plain(figure)


@given(FIGURES)
def test_no_model_writes_an_exponent_wherever_the_figure_stands(figure: Decimal) -> None:
    short = figure.normalize()
    sheet = Sheet(figure=short, more=(short,), by_name={"a": short, "b": None}, anything={"x": [short, {"y": short}]})
    for document in (sheet.model_dump_json(), json.dumps(sheet.model_dump(mode="json"))):
        assert not EXPONENT.search(document)
        assert Decimal(json.loads(document)["anything"]["x"][1]["y"]) == figure
    assert Sheet.model_validate_json(sheet.model_dump_json()).figure == figure


@pytest.mark.parametrize("event", [e for e in EVENTS if "document" not in e.model_fields], ids=name_of)
def test_an_event_that_came_in_or_stands_in_a_log_with_exponents_is_read_and_written_without(
    event: type[Event],
) -> None:
    sample = sample_of(event).read_text(encoding="utf-8")
    short = re.sub(r'"(-?\d+(?:\.\d+)?)"', lambda found: f'"{Decimal(found[1]).normalize()}"', sample)
    read, was = event.from_log(short), event.from_log(sample)
    assert not EXPONENT.search(read.model_dump_json())
    assert figures(read.model_dump()) == figures(was.model_dump())
    assert not [figure for figure in figures(read.model_dump()) if figure.as_tuple().exponent > 0]


def figures(value: Any) -> list[Decimal]:
    """Every figure in a document."""
    if isinstance(value, dict | list | tuple):
        return [found for each in (value.values() if isinstance(value, dict) else value) for found in figures(each)]
    return [value] if isinstance(value, Decimal) else []


@pytest.mark.parametrize(("came", "kept"), [("1E+5", "100000"), ("2e4", "20000"), ("1.5E1", "15"), ("20000", "20000")])
def test_an_amount_that_comes_in_with_an_exponent_is_kept_without(came: str, kept: str) -> None:
    order = json.loads(sample_of(erp.OrderSubmitted).read_text(encoding="utf-8")) | {"total": came, "lines": []}
    assert json.loads(erp.OrderSubmitted.model_validate_json(json.dumps(order)).model_dump_json())["total"] == kept


def test_a_value_of_any_shape_is_written_plainly() -> None:
    assert written({"a": [Decimal("2E+4"), (Decimal("1E-9"), "2E+4")]}) == {"a": ["20000", ["0.000000001", "2E+4"]]}
