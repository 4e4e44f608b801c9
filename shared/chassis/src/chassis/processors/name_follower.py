"""Follows the log for the names that streams are given, so that one which looks like another is noticed on its first use."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog

from chassis.clock import Clock
from chassis.handling.known_names import Name, add, forget
from chassis.look_alikes import EDITION
from chassis.processors.leadership import Leadership
from chassis.service import Service
from chassis.storage.database import Connection, Database, passes
from chassis.tasks import Backoff

_log = structlog.get_logger()

LOOK_EVERY_S = 1.0
POSITIONS_AT_ONCE = 400
"""Of each partition, in one transaction."""

_BEHIND = (
    "SELECT EXISTS (SELECT FROM log_partition h LEFT JOIN name_follower f USING (partition)"
    " WHERE f.partition IS NULL OR f.position < h.head OR f.edition <> $1)"
)
_PLACES = (
    "SELECT f.partition, f.position, least(h.head, f.position + $1) AS until, f.edition FROM name_follower f"
    " JOIN log_partition h USING (partition) ORDER BY f.partition FOR UPDATE OF f"
)
_FIRST = (
    "SELECT e.stream, e.recorded_at FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS part (partition, since, until)"
    " CROSS JOIN LATERAL (SELECT x.stream, x.recorded_at FROM event x WHERE x.partition = part.partition AND x.position > part.since"
    " AND x.position <= part.until AND x.version = 1 AND split_part(x.stream, '-', 1) = ANY($4)) e"
)
_MOVE = (
    "UPDATE name_follower f SET position = m.until, edition = $3 FROM unnest($1::int[], $2::bigint[]) AS m (partition, until)"
    " WHERE f.partition = m.partition"
)


class NameFollower:
    """Reads the first event of each stream whose id is a name. It begins with the whole log, and again when the edition changes.

    It follows beside everything else: no fact waits for it, and it waits for none.
    """

    def __init__(self, service: Service, database: Database, leadership: Leadership, clock: Clock) -> None:
        self.names: Mapping[str, str] = {each.category: each.names for each in service.deciders if each.names}
        self._database = database
        self._leadership = leadership
        self._clock = clock
        self._edition = "; ".join([EDITION, *(f"{category}={what}" for category, what in sorted(self.names.items()))])
        self.fault: str | None = None

    async def run(self) -> None:
        backoff = Backoff(max_s=30.0)
        while True:
            try:
                more = bool(self._leadership.held) and await self.step()
                self.fault = None
                backoff.reset()
            except Exception as error:
                if not passes(error):  # the database is away, which every other part reports
                    self.fault = f"{type(error).__name__}: {error}"
                    _log.warning("names are not followed", exc_info=error)
                await backoff.pause()
                continue
            if not more:
                await asyncio.sleep(LOOK_EVERY_S)

    async def step(self) -> bool:
        """Take the next positions of every partition; whether there were any."""
        if not await self._database.followers.fetchval(_BEHIND, self._edition):
            return False
        async with self._database.followers.acquire() as connection, connection.transaction():
            return await self._take(connection)

    async def _take(self, connection: Connection) -> bool:
        await connection.execute(
            "INSERT INTO name_follower (partition) SELECT partition FROM log_partition ON CONFLICT DO NOTHING"
        )
        places = await connection.fetch(_PLACES, POSITIONS_AT_ONCE)
        afresh = any(row["edition"] != self._edition for row in places)
        if afresh:
            await forget(connection)
        partitions = [row["partition"] for row in places]
        since = [0 if afresh else row["position"] for row in places]
        until = [min(row["until"], POSITIONS_AT_ONCE) if afresh else row["until"] for row in places]
        found: dict[Name, datetime] = {}
        for row in await connection.fetch(_FIRST, partitions, since, until, list(self.names)):
            category, _, id = row["stream"].partition("-")
            name = self.names[category], id
            found[name] = min(row["recorded_at"], found.get(name, row["recorded_at"]))
        await add(connection, found, self._clock.now())
        await connection.execute(_MOVE, partitions, until, self._edition)
        return afresh or since != until
