"""How many records of each partition wait, on record for whoever asks any replica: only the one that consumes a partition can say."""

import contextlib
from collections.abc import Mapping

import asyncpg

WITHIN_S = 5.0


async def note_waiting(pool: asyncpg.Pool, consumer: str, waiting: Mapping[tuple[str, int], int]) -> None:
    """``waiting``: source and partition → records behind what was handled. A database that is away costs the note, not the consumer."""
    places = [*waiting]
    with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        await pool.execute(
            "INSERT INTO inbox (consumer, source, partition, waiting)"
            " SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[])"
            " ON CONFLICT (consumer, source, partition) DO UPDATE SET waiting = excluded.waiting"
            " WHERE inbox.waiting <> excluded.waiting",
            consumer, [source for source, _ in places], [partition for _, partition in places], [*waiting.values()],
            timeout=WITHIN_S,
        )  # fmt: skip
