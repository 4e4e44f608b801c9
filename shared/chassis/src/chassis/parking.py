"""Parked messages: what cannot be handled waits with its key, in order, until a person retries or discards it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from chassis.database import Connection
from chassis.errors import ConcurrentWrite
from chassis.inbox import Message
from chassis.plan import Plan

_COLUMNS = (
    "id, source, partition, position, key, headers, value, code, reason, attempts, state, parked_at, resolved_at, resolved_by,"
    " resolution"
)


async def write(connection: Connection, consumer: str, plan: Plan) -> None:
    """Write what a batch parks, and how its retries went, inside the batch's own transaction.

    Raises ConcurrentWrite when a retried message is not parked any more.
    """
    retried = [row_id for row_id, _ in plan.retried]
    if retried:
        still = await connection.fetch(
            "SELECT id FROM parked WHERE id = ANY($1) AND state = 'parked' ORDER BY id FOR UPDATE", retried
        )
        if len(still) != len(retried):  # else two who retry at once would both act on the message
            raise ConcurrentWrite("parked")
    await connection.executemany(
        "INSERT INTO parked (source, partition, position, key, headers, value, code, reason, parked_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (
                m.source,
                m.partition,
                m.position,
                m.key,
                orjson.dumps(dict(m.headers)).decode(),
                m.value,
                t.code,
                _text(t.reason),
                plan.now,
            )
            for m, t in plan.parked
        ],
    )
    await connection.executemany(
        "UPDATE parked SET attempts = attempts + 1, code = $2, reason = $3 WHERE id = $1 AND state = 'parked'",
        [(row_id, t.code, _text(t.reason)) for row_id, t in plan.retried if t is not None],
    )
    await connection.executemany(
        "UPDATE parked SET attempts = attempts + 1, state = 'retried', resolved_at = $2, resolution = 'handled on retry'"
        " WHERE id = $1 AND state = 'parked'",
        [(row_id, plan.now) for row_id, t in plan.retried if t is None],
    )
    touched = {(m.source, m.partition) for m, _ in plan.parked}
    if plan.retried:
        rows = await connection.fetch("SELECT DISTINCT source, partition FROM parked WHERE id = ANY($1)", retried)
        touched |= {(row["source"], row["partition"]) for row in rows}
    await _moved(connection, consumer, touched)


def _text(reason: str) -> str:
    """A reason may quote the message, and a text column cannot keep U+0000."""
    return reason.replace("\x00", "\ufffd")


async def _moved(connection: Connection, consumer: str, partitions: set[tuple[str, int]]) -> None:
    await connection.executemany(
        "UPDATE inbox SET parked_version = parked_version + 1 WHERE consumer = $1 AND source = $2 AND partition = $3",
        [(consumer, source, partition) for source, partition in sorted(partitions)],
    )


@dataclass(frozen=True)
class InboxState:
    """Where a source partition stands, and which of its keys are blocked by parked messages."""

    position: int
    kafka_offset: int
    last_id: str | None
    parked_version: int
    blocked: frozenset[str]


class Parking:
    """The parked messages of one service."""

    def __init__(self, pool: asyncpg.Pool, consumer: str) -> None:
        self._pool = pool
        self._consumer = consumer

    async def inbox(self, source: str, partition: int) -> InboxState:
        """The inbox of a source partition; made when it is new."""
        row = await self._pool.fetchrow(
            "SELECT position, kafka_offset, last_id, parked_version FROM inbox"
            " WHERE consumer = $1 AND source = $2 AND partition = $3",
            self._consumer, source, partition,
        )  # fmt: skip
        if row is None:
            await self._pool.execute(
                "INSERT INTO inbox (consumer, source, partition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                self._consumer, source, partition,
            )  # fmt: skip
            return await self.inbox(source, partition)
        keys = await self._pool.fetch(
            "SELECT DISTINCT key FROM parked WHERE source = $1 AND partition = $2 AND state = 'parked'",
            source,
            partition,
        )
        return InboxState(
            row["position"],
            row["kafka_offset"],
            row["last_id"],
            row["parked_version"],
            frozenset(k["key"] for k in keys),
        )

    async def start_over(self, source: str, partition: int) -> None:
        """Forget the place in a topic that was made anew; what it tells again is known by its ids."""
        await self._pool.execute(
            "UPDATE inbox SET position = 0, kafka_offset = -1, last_id = NULL, parked_version = parked_version + 1"
            " WHERE consumer = $1 AND source = $2 AND partition = $3",
            self._consumer, source, partition,
        )  # fmt: skip

    async def listed(self, state: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Parked messages by id, as a person reads them: the value as text, cut at 2,000 characters."""
        rows = await self._pool.fetch(
            f"SELECT {_COLUMNS} FROM parked WHERE state = $1 AND id > $2 ORDER BY id LIMIT $3", state, after, limit
        )
        return [_readable(row) for row in rows]

    async def one(self, row_id: int) -> dict[str, Any] | None:
        row = await self._pool.fetchrow(f"SELECT {_COLUMNS} FROM parked WHERE id = $1", row_id)
        return _readable(row) if row else None

    async def waiting(self, row_id: int) -> list[tuple[int, Message]]:
        """All messages parked under the same key as this one, in the order in which they came."""
        rows = await self._pool.fetch(
            f"SELECT {', '.join('p.' + c.strip() for c in _COLUMNS.split(','))} FROM parked p JOIN parked asked"
            " ON asked.source = p.source AND asked.partition = p.partition AND asked.key = p.key"
            " WHERE asked.id = $1 AND p.state = 'parked' ORDER BY p.id",
            row_id,
        )
        return [(row["id"], _message(row)) for row in rows]

    async def discard(self, row_id: int, reason: str, actor: str, now: datetime) -> bool:
        """Give one message up, for good and with a reason; False when it is not parked (any more)."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                "UPDATE parked SET state = 'discarded', resolved_at = $2, resolved_by = $3, resolution = $4"
                " WHERE id = $1 AND state = 'parked' RETURNING source, partition",
                row_id, now, actor, reason,
            )  # fmt: skip
            if row is not None:
                await _moved(connection, self._consumer, {(row["source"], row["partition"])})
        return row is not None


def _message(row: asyncpg.Record) -> Message:
    return Message(
        row["source"], row["partition"], row["position"], row["key"], orjson.loads(row["headers"]), row["value"]
    )


def _readable(row: asyncpg.Record) -> dict[str, Any]:
    value = bytes(row["value"])
    return {
        **{name: row[name] for name in row.keys() if name not in ("value", "headers")},  # noqa: SIM118 (a Record iterates values)
        "headers": orjson.loads(row["headers"]),
        "value": value[:2000].decode("utf-8", "replace"),
        "bytes": len(value),
    }
