"""Which replica leads which partition: they share them evenly, hand them over between steps, and take over from a frozen one."""

import asyncio
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from zlib import crc32

import asyncpg
import structlog

from chassis.storage.connecting import connect
from chassis.storage.signals import Signals

_log = structlog.get_logger()

LEADER_LOCKS = 7_310_002
MEMBER_LOCKS = 7_310_003
ROLES = ("project", "relay", "schedule")
WHOLE = ROLES.index("schedule")
"""Timers fire in the order of their time across all partitions, which takes one leader for all of them."""
EDITION = ROLES.index("project")
"""Each version of the code projects its own read models: during a rollout the new one must catch up beside the old one, and neither
can project the other's. A set of read models, identified by a hash, is an edition."""
EDITIONS = 500_000
ROLE_STEP = 1_000
"""Lock number of a pair: (the role's number, or edition × number of roles + it) × this + partition."""
VALID_S = 5.0
"""A process that has not confirmed its locks for this long leads nothing: another replica may hold them by now."""
FROZEN_AFTER_S = 3 * VALID_S
"""A process that has not confirmed its locks for this long is frozen; the others end its session, which releases them."""

_LOCKS = (
    "pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.classid::bigint IN ($1, $2)"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_LOOK = f"SELECT l.classid::bigint AS class, l.objid::bigint AS number FROM {_LOCKS}"
_END_FROZEN = (
    "WITH frozen AS MATERIALIZED (SELECT a.pid, a.application_name FROM pg_stat_activity a"
    " WHERE a.state_change < clock_timestamp() - make_interval(secs => $3)"
    f" AND a.pid IN (SELECT l.pid FROM {_LOCKS})) SELECT *, pg_terminate_backend(pid) FROM frozen"
)

Pair = tuple[int, int]
"""A role's number and a partition."""


class Leadership:
    """The partitions that this process leads in one role."""

    def __init__(self, locks: "PartitionLocks", role: str) -> None:
        self._locks = locks
        self._role = locks.number_of(ROLES.index(role))

    @property
    def held(self) -> frozenset[int]:
        return self._locks.held_for(self._role)

    @contextmanager
    def working(self) -> Iterator[frozenset[int]]:
        """The led partitions for one step; none of them is handed over before the step has ended."""
        held = self.held
        step = frozenset((self._role, partition) for partition in held)
        self._locks.steps.append(step)
        try:
            yield held
        finally:
            self._locks.steps.remove(step)


class PartitionLocks:
    """One advisory lock for each role and partition, on a dedicated connection.

    The locks end with the connection, so a process that dies leads nothing. One that was paused finds its locks stale by its own clock,
    and its late writes are refused by the compare-and-set of every checkpoint. Every replica takes its even share and gives up the rest.
    """

    def __init__(
        self, dsn: str, partitions: int, signals: Signals, name: str, roles: Collection[str] = ROLES, set_hash: str = "",
        retry_s: float = 1.0,
    ) -> None:  # fmt: skip
        self._dsn = dsn
        self._partitions = partitions
        self._signals = signals
        self._name = f"{name} leads"
        self._edition = crc32(set_hash.encode()) % EDITIONS
        self._roles = [self.number_of(number) for number, role in enumerate(ROLES) if role in roles]
        self._retry_s = retry_s
        self._held: frozenset[Pair] = frozenset()
        self._leaving: frozenset[Pair] = frozenset()
        self._confirmed_at = 0.0
        self.steps: list[frozenset[Pair]] = []

    def number_of(self, role: int) -> int:
        return self._edition * len(ROLES) + role if role == EDITION else role

    def of(self, role: str) -> Leadership:
        return Leadership(self, role)

    def held_for(self, role: int) -> frozenset[int]:
        if time.monotonic() - self._confirmed_at > VALID_S:
            return frozenset()
        held = frozenset(partition for number, partition in self._held - self._leaving if number == role)
        return frozenset(range(self._partitions)) if role == WHOLE and held else held

    async def run(self) -> None:
        while self._roles:
            try:
                await self._lead()
            except (
                Exception
            ) as error:  # whatever it was: ending here would leave this process without partitions for ever
                _log.warning("leadership lost", error=f"{type(error).__name__}: {error}")
            self._lose()
            await asyncio.sleep(self._retry_s)

    def _lose(self, *_: object) -> None:
        self._held = self._leaving = frozenset()

    async def _lead(self) -> None:
        connection = await connect(
            self._dsn, timeout=10, command_timeout=VALID_S, server_settings={"application_name": self._name}
        )
        connection.add_termination_listener(self._lose)
        try:
            await connection.add_listener("log", self._signals.on_notify)
            for role in self._roles:
                await connection.execute("SELECT pg_advisory_lock_shared($1, $2)", MEMBER_LOCKS, role)
            while True:
                await self._share(connection)
                await asyncio.sleep(self._retry_s)
        finally:
            self._lose()
            connection.terminate()

    async def _share(self, connection: asyncpg.Connection) -> None:
        looked_at = time.monotonic()
        rows = await connection.fetch(_LOOK, LEADER_LOCKS, MEMBER_LOCKS)
        self._confirmed_at = looked_at
        taken = {divmod(row["number"], ROLE_STEP) for row in rows if row["class"] == LEADER_LOCKS}
        beyond: set[Pair] = set()
        wanted: list[Pair] = []
        for role in self._roles:
            members = sum(row["class"] == MEMBER_LOCKS and row["number"] == role for row in rows)
            units = 1 if role == WHOLE else self._partitions
            share = -(-units // max(members, 1))
            own = sorted(pair for pair in self._held if pair[0] == role)
            beyond |= set(own[share:])
            free = [pair for p in range(units) if (pair := (role, p)) not in taken]
            wanted += free[: max(share - len(own), 0)]
        await self._give_up(connection, beyond)
        await self._take(connection, wanted)
        await self._end_frozen(connection)

    async def _give_up(self, connection: asyncpg.Connection, beyond: set[Pair]) -> None:
        """Start no new step on partitions beyond the share, and unlock them once the steps under way have ended."""
        self._leaving = frozenset(beyond)
        free = [pair for pair in beyond if not any(pair in step for step in self.steps)]
        if free:
            await connection.execute(
                "SELECT pg_advisory_unlock($1, n) FROM unnest($2::int[]) n", LEADER_LOCKS, list(map(_number, free))
            )
            self._held -= frozenset(free)
            self._leaving -= frozenset(free)

    async def _take(self, connection: asyncpg.Connection, wanted: list[Pair]) -> None:
        if not wanted:
            return
        rows = await connection.fetch(
            "SELECT n, pg_try_advisory_lock($1, n) AS won FROM unnest($2::int[]) n",
            LEADER_LOCKS,
            list(map(_number, wanted)),
        )
        won = frozenset(divmod(row["n"], ROLE_STEP) for row in rows if row["won"])
        if won:
            self._held |= won
            self._signals.notify()

    async def _end_frozen(self, connection: asyncpg.Connection) -> None:
        """End the sessions of frozen processes, which would otherwise hold their locks as long as they are frozen."""
        for row in await connection.fetch(_END_FROZEN, LEADER_LOCKS, MEMBER_LOCKS, FROZEN_AFTER_S):
            _log.warning("ended the session of a frozen replica", replica=row["application_name"], pid=row["pid"])


def _number(pair: Pair) -> int:
    return pair[0] * ROLE_STEP + pair[1]
