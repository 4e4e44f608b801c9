"""The fence around a log whose database was restored, moved or failed over, while its topic may hold events that the log lacks.

A position that was published once is never reused for another event. PostgreSQL refuses every append, and every move of an inbox,
while ``log_halt`` has a row. After a move it has one for each partition, which the relay removes once it has seen that the topic holds
nothing that the log lacks, and one for the sources (``SOURCES``), removed once their topics hold nothing that their logs lack:
otherwise a restored log would act on events that its sources have lost.

A process may live through a fail-over. So the log itself refuses to grow on a timeline that nobody has compared (``log_may_grow``), from
the moment at which a standby takes over, and a process forgets what it has cached when it meets another server.
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


class Location:
    """The server that the connections of a process lead to; ``moves`` counts how often it became another one, or another timeline."""

    def __init__(self) -> None:
        self.moves = 0
        self._seen: tuple[int, int] | None = None

    async def note(self, connection: asyncpg.Connection) -> None:
        """Look where a new connection leads."""
        row = await connection.fetchrow(
            "SELECT system_identifier, CASE WHEN pg_is_in_recovery() THEN 0 ELSE log_timeline() END AS timeline FROM pg_control_system()"
        )
        assert row is not None
        here = row["system_identifier"], row["timeline"]
        if self._seen is not None and self._seen != here:
            self.moves += 1
        self._seen = here


async def note_location(pool: asyncpg.Pool) -> frozenset[int]:
    """Record which server and database this is, and raise the fence when it is not the one of before.

    Returns the partitions that must be compared with their topic, and SOURCES where those must be.
    """
    await pool.execute(
        "WITH here AS ("
        "  SELECT s.system_identifier, d.oid::bigint AS database_oid, log_timeline() AS timeline"
        "    FROM pg_control_system() s, pg_database d WHERE d.datname = current_database()"
        "), halted AS ("
        "  INSERT INTO log_halt (partition, code, reason, since)"
        "  SELECT partition, 'moved', $1, now() FROM (SELECT partition FROM log_partition UNION ALL SELECT $2) l, log_place p, here h"
        "   WHERE (p.system_identifier, p.database_oid, p.timeline) <> (h.system_identifier, h.database_oid, h.timeline)"
        "  ON CONFLICT DO NOTHING"
        ") INSERT INTO log_place (id, system_identifier, database_oid, timeline) SELECT 1, * FROM here"
        " ON CONFLICT (id) DO UPDATE SET system_identifier = excluded.system_identifier,"
        " database_oid = excluded.database_oid, timeline = excluded.timeline"
        " WHERE (log_place.system_identifier, log_place.database_oid, log_place.timeline)"
        " <> (excluded.system_identifier, excluded.database_oid, excluded.timeline)",
        MOVED, SOURCES,
    )  # fmt: skip
    return frozenset(row["partition"] for row in await pool.fetch("SELECT partition FROM log_halt"))


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
