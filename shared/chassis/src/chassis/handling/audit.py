"""Who did what, when and why: a record of every operator action on a running service."""

from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
import orjson

from chassis.storage.database import Connection


class Operator(NamedTuple):
    """The person who acts, and the reason given."""

    actor: str
    reason: str


class Action(NamedTuple):
    """One action; ``parked_id`` where it concerned a parked message; ``detail`` is plain JSON."""

    by: Operator
    action: str
    parked_id: int | None
    detail: dict[str, Any]


async def record(connection: Connection, now: datetime, *actions: Action) -> None:
    """Record actions inside the transaction that performs them."""
    await connection.executemany(
        "INSERT INTO operator_action (done_at, actor, reason, action, parked_id, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            (now, by.actor, by.reason, action, parked_id, orjson.dumps(detail).decode())
            for by, action, parked_id, detail in actions
        ],
    )


async def recorded(pool: asyncpg.Pool, after: int, limit: int, parked_id: int | None = None) -> list[dict[str, Any]]:
    """Actions in the order in which they were performed, on one parked message or on all."""
    rows = await pool.fetch(
        "SELECT id AS operator_action_id, done_at, actor, reason, action, parked_id, detail FROM operator_action"
        " WHERE id > $1 AND ($2::bigint IS NULL OR parked_id = $2) ORDER BY id LIMIT $3",
        after, parked_id, limit,
    )  # fmt: skip
    return [{**dict(row), "detail": orjson.loads(row["detail"])} for row in rows]
