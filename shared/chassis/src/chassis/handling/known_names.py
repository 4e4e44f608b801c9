"""The record of the names that streams were given, and of those that people may take for an older one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import asyncpg

from chassis.errors import UsageError
from chassis.handling.audit import Action, Operator, record
from chassis.look_alikes import forms_of
from chassis.storage.database import Connection

Name = tuple[str, str]
"""What it names, and the id."""
Status = Literal["waiting", "different"]
LIKE_MAX = 5
"""Of a name's older look-alikes, how many are shown."""

_ADD = """
INSERT INTO known_name AS k (names, id, small, shown, first_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::timestamptz[])
ON CONFLICT (names, id) DO UPDATE SET first_at = EXCLUDED.first_at WHERE EXCLUDED.first_at < k.first_at
RETURNING names, id
"""
_CHANGED = "unnest($1::text[], $2::text[]) AS changed (names, id) JOIN known_name k USING (names, id)"


def _exists(form: str) -> str:
    return (
        f"EXISTS (SELECT FROM known_name o WHERE (o.names, o.{form}) = (k.names, k.{form})"
        " AND (o.first_at, o.id) < (k.first_at, k.id))"
    )


def _next(form: str) -> str:
    """Whoever comes next behind a changed name has an older look-alike now; those behind the next had one before."""
    return (
        f"SELECT n.names, n.id FROM {_CHANGED} CROSS JOIN LATERAL (SELECT o.names, o.id FROM known_name o"
        f" WHERE (o.names, o.{form}) = (k.names, k.{form}) AND (o.first_at, o.id) > (k.first_at, k.id)"
        " ORDER BY o.first_at, o.id LIMIT 1) n"
    )


_HAS_OLDER = f"({_exists('small')} OR {_exists('shown')})"
_FIND = (
    f"INSERT INTO look_alike (names, id, found_at) SELECT names, id, $3 FROM (SELECT names, id FROM {_CHANGED} WHERE {_HAS_OLDER}"
    f" UNION {_next('small')} UNION {_next('shown')}) found"
    " JOIN known_name USING (names, id) ORDER BY first_at, id ON CONFLICT DO NOTHING"
)
_LOSE = f"DELETE FROM look_alike l USING {_CHANGED} WHERE (l.names, l.id) = (k.names, k.id) AND l.decided_at IS NULL AND NOT {_HAS_OLDER}"


def _older(form: str) -> str:
    return (
        f"(SELECT o.first_at, o.id FROM known_name o WHERE (o.names, o.{form}) = (k.names, k.{form})"
        f" AND (o.first_at, o.id) < (k.first_at, k.id) ORDER BY o.first_at, o.id LIMIT {LIKE_MAX})"
    )


_LISTED = (
    "SELECT l.number, l.names, l.id, k.first_at, l.found_at, l.decided_at, l.decided_by, l.decision,"
    f" ARRAY(SELECT id FROM ({_older('small')} UNION {_older('shown')}) o ORDER BY first_at, id LIMIT {LIKE_MAX}) AS alike"
    " FROM look_alike l LEFT JOIN known_name k USING (names, id)"
    " WHERE ($1::text IS NULL OR ($1 = 'waiting') = (l.decided_at IS NULL)) AND l.number > $2 ORDER BY l.number LIMIT $3"
)
_DECIDE = (
    "UPDATE look_alike SET decided_at = $2, decided_by = $3, decision = $4 WHERE number = ANY($1) AND decided_at IS NULL"
    " RETURNING number, names, id"
)


async def add(connection: Connection, names: Mapping[Name, datetime], now: datetime) -> None:
    """Note when names were first given, and which of them have an older look-alike; the order in which they are noted does not count."""
    if not names:
        return
    forms = [forms_of(id) for _, id in names]
    changed = await connection.fetch(
        _ADD, [what for what, _ in names], [id for _, id in names], [each.small for each in forms], [each.shown for each in forms],
        list(names.values()),
    )  # fmt: skip
    if changed:
        whose = [row["names"] for row in changed], [row["id"] for row in changed]
        await connection.execute(_LOSE, *whose)
        await connection.execute(_FIND, *whose, now)


async def forget(connection: Connection) -> None:
    """Begin anew with all names; what was decided stays."""
    await connection.execute("DELETE FROM known_name")
    await connection.execute("DELETE FROM look_alike WHERE decided_at IS NULL")


class LookAlikes:
    """What operators see of it, and decide."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def listed(self, status: Status | None, after: int, limit: int) -> list[dict[str, Any]]:
        """Names with an older look-alike, by number; of one status or of both."""
        return [dict(row) for row in await self._pool.fetch(_LISTED, status, after, limit)]

    async def acknowledge(self, numbers: Sequence[int], by: Operator, now: datetime) -> int:
        """Note that names are those of other things than their look-alikes; returns how many.

        All of them or none. Raises UsageError where one was decided before or does not exist.
        """
        wanted = sorted(set(numbers))
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_DECIDE, wanted, now, by.actor, by.reason)
            if missing := set(wanted) - {row["number"] for row in rows}:
                raise UsageError(
                    f"Number {min(missing)} is no look-alike that waits: it was decided before, or there is none."
                )
            before, after = {"status": "waiting"}, {"status": "different"}
            acknowledged = (
                Action(
                    by, "acknowledged as different", None, dict(row), (f"look-alikes/{row['number']}",), before, after
                )
                for row in sorted(rows, key=lambda row: row["number"])
            )
            await record(connection, now, *acknowledged)
        return len(rows)
