"""Whether the index of look-ups has what the log names: no id less, none more, none elsewhere."""

from dataclasses import dataclass

import asyncpg

from chassis.processors.lookup_follower import marks_of
from chassis.service import Service
from standing.chain import PAGE, Check

_EVENTS = (
    "SELECT e.position, e.stream, e.type, e.schema_version, e.data, e.meta FROM event e"
    " WHERE e.partition = $1 AND e.position <= $2 ORDER BY e.position"
)
_NOTED = "SELECT count(*) AS ids, coalesce(sum(mark # position), 0)::numeric AS sum FROM lookup WHERE partition = $1"
AFRESH = "stop the service and TRUNCATE lookup, lookup_follower: it is made again from the log"


@dataclass
class Sum:
    """How many ids stand at which positions, as a number that another id, or another place, would change."""

    ids: int = 0
    sum: int = 0

    def add(self, mark: int, position: int) -> None:
        self.ids += 1
        self.sum += mark ^ position


async def index_holds(service: Service, connection: asyncpg.Connection) -> Check:
    """Work out again what the index has of the events that it has read, outside the database."""
    subject, marks, ids, unread = f"{service.name} look-ups", marks_of(service), 0, 0
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for place in await connection.fetch("SELECT partition, position, lag FROM lookup_lag ORDER BY partition"):
            expected = Sum()
            async for event in connection.cursor(_EVENTS, place["partition"], place["position"], prefetch=PAGE):
                for mark in marks.of(event):
                    expected.add(mark, event["position"])
            row = await connection.fetchrow(_NOTED, place["partition"])
            assert row is not None
            found = Sum(row["ids"], int(row["sum"]))
            if found != expected:
                differ = f"{found.ids:,} ids are indexed, and its events name {expected.ids:,}"
                if found.ids == expected.ids:
                    differ = "other ids are indexed than its events name"
                return Check(subject, False, f"partition {place['partition']}: {differ}; {AFRESH}")
            ids, unread = ids + found.ids, unread + place["lag"]
    return Check(
        subject, True, f"{ids:,} ids indexed as the log names them" + f", {unread:,} events not read yet" * bool(unread)
    )
