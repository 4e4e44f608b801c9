"""Events of a log that a read model or a listener cannot take: set aside for it alone, on record, until somebody undoes it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

import asyncpg

from chassis.errors import UsageError
from chassis.handling.audit import Action, Operator, record
from chassis.storage.database import Connection

Kind = Literal["read model", "listener"]
Place = tuple[int, int]
"""A partition and a position in it."""

BY_ITSELF = "standing"
"""The actor of what was set aside because it could not be taken, before any person has decided about it."""
_COLUMNS = (
    "id AS set_aside_id, kind, name, version, partition, position, event_id, type, cause, state AS status,"
    " set_aside_at, set_aside_by, decided_at, decided_by, decision"
)
_OPEN = "state <> 'undone'"
CONCERNS = "(kind = 'listener' OR version IS NULL OR (name, version) IN (SELECT * FROM unnest($1::text[], $2::int[]) AS m (name, version)))"
"""Whether a row concerns this code, whose read models and versions are $1 and $2."""


class EventAt(NamedTuple):
    """What identifies an event of a log."""

    partition: int
    position: int
    id: str
    type: str


class Target(NamedTuple):
    """Whose event it is: a read model in one version (None: in each), or the listener of a topic."""

    kind: Kind
    name: str
    version: int | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class SetAside:
    """The record of what is set aside in one service."""

    def __init__(self, pool: asyncpg.Pool, versions: Mapping[str, int]) -> None:
        self.pool = pool
        self._mine = (list(versions), list(versions.values()))

    async def places(self) -> dict[str, frozenset[Place]]:
        """Read model → the places of events that its version of this code does without."""
        rows = await self.pool.fetch(
            f"SELECT name, partition, position FROM set_aside WHERE kind = 'read model' AND {_OPEN} AND {CONCERNS}",
            *self._mine,
        )
        found: dict[str, set[Place]] = {}
        for row in rows:
            found.setdefault(row["name"], set()).add((row["partition"], row["position"]))
        return {name: frozenset(places) for name, places in found.items()}

    async def add_fault(self, target: Target, event: EventAt, error: str, at_most: int, now: datetime) -> bool:
        """Set aside an event that a read model failed on; False when ``at_most`` of it wait for a decision already."""
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"set aside {target.name}")
            waiting = await connection.fetchval(
                "SELECT count(*) FROM set_aside WHERE kind = $1 AND name = $2 AND version = $3 AND state = 'waiting'",
                *target,
            )
            if waiting >= at_most:
                return False
            await self._insert(connection, target, event, Operator(BY_ITSELF, error), "waiting", now)
        return True

    async def was_set_aside(self, target: Target, event: EventAt) -> bool:
        """Whether the event was ever set aside for it, even if that was undone."""
        return bool(
            await self.pool.fetchval(
                "SELECT EXISTS (SELECT FROM set_aside WHERE kind = $1 AND name = $2 AND (version IS NULL OR version = $3)"
                " AND partition = $4 AND position = $5)",
                *target, event.partition, event.position,
            )
        )  # fmt: skip

    async def add(self, connection: Connection, target: Target, event: EventAt, by: Operator, now: datetime) -> int:
        """Set an event aside because an operator decided so; returns its number. Raises UsageError when it is set aside already."""
        already = await connection.fetchval(
            f"SELECT id FROM set_aside WHERE kind = $1 AND name = $2 AND partition = $3 AND position = $4 AND {_OPEN}",
            target.kind, target.name, event.partition, event.position,
        )  # fmt: skip
        if already is not None:
            raise UsageError(f"This event is set aside for {target} already, as number {already}.")
        number = await self._insert(connection, target, event, by, "accepted", now)
        if number is None:
            raise UsageError(f"This event is set aside for {target} already.")
        return number

    async def _insert(
        self, connection: Connection, target: Target, event: EventAt, by: Operator, state: str, now: datetime
    ) -> int | None:
        number: int | None = await connection.fetchval(
            "INSERT INTO set_aside (kind, name, version, partition, position, event_id, type, cause, state, set_aside_at, set_aside_by)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING RETURNING id",
            *target, event.partition, event.position, event.id, event.type, _text(by.reason), state, now, by.actor,
        )  # fmt: skip
        if number is not None:
            await _note(
                connection, now, by, ("set aside", None, state), target, number, event.partition, event.position
            )
        return number

    async def decide(
        self, connection: Connection, number: int, state: Literal["accepted", "undone"], by: Operator, now: datetime
    ) -> dict[str, Any]:
        """Accept that something does without an event, or undo it; returns the row. Raises UsageError when that was decided before."""
        before = await connection.fetchval("SELECT state FROM set_aside WHERE id = $1 FOR UPDATE", number)
        row = await connection.fetchrow(
            "UPDATE set_aside SET state = $2, decided_at = $3, decided_by = $4, decision = $5 WHERE id = $1 AND state <> 'undone'"
            f" AND state <> $2 RETURNING {_COLUMNS}",
            number, state, now, by.actor, _text(by.reason),
        )  # fmt: skip
        if row is None:
            raise UsageError(f"Number {number} cannot be {state}: it is so already, was undone, or does not exist.")
        target = Target(row["kind"], row["name"], row["version"])
        await _note(connection, now, by, (state, before, state), target, number, row["partition"], row["position"])
        return dict(row)

    async def one(self, number: int) -> dict[str, Any] | None:
        row = await self.pool.fetchrow(f"SELECT {_COLUMNS} FROM set_aside WHERE id = $1", number)
        return dict(row) if row else None

    async def listed(self, after: int, limit: int, everything: bool = False) -> list[dict[str, Any]]:
        """What is set aside now, by number; with ``everything`` also what was undone, or was of other versions of this code."""
        rows = await self.pool.fetch(
            f"SELECT {_COLUMNS} FROM set_aside WHERE ($5 OR ({_OPEN} AND {CONCERNS})) AND id > $3 ORDER BY id LIMIT $4",
            *self._mine, after, limit, everything,
        )  # fmt: skip
        return [dict(row) for row in rows]


async def passed_over(pool: asyncpg.Pool, topic: str, partition: int) -> frozenset[int]:
    """The positions of a topic's partition that its listener does without."""
    rows = await pool.fetch(
        f"SELECT position FROM set_aside WHERE kind = 'listener' AND name = $1 AND partition = $2 AND {_OPEN}", topic, partition
    )  # fmt: skip
    return frozenset(row["position"] for row in rows)


async def _note(
    connection: Connection, now: datetime, by: Operator, what: tuple[str, str | None, str], target: Target, number: int,
    partition: int, position: int,
) -> None:  # fmt: skip
    """``what``: the action, and the status before and after it."""
    action, before, after = what
    detail = {"number": number, "kind": target.kind, "name": target.name, "partition": partition, "position": position}
    done = Action(
        by._replace(reason=_text(by.reason)), action, None, detail, (f"set-aside/{number}",),
        before and {"status": before}, {"status": after},
    )  # fmt: skip
    await record(connection, now, done)


def _text(reason: str) -> str:
    """A reason may quote what it is about, and a text column cannot store U+0000."""
    return reason.replace("\x00", "\ufffd")


def named(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What is set aside, one sentence for each read model or listener, with the first of its events."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(f"{row['kind']} {row['name']}", []).append(row)
    return [
        f"{what} does without {len(each)} event{'s' * (len(each) > 1)}, the first {each[0]['type']} at position"
        f" {each[0]['position']} of partition {each[0]['partition']}: {each[0]['cause']}"
        for what, each in grouped.items()
    ]
