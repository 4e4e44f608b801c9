"""Run a read model in memory, twice, as the projector would."""

import dataclasses
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from chassis.backtests import Backtest
from chassis.calendar import start_of_day
from chassis.read_models import Key, ReadModel
from contracts import Envelope, Event


def envelope(position: int = 1, stream: str = "test-1", at: datetime | None = None, **changes: Any) -> Envelope:
    """A plausible envelope for tests."""
    moment = at or datetime(2024, 1, 1, tzinfo=UTC)
    plain = Envelope(
        id=f"00000000-0000-7000-8000-{position:012d}", source="/test", type="test.Event", schema_version=1,
        stream=stream, partition=0, position=position, version=position, occurred_at=moment, recorded_at=moment,
        correlation_id="test",
    )  # fmt: skip
    return replace(plain, **changes)


def due_at(row: Any) -> datetime:
    """When a row of a to-do list is due where the days are those of UTC."""
    return row.due_at if hasattr(row, "due_at") else start_of_day(row.due_on)


def replay(model: ReadModel[Any], events: Iterable[Event | tuple[Event, Envelope]]) -> dict[Key, Any]:
    """The rows after these events. Asserts that a second replay gives the same rows, and that documents survive JSON."""
    recorded = [pair if isinstance(pair, tuple) else (pair, envelope(n)) for n, pair in enumerate(events, start=1)]

    def run() -> dict[Key, Any]:
        rows: dict[Key, Any] = {}
        for event, around in recorded:
            if not isinstance(event, model.handles):
                continue
            for key in model.keys(event, around):
                row = model.evolve(key, rows.get(key), event, around)
                if row is None:
                    rows.pop(key, None)
                else:
                    rows[key] = row
        return rows

    first, second = run(), run()
    for row in first.values():
        for column in dataclasses.fields(row):
            value = getattr(row, column.name)
            if isinstance(value, dict | list):
                read_back = orjson.loads(orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME))
                assert read_back == value, (
                    f"{model.name}.{column.name} does not read back from JSON as it was written: {value}"
                )
    assert first == second, f"{model.name} gives different rows for the same events"
    return first


def as_read(backtest: Backtest, events: Iterable[Event]) -> list[Event]:
    """The events among these that a back-test needs, as it reads them from the log."""
    kinds = [(backtest.types.get((event.TYPE, event.VERSION)), event) for event in events]
    return [kind.from_log(event.model_dump_json()) for kind, event in kinds if kind is not None]
