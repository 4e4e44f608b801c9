"""What an operator does about parked messages: list, edit, retry in order, discard; one of them, or all that match a filter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import asyncpg
import orjson

from chassis.errors import ConcurrentWrite, UsageError
from chassis.handling.audit import Action, Operator, record, recorded
from chassis.handling.executor import Executor
from chassis.handling.parking_lot import QUEUE, Waiting, bump_parked_versions
from chassis.handling.units import Message, Retry, UnitOfWork
from chassis.inbox.record_stream import CUT_BYTES, CUT_HASH
from chassis.inbox.translation import Translator

SHOWN_MAX = 2_000
ACTIONS_SHOWN_MAX = 1_000
_COLUMNS = (
    "id AS parked_id, source, partition, position, key, type, headers, value, code, reason, attempts AS attempt_count,"
    " repeats AS repeat_count, state AS status, parked_at, resolved_at, resolved_by, resolution, edited_headers, edited_value, edited_by"
)
_WHOLE = ("headers", "value", "edited_headers", "edited_value")
_MATCHES = (
    "($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR key = $2) AND ($3::text IS NULL OR code = $3)"
    " AND ($4::text IS NULL OR type = $4) AND ($5::timestamptz IS NULL OR parked_at <= $5)"
)


@dataclass(frozen=True)
class Filter:
    """Selects the parked messages that match every given field."""

    source: str | None = None
    key: str | None = None
    code: str | None = None
    type: str | None = None
    older_than_s: float | None = None

    def arguments(self, now: datetime) -> tuple[Any, ...]:
        """The first five arguments of a statement with ``_MATCHES``."""
        before = None if self.older_than_s is None else now - timedelta(seconds=self.older_than_s)
        return self.source, self.key, self.code, self.type, before


@dataclass(frozen=True)
class Edit:
    """An edit: headers by name (None removes one), and the value as text; None leaves the value as received."""

    headers: Mapping[str, str | None]
    value: str | None


class Tried(NamedTuple):
    """The outcome of retrying a key: how many messages were handled, and the first of those still parked."""

    handled: int
    still_parked: tuple[int, ...]


class ParkedAdmin:
    """The parked messages of one service, for its operators."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._service = executor.service
        self._pool = executor.log.database.pool
        self._clock = executor.clock
        self._settings = executor.settings

    async def listed(self, state: str, after: int, limit: int, chosen: Filter | None = None) -> list[dict[str, Any]]:
        """Messages by id, in readable form: values as text, cut at SHOWN_MAX characters."""
        rows = await self._pool.fetch(
            f"SELECT {_COLUMNS} FROM parked WHERE {_MATCHES} AND state = $6 AND id > $7"
            " ORDER BY id LIMIT $8",
            *(chosen or Filter()).arguments(self._clock.now()), state, after, limit,
        )  # fmt: skip
        return [_readable(row, SHOWN_MAX) for row in rows]

    async def one(self, row_id: int) -> dict[str, Any] | None:
        """One message in full, with every action on it."""
        row = await self._pool.fetchrow(f"SELECT {_COLUMNS} FROM parked WHERE id = $1", row_id)
        if row is None:
            return None
        return {**_readable(row, None), "actions": await recorded(self._pool, 0, ACTIONS_SHOWN_MAX, row_id)}

    async def summary(self) -> list[dict[str, Any]]:
        """The parked messages by source, type and error: how many messages and keys, and since when."""
        rows = await self._pool.fetch(
            f"SELECT source, type, code, count(*) AS message_count, count(DISTINCT ({QUEUE})) AS key_count,"
            " min(parked_at) AS first_parked_at FROM parked WHERE state = 'parked' GROUP BY source, type, code"
            " ORDER BY message_count DESC, source, type, code"
        )
        return [dict(row) for row in rows]

    async def known(self, column: Literal["source", "type"]) -> set[str]:
        """The sources, or the types, of which messages can be parked or were."""
        sources = self._service.sources
        if column == "source":
            named = {source.topic for source in sources}
        else:
            named = {name for source in sources for event in source.events for name in event.types()}
        rows = await self._pool.fetch(f"SELECT DISTINCT {column} FROM parked WHERE {column} IS NOT NULL")
        return named | {row[column] for row in rows}

    async def retry(self, row_id: int, by: Operator) -> Tried:
        """Handle the messages of this message's key again, in order, up to the first that fails; those behind it are not tried.

        Raises ConcurrentWrite when another operator changes messages of the key meanwhile.
        """
        handled = 0
        while waiting := await self.waiting(row_id):
            await self.attempt(waiting, by)
            left = {each.row_id for each in await self.waiting(row_id)}
            done = sum(each.row_id not in left for each in waiting)
            handled += done
            if done < len(waiting):
                break
        return Tried(handled, tuple(await self._left(row_id)))

    async def attempt(self, waiting: Sequence[Waiting], by: Operator) -> None:
        """Handle messages of one key once. The actor of an edited message's commands is whoever edited it.

        Raises ConcurrentWrite when one of them is no longer parked.
        """
        translator, items = self._translator(waiting[0].message.source), []
        for each in waiting:
            item = translator.item(each.message, translator.read(each.message), self._executor.policies)
            if each.edited_by is not None:
                item = item._replace(requests=tuple(r._replace(actor=each.edited_by) for r in item.requests))
            items.append(item)
        await self._executor.execute(UnitOfWork(tuple(items), retry=Retry(tuple(each.row_id for each in waiting), by)))

    async def retry_chosen(self, chosen: Filter, by: Operator, keys_max: int) -> dict[str, Any]:
        """Retry every key with a chosen message, at most ``keys_max`` of them; keys that another operator changes meanwhile are skipped."""
        rows = await self._pool.fetch(
            f"SELECT min(id) AS id FROM parked WHERE state = 'parked' AND {_MATCHES} GROUP BY {QUEUE} ORDER BY id LIMIT $6",
            *chosen.arguments(self._clock.now()), keys_max,
        )  # fmt: skip
        handled = failing = taken_by_others = 0
        for row in rows:
            try:
                tried = await self.retry(row["id"], by)
            except ConcurrentWrite:
                taken_by_others += 1
                continue
            handled += tried.handled
            failing += bool(tried.still_parked)
        return {
            "key_count": len(rows), "handled_count": handled, "still_parked_key_count": failing,
            "changed_key_count": taken_by_others,
        }  # fmt: skip

    async def edit(self, row_id: int, edit: Edit, by: Operator) -> None:
        """Store an edited message beside the original; a retry handles the edited one. The original stays.

        Raises UsageError with the reason when the message is another service's event, when it would become a different message, or when
        it could still not be handled.
        """
        row = await self._pool.fetchrow(f"SELECT {_COLUMNS} FROM parked WHERE id = $1", row_id)
        if row is None or row["status"] != "parked":
            raise UsageError(f"Message {row_id} is not parked, so there is nothing to edit.")
        message = _edited(_original(row), edit)
        self._translator(message.source).check_edit(_original(row), message, self._executor.policies)
        headers = orjson.dumps(dict(message.headers)).decode()
        async with self._pool.acquire() as connection, connection.transaction():
            status = await connection.execute(
                "UPDATE parked SET edited_headers = $2, edited_value = $3, edited_by = $4 WHERE id = $1 AND state = 'parked'",
                row_id, headers, message.value, by.actor,
            )  # fmt: skip
            if status != "UPDATE 1":
                raise ConcurrentWrite("parked")
            detail = {"headers": dict(message.headers), "value": message.value.decode("utf-8", "replace")}
            await record(connection, self._clock.now(), Action(by, "edited", row_id, detail))
            await bump_parked_versions(connection, self._service.name, {message.source})

    async def discard(self, row_ids: Iterable[int], by: Operator) -> list[int]:
        """Discard messages permanently, with a reason; returns the ids of those that were parked until now."""
        async with self._pool.acquire() as connection, connection.transaction():
            now = self._clock.now()
            rows = await connection.fetch(
                "UPDATE parked SET state = 'discarded', resolved_at = $2, resolved_by = $3, resolution = $4"
                " WHERE id = ANY($1) AND state = 'parked' RETURNING id, source",
                list(row_ids), now, by.actor, by.reason,
            )  # fmt: skip
            await record(connection, now, *(Action(by, "discarded", row["id"], {}) for row in rows))
            await bump_parked_versions(connection, self._service.name, {row["source"] for row in rows})
        return sorted(row["id"] for row in rows)

    async def chosen(self, chosen: Filter, limit: int) -> list[int]:
        """The ids of the oldest chosen messages."""
        rows = await self._pool.fetch(
            f"SELECT id FROM parked WHERE state = 'parked' AND {_MATCHES} ORDER BY id LIMIT $6",
            *chosen.arguments(self._clock.now()),
            limit,
        )
        return [row["id"] for row in rows]

    def _translator(self, topic: str) -> Translator:
        found = next((source for source in self._service.sources if source.topic == topic), None)
        if found is None:
            raise UsageError(f"{self._service.name} no longer consumes {topic}; discard its messages.")
        return Translator(found, self._settings.message_bytes_max, self._settings.schema_base)

    async def waiting(self, row_id: int) -> Sequence[Waiting]:
        """The first messages parked under the same key as this one, in the order in which they arrived."""
        rows = await self._pool.fetch(
            f"SELECT {_COLUMNS} FROM parked WHERE state = 'parked'"
            f" AND ({QUEUE}) = (SELECT {QUEUE} FROM parked WHERE id = $1) ORDER BY id LIMIT $2",
            row_id, self._settings.batch_max,
        )  # fmt: skip
        return [Waiting(row["parked_id"], _current(row), row["edited_by"]) for row in rows]

    async def _left(self, row_id: int) -> list[int]:
        rows = await self._pool.fetch(
            "SELECT id FROM parked WHERE state = 'parked'"
            f" AND ({QUEUE}) = (SELECT {QUEUE} FROM parked WHERE id = $1) ORDER BY id LIMIT $2",
            row_id, self._settings.batch_max,
        )  # fmt: skip
        return [row["id"] for row in rows]


def _original(row: asyncpg.Record) -> Message:
    headers = orjson.loads(row["headers"])
    return Message(row["source"], row["partition"], row["position"], row["key"], headers, row["value"])


def _current(row: asyncpg.Record) -> Message:
    """The message that a retry handles."""
    original = _original(row)
    if row["edited_by"] is None:
        return original
    return original._replace(headers=orjson.loads(row["edited_headers"]), value=row["edited_value"])


def _edited(original: Message, edit: Edit) -> Message:
    changed = {**original.headers, **{name.lower(): text for name, text in edit.headers.items()}}
    whole = edit.value is not None  # what an operator gives is not cut
    headers = {
        name: text
        for name, text in changed.items()
        if text is not None and not (whole and name in (CUT_BYTES, CUT_HASH))
    }
    return original._replace(headers=headers, value=original.value if edit.value is None else edit.value.encode())


def _readable(row: asyncpg.Record, shown_max: int | None) -> dict[str, Any]:
    readable = {name: value for name, value in row.items() if name not in _WHOLE}
    value = bytes(row["value"])
    readable |= {"headers": orjson.loads(row["headers"]), "value": _text(value, shown_max), "byte_count": len(value)}
    if row["edited_by"] is None:
        return readable
    edited = {"headers": orjson.loads(row["edited_headers"]), "value": _text(bytes(row["edited_value"]), shown_max)}
    return {**readable, "edited": edited}


def _text(value: bytes, shown_max: int | None) -> str:
    return value.decode("utf-8", "replace")[:shown_max]
