"""The fence around a log whose database was restored or moved, while its topic may hold events that the log lacks.

A position that was published once is never reused for another event. PostgreSQL refuses every append, and every move of an inbox,
while ``log_halt`` has a row. After a move it has one for each partition, which the relay removes once it has seen that the topic holds
nothing that the log lacks, and one for the sources (``SOURCES``), removed once their topics hold nothing that their logs lack:
otherwise a restored log would act on events that its sources have lost.
"""

from collections.abc import Collection

import asyncpg

HALTED = "SL003"
MOVED = (
    "The database was restored, moved or failed over, so nothing is written until the relay has compared the log with its topic;"
    " that needs the broker, and the services whose topics it consumes."
)


SOURCES = -1


class LogHalted(Exception):
    """The log must not grow; the message says why and what to do."""


async def note_location(pool: asyncpg.Pool) -> None:
    """Record which server and database this is; raise the fence when it is not the one of the last start."""
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
    """Stop every replica from writing: the topic goes on where this partition of the log ends."""
    await pool.execute(
        "INSERT INTO log_halt (partition, code, reason, since) VALUES ($1, 'behind', $2, now())"
        " ON CONFLICT (partition) DO UPDATE SET code = 'behind', reason = excluded.reason",
        partition, reason,
    )  # fmt: skip


async def sources_wait(pool: asyncpg.Pool) -> bool:
    """Whether the sources must be compared before anything is consumed or written."""
    return bool(await pool.fetchval("SELECT EXISTS (SELECT FROM log_halt WHERE partition = $1)", SOURCES))


def halt_of(error: asyncpg.PostgresError) -> LogHalted | None:
    """The LogHalted that PostgreSQL's error stands for; None for any other error."""
    return LogHalted(error.args[0]) if error.sqlstate == HALTED else None


async def lower_fence(pool: asyncpg.Pool, partitions: Collection[int]) -> None:
    """Allow writing again: these partitions were compared with their topic, which holds nothing that they lack."""
    await pool.execute("DELETE FROM log_halt WHERE partition = ANY($1)", list(partitions))
