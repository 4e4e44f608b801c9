"""Which journeys an id belongs to: by the message that began one, by an event, or by what is named in the events.

An id in the data of events is found by reading the whole log, which an operator may wait for; nothing else asks this.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

LOOKS_FOR_S = 30.0
JOURNEYS_MAX = 20


@dataclass(frozen=True)
class Journey:
    """All events with this correlation id, in this log; ``found_by`` says what the id was in them, first in an event of ``stream``."""

    correlation_id: str
    found_by: str
    stream: str
    event_count: int
    first_at: datetime
    first_type: str


@dataclass(frozen=True)
class ParkedHit:
    """A parked message that has the id as its own, as its key or in its value."""

    parked_id: int
    source: str
    status: str
    code: str
    reason: str


_JOURNEYS = """
WITH hit AS (
    SELECT correlation_id, min(CASE WHEN correlation_id = $1 THEN '1 correlation id' WHEN event_id = $2 THEN '2 id of an event'
               WHEN position($4 in meta::text) > 0 THEN '3 id of the message' ELSE '4 named in an event' END) AS found_by,
           (array_agg(stream ORDER BY recorded_at, partition, position))[1] AS stream
      FROM event
     WHERE correlation_id = $1 OR event_id = $2 OR position($3 in data::text) > 0 OR position($4 in meta::text) > 0
     GROUP BY correlation_id
)
SELECT h.correlation_id, substr(h.found_by, 3) AS found_by, h.stream, count(*) AS event_count, min(e.occurred_at) AS first_at,
       (array_agg(e.type ORDER BY e.recorded_at, e.partition, e.position))[1] AS first_type
  FROM hit h JOIN event e USING (correlation_id)
 GROUP BY h.correlation_id, h.found_by, h.stream ORDER BY h.found_by, first_at, h.correlation_id LIMIT $5
"""
_PARKED = """
SELECT id AS parked_id, source, state AS status, code, reason FROM parked
 WHERE key = $1 OR position($2 in headers::text) > 0 OR position($3 in value) > 0 ORDER BY id LIMIT $4
"""


async def journeys_of(pool: Any, id: str) -> list[Journey]:
    """The journeys of an id, those that it names itself first; at most ``JOURNEYS_MAX`` and one more.

    Raises TimeoutError after ``LOOKS_FOR_S``.
    """
    quoted = orjson.dumps(id).decode()
    rows = await pool.fetch(
        _JOURNEYS, id, _uuid(id), quoted, f'"causation_id":{quoted}', JOURNEYS_MAX + 1, timeout=LOOKS_FOR_S
    )
    return [Journey(**dict(row)) for row in rows]


async def parked_of(pool: Any, id: str) -> list[ParkedHit]:
    """The parked messages of an id, in whatever state; at most ``JOURNEYS_MAX``. Raises TimeoutError as above."""
    quoted = orjson.dumps(id).decode()
    rows: list[asyncpg.Record] = await pool.fetch(
        _PARKED, id, quoted, quoted.encode(), JOURNEYS_MAX, timeout=LOOKS_FOR_S
    )
    return [ParkedHit(**dict(row)) for row in rows]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
