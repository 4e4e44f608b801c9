"""Applies events to one build of a read model: load the affected rows, evolve in memory, write back in bulk, move the checkpoint."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy.dialects import postgresql

from chassis.errors import ConcurrentWrite
from chassis.processors.build_tables import Build
from chassis.read_models import Key, table_of
from chassis.storage.database import Connection, encode_document
from chassis.storage.log import StoredEvent
from contracts import Envelope, Event

ROWS_KEPT = 50_000
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

Place = tuple[int, Key]
"""A row's partition and key."""


class Undecoded(NamedTuple):
    """An event that stands in the log and cannot be read."""

    kind: type[Event]
    error: Exception


Decoded = Mapping[str, Event | Undecoded]
"""Events by their ids."""


class EventFault(Exception):
    """A read model fails on one event, whatever else it is given; the message is the error's."""

    def __init__(self, envelope: Envelope, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {error}")
        self.envelope = envelope


class ProjectionWriter:
    """Projects events into one build's table. Only one writer can move a checkpoint; a second one is refused and starts over."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.touched = False
        """Whether rows have changed since the timers were last notified."""
        self._rows: dict[Place, Any] = {}
        self._kinds: dict[type[Event], bool] = {}
        model = build.model
        table = table_of(model, build.table)
        self._columns = model.column_names()
        types = {column.name: column.type.compile(_DIALECT) for column in table.columns}
        key = (*model.key, "partition")
        every = (*self._columns, "partition")
        others = [name for name in every if name not in key]
        # A list of documents would be taken for an array of more dimensions, so documents travel as text.
        self._documents = frozenset(name for name in every if types[name] == "JSONB")
        arrays = ", ".join(
            f"${n}::{'text' if name in self._documents else types[name]}[]" for n, name in enumerate(every, start=1)
        )
        values = ", ".join(f"{name}::jsonb" if name in self._documents else name for name in every)
        keys = ", ".join(f"${n}::{types[name]}[]" for n, name in enumerate(key, start=1))
        on_conflict = f"DO UPDATE SET {', '.join(f'{o} = excluded.{o}' for o in others)}" if others else "DO NOTHING"
        self._upsert = (
            f"INSERT INTO {build.table} ({', '.join(every)}) SELECT {values} FROM unnest({arrays}) AS u ({', '.join(every)})"
            f" ON CONFLICT ({', '.join(key)}) {on_conflict}"
        )
        self._select = f"SELECT {', '.join(every)} FROM {build.table} JOIN unnest({keys}) AS k ({', '.join(key)}) USING ({', '.join(key)})"
        self._delete = f"DELETE FROM {build.table} USING unnest({keys}) AS k ({', '.join(key)}) WHERE " + " AND ".join(
            f"{build.table}.{name} = k.{name}" for name in key
        )

    def moves(self, until: Mapping[int, int]) -> dict[int, int]:
        """How this build's checkpoint moves when everything up to these positions is applied."""
        return {p: position for p, position in until.items() if position > self.build.positions[p]}

    async def take(self, connection: Connection, stored: Sequence[StoredEvent], events: Decoded) -> None:
        """Apply the stored events after this build's positions, without those that are set aside.

        The caller moves the checkpoint in the same transaction, and afterwards calls ``taken`` or ``forget``. Raises EventFault.
        """
        touched = [
            (row.envelope, *found) for row in stored if (found := self._handled(row.envelope, events)) is not None
        ]
        await self._load(connection, {(envelope.partition, key) for envelope, _, keys in touched for key in keys})
        changed: set[Place] = set()
        for envelope, event, keys in touched:
            for key in keys:
                place = (envelope.partition, key)
                before = self._rows[place]
                try:
                    self._rows[place] = self.build.model.evolve(key, before, event, envelope)
                except Exception as error:
                    raise EventFault(envelope, error) from error
                if self._rows[place] is not before:
                    changed.add(place)
        await self._write(connection, changed)
        self.touched = self.touched or bool(changed)

    def _handled(self, envelope: Envelope, events: Decoded) -> tuple[Event, list[Key]] | None:
        """An event with the keys that it changes; None where this build has taken it, does not handle it or does without it."""
        event, model = events.get(envelope.id), self.build.model
        place = (envelope.partition, envelope.position)
        if event is None or not self._handles(event.kind if isinstance(event, Undecoded) else type(event)):
            return None
        if envelope.position <= self.build.positions[envelope.partition] or place in self.build.aside:
            return None
        if isinstance(event, Undecoded):
            raise EventFault(envelope, event.error) from event.error
        try:
            return event, list(model.keys(event, envelope))
        except Exception as error:
            raise EventFault(envelope, error) from error

    def _handles(self, kind: type[Event]) -> bool:
        """Every event is asked of by dozens of models, and Python takes long to compare its type with many."""
        known = self._kinds.get(kind)
        if known is None:
            known = self._kinds[kind] = issubclass(kind, self.build.model.handles)
        return known

    def taken(self, moves: Mapping[int, int]) -> None:
        self.build.positions.update(moves)
        if len(self._rows) > ROWS_KEPT:
            self._rows.clear()

    def forget(self) -> None:
        """Drop the cached rows: the transaction failed, so they differ from the table."""
        self._rows.clear()

    async def _load(self, connection: Connection, places: set[Place]) -> None:
        missing = [place for place in places if place not in self._rows]
        if not missing:
            return
        for place in missing:
            self._rows[place] = None
        row_of, key_columns = self.build.model.row_of, self.build.model.key
        for record in await connection.fetch(self._select, *_transposed(missing, len(key_columns))):
            self._rows[record["partition"], tuple(record[name] for name in key_columns)] = row_of(record)

    async def _write(self, connection: Connection, changed: set[Place]) -> None:
        written = [(place, self._rows[place]) for place in changed if self._rows[place] is not None]
        if written:
            values = [(*self._as_columns(row), place[0]) for place, row in written]
            await connection.execute(self._upsert, *map(list, zip(*values, strict=True)))
        gone = [place for place in changed if self._rows[place] is None]
        if gone:
            await connection.execute(self._delete, *_transposed(gone, len(self.build.model.key)))

    def _as_columns(self, row: Any) -> tuple[Any, ...]:
        return tuple(
            encode_document(value) if name in self._documents and value is not None else value
            for name in self._columns
            for value in (getattr(row, name),)
        )


async def apply(
    pool: asyncpg.Pool, writers: Sequence[ProjectionWriter], stored: Sequence[StoredEvent], events: Decoded
) -> None:
    """Apply stored events to builds, in one transaction with their checkpoints.

    Raises ConcurrentWrite when another process moved a checkpoint, EventFault; on any error nothing has changed.
    """
    until = {row.envelope.partition: row.envelope.position for row in stored}
    moves = [(writer, moved) for writer in writers if (moved := writer.moves(until))]
    try:
        async with pool.acquire() as connection, connection.transaction():
            for writer, _ in moves:
                await writer.take(connection, stored, events)
            await _move_checkpoints(connection, moves)
    except BaseException:
        for writer, _ in moves:
            writer.forget()
        raise
    for writer, moved in moves:
        writer.taken(moved)


async def skip_to(pool: asyncpg.Pool, writer: ProjectionWriter, until: Mapping[int, int]) -> None:
    """Move a build's checkpoint over events that it does not handle. Raises ConcurrentWrite when another process moved it."""
    if moved := writer.moves(until):
        async with pool.acquire() as connection:
            await _move_checkpoints(connection, [(writer, moved)])
        writer.taken(moved)


async def _move_checkpoints(
    connection: Connection, moves: Sequence[tuple[ProjectionWriter, Mapping[int, int]]]
) -> None:
    rows = [
        (*writer.build.identity, p, writer.build.positions[p], position)
        for writer, moved in moves
        for p, position in moved.items()
    ]
    if not rows:
        return
    status = await connection.execute(
        "UPDATE projection p SET position = m.upto FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::bigint[], $6::bigint[])"
        " AS m (name, version, build, partition, since, upto) WHERE p.name = m.name AND p.version = m.version AND p.build = m.build"
        " AND p.partition = m.partition AND p.position = m.since",
        *map(list, zip(*rows, strict=True)),
    )
    if status != f"UPDATE {len(rows)}":
        raise ConcurrentWrite("Another process moved a checkpoint.")


def _transposed(places: Sequence[Place], key_length: int) -> list[list[Any]]:
    columns = [[place[1][n] for place in places] for n in range(key_length)]
    return [*columns, [place[0] for place in places]]
