"""When a log must not grow: its database was restored or moved, and its topic may hold events that it lacks.

Positions that were told to others once are never given to other events. PostgreSQL refuses every append, and every move of an inbox,
while a row of ``log_halt`` stands. After a move there is one for each partition, which the relay lifts as soon as it has seen that the
topic holds nothing that the log lacks, and one for the sources (``SOURCES``), lifted when their topics hold nothing that their logs
lack: else a log that was restored would take from the others what they have lost.
"""

from collections.abc import Collection

import asyncpg

HALTED = "SL003"
MOVED = (
    "The database was restored, moved or failed over, so nothing is written until the relay has compared the log with its topic;"
    " that needs the broker, and the services that it listens to."
)


SOURCES = -1


class LogHalted(Exception):
    """The log must not grow; the message says why and what to do."""


async def note_location(pool: asyncpg.Pool) -> None:
    """Remember which server and database this is; where it is another one than last time, the log must not grow until it was compared."""
    await pool.execute(
        "WITH here AS ("
        "  SELECT s.system_identifier, d.oid::bigint AS database_oid, c.timeline_id AS timeline"
        "    FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d WHERE d.datname = current_database()"
        "), halted AS ("
        "  INSERT INTO log_halt (partition, code, reason, since)"
        "  SELECT partition, 'moved', $1, now() FROM (SELECT partition FROM log_partition UNION ALL SELECT $2) l, log_place p, here h"
        "   WHERE (p.system_identifier, p.database_oid, p.timeline) <> (h.system_identifier, h.database_oid, h.timeline)"
        "  ON CONFLICT DO NOTHING"
        ") INSERT INTO log_place (id, system_identifier, database_oid, timeline) SELECT 1, * FROM here"
        " ON CONFLICT (id) DO UPDATE SET system_identifier = excluded.system_identifier,"
        " database_oid = excluded.database_oid, timeline = excluded.timeline",
        MOVED, SOURCES,
    )  # fmt: skip


async def raise_fence(pool: asyncpg.Pool, partition: int, reason: str) -> None:
    """Nothing is written any more, by no replica: the topic goes on where this partition of the log ends."""
    await pool.execute(
        "INSERT INTO log_halt (partition, code, reason, since) VALUES ($1, 'behind', $2, now())"
        " ON CONFLICT (partition) DO UPDATE SET code = 'behind', reason = excluded.reason",
        partition, reason,
    )  # fmt: skip


async def sources_wait(pool: asyncpg.Pool) -> bool:
    """Whether the sources must be compared before anything is taken or written."""
    return bool(await pool.fetchval("SELECT EXISTS (SELECT FROM log_halt WHERE partition = $1)", SOURCES))


def halt_of(error: asyncpg.PostgresError) -> LogHalted | None:
    """What PostgreSQL says when the log must not grow."""
    return LogHalted(error.args[0]) if error.sqlstate == HALTED else None


async def lower_fence(pool: asyncpg.Pool, partitions: Collection[int]) -> None:
    """These partitions were compared with their topic, which holds nothing that they lack."""
    await pool.execute("DELETE FROM log_halt WHERE partition = ANY($1)", list(partitions))
