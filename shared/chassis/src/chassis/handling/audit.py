"""Who did what, when and why: everything that a person does to a running service is on record."""

from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
import orjson

from chassis.storage.database import Connection


class Operator(NamedTuple):
    """A person at work: a name, and the reason for what is being done."""

    actor: str
    reason: str


class Action(NamedTuple):
    """Something done: ``parked_id`` where it was done to a parked message; ``detail`` is plain JSON."""

    by: Operator
    action: str
    parked_id: int | None
    detail: dict[str, Any]


async def record(connection: Connection, now: datetime, *actions: Action) -> None:
    """Write actions down, inside the transaction of what they did."""
    await connection.executemany(
        "INSERT INTO operator_action (done_at, actor, reason, action, parked_id, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (now, by.actor, by.reason, action, parked_id, orjson.dumps(detail).decode())
            for by, action, parked_id, detail in actions
        ],
    )


async def recorded(pool: asyncpg.Pool, after: int, limit: int, parked_id: int | None = None) -> list[dict[str, Any]]:
    """Actions in the order in which they were done, of one parked message or of all."""
    rows = await pool.fetch(
        "SELECT id, done_at, actor, reason, action, parked_id, detail FROM operator_action"
        " WHERE id > $1 AND ($2::bigint IS NULL OR parked_id = $2) ORDER BY id LIMIT $3",
        after, parked_id, limit,
    )  # fmt: skip
    return [{**dict(row), "detail": orjson.loads(row["detail"])} for row in rows]
