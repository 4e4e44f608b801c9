"""The progress of a service: heads, relay, read models, consumers, timers. Lag is head minus position."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.clock import Clock
from chassis.handling.set_aside import CONCERNS
from chassis.policies import PolicyBook
from chassis.processors.due import Moment, is_due, later, moment, next_due
from chassis.service import Service
from chassis.storage.database import Connection, Database
from chassis.storage.signals import Signals
from chassis.timers import TodoList

LOOK_AGAIN_S = 0.02
"""Between two looks while a caller waits and no follower in this process has signalled that it caught up."""


@dataclass(frozen=True)
class Idle:
    """What a service still has to do, from one snapshot of its database; positions by partition."""

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
        """Everything in the log is published and projected, and every due timer has been tried."""
        return self.followed and sum(self.due.values()) <= sum(self.stuck.values())


@dataclass(frozen=True)
class DueLists:
    """What the timers of one step may do: the lists with due rows, and the read models that a timer must not decide from.

    ``incomplete``: they do not follow the log, or do without an event that nobody has decided about. ``builds``: those of which
    this was read.
    """

    names: frozenset[str]
    incomplete: frozenset[str]
    builds: str


@dataclass(frozen=True)
class Progress(Idle):
    """Each follower of a service by itself, and the messages that wait for operators."""

    relay: dict[int, int]
    lookup: dict[int, int]
    """How far the index of look-ups has read the log."""
    read_models: dict[str, dict[int, int]]
    building: dict[str, dict[int, int]]
    parked: int
    parked_since: datetime | None
    look_alikes: int
    """Names that look like older ones, and nobody has said that they are different."""
    first_look_alike: str | None
    halted: str | None
    set_aside: list[dict[str, Any]]
    """Events that a read model or a listener does without, at most SET_ASIDE_SHOWN, those that wait for a decision first."""

    @property
    def relay_lag(self) -> int:
        return sum(self.heads[p] - self.relay.get(p, 0) for p in self.heads)

    @property
    def projection_lag(self) -> int:
        return sum(self.heads[p] - at for positions in self.read_models.values() for p, at in positions.items())


class ProgressReader:
    """Reads progress from the database, so that every replica gives the same answer; each reading is one snapshot."""

    def __init__(
        self, service: Service, database: Database, clock: Clock, signals: Signals,
        policies: Callable[[], PolicyBook] | None = None,
    ) -> None:  # fmt: skip
        self._service = service
        self._policies = policies or service.policy_book
        self._pool = database.pool
        self._clock = clock
        self._signals = signals
        self._mine = (
            [model.name for model in service.read_models],
            [model.version for model in service.read_models],
        )
        self._due_now = _union(
            f"SELECT '{todo.name}' AS name WHERE EXISTS (SELECT FROM {todo.view} WHERE {is_due(todo)})"
            for todo in service.todo_lists
        )
        self._due = _union(
            f"SELECT '{todo.name}' AS name, (SELECT count(*) FROM {todo.view} WHERE {is_due(todo)}) AS due, {later(todo)}"
            for todo in service.todo_lists
        )

    def _moment(self) -> Moment:
        return Moment.of(self._clock.now(), self._policies())

    async def projected(self) -> bool:
        """Whether all live read models of this code have reached the heads of the log."""
        return bool(await self._pool.fetchval(f"SELECT {PROJECTED}", *self._mine))

    async def behind(self, positions: Mapping[int, int], sound: bool = False) -> bool:
        """Whether any live read model has not reached these positions; of those that follow the log at all when ``sound``."""
        return bool(await self._pool.fetchval(BEHIND, *self._mine, list(positions), list(positions.values()), sound))

    async def wait_visible(self, positions: Mapping[int, int], within_s: float, sound: bool = False) -> bool:
        """Wait until all live read models (``sound``: that follow the log) have reached these positions; False if that takes longer."""
        deadline = time.monotonic() + within_s
        with self._signals.followed() as followed:
            while any(self._signals.visible.get(p, 0) < at for p, at in positions.items()):
                if not await followed.wait(LOOK_AGAIN_S) and not await self.behind(positions, sound):
                    break
                if time.monotonic() > deadline:
                    return False
        return True

    async def due_lists(self) -> DueLists | None:
        """The to-do lists with due rows; None while read models that follow the log have not reached its heads.

        A read model that does not follow the log is not waited for: a timer that needs it waits by itself.
        """
        question = (
            f"WITH {moment(3)} SELECT {SOUND} AS projected, ARRAY({self._due_now})::text[] AS due,"
            f" ARRAY({STANDING})::text[] AS standing, ARRAY({UNDECIDED})::text[] AS undecided, {LIVE} AS builds"
        )
        row = await self._pool.fetchrow(question, *self._mine, *self._moment().parameters)
        assert row is not None
        if not row["projected"]:
            return None
        standing = frozenset(row["standing"])
        return DueLists(frozenset(row["due"]) - standing, standing | frozenset(row["undecided"]), row["builds"])

    async def live_builds(self) -> str:
        """Which builds the views show."""
        found: str = await self._pool.fetchval(f"SELECT {LIVE}")
        return found

    async def due(self, todo: TodoList[Any]) -> tuple[bool, int]:
        """Whether the read models that follow the log have reached its heads, and how many rows are due, in one snapshot."""
        question = f"SELECT {SOUND} AS projected, (SELECT count(*) FROM {todo.view} WHERE due_at <= $3) AS due"
        row = await self._pool.fetchrow(question, *self._mine, self._clock.now())
        assert row is not None
        return row["projected"], row["due"]

    async def read(self, stuck: Mapping[str, int] | None = None) -> Progress:
        """Everything that operators monitor."""
        async with self._snapshot() as connection:
            idle = await self._idle(connection, stuck or {})
            relay = await connection.fetch("SELECT partition, position FROM relay_lag")
            lookup = await connection.fetch("SELECT partition, position FROM lookup_lag")
            builds = await connection.fetch(BUILDS, *self._mine)
            waiting = await connection.fetchrow(WAITING)
            set_aside = await connection.fetch(SET_ASIDE, *self._mine)
        assert waiting is not None
        models: dict[str, dict[str, dict[int, int]]] = {"live": {}, "building": {}}
        for row in builds:
            shown = row["name"] if row["state"] == "live" else f"{row['name']}_v{row['version']}_b{row['build']}"
            models[row["state"]].setdefault(shown, {})[row["partition"]] = row["position"]
        return Progress(
            **idle,
            relay={row["partition"]: row["position"] for row in relay},
            lookup={row["partition"]: row["position"] for row in lookup},
            read_models=models["live"],
            building=models["building"],
            set_aside=[dict(row) for row in set_aside],
            **waiting,
        )

    async def settled(
        self, inbox: dict[str, dict[int, int]], stuck: Callable[[], dict[str, int]], within_s: float
    ) -> Idle:
        """Wait until the inbox has reached these positions (offsets for topics of other systems) and the service is quiet.

        Returns the last reading in any case; ``quiet`` and ``reached`` tell whether both hold.
        """
        deadline = time.monotonic() + within_s
        with self._signals.followed() as followed:
            notified = True
            while True:
                late = time.monotonic() > deadline
                # No reading while a follower here is busy; where followers run elsewhere, a cheap query comes before the full one.
                idle = self._signals.grown.all_idle
                if late or idle or (not notified and await self._pool.fetchval(f"SELECT {FOLLOWED}", *self._mine)):
                    async with self._snapshot() as connection:
                        progress = Idle(**await self._idle(connection, stuck()))
                    if late or (progress.quiet and self.reached(progress, inbox)):
                        return progress
                notified = await followed.wait(LOOK_AGAIN_S)

    def reached(self, progress: Idle, inbox: dict[str, dict[int, int]]) -> bool:
        """Whether the inbox is at these positions or beyond."""
        dense = {source.topic: source.owner is not None for source in self._service.sources}
        return all(
            progress.inbox.get(topic, {}).get(partition, _NOTHING)["position" if dense[topic] else "kafka_offset"]
            >= until
            for topic, partitions in inbox.items()
            if topic in dense
            for partition, until in partitions.items()
        )

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[Connection]:
        """One connection whose queries all see the same instant."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    async def _idle(self, connection: Connection, stuck: Mapping[str, int]) -> dict[str, Any]:
        """The fields of Idle as they stand in a snapshot."""
        at = self._moment()
        followed = await connection.fetchval(f"SELECT {FOLLOWED}", *self._mine)
        heads = await connection.fetch("SELECT partition, head FROM log_partition ORDER BY partition")
        due = (
            await connection.fetch(f"WITH {moment(1)} {self._due}", *at.parameters) if self._service.todo_lists else []
        )
        inbox: dict[str, dict[int, dict[str, int]]] = {}
        for row in await connection.fetch("SELECT * FROM inbox"):
            inbox.setdefault(row["source"], {})[row["partition"]] = {name: row[name] for name in INBOX_FIGURES}
        return {
            "service": self._service.name,
            "now": at.now,
            "heads": {row["partition"]: row["head"] for row in heads},
            "followed": followed,
            "inbox": inbox,
            "due": {row["name"]: row["due"] for row in due},
            "next_due": next_due(due, at),
            "stuck": dict(stuck),
        }


def _union(questions: Iterable[str]) -> str:
    return " UNION ALL ".join(questions) or "SELECT NULL WHERE FALSE"


INBOX_FIGURES = ("position", "kafka_offset", "handled", "repeated", "waiting")
_NOTHING = {"position": 0, "kafka_offset": -1}

MINE = "projection_lag JOIN unnest($1::text[], $2::int[]) AS mine (name, version) USING (name, version)"
"""The read models of this code, by name and version: the parameters $1 and $2 of every query below."""
PROJECTED = f"NOT EXISTS (SELECT FROM {MINE} WHERE state = 'live' AND lag > 0)"
SOUND = f"NOT EXISTS (SELECT FROM {MINE} WHERE state = 'live' AND lag > 0 AND fault IS NULL)"
STANDING = f"SELECT DISTINCT name FROM {MINE} WHERE state = 'live' AND lag > 0 AND fault IS NOT NULL"
UNDECIDED = f"SELECT DISTINCT name FROM set_aside WHERE kind = 'read model' AND state = 'waiting' AND {CONCERNS}"
LIVE = (
    "(SELECT coalesce(string_agg(name || '/' || version || '/' || build, ' ' ORDER BY name, version), '')"
    " FROM projection_build WHERE state = 'live')"
)
SET_ASIDE_SHOWN = 100
SET_ASIDE = (
    "SELECT id, kind, name, partition, position, type, cause, state, set_aside_by FROM set_aside"
    f" WHERE state <> 'undone' AND {CONCERNS} ORDER BY state DESC, id LIMIT {SET_ASIDE_SHOWN}"
)
FOLLOWED = f"{PROJECTED} AND NOT EXISTS (SELECT FROM relay_lag WHERE lag > 0)"
BUILDS = f"SELECT name, version, build, state, partition, position FROM {MINE} ORDER BY name, partition"
BEHIND = (
    f"SELECT EXISTS (SELECT FROM {MINE} JOIN unnest($3::int[], $4::bigint[]) AS wanted (partition, until) USING (partition)"
    " WHERE state = 'live' AND position < until AND NOT ($5 AND fault IS NOT NULL))"
)
WAITING = (
    "SELECT count(*) AS parked, min(parked_at) AS parked_since,"
    " (SELECT count(*) FROM look_alike WHERE decided_at IS NULL) AS look_alikes,"
    " (SELECT names || ' ' || id FROM look_alike WHERE decided_at IS NULL ORDER BY number LIMIT 1) AS first_look_alike,"
    " (SELECT reason FROM log_halt ORDER BY code, partition LIMIT 1) AS halted FROM parked WHERE state = 'parked'"
)
