"""The law of read models: each evolves every event that its contract allows, or that an older log may hold, whatever stands at the ends
of its bounds: the first and the last day, the smallest and the largest amount, no text and a long one; and every row can be written.
"""

import dataclasses
import json
import re
import typing
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import BigInteger, Integer

import contracts
from chassis.read_models import ReadModel, table_of
from chassis.storage.database import encode_document
from chassis.testing import envelope
from contracts import Event
from standing.services import ALL

GOLDEN = Path(contracts.__file__).parents[2] / "golden"
MODELS = [pytest.param(model, id=f"{service.name}-{model.name}") for service in ALL for model in service.read_models]

DAY, INSTANT, FIGURE = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT.*"), re.compile(r"-?\d+(\.\d+)?")
DAYS = ("0001-01-01", "1900-01-01", "2999-12-31", "9999-12-31")
"""Of older logs, and of the contract."""
FIGURES = (
    "0",
    "0.000001",
    "0.0000000001",
    "1",
    "99999999999999.999999",
    "9999999999999999999999.999999",
    "-99999999999999.999999",
)
TEXTS = ("", "x" * 100, "千" * 20_000, "\u202e a\nb ")
COUNTS = (0, 1, 2**31 - 1)
MOMENTS = tuple(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) for day in DAYS)

Path_ = tuple[str | int, ...]


def leaves(document: Any, at: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value of a document that is no list and no map, with its place."""
    if isinstance(document, dict | list):
        for place, each in document.items() if isinstance(document, dict) else enumerate(document):
            yield from leaves(each, (*at, place))
    else:
        yield at, document


def ends_of(value: Any) -> tuple[Any, ...]:
    """What may stand at the ends of the bounds of a value, or beyond them; the contract says which is allowed."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return COUNTS
    if not isinstance(value, str):
        return ()
    if INSTANT.fullmatch(value):
        return tuple(f"{day}T00:00:00Z" for day in DAYS)
    return DAYS if DAY.fullmatch(value) else FIGURES if FIGURE.fullmatch(value) else TEXTS


def put(document: Any, places: list[tuple[Path_, Any]]) -> Any:
    """A copy of a document with other values at some places."""
    copy = json.loads(json.dumps(document))
    for place, value in places:
        inner = copy
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = value
    return copy


def documents(sample: Any) -> Iterator[Any]:
    """A sample with each of its values at each end, all values of one kind there together, lists emptied, and fields left out."""
    found = list(leaves(sample))
    for place, value in found:
        yield from (put(sample, [(place, end)]) for end in ends_of(value))
    for n in range(max(map(len, (DAYS, FIGURES, TEXTS)))):
        for kinds in ((DAY, INSTANT), (FIGURE,), (DAY, INSTANT, FIGURE)):
            together = [(p, v) for p, v in found if isinstance(v, str) and any(kind.fullmatch(v) for kind in kinds)]
            yield put(sample, [(place, ends_of(value)[n % len(ends_of(value))]) for place, value in together])
    for name, value in sample.items():
        yield {other: each for other, each in sample.items() if other != name}
        if isinstance(value, list):
            yield sample | {name: []}
            yield sample | {name: value * 3}


def allowed(event: type[Event]) -> Iterator[Event]:
    """Every event among the documents that the contract, or an older log, may hold; the golden sample first."""
    sample = json.loads((GOLDEN / f"{event.TYPE}.v{event.VERSION}.json").read_text(encoding="utf-8"))
    for document in (sample, *documents(sample)):
        try:
            yield event.from_log(json.dumps(document))
        except ValidationError:
            continue


EVENTS: dict[type[Event], list[Event]] = {}


def of(event: type[Event]) -> list[Event]:
    if event not in EVENTS:
        EVENTS[event] = list(allowed(event))
    return EVENTS[event]


@pytest.mark.parametrize("model", MODELS)
def test_a_read_model_evolves_every_event_that_its_contract_allows_at_the_ends_of_its_bounds(
    model: ReadModel[Any],
) -> None:
    columns = {column.name: column for column in table_of(model, model.view).columns}
    for kind in model.handles:
        usual, *edges = of(kind)
        for event in edges:
            keys = tuple(model.keys(event, envelope(1)))
            for key in keys:
                writable(model, columns, model.evolve(key, None, event, envelope(1)), event)
            for key in model.keys(usual, envelope(1)):
                before = model.evolve(key, None, usual, envelope(1))
                after = model.evolve(key, before, event, envelope(2)) if key in keys else before
                writable(model, columns, after, event)
        for moment in MOMENTS:
            for key in model.keys(usual, envelope(1, at=moment)):
                writable(model, columns, model.evolve(key, None, usual, envelope(1, at=moment)), usual)


def writable(model: ReadModel[Any], columns: dict[str, Any], row: Any, event: Event) -> None:
    """Fails where a row holds what its table cannot store."""
    for column in dataclasses.fields(row) if row is not None else ():
        value, place = getattr(row, column.name), f"{model.name}.{column.name} of {event!r}"[:600]
        if isinstance(value, datetime):
            assert value.tzinfo is not None, place
        elif isinstance(value, dict | list):
            assert "\\u0000" not in encode_document(value), place
        elif isinstance(value, Decimal):
            assert value.is_finite(), place
        elif isinstance(value, str):
            assert "\x00" not in value, place
        elif isinstance(value, int) and not isinstance(value, bool):
            wide = isinstance(columns[column.name].type, BigInteger)
            assert wide or not isinstance(columns[column.name].type, Integer) or abs(value) < 2**31, place
        elif value is None:
            assert columns[column.name].nullable, place


def test_the_ends_are_tried_for_every_event() -> None:
    handled = typing.cast(
        set[type[Event]], {kind for service in ALL for model in service.read_models for kind in model.handles}
    )
    few = [kind.TYPE for kind in handled if len(of(kind)) < 5]
    assert few == []
