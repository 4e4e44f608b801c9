"""No figure is ever written with an exponent, however it came in and whatever computed it."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import ConfigDict, Field, ValidationError

from contracts import EVENTS, Event, erp
from contracts.digits import NOT_PLAIN, plain, without_exponent
from contracts.figures import PlainModel, written
from contracts.personal import IN_CLEAR

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
    assert not EXPONENT.search(read.model_dump_json(context=IN_CLEAR))
    assert figures(read.model_dump()) == figures(was.model_dump())
    assert not [figure for figure in figures(read.model_dump()) if figure.as_tuple().exponent > 0]


NUMBERS = ("1", "12.50", "100000", "0.000001", "-3", "2E+4", "1e5", "12345678.25", "1.10")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_json_number_is_the_figure_that_its_digits_are(number: str) -> None:
    read = Sheet.model_validate_json(f'{{"figure": {number}}}').figure
    assert read == Decimal(number)
    assert "E" not in plain(read)


AMISS = (
    "1_000", "+10", "1e3", "1E3", "1e-3", "Infinity", "-Infinity", "NaN", "sNaN", "inf", " 10", "10 ", "10\n", "\t10", "\u00a010",
    "１２", "１２．５", "١٢", "१२", "𝟙𝟚", "²", "Ⅻ", "1,000", "1 000", "1'000", ".5", "5.", "1.2.3", "--1", "−5", "0x10", "", "-", "ten",
)  # fmt: skip
"""Texts that ``Decimal`` or ``int`` partly reads as numbers."""
texts = st.sampled_from(AMISS) | st.text("0123456789０١²_+-.,eE \n", min_size=1, max_size=8)


def numbers_in(document: Any, read: Any, where: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where a sample has the numbers of its event, from the outside inwards."""
    if isinstance(read, dict):
        return [at for k in read if k in document for at in numbers_in(document[k], read[k], (*where, k))]
    if isinstance(read, list | tuple):
        return [at for n, each in enumerate(read) for at in numbers_in(document[n], each, (*where, n))]
    return [where] if isinstance(read, Decimal | int) and not isinstance(read, bool) else []


FREE = {"document", "entry", "data", "answers"}
"""Fields that hold whatever another contract says, or words as well as numbers."""
PLACES = [
    (event, place)
    for event in EVENTS
    for text in [sample_of(event).read_text(encoding="utf-8")]
    for place in numbers_in(json.loads(text), event.from_log(text).model_dump())
    if not FREE.intersection(place)
]


@settings(max_examples=12, deadline=None)
@given(text=texts)
@example(text="1_000")
@example(text="１２")
@example(text=" 10 ")
@pytest.mark.parametrize(("event", "place"), PLACES, ids=[f"{name_of(e)}-{'.'.join(map(str, p))}" for e, p in PLACES])
def test_no_event_takes_a_number_that_is_not_in_plain_digits(
    event: type[Event], place: tuple[str | int, ...], text: str
) -> None:
    assume(not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?|-?[0-9](\.[0-9]+)?E[+-][0-9]{1,3}", text))
    document = inner = json.loads(sample_of(event).read_text(encoding="utf-8"))
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = text
    for read in (event.model_validate_json, event.from_log):
        with pytest.raises(ValidationError) as refused:
            read(json.dumps(document))
        (error,) = [each for each in refused.value.errors() if each["loc"] == place]
        assert error["msg"] in (NOT_PLAIN, "Input should be a valid integer")


class Lax(PlainModel):
    whole: int = 0
    figure: Decimal = Decimal(0)


@given(texts)
def test_a_document_of_a_policy_takes_no_such_number_either(text: str) -> None:
    """Its numbers may be texts, of which those in plain digits alone are numbers."""
    for field, form in (("whole", r"-?[0-9]+"), ("figure", r"-?[0-9]+(\.[0-9]+)?|-?[0-9](\.[0-9]+)?E[+-][0-9]{1,3}")):
        document = {field: text}
        if re.fullmatch(form, text):
            for read in (Lax.model_validate(document), Lax.model_validate_json(json.dumps(document))):
                assert getattr(read, field) == Decimal(text)
        else:
            with pytest.raises(ValidationError, match=field):
                Lax.model_validate(document)
            with pytest.raises(ValidationError, match=field):
                Lax.model_validate_json(json.dumps(document))


def figures(value: Any) -> list[Decimal]:
    """Every figure in a document."""
    if isinstance(value, dict | list | tuple):
        return [found for each in (value.values() if isinstance(value, dict) else value) for found in figures(each)]
    return [value] if isinstance(value, Decimal) else []


@pytest.mark.parametrize(("came", "kept"), [("1E+5", "100000"), ("1.5E+1", "15"), ("20000", "20000")])
def test_an_amount_that_a_program_wrote_with_an_exponent_is_kept_without(came: str, kept: str) -> None:
    order = json.loads(sample_of(erp.OrderSubmitted).read_text(encoding="utf-8")) | {"total": came, "lines": []}
    assert json.loads(erp.OrderSubmitted.model_validate_json(json.dumps(order)).model_dump_json())["total"] == kept


def test_a_value_of_any_shape_is_written_plainly() -> None:
    assert written({"a": [Decimal("2E+4"), (Decimal("1E-9"), "2E+4")]}) == {"a": ["20000", ["0.000000001", "2E+4"]]}


@pytest.mark.parametrize("answer", ["4", "4.5", "0", "like", "1_000", "+4", "４"])
def test_an_answer_is_a_number_where_its_text_is_one_in_plain_digits_and_else_a_word(answer: str) -> None:
    document = json.loads(sample_of(erp.SurveyAnswered).read_text(encoding="utf-8")) | {"answers": {"rating": answer}}
    for read in (erp.SurveyAnswered.model_validate_json, erp.SurveyAnswered.from_log):
        assert read(json.dumps(document)).answers == {"rating": Decimal(answer) if answer[0] in "40" else answer}
