"""Which journeys an id belongs to: by the message that began one, by an event, or by what is named in the events.

The log has indexes of correlation ids, ids of events and streams; all else is found by marks (``chassis.storage.marks``) in the table
``lookup``, which a follower fills.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from chassis.storage.log import Log
from chassis.storage.marks import Marks, mark_of

PARKED_WITHIN_S = 30.0
JOURNEYS_MAX = 20
HITS_MAX = 1_000
"""Of the events that name an id, and of those of a stream, how many are looked at, the oldest first."""
COUNTED_MAX = 1_000
"""Of the events of a journey."""


@dataclass(frozen=True)
class Journey:
    """The events with this correlation id, in this log; ``found_by`` says what the id was in them, and ``stream`` in whose event.

    ``event_count`` goes no further than ``COUNTED_MAX``.
    """

    correlation_id: str
    found_by: str
    stream: str
    event_count: int
    first_at: datetime
    first_type: str


@dataclass(frozen=True)
class Journeys:
    """``more``: there are, or may be, more than those. ``unread``: events of the log that the index has not read yet."""

    items: list[Journey]
    more: bool
    unread: int


@dataclass(frozen=True)
class ParkedHit:
    """A parked message that has the id as its own, as its key or in its value."""

    parked_id: int
    source: str
    status: str
    code: str
    reason: str


_MARKED = (
    "(SELECT e.correlation_id, {rank} AS rank, e.stream, e.occurred_at FROM lookup l JOIN event e USING (partition, position)"
    f" WHERE l.mark = {{mark}} ORDER BY l.position, l.partition LIMIT {HITS_MAX})"
)
_HITS = f"""
WITH hit AS MATERIALIZED (
    (SELECT correlation_id, 1 AS rank, stream, occurred_at FROM event WHERE correlation_id = $1 LIMIT 1)
    UNION ALL SELECT correlation_id, 2, stream, occurred_at FROM event WHERE event_id = $2
    UNION ALL {_MARKED.format(rank=3, mark="$3")}
    UNION ALL {_MARKED.format(rank=4, mark="$4")}
    UNION ALL SELECT e.correlation_id, 4, named.stream, e.occurred_at FROM unnest($5::int[], $6::text[]) AS named (partition, stream)
    CROSS JOIN LATERAL (SELECT correlation_id, occurred_at FROM event x WHERE x.partition = named.partition
     AND x.stream = named.stream ORDER BY version LIMIT {HITS_MAX}) e
)
SELECT correlation_id, min(rank) AS rank, (array_agg(stream ORDER BY rank, occurred_at))[1] AS stream,
       (SELECT count(*) FROM hit) AS hits, (SELECT sum(lag) FROM lookup_lag)::bigint AS unread
  FROM hit GROUP BY correlation_id ORDER BY min(rank), min(occurred_at), correlation_id LIMIT {JOURNEYS_MAX + 1}
"""
_RANKS = {1: "correlation id", 2: "id of an event", 3: "id of the message", 4: "named in an event"}
_JOURNEYS = f"""
SELECT j.correlation_id, e.event_count, e.first_at, e.first_type
  FROM unnest($1::text[]) AS j (correlation_id) CROSS JOIN LATERAL (
    SELECT count(*) AS event_count, min(occurred_at) AS first_at,
           (array_agg(type ORDER BY recorded_at, partition, position))[1] AS first_type
      FROM (SELECT * FROM event WHERE correlation_id = j.correlation_id LIMIT {COUNTED_MAX}) counted
  ) e
"""
_PARKED = """
SELECT id AS parked_id, source, state AS status, code, reason FROM parked
 WHERE key = $1 OR position($2 in headers::text) > 0 OR position($3 in value) > 0 ORDER BY id LIMIT $4
"""


async def journeys_of(log: Log, marks: Marks, id: str) -> Journeys:
    """The journeys of an id, those that it names itself first, then the older ones; at most ``JOURNEYS_MAX``."""
    pool, streams = log.database.pool, marks.streams(id)
    places = list(map(log.partition, streams))
    hits = await pool.fetch(_HITS, id, _uuid(id), mark_of("cause", id), mark_of("name", id), places, streams)
    if not hits:
        return Journeys([], False, await unread_events(pool))
    ranks = {row["correlation_id"]: row["rank"] for row in hits[:JOURNEYS_MAX]}
    first = {row["correlation_id"]: row["stream"] for row in hits}
    rows = await pool.fetch(_JOURNEYS, list(ranks))
    found = [
        Journey(found_by=_RANKS[ranks[row["correlation_id"]]], stream=first[row["correlation_id"]], **row)
        for row in rows
    ]
    found.sort(key=lambda each: (ranks[each.correlation_id], each.first_at, each.correlation_id))
    more = len(hits) > JOURNEYS_MAX or hits[0]["hits"] >= HITS_MAX
    return Journeys(found, more, hits[0]["unread"])


async def unread_events(pool: asyncpg.Pool) -> int:
    """How many events of the log the index has not read yet: what only they name is not found."""
    count: int = await pool.fetchval("SELECT sum(lag)::bigint FROM lookup_lag")
    return count


async def parked_of(pool: Any, id: str) -> list[ParkedHit]:
    """The parked messages of an id, in whatever state; at most ``JOURNEYS_MAX``. Raises TimeoutError after ``PARKED_WITHIN_S``.

    All of them are read through: they are few, and may be changed at any time.
    """
    quoted = orjson.dumps(id).decode()
    rows: list[asyncpg.Record] = await pool.fetch(
        _PARKED, id, quoted, quoted.encode(), JOURNEYS_MAX, timeout=PARKED_WITHIN_S
    )
    return [ParkedHit(**dict(row)) for row in rows]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
