"""One stream of the log by itself: how far it was known at an instant, and its events a page at a time."""

from datetime import datetime

from chassis.storage.log import EVENT_COLUMNS, Log, StoredEvent

_NEWEST = "SELECT version FROM event WHERE partition = $1 AND stream = $2 ORDER BY version DESC LIMIT 1"
_KNOWN = (
    "SELECT coalesce(min(version) FILTER (WHERE recorded_at > $3) - 1, max(version)) FROM event"
    " WHERE partition = $1 AND stream = $2"
)


async def known_version(log: Log, stream: str, known_at: datetime | None = None) -> int | None:
    """The number of the last event that was known at an instant, or is known now; 0 where none was yet, None without such a stream.

    The clocks of replicas differ, so a stream is cut at its first event recorded later, as everywhere.
    """
    place = (log.partition(stream), stream)
    pool = log.database.pool
    found: int | None = await (
        pool.fetchval(_NEWEST, *place) if known_at is None else pool.fetchval(_KNOWN, *place, known_at)
    )
    return found


async def events_of(log: Log, stream: str, after: int, until: int, limit: int) -> list[StoredEvent]:
    """The events of a stream behind number ``after`` up to ``until``, in order; at most ``limit``."""
    rows = await log.database.pool.fetch(
        f"SELECT {EVENT_COLUMNS} FROM event WHERE partition = $1 AND stream = $2 AND version > $3 AND version <= $4"
        " ORDER BY version LIMIT $5",
        log.partition(stream), stream, after, until, limit,
    )  # fmt: skip
    return [log.stored(row) for row in rows]
