"""Builds of read models: separate tables that are started beside the live one, switched to, rolled back, compared and dropped."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import asyncpg

from chassis.errors import UsageError
from chassis.handling.audit import Operator
from chassis.handling.set_aside import SetAside
from chassis.processors.build_tables import Build, State, create, drop, note, point_view
from chassis.read_models import ReadModel
from chassis.storage.connecting import connect
from chassis.storage.database import Connection

RETIRED_KEPT = 1
FOLLOWED: tuple[State, ...] = ("building", "live")
KEPT: tuple[State, ...] = (*FOLLOWED, "retired")
"""Those that are followed, and the one to which one can go back."""
COMPARISONS_AT_ONCE = 2
"""In one process; each reads with four connections at once."""
CONNECT_WITHIN_S = 10.0
_COMPARED = "7310004, hashtext($1)"


class Builds:
    """The builds of a service's read models, in the versions that this code declares."""

    def __init__(self, pool: asyncpg.Pool, models: tuple[ReadModel[Any], ...], dsn: str) -> None:
        self._pool = pool
        self._dsn = dsn
        self._comparing = asyncio.Semaphore(COMPARISONS_AT_ONCE)
        self.models = {model.name: model for model in models}
        self.set_aside = SetAside(pool, {model.name: model.version for model in models})

    async def ensure(self, now: datetime) -> None:
        """Create the first build of every read model version that has none; it is live at once and catches up.

        Builds that nobody will follow again are dropped: interrupted comparisons, and all versions before the previous one, which stays
        so that the code can be rolled back.
        """
        await self._drop_abandoned_comparisons()
        for model in self.models.values():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", model.view)
                exists = await connection.fetchval(
                    "SELECT count(*) FROM projection_build WHERE name = $1 AND version = $2", model.name, model.version
                )
                if not exists:
                    build = await create(connection, model, 1, "live", now)
                    await point_view(connection, build)
                await self._drop_old_versions(connection, model)

    async def _drop_old_versions(self, connection: Connection, model: ReadModel[Any]) -> None:
        rows = await connection.fetch(
            "SELECT version, build FROM projection_build WHERE name = $1 AND version < (SELECT max(version) FROM projection_build"
            " WHERE name = $1 AND version < $2)",
            model.name, model.version,
        )  # fmt: skip
        for row in rows:
            old = replace(model, version=row["version"])
            await connection.execute(f"DROP VIEW IF EXISTS {old.view}")
            await drop(connection, Build(old, row["build"], "retired", {}))

    async def _drop_abandoned_comparisons(self) -> None:
        """A running comparison holds an advisory lock, so a build whose lock is free was abandoned."""
        rows = await self._pool.fetch("SELECT name, version, build FROM projection_build WHERE state = 'checking'")
        for row in rows:
            if row["name"] not in self.models:
                continue
            build = Build(replace(self.models[row["name"]], version=row["version"]), row["build"], "checking", {})
            async with self._pool.acquire() as connection, connection.transaction():
                if await connection.fetchval(f"SELECT pg_try_advisory_xact_lock({_COMPARED})", build.table):
                    await drop(connection, build)

    @asynccontextmanager
    async def checking(self, name: str, now: datetime, by: Operator | None = None) -> AsyncIterator[Build]:
        """A build to compare with: never switched to, and dropped at the end, or at the next start if this process dies.

        Comparisons beyond ``COMPARISONS_AT_ONCE`` queue. The lock has a connection of its own: one of the pool would be missing to the
        work that is done meanwhile, and enough comparisons would leave none for anything else.
        """
        async with self._comparing:
            lock = await connect(self._dsn, timeout=CONNECT_WITHIN_S, command_timeout=CONNECT_WITHIN_S)
            try:
                build = await self.start(name, now, "checking", lock, by)
                try:
                    yield build
                finally:
                    await self.cancel(name, build.number, now)
            finally:
                lock.terminate()  # and with it the lock ends

    async def load(self, states: Sequence[State] = FOLLOWED) -> list[Build]:
        """All builds in these states; without any given, those that are followed."""
        rows = await self._pool.fetch(
            "SELECT b.name, b.version, b.build, b.state, array_agg(p.partition) AS partitions, array_agg(p.position) AS positions"
            " FROM projection_build b JOIN projection p USING (name, version, build)"
            " WHERE b.state = ANY($1) GROUP BY b.name, b.version, b.build, b.state ORDER BY b.name, b.build",
            list(states),
        )
        aside = await self.set_aside.places()
        return [
            Build(
                self.models[row["name"]],
                row["build"],
                row["state"],
                dict(zip(row["partitions"], row["positions"], strict=True)),
                aside=aside.get(row["name"], frozenset()),
            )
            for row in rows
            if row["name"] in self.models and self.models[row["name"]].version == row["version"]
        ]

    async def note_fault(self, build: Build, partitions: frozenset[int]) -> None:
        """Store for the other replicas why a build does not follow the log in the partitions led here, or that it does."""
        if build.noted == (partitions, build.fault):
            return
        await self._pool.execute(
            "UPDATE projection SET fault = $5 WHERE name = $1 AND version = $2 AND build = $3 AND partition = ANY($4)"
            " AND fault IS DISTINCT FROM $5",
            *build.identity, list(partitions), build.fault,
        )  # fmt: skip
        build.noted = (partitions, build.fault)

    async def states(self) -> dict[tuple[str, int, int], State]:
        """The state of each build that ``load`` would return, by identity."""
        rows = await self._pool.fetch(
            "SELECT name, version, build, state FROM projection_build WHERE state IN ('building', 'live')"
        )
        mine = {(model.name, model.version) for model in self.models.values()}
        return {(r["name"], r["version"], r["build"]): r["state"] for r in rows if (r["name"], r["version"]) in mine}

    async def start(
        self, name: str, now: datetime, state: State = "building", lock: asyncpg.Connection | None = None, by: Operator | None = None
    ) -> Build:  # fmt: skip
        """Start a new build beside the live one; a ``checking`` build is only compared and never switched to, and ``lock`` holds it.

        ``by`` is recorded as who did it; None where it follows from something that is recorded already.

        Raises UsageError for an unknown model, or when a build of it is under way.
        """
        model = self.model(name)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", model.view)
            rows = await connection.fetch(
                "SELECT build, state FROM projection_build WHERE name = $1 AND version = $2", model.name, model.version
            )
            if state == "building" and any(row["state"] == "building" for row in rows):
                raise UsageError(f"A build of {name} is under way already; cancel it or wait for it.")
            build = await create(connection, model, max(row["build"] for row in rows) + 1, state, now)
            if lock is not None:  # before anybody else can see the build and take it for an abandoned one
                await lock.execute(f"SELECT pg_advisory_lock({_COMPARED})", build.table)
            await note(connection, now, by, "compared" if state == "checking" else "rebuilt", build, None, state)
        build.aside = (await self.set_aside.places()).get(name, frozenset())
        return build

    async def switch(self, build: Build, now: datetime) -> None:
        """Make a build the live one and retire its predecessor, in one transaction; older retired builds are dropped.

        Raises UsageError when it is no longer being built: cancelled, or switched to by another process.
        """
        model = build.model
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", model.view)
            state = await connection.fetchval(
                "SELECT state FROM projection_build WHERE name = $1 AND version = $2 AND build = $3", *build.identity
            )
            if state != "building":
                raise UsageError(
                    f"Build {build.number} of {model.name} is {state or 'gone'}, so it cannot be switched to."
                )
            await connection.execute(
                "UPDATE projection_build SET state = 'retired' WHERE name = $1 AND version = $2 AND state = 'live'",
                model.name, model.version,
            )  # fmt: skip
            await connection.execute(
                "UPDATE projection_build SET state = 'live', switched_at = $4 WHERE name = $1 AND version = $2 AND build = $3",
                *build.identity, now,
            )  # fmt: skip
            await point_view(connection, build)
            old = await connection.fetch(
                "SELECT build FROM projection_build WHERE name = $1 AND version = $2 AND state = 'retired'"
                " ORDER BY switched_at DESC NULLS LAST, build DESC OFFSET $3",
                model.name, model.version, RETIRED_KEPT,
            )  # fmt: skip
            for row in old:
                await drop(connection, Build(model, row["build"], "retired", {}))
        build.state = "live"

    async def roll_back(self, name: str, now: datetime, by: Operator) -> int:
        """Resume the retired build: it continues from its positions and is switched to once it has caught up.

        Returns its number. Raises UsageError when there is none, or when another build is under way.
        """
        model = self.model(name)
        if "building" in [s for (n, _, _), s in (await self.states()).items() if n == name]:
            raise UsageError(f"A build of {name} is under way already; cancel it or wait for it.")
        async with self._pool.acquire() as connection, connection.transaction():
            number: int | None = await connection.fetchval(
                "UPDATE projection_build SET state = 'building' WHERE (name, version, build) IN (SELECT name, version, build"
                " FROM projection_build WHERE name = $1 AND version = $2 AND state = 'retired' ORDER BY switched_at DESC LIMIT 1)"
                " RETURNING build",
                model.name, model.version,
            )  # fmt: skip
            if number is None:
                raise UsageError(f"There is no retired build of {name} to roll back to.")
            await note(connection, now, by, "rolled back", Build(model, number, "building", {}), "retired", "building")
        return number

    async def cancel(self, name: str, number: int, now: datetime, by: Operator | None = None) -> None:
        """Drop a build that is not live. Raises UsageError when it is live or unknown."""
        model = self.model(name)
        async with self._pool.acquire() as connection, connection.transaction():
            state = await connection.fetchval(
                "SELECT state FROM projection_build WHERE name = $1 AND version = $2 AND build = $3",
                model.name, model.version, number,
            )  # fmt: skip
            if state in (None, "live"):
                raise UsageError(
                    f"Build {number} of {name} is {state or 'unknown'}; only one that is not live can be cancelled."
                )
            await drop(connection, Build(model, number, state, {}))
            await note(connection, now, by, "cancelled", Build(model, number, state, {}), state, None)

    async def difference(self, one: Build, other: Build) -> tuple[int, int]:
        """How many rows exist only in the one build, and only in the other."""
        columns = ", ".join((*one.model.column_names(), "partition"))
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL enable_seqscan = on")  # whole tables, for once
            row = await connection.fetchrow(
                f"SELECT (SELECT count(*) FROM (SELECT {columns} FROM {one.table} EXCEPT ALL SELECT {columns} FROM {other.table}) a) AS a,"
                f" (SELECT count(*) FROM (SELECT {columns} FROM {other.table} EXCEPT ALL SELECT {columns} FROM {one.table}) b) AS b"
            )
        assert row is not None
        return row["a"], row["b"]

    def model(self, name: str) -> ReadModel[Any]:
        """Raises UsageError when there is no such read model."""
        if name not in self.models:
            raise UsageError(f"There is no read model {name}; there are {', '.join(sorted(self.models))}.")
        return self.models[name]
