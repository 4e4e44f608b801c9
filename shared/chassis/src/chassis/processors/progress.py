"""How far everything is: heads, relay, read models, consumers, timers. Lag is a subtraction."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson

from chassis.clock import Clock
from chassis.service import Service
from chassis.storage.database import Database
from chassis.storage.signals import Signals
from chassis.timers import TodoList

LOOK_AGAIN_S = 0.02
"""Between two looks while somebody waits and no follower of this process has said that it caught up."""


@dataclass(frozen=True)
class Rest:
    """How far a service is from having nothing to do, from one snapshot of its database; positions by partition."""

    service: str
    now: datetime
    heads: dict[int, int]
    followed: bool
    """Everything in the log is published and projected."""
    inbox: dict[str, dict[int, dict[str, int]]]
    due: dict[str, int]
    next_due: datetime | None
    stuck: dict[str, int]

    @property
    def quiet(self) -> bool:
        """Everything in the log is published and projected, and nothing is due that has not been tried."""
        return self.followed and sum(self.due.values()) <= sum(self.stuck.values())


@dataclass(frozen=True)
class Reading(Rest):
    """One look at a service: each follower by itself, and what waits for people."""

    relay: dict[int, int]
    read_models: dict[str, dict[int, int]]
    building: dict[str, dict[int, int]]
    parked: int
    parked_since: datetime | None
    halted: str | None

    @property
    def relay_lag(self) -> int:
        return sum(self.heads[p] - self.relay.get(p, 0) for p in self.heads)

    @property
    def projection_lag(self) -> int:
        return sum(self.heads[p] - at for positions in self.read_models.values() for p, at in positions.items())


class Progress:
    """Reads progress from the database, so that every replica gives the same answer; each look is one statement."""

    def __init__(self, service: Service, database: Database, clock: Clock, signals: Signals) -> None:
        self._service = service
        self._pool = database.pool
        self._clock = clock
        self._signals = signals
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
        self._rest = f"{_REST}, json_build_object({due})::text AS due, $3::timestamptz AS now"
        self._look = f"{self._rest}, {_MORE}"
        due_lists = [
            f"CASE WHEN EXISTS (SELECT FROM {t.view} WHERE due_at <= $3) THEN '{t.name}' END"
            for t in service.todo_lists
        ]
        self._due_now = (
            f"SELECT {_PROJECTED} AS projected, ARRAY[{', '.join(due_lists)}]::text[] AS ripe, $3::timestamptz AS now"
        )

    async def projected(self) -> bool:
        """Whether all live read models of this code have followed the log to its heads."""
        return bool(await self._pool.fetchval(f"SELECT {_PROJECTED}", *self._mine))

    async def behind(self, positions: Mapping[int, int]) -> bool:
        """Whether some live read model has not reached these positions."""
        return bool(
            await self._pool.fetchval(
                f"SELECT EXISTS (SELECT {_BUILDS} AND b.state = 'live' AND p.position < (SELECT a.position"
                " FROM unnest($3::int[], $4::bigint[]) AS a (partition, position) WHERE a.partition = p.partition))",
                *self._mine, list(positions), list(positions.values()),
            )
        )  # fmt: skip

    async def shown(self, positions: Mapping[int, int], within_s: float) -> bool:
        """Wait until all live read models have reached these positions; False when it takes longer."""
        deadline = time.monotonic() + within_s
        with self._signals.followed() as followed:
            while any(self._signals.visible.get(p, 0) < at for p, at in positions.items()):
                if not await followed.wait(LOOK_AGAIN_S) and not await self.behind(positions):
                    break
                if time.monotonic() > deadline:
                    return False
        return True

    async def due_lists(self) -> set[str] | None:
        """The to-do lists on which something is due, in read models that show the whole log; None when they do not yet."""
        row = await self._pool.fetchrow(self._due_now, *self._mine, self._clock.now())
        assert row is not None
        return set(row["ripe"]) - {None} if row["projected"] else None

    async def due(self, todo: TodoList[Any]) -> tuple[bool, int]:
        """Whether the read models show the whole log, and how many rows of a to-do list are due, in one look."""
        row = await self._pool.fetchrow(
            f"SELECT {_PROJECTED} AS projected, (SELECT count(*) FROM {todo.view} WHERE due_at <= $3) AS due",
            *self._mine,
            self._clock.now(),
        )
        assert row is not None
        return row["projected"], row["due"]

    async def read(self, stuck: Mapping[str, int] | None = None) -> Reading:
        """Everything that operators watch."""
        row = await self._pool.fetchrow(self._look, *self._mine, self._clock.now())
        assert row is not None
        models: dict[str, dict[str, dict[int, int]]] = {"live": {}, "building": {}}
        for name, version, build, state, partition, position in orjson.loads(row["builds"]):
            shown = name if state == "live" else f"{name}_v{version}_b{build}"
            models[state].setdefault(shown, {})[partition] = position
        return Reading(
            **self._rest_of(row, stuck or {}),
            relay=dict(orjson.loads(row["relay"])),
            read_models=models["live"],
            building=models["building"],
            parked=row["parked"],
            parked_since=row["parked_since"],
            halted=row["halted"],
        )

    def _rest_of(self, row: asyncpg.Record, stuck: Mapping[str, int]) -> dict[str, Any]:
        due: dict[str, tuple[int, str | None]] = orjson.loads(row["due"])
        inbox: dict[str, dict[int, dict[str, int]]] = {}
        for source, partition, position, kafka_offset, handled, repeated in orjson.loads(row["inbox"]):
            told = {"position": position, "kafka_offset": kafka_offset, "handled": handled, "repeated": repeated}
            inbox.setdefault(source, {})[partition] = told
        return {
            "service": self._service.name,
            "now": row["now"],
            "heads": dict(orjson.loads(row["heads"])),
            "followed": row["followed"],
            "inbox": inbox,
            "due": {name: count for name, (count, _) in due.items()},
            "next_due": min((datetime.fromisoformat(first) for _, first in due.values() if first), default=None),
            "stuck": dict(stuck),
        }

    async def settled(
        self, inbox: dict[str, dict[int, int]], stuck: Callable[[], dict[str, int]], within_s: float
    ) -> Rest:
        """Wait until the inbox has reached these positions (offsets for topics of other systems) and everything own has caught up.

        Returns the last look in any case; ``quiet`` and ``reached`` say whether it came to that.
        """
        deadline = time.monotonic() + within_s
        with self._signals.followed() as followed:
            heard = True
            while True:
                late = time.monotonic() > deadline
                # A follower at work needs no look; where followers are elsewhere, a small question comes before the larger one.
                rested = self._signals.grown.all_idle
                if late or rested or (not heard and await self._pool.fetchval(f"SELECT {_FOLLOWED}", *self._mine)):
                    row = await self._pool.fetchrow(self._rest, *self._mine, self._clock.now())
                    assert row is not None
                    rest = Rest(**self._rest_of(row, stuck()))
                    if late or (rest.quiet and self.reached(rest, inbox)):
                        return rest
                heard = await followed.wait(LOOK_AGAIN_S)

    def reached(self, reading: Rest, inbox: dict[str, dict[int, int]]) -> bool:
        """Whether the inbox stands at these positions or beyond."""
        dense = {source.topic: source.owner is not None for source in self._service.sources}
        return all(
            reading.inbox.get(topic, {}).get(partition, _NOTHING)["position" if dense[topic] else "kafka_offset"]
            >= until
            for topic, partitions in inbox.items()
            if topic in dense
            for partition, until in partitions.items()
        )


_NOTHING = {"position": 0, "kafka_offset": -1}

_BUILDS = (
    "FROM projection p JOIN projection_build b USING (name, version, build)"
    " JOIN unnest($1::text[], $2::int[]) AS mine (name, version) USING (name, version)"
    " JOIN log_partition h USING (partition) WHERE b.state IN ('live', 'building')"
)

_PROJECTED = f"NOT EXISTS (SELECT {_BUILDS} AND b.state = 'live' AND p.position < h.head)"
_FOLLOWED = f"{_PROJECTED} AND NOT EXISTS (SELECT FROM relay r JOIN log_partition h USING (partition) WHERE r.position < h.head)"
_REST = (
    "SELECT (SELECT json_agg(json_build_array(partition, head) ORDER BY partition)::text FROM log_partition) AS heads,"
    f" {_FOLLOWED} AS followed,"
    " (SELECT coalesce(json_agg(json_build_array(source, partition, position, kafka_offset, handled, repeated)), '[]')::text"
    " FROM inbox) AS inbox"
)
_MORE = (
    " (SELECT json_agg(json_build_array(partition, position) ORDER BY partition)::text FROM relay) AS relay,"
    " (SELECT coalesce(json_agg(json_build_array(name, version, build, state, partition, position) ORDER BY name, partition), '[]')::text"
    f" {_BUILDS}) AS builds,"
    " (SELECT count(*) FROM parked WHERE state = 'parked') AS parked,"
    " (SELECT min(parked_at) FROM parked WHERE state = 'parked') AS parked_since,"
    " (SELECT reason FROM log_halt ORDER BY code, partition LIMIT 1) AS halted"
)
