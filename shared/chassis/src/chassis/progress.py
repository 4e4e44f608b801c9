"""How far everything is: heads, relay, read models, consumers, timers. Lag is a subtraction."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from chassis.clock import Clock
from chassis.database import Database
from chassis.service import Service

PAUSE_MIN_S, PAUSE_MAX_S = 0.002, 0.02
"""Between two looks while somebody waits: a look costs about a millisecond of this process and one of the database."""


@dataclass(frozen=True)
class Reading:
    """One look at a service, from one snapshot of its database; positions by partition."""

    service: str
    now: datetime
    heads: dict[int, int]
    relay: dict[int, int]
    read_models: dict[str, dict[int, int]]
    building: dict[str, dict[int, int]]
    inbox: dict[str, dict[int, dict[str, int]]]
    parked: int
    parked_since: datetime | None
    halted: str | None
    due: dict[str, int]
    next_due: datetime | None
    stuck: dict[str, int] = field(default_factory=dict)

    @property
    def relay_lag(self) -> int:
        return sum(self.heads[p] - self.relay.get(p, 0) for p in self.heads)

    @property
    def projection_lag(self) -> int:
        return sum(self.heads[p] - at for positions in self.read_models.values() for p, at in positions.items())

    @property
    def quiet(self) -> bool:
        """Everything in the log is published and projected, and nothing is due that has not been tried."""
        return not self.relay_lag and not self.projection_lag and sum(self.due.values()) <= sum(self.stuck.values())


class Progress:
    """Reads progress from the database, so that every replica gives the same answer; each look is one statement."""

    def __init__(self, service: Service, database: Database, clock: Clock) -> None:
        self._service = service
        self._pool = database.pool
        self._clock = clock
        self._mine = (
            [model.name for model in service.read_models],
            [model.version for model in service.read_models],
        )
        due = ", ".join(
            f"'{todo.name}', json_build_array((SELECT count(*) FROM {todo.view} WHERE due_at <= $3),"
            f" (SELECT min(due_at) FROM {todo.view} WHERE due_at > $3))"
            for todo in service.todo_lists
        )
        # Without a to-do list nothing would name the instant, and a statement must name all that it is given.
        self._look = f"{_LOOK}, json_build_object({due})::text AS due, $3::timestamptz AS now"
        first = ", ".join(f"(SELECT min(due_at) FROM {todo.view} WHERE due_at <= $1)" for todo in service.todo_lists)
        self._first_due = f"SELECT least({first})" if first else "SELECT NULL::timestamptz"

    async def projected(self) -> bool:
        """Whether all live read models of this code have followed the log to its heads."""
        return bool(
            await self._pool.fetchval(
                f"SELECT NOT EXISTS (SELECT {_BUILDS} AND b.state = 'live' AND p.position < h.head)", *self._mine
            )
        )

    async def _followed(self) -> bool:
        """Whether the relay and all live read models have followed the log to its heads."""
        return bool(
            await self._pool.fetchval(
                "SELECT NOT EXISTS (SELECT FROM relay r JOIN log_partition h USING (partition) WHERE r.position < h.head)"
                f" AND NOT EXISTS (SELECT {_BUILDS} AND b.state = 'live' AND p.position < h.head)",
                *self._mine,
            )
        )

    async def behind(self, positions: dict[int, int]) -> bool:
        """Whether some live read model has not reached these positions."""
        return bool(
            await self._pool.fetchval(
                f"SELECT EXISTS (SELECT {_BUILDS} AND b.state = 'live' AND p.position < (SELECT a.position"
                " FROM unnest($3::int[], $4::bigint[]) AS a (partition, position) WHERE a.partition = p.partition))",
                *self._mine, list(positions), list(positions.values()),
            )
        )  # fmt: skip

    async def anything_due(self) -> bool:
        """Whether a look at the to-do lists is worth while."""
        return await self._pool.fetchval(self._first_due, self._clock.now()) is not None

    async def read(self, stuck: dict[str, int] | None = None) -> Reading:
        now = self._clock.now()
        row = await self._pool.fetchrow(self._look, *self._mine, now)
        assert row is not None
        due: dict[str, tuple[int, str | None]] = orjson.loads(row["due"])
        models: dict[str, dict[str, dict[int, int]]] = {"live": {}, "building": {}}
        for name, version, build, state, partition, position in orjson.loads(row["builds"]):
            shown = name if state == "live" else f"{name}_v{version}_b{build}"
            models[state].setdefault(shown, {})[partition] = position
        inbox: dict[str, dict[int, dict[str, int]]] = {}
        for source, partition, position, kafka_offset, handled, repeated in orjson.loads(row["inbox"]):
            told = {"position": position, "kafka_offset": kafka_offset, "handled": handled, "repeated": repeated}
            inbox.setdefault(source, {})[partition] = told
        return Reading(
            service=self._service.name,
            now=now,
            heads=dict(orjson.loads(row["heads"])),
            relay=dict(orjson.loads(row["relay"])),
            read_models=models["live"],
            building=models["building"],
            inbox=inbox,
            parked=row["parked"],
            parked_since=row["parked_since"],
            halted=row["halted"],
            due={name: count for name, (count, _) in due.items()},
            next_due=min((datetime.fromisoformat(first) for _, first in due.values() if first), default=None),
            stuck=dict(stuck or {}),
        )

    async def settled(
        self, inbox: dict[str, dict[int, int]], stuck: Callable[[], dict[str, int]], within_s: float
    ) -> Reading:
        """Wait until the inbox has reached these positions (offsets for topics of other systems) and everything own has caught up.

        Returns the last reading in any case; ``quiet`` and ``reached`` say whether it came to that.
        """
        loop = asyncio.get_running_loop()
        deadline, pause_s = loop.time() + within_s, PAUSE_MIN_S
        while True:
            late = loop.time() > deadline
            if (
                late or await self._followed()
            ):  # a small question first: most looks find that it is too early for the large one
                reading = await self.read(stuck())
                if late or (reading.quiet and self.reached(reading, inbox)):
                    return reading
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, PAUSE_MAX_S)

    def reached(self, reading: Reading, inbox: dict[str, dict[int, int]]) -> bool:
        """Whether the inbox stands at these positions or beyond."""
        dense = {source.topic: source.owner is not None for source in self._service.sources}
        return all(
            reading.inbox.get(topic, {}).get(partition, _NOTHING)["position" if dense[topic] else "kafka_offset"]
            >= upto
            for topic, partitions in inbox.items()
            if topic in dense
            for partition, upto in partitions.items()
        )


_NOTHING = {"position": 0, "kafka_offset": -1}

_BUILDS = (
    "FROM projection p JOIN projection_build b USING (name, version, build)"
    " JOIN unnest($1::text[], $2::int[]) AS mine (name, version) USING (name, version)"
    " JOIN log_partition h USING (partition) WHERE b.state IN ('live', 'building')"
)

_LOOK = (
    "SELECT (SELECT json_agg(json_build_array(partition, head) ORDER BY partition)::text FROM log_partition) AS heads,"
    " (SELECT json_agg(json_build_array(partition, position) ORDER BY partition)::text FROM relay) AS relay,"
    " (SELECT coalesce(json_agg(json_build_array(name, version, build, state, partition, position) ORDER BY name, partition), '[]')::text"
    f" {_BUILDS}) AS builds,"
    " (SELECT coalesce(json_agg(json_build_array(source, partition, position, kafka_offset, handled, repeated)), '[]')::text"
    " FROM inbox) AS inbox,"
    " (SELECT count(*) FROM parked WHERE state = 'parked') AS parked,"
    " (SELECT min(parked_at) FROM parked WHERE state = 'parked') AS parked_since,"
    " (SELECT reason FROM log_halt ORDER BY code, partition LIMIT 1) AS halted"
)
