"""What the record of acts and looks answers: who, what, on what, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from chassis.handling.audit import Kind

_COLUMNS = (
    "id AS operator_action_id, done_at, kind, action, things, actor, subject, client, address, agent, reason, parked_id, detail,"
    " before, after"
)
_DOCUMENTS = ("detail", "before", "after")
NO_ID = 2**63 - 1
"""Larger than that of any action."""


@dataclass(frozen=True)
class Sought:
    """Selects actions that match every given field.

    ``person`` acted, or had the token; ``since`` is the first instant that counts and ``before`` the first that does not any more.
    """

    person: str | None = None
    kind: Kind | None = None
    action: str | None = None
    thing: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    parked_id: int | None = None

    def clauses(self) -> tuple[str, list[Any]]:
        """The conditions of a statement, and its arguments from $1 on."""
        wanted: list[tuple[str, Any]] = [
            ("(actor = ${n} OR subject = ${n})", self.person),
            ("kind = ${n}", self.kind),
            ("action = ${n}", self.action),
            ("things @> ARRAY[${n}::text]", self.thing),
            ("done_at >= ${n}", self.since),
            ("done_at < ${n}", self.before),
            ("parked_id = ${n}", self.parked_id),
        ]
        given = [(clause, value) for clause, value in wanted if value is not None]
        clauses = [clause.replace("{n}", str(n)) for n, (clause, _) in enumerate(given, start=1)]
        return " AND ".join(["true", *clauses]), [value for _, value in given]


async def recorded(
    pool: asyncpg.Pool, after: int, limit: int, sought: Sought = Sought(), newest_first: bool = False
) -> list[dict[str, Any]]:
    """Actions in the order in which they were recorded, or the other way round; those beyond the one with the number ``after``.

    0 is before all of them in either order.
    """
    clauses, values = sought.clauses()
    beyond, direction = ("id <", "DESC") if newest_first else ("id >", "ASC")
    after = after or (NO_ID if newest_first else 0)
    rows = await pool.fetch(
        f"SELECT {_COLUMNS} FROM operator_action WHERE {clauses} AND {beyond} ${len(values) + 1} ORDER BY id {direction}"
        f" LIMIT ${len(values) + 2}",
        *values, after, limit,
    )  # fmt: skip
    return [_action(row) for row in rows]


async def newest_of(pool: asyncpg.Pool, thing: str) -> dict[str, Any] | None:
    """The last action on a thing; None where there was none."""
    clauses, values = Sought(thing=thing).clauses()
    row = await pool.fetchrow(
        f"SELECT {_COLUMNS} FROM operator_action WHERE {clauses} ORDER BY id DESC LIMIT 1", *values
    )
    return None if row is None else _action(row)


def _action(row: asyncpg.Record) -> dict[str, Any]:
    return {**dict(row), **{name: _document(row[name]) for name in _DOCUMENTS}}


def _document(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
