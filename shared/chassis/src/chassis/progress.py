"""How far everything is: heads, relay, read models, consumers, timers. Lag is a subtraction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.clock import Clock
from chassis.database import Database
from chassis.service import Service


@dataclass(frozen=True)
class Reading:
    """One look at a service; positions by partition."""

    service: str
    now: datetime
    heads: dict[int, int]
    relay: dict[int, int]
    read_models: dict[str, dict[int, int]]
    building: dict[str, dict[int, int]]
    inbox: dict[str, dict[int, dict[str, int]]]
    parked: int
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
    """Reads progress from the database, so that every replica gives the same answer."""

    def __init__(self, service: Service, database: Database, clock: Clock) -> None:
        self._service = service
        self._pool = database.pool
        self._clock = clock
        self._names = [model.name for model in service.read_models]
        self._versions = [model.version for model in service.read_models]
        self._due = " UNION ALL ".join(
            f"SELECT '{todo.name}' AS name, (SELECT count(*) FROM {todo.view} WHERE due_at <= $1) AS due,"
            f" (SELECT min(due_at) FROM {todo.view} WHERE due_at > $1) AS next_due"
            for todo in service.todo_lists
        )

    async def projected(self) -> bool:
        """Whether all live read models of this code have followed the log to its heads."""
        return bool(
            await self._pool.fetchval(
                "SELECT NOT EXISTS (SELECT FROM projection p JOIN projection_build b USING (name, version, build)"
                " JOIN unnest($1::text[], $2::int[]) AS mine (name, version) USING (name, version)"
                " JOIN log_partition h USING (partition) WHERE b.state = 'live' AND p.position < h.head)",
                self._names,
                self._versions,
            )
        )

    async def behind(self, positions: dict[int, int]) -> bool:
        """Whether some live read model has not reached these positions."""
        return bool(
            await self._pool.fetchval(
                "SELECT EXISTS (SELECT FROM projection p JOIN projection_build b USING (name, version, build)"
                " JOIN unnest($1::text[], $2::int[]) AS mine (name, version) USING (name, version)"
                " JOIN unnest($3::int[], $4::bigint[]) AS asked (partition, position) USING (partition)"
                " WHERE b.state = 'live' AND p.position < asked.position)",
                self._names, self._versions, list(positions), list(positions.values()),
            )
        )  # fmt: skip

    async def read(self, stuck: dict[str, int] | None = None) -> Reading:
        """Followers first, heads last: what the followers have reached is then never ahead of a head shown here."""
        now = self._clock.now()
        due = await self._pool.fetch(self._due, now) if self._due else []
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            inbox = await connection.fetch(
                "SELECT source, partition, position, kafka_offset, handled, repeated FROM inbox"
            )
            parked = await connection.fetch(
                "SELECT source, count(*) AS n FROM parked WHERE state = 'parked' GROUP BY source"
            )
            built = await connection.fetch(
                "SELECT b.name, b.version, b.build, b.state, p.partition, p.position FROM projection p JOIN projection_build b"
                " USING (name, version, build) JOIN unnest($1::text[], $2::int[]) AS mine (name, version) USING (name, version)"
                " WHERE b.state IN ('live', 'building') ORDER BY b.name, p.partition",
                self._names,
                self._versions,
            )
            relay = await connection.fetch("SELECT partition, position FROM relay ORDER BY partition")
            heads = await connection.fetch("SELECT partition, head FROM log_partition ORDER BY partition")
        models: dict[str, dict[str, dict[int, int]]] = {"live": {}, "building": {}}
        for row in built:
            name = row["name"] if row["state"] == "live" else f"{row['name']}_v{row['version']}_b{row['build']}"
            models[row["state"]].setdefault(name, {})[row["partition"]] = row["position"]
        sources: dict[str, dict[int, dict[str, Any]]] = {}
        for row in inbox:
            told = {name: row[name] for name in ("position", "kafka_offset", "handled", "repeated")}
            sources.setdefault(row["source"], {})[row["partition"]] = told
        return Reading(
            service=self._service.name,
            now=now,
            heads={row["partition"]: row["head"] for row in heads},
            relay={row["partition"]: row["position"] for row in relay},
            read_models=models["live"],
            building=models["building"],
            inbox=sources,
            parked=sum(row["n"] for row in parked),
            due={row["name"]: row["due"] for row in due},
            next_due=min((row["next_due"] for row in due if row["next_due"]), default=None),
            stuck=stuck or {},
        )
