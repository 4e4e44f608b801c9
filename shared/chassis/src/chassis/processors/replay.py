"""What was known at an instant: read models and states folded from the log as it was then, without touching the live tables."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any

import asyncpg

from chassis.domain import Decider
from chassis.read_models import Key, ReadModel
from chassis.storage.log import EVENT_COLUMNS, Log, aware
from chassis.storage.streams import events_of
from contracts import Envelope, Event
from contracts.personal import wire_form

SCAN_BATCH = 2_000
FOLD_BATCH = 500

Recorded = tuple[Event, Envelope]
"""An event of the log with its envelope."""


class Fold:
    """Folds events into the rows of a read model; a row belongs to the partition of its events, as in the live table."""

    def __init__(self, model: ReadModel[Any]) -> None:
        self._model = model
        self._rows: dict[tuple[int, Key], Any] = {}

    def take(self, event: Event, envelope: Envelope) -> None:
        if not isinstance(event, self._model.handles):
            return
        for key in self._model.keys(event, envelope):
            place = (envelope.partition, key)
            row = self._model.evolve(key, self._rows.get(place), event, envelope)
            if row is None:
                self._rows.pop(place, None)
            else:
                self._rows[place] = row

    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries, in the order in which they were first touched."""
        columns = self._model.column_names()
        personal = self._model.personal_columns
        shown = [{name: getattr(row, name) for name in columns} for row in self._rows.values()]
        return [{**row, **{name: _stored(row[name]) for name in personal}} for row in shown] if personal else shown


def _stored(personal: Any) -> Any:
    return None if personal is None else wire_form(personal)


def rows_from(model: ReadModel[Any], events: Iterable[Recorded]) -> list[dict[str, Any]]:
    """The rows of a read model after these events, as dictionaries. Pure."""
    fold = Fold(model)
    for event, envelope in events:
        fold.take(event, envelope)
    return fold.rows()


class LogReplay:
    """A service's log as it was known at an instant (``known_at``: everything recorded at or before it)."""

    def __init__(self, types: Mapping[tuple[str, int], type[Event]], log: Log) -> None:
        self._types = types
        self._log = log

    async def of_stream(self, stream: str, known_at: datetime | None = None) -> list[Recorded]:
        """The events of one stream, in order."""
        stored = await self._log.read_streams([stream])
        known = takewhile(lambda row: known_at is None or row.envelope.recorded_at <= known_at, stored)
        return [(row.event(self._types), row.envelope) for row in known]

    async def rows(self, model: ReadModel[Any], stream: str, known_at: datetime) -> list[dict[str, Any]]:
        """The rows of a read model from one stream, as known then."""
        return rows_from(model, await self.of_stream(stream, known_at))

    async def state(self, decider: Decider, stream_id: str, known_at: datetime) -> Any:
        """The folded state of a stream, as known then."""
        state = decider.initial
        for event, _ in await self.of_stream(f"{decider.category}-{stream_id}", known_at):
            state = decider.evolve(state, event)
        return state

    async def at_version(self, decider: Decider, stream: str, version: int) -> Any:
        """The state of a stream after its event of this number. Others have their turn between the batches that are folded."""
        state, folded = decider.initial, 0
        while batch := await events_of(self._log, stream, folded, version, FOLD_BATCH):
            for stored in batch:
                state = decider.evolve(state, stored.event(self._types))
            folded = batch[-1].envelope.version
        return state

    async def all_rows(
        self, model: ReadModel[Any], known_at: datetime | None, where: Callable[[Event], bool] | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a read model from the whole log, as known then; only of events for which ``where`` holds. Memory: the rows."""
        fold = Fold(model)
        async for batch in self.events(model.handles, known_at):
            for event, envelope in batch:
                if where is None or where(event):
                    fold.take(event, envelope)
        return fold.rows()

    async def events(
        self, handles: Iterable[type[Event]], known_at: datetime | None = None
    ) -> AsyncIterator[list[Recorded]]:
        """The events of some types, partition by partition in order of position, in batches.

        The clocks of replicas differ, so a stream is cut at its first event recorded later than ``known_at``; every event after that one
        is left out, whatever its own instant.
        """
        for partition, head in (await self._log.heads()).items():
            cut = set[str]()
            async for rows in self._rows(EVENT_COLUMNS, handles, partition, head):
                batch = list[Recorded]()
                for row in map(self._log.stored, rows):
                    stream = row.envelope.stream
                    if known_at is not None and (stream in cut or row.envelope.recorded_at > known_at):
                        cut.add(stream)
                    else:
                        batch.append((row.event(self._types), row.envelope))
                yield batch

    async def bare_events(
        self, handles: Iterable[type[Event]], partition: int
    ) -> AsyncIterator[list[tuple[Event, datetime]]]:
        """The events of some types of one partition, in order of position and in batches, each with when it was true and no more."""
        head, types = (await self._log.heads())[partition], self._types
        async for rows in self._rows("type, schema_version, data, occurred_at, position", handles, partition, head):
            yield [
                (types[kind, version].from_log(data), aware(occurred_at))
                for kind, version, data, occurred_at, _ in rows
            ]

    async def _rows(
        self, columns: str, handles: Iterable[type[Event]], partition: int, head: int
    ) -> AsyncIterator[list[asyncpg.Record]]:
        """These columns (``position`` among them) of the events of some types up to a head, in order and in batches."""
        types, position = sorted({name for event in handles for name in event.types()}), 0
        while position < head:
            rows = await self._log.database.followers.fetch(
                f"SELECT {columns} FROM event WHERE partition = $1 AND position > $2 AND position <= $3"
                " AND type = ANY($4) ORDER BY position LIMIT $5",
                partition, position, head, types, SCAN_BATCH,
            )  # fmt: skip
            if not rows:
                break
            yield rows
            position = rows[-1]["position"]
