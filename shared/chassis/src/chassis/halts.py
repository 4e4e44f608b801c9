"""When a log must not grow: its database was restored or moved, and its topic may hold events that it lacks.

Positions that were told to others once are never given to other events. PostgreSQL refuses every append while a row of ``log_halt``
stands; the relay lifts it as soon as it has seen that the topic holds nothing that the log lacks.
"""

from collections.abc import Collection

import asyncpg

HALTED = "SL003"
MOVED = (
    "The database was restored, moved or failed over, so nothing is written until the relay has compared the log with its topic;"
    " that needs the broker."
)


class LogHalted(Exception):
    """The log must not grow; the message says why and what to do."""


async def note_place(pool: asyncpg.Pool) -> None:
    """Remember which server and database this is; where it is another one than last time, the log must not grow until it was compared."""
    await pool.execute(
        "WITH here AS ("
        "  SELECT s.system_identifier, d.oid::bigint AS database_oid, c.timeline_id AS timeline"
        "    FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d WHERE d.datname = current_database()"
        "), halted AS ("
        "  INSERT INTO log_halt (partition, code, reason, since)"
        "  SELECT partition, 'moved', $1, now() FROM log_partition, log_place p, here h"
        "   WHERE (p.system_identifier, p.database_oid, p.timeline) <> (h.system_identifier, h.database_oid, h.timeline)"
        "  ON CONFLICT DO NOTHING"
        ") INSERT INTO log_place (id, system_identifier, database_oid, timeline) SELECT 1, * FROM here"
        " ON CONFLICT (id) DO UPDATE SET system_identifier = excluded.system_identifier,"
        " database_oid = excluded.database_oid, timeline = excluded.timeline",
        MOVED,
    )


async def halt(pool: asyncpg.Pool, partition: int, reason: str) -> None:
    """Nothing is written any more, by no replica: the topic goes on where this partition of the log ends."""
    await pool.execute(
        "INSERT INTO log_halt (partition, code, reason, since) VALUES ($1, 'behind', $2, now())"
        " ON CONFLICT (partition) DO UPDATE SET code = 'behind', reason = excluded.reason",
        partition, reason,
    )  # fmt: skip


async def lift(pool: asyncpg.Pool, partitions: Collection[int]) -> None:
    """These partitions were compared with their topic, which holds nothing that they lack."""
    await pool.execute("DELETE FROM log_halt WHERE partition = ANY($1)", list(partitions))
