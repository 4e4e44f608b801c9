"""What a contract allows, every read model that listens to it can write: an optional field left out breaks no row."""

import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import contracts
from chassis.read_models import ReadModel, table_of
from chassis.testing import envelope
from contracts import Event
from standing.services import ALL

GOLDEN = Path(contracts.__file__).parents[2] / "golden"
MODELS = [pytest.param(model, id=f"{service.name}-{model.name}") for service in ALL for model in service.read_models]


def samples(event: type[Event]) -> Iterator[Event]:
    """The golden samples of a type, each with its optional fields given, left out one by one, and left out together."""
    optional = [name for name, field in event.model_fields.items() if type(None) in typing.get_args(field.annotation)]
    for path in GOLDEN.glob(f"{event.TYPE}.v{event.VERSION}.json"):
        whole = event.model_validate_json(path.read_bytes())
        yield whole
        for missing in [*([name] for name in optional), optional]:
            yield whole.model_copy(update=dict.fromkeys(missing))


@pytest.mark.parametrize("model", MODELS)
def test_a_read_model_can_write_what_any_event_makes_of_its_row(model: ReadModel[Any]) -> None:
    required = [column.name for column in table_of(model, model.view).columns if not column.nullable]
    tried = 0
    for event in (sample for kind in model.handles for sample in samples(kind)):
        for key in model.keys(event, envelope(1)):
            row = model.evolve(key, None, event, envelope(1))
            tried += 1
            if row is not None:
                assert not [name for name in required if name != "partition" and getattr(row, name) is None], event
    assert tried, "no golden sample touches a row"
