"""Follows the log for the ids that its events name, so that whoever looks one up comes to them without reading the log."""

import asyncio
import time

import structlog

from chassis.processors.leadership import Leadership
from chassis.service import Service
from chassis.storage.database import Connection, Database, passes
from chassis.storage.marks import Marks
from chassis.tasks import Backoff

_log = structlog.get_logger()

LOOK_EVERY_S = 1.0
POSITIONS_AT_ONCE = 64
"""Of each partition, in one transaction: what else the process does waits while their marks are worked out."""
PAUSES = 19
"""Times as long as a step takes, it pauses before the next one, so that the facts of a busy service wait for it but little."""

_PLACES = (
    "SELECT f.partition, f.position, least(h.head, f.position + $1) AS until FROM lookup_follower f JOIN log_partition h USING (partition)"
    " WHERE h.head > f.position ORDER BY f.partition FOR UPDATE OF f"
)
_EVENTS = (
    "SELECT e.* FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS part (partition, since, until) CROSS JOIN LATERAL"
    " (SELECT x.partition, x.position, x.stream, x.type, x.schema_version, x.data, x.meta FROM event x"
    " WHERE x.partition = part.partition AND x.position > part.since AND x.position <= part.until) e"
)
_ADD = (
    "INSERT INTO lookup (mark, position, partition) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[])"
    " ON CONFLICT DO NOTHING"
)
_MOVE = (
    "UPDATE lookup_follower f SET position = m.until FROM unnest($1::int[], $2::bigint[]) AS m (partition, until)"
    " WHERE f.partition = m.partition"
)


def marks_of(service: Service) -> Marks:
    """What the index has of the events of a service."""
    return Marks(service.event_types, [decider.category for decider in service.deciders])


class LookupFollower:
    """Fills the index of look-ups, beginning with the whole log. No fact waits for it, and it waits for none."""

    def __init__(self, service: Service, database: Database, leadership: Leadership) -> None:
        self.marks = marks_of(service)
        self._database = database
        self._leadership = leadership
        self.fault: str | None = None

    async def run(self) -> None:
        backoff = Backoff(max_s=30.0)
        while True:
            begin = time.monotonic()
            try:
                more = bool(self._leadership.held) and await self.step()
                self.fault = None
                backoff.reset()
            except Exception as error:
                if not passes(error):  # the database is away, which every other part reports
                    self.fault = f"{type(error).__name__}: {error}"
                    _log.warning("ids are not indexed for look-ups", exc_info=error)
                await backoff.pause()
                continue
            await asyncio.sleep(PAUSES * (time.monotonic() - begin) if more else LOOK_EVERY_S)

    async def step(self) -> bool:
        """Take the next positions of every partition; whether there were any."""
        if not await self._database.followers.fetchval("SELECT EXISTS (SELECT FROM lookup_lag WHERE lag > 0)"):
            return False
        async with self._database.followers.acquire() as connection, connection.transaction():
            return await self._take(connection)

    async def _take(self, connection: Connection) -> bool:
        await connection.execute(
            "INSERT INTO lookup_follower (partition, position) SELECT partition, 0 FROM log_partition ON CONFLICT DO NOTHING"
        )
        places = await connection.fetch(_PLACES, POSITIONS_AT_ONCE)
        partitions, since, until = ([row[name] for row in places] for name in ("partition", "position", "until"))
        rows = [
            (mark, event["position"], event["partition"])
            for event in await connection.fetch(_EVENTS, partitions, since, until)
            for mark in self.marks.of(event)
        ]
        if rows:
            await connection.execute(_ADD, *zip(*sorted(rows), strict=True))
        await connection.execute(_MOVE, partitions, until)
        return bool(places)
