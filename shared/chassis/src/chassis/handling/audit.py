"""Who did or saw what, on what, when and why: a record of every act of an operator, and of every look at what is not everybody's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

import asyncpg
import orjson

from chassis.storage.database import Connection

Kind = Literal["act", "look"]
THINGS_MAX = 1_000
"""Of what one row names; a page of a list has at most 500."""


class Operator(NamedTuple):
    """Who acts or looks, and the reason given.

    ``actor`` is the person whose act it is, ``subject`` that of the token where it acts in the actor's name, ``client`` the program,
    ``address`` where the request came from and ``agent`` what sent it; all None for what a service does by itself.
    """

    actor: str
    reason: str
    subject: str | None = None
    client: str | None = None
    address: str | None = None
    agent: str | None = None


class Action(NamedTuple):
    """One act or look.

    ``things`` is on what, as ``collection/id``: ``parked/17``, ``policies/roles``; ``parked_id`` where an act concerned a parked message.
    ``before`` and ``after`` are what an act changed, ``detail`` whatever else is to be known; all plain JSON.
    """

    by: Operator
    action: str
    parked_id: int | None
    detail: Mapping[str, Any]
    things: tuple[str, ...] = ()
    before: Any = None
    after: Any = None
    kind: Kind = "act"


_INSERT = (
    "INSERT INTO operator_action_pending (done_at, kind, action, things, actor, subject, client, address, agent, reason, parked_id,"
    " detail, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
)


async def record(connection: Connection, now: datetime, *actions: Action) -> None:
    """Record actions inside the transaction that performs them; they are numbered and chained when it commits."""
    if actions:
        await connection.executemany(_INSERT, [_row(now, action) for action in actions])


async def record_alone(pool: asyncpg.Pool, now: datetime, action: Action) -> None:
    """Record what changes nothing, such as a look, before its answer is given. Raises the driver's errors: then there is no answer."""
    await pool.execute(_INSERT, *_row(now, action))


def _row(now: datetime, action: Action) -> tuple[Any, ...]:
    by = action.by
    things = action.things or (() if action.parked_id is None else (f"parked/{action.parked_id}",))
    return (
        now, action.kind, action.action, things[:THINGS_MAX], by.actor, by.subject, by.client, by.address, by.agent, by.reason,
        action.parked_id, _json(dict(action.detail)), _json(action.before), _json(action.after),
    )  # fmt: skip


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
