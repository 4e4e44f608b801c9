"""What an operator does about parked messages: list, edit, retry in order, discard; one of them, or all that match a filter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from chassis.errors import ConcurrentWrite, UsageError
from chassis.handling.audit import Action, Operator, record
from chassis.handling.audit_questions import Sought, recorded
from chassis.handling.executor import Executor
from chassis.handling.parking_lot import QUEUE, Waiting, bump_parked_versions, itself
from chassis.handling.units import Message, Retry, UnitOfWork, WorkItem
from chassis.inbox.parked_rows import COLUMNS, ParkedRow, lost_of, put_back, read_rows
from chassis.inbox.record_stream import CUT_BYTES, CUT_HASH
from chassis.inbox.translation import Translator
from chassis.personal.payloads import Payload, as_stored, in_clear, sealed_payload
from chassis.personal.sealing import Sealing

SHOWN_MAX = 2_000
ACTIONS_SHOWN_MAX = 1_000
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
        self._keys = executor.personal_keys
        self._clock = executor.clock
        self._settings = executor.settings

    async def listed(
        self, state: str, after: int, limit: int, chosen: Filter | None = None, opens: bool = False
    ) -> list[dict[str, Any]]:
        """Messages by id, in readable form: values as text, cut at SHOWN_MAX characters; what is sealed as its text where ``opens``."""
        rows = await self._pool.fetch(
            f"SELECT {COLUMNS} FROM parked WHERE {_MATCHES} AND state = $6 AND id > $7"
            " ORDER BY id LIMIT $8",
            *(chosen or Filter()).arguments(self._clock.now()), state, after, limit,
        )  # fmt: skip
        return [row.shown(SHOWN_MAX, opens) for row in await read_rows(self._keys, rows)]

    async def one(self, row_id: int, opens: bool = False) -> dict[str, Any] | None:
        """One message in full, with every action on it; ``opens`` as above."""
        row = await self._row(row_id)
        if row is None:
            return None
        return {
            **row.shown(None, opens),
            "actions": await recorded(self._pool, 0, ACTIONS_SHOWN_MAX, Sought(parked_id=row_id)),
        }

    async def _row(self, row_id: int) -> ParkedRow | None:
        rows = await self._pool.fetch(f"SELECT {COLUMNS} FROM parked WHERE id = $1", row_id)
        return next(iter(await read_rows(self._keys, rows)), None)

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
            if each.lost is not None:
                items.append(WorkItem(message=each.message, rejection=each.lost))
                continue
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
        row = await self._row(row_id)
        if row is None or row.row["status"] != "parked":
            raise UsageError(f"Message {row_id} is not parked, so there is nothing to edit.")
        if edit.value is None and (lost := lost_of(row.opened[0])) is not None:
            raise UsageError(lost.reason)
        message, translator = _edited(row, edit), self._translator(row.original.source)
        translator.check_edit(row.original, message, self._executor.policies)
        payload, sealing = await self._sealed(translator, message)
        async with self._pool.acquire() as connection, connection.transaction():
            status = await connection.execute(
                "UPDATE parked SET edited_headers = $2, edited_value = $3, edited_layout = $4, edited_by = $5"
                " WHERE id = $1 AND state = 'parked'",
                row_id, *payload, by.actor,
            )  # fmt: skip
            if status != "UPDATE 1":
                raise ConcurrentWrite("parked")
            edited = Action(by, "edited", row_id, {}, before=as_stored(row.stored[-1]), after=as_stored(payload))
            await record(connection, self._clock.now(), edited)
            await bump_parked_versions(connection, self._service.name, {message.source})
            await sealing.settle(connection, (), self._clock.now())

    async def _sealed(self, translator: Translator, message: Message) -> tuple[Payload, Sealing]:
        """A message as it is to be stored, and what must be settled in the transaction that stores it."""
        sealing = Sealing()
        if self._keys is None:
            return in_clear(message.headers, message.value), sealing
        sensitive = translator.sensitive(message)
        while True:  # the second time with the keys that were missing
            payload = sealed_payload(message.headers, message.value, sensitive, itself(message), sealing.stretch)
            if not sealing.incomplete:
                return payload, sealing
            await sealing.fetch(self._keys, (), self._clock.now())

    async def discard(self, row_ids: Iterable[int], by: Operator) -> list[int]:
        """Discard messages permanently, with a reason; returns the ids of those that were parked until now."""
        async with self._pool.acquire() as connection, connection.transaction():
            now = self._clock.now()
            rows = await connection.fetch(
                "UPDATE parked SET state = 'discarded', resolved_at = $2, resolved_by = $3, resolution = $4"
                " WHERE id = ANY($1) AND state = 'parked' RETURNING id, source",
                list(row_ids), now, by.actor, by.reason,
            )  # fmt: skip
            discarded = (
                Action(by, "discarded", row["id"], {}, before={"status": "parked"}, after={"status": "discarded"})
                for row in rows
            )
            await record(connection, now, *discarded)
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
        settings = self._settings
        return Translator(found, settings.message_bytes_max, settings.schema_base, settings.tenant)

    async def waiting(self, row_id: int) -> Sequence[Waiting]:
        """The first messages parked under the same key as this one, in the order in which they arrived."""
        rows = await self._pool.fetch(
            f"SELECT {COLUMNS} FROM parked WHERE state = 'parked'"
            f" AND ({QUEUE}) = (SELECT {QUEUE} FROM parked WHERE id = $1) ORDER BY id LIMIT $2",
            row_id, self._settings.batch_max,
        )  # fmt: skip
        return [row.waiting for row in await read_rows(self._keys, rows)]

    async def _left(self, row_id: int) -> list[int]:
        rows = await self._pool.fetch(
            "SELECT id FROM parked WHERE state = 'parked'"
            f" AND ({QUEUE}) = (SELECT {QUEUE} FROM parked WHERE id = $1) ORDER BY id LIMIT $2",
            row_id, self._settings.batch_max,
        )  # fmt: skip
        return [row["id"] for row in rows]


def _edited(row: ParkedRow, edit: Edit) -> Message:
    original = row.original
    changed = {**original.headers, **{name.lower(): text for name, text in edit.headers.items()}}
    whole = edit.value is not None  # what an operator gives is not cut
    headers = {
        name: text
        for name, text in changed.items()
        if text is not None and not (whole and name in (CUT_BYTES, CUT_HASH))
    }
    if edit.value is None:
        return original._replace(headers=headers)
    found = {sealed: content for opened in row.opened for sealed, content in opened.found.items()}
    return original._replace(headers=headers, value=put_back(edit.value, found))
