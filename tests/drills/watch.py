"""Looks at all services through their databases, so that a replica which is dead, frozen or lying cannot hide anything."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg
import httpx

from chassis.processors.progress import Progress, ProgressReader
from chassis.service import Service
from chassis.storage.signals import Signals
from standing.services import ALL

from .replicas import Site

QUIET_WITHIN_S = 240.0
LOOK_EVERY_S = 0.05
TELL_EVERY_S = 0.2
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class NeverQuiet(Exception):
    """What was sent did not come through; what is missing is in the message."""


class DrillClock:
    """The time that all replicas are told; it is also what the watcher's own look at the to-do lists is asked with."""

    def __init__(self) -> None:
        self.instant = datetime(1970, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


@dataclass
class _Pool:
    """A connection made again when it was cut. All that ProgressReader needs of a database."""

    dsn: str
    connection: asyncpg.Connection | None = None

    @property
    def pool(self) -> "_Pool":
        return self

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[asyncpg.Connection]:
        if self.connection is None or self.connection.is_closed():
            self.connection = await asyncpg.connect(
                self.dsn, timeout=5, command_timeout=20,
                server_settings={"application_name": "drill", "statement_timeout": "0"},
            )  # fmt: skip
        yield self.connection


@dataclass
class Watch:
    """Progress of all services, and their clock."""

    site: Site
    clock: DrillClock = field(default_factory=DrillClock)
    _told: dict[str, datetime] = field(default_factory=dict)
    _telling: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self._looks = {
            service.name: ProgressReader(service, _Pool(self.site.dsn(service.name)), self.clock, Signals())  # type: ignore[arg-type]
            for service in ALL
        }

    async def start(self) -> None:
        self._telling = asyncio.create_task(self._tell_forever())

    async def stop(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
        for look in self._looks.values():
            connection = look._pool.connection  # type: ignore[attr-defined]
            if connection is not None:
                connection.terminate()

    async def read(self) -> dict[str, Progress]:
        """One look at each service. Raises one of AWAY while a database does not answer."""
        readings = await asyncio.gather(*(look.read() for look in self._looks.values()))
        return dict(zip(self._looks, readings, strict=True))

    async def move(self, instant: datetime) -> None:
        """Move the clock of all replicas that live; one that is frozen or starting is told later."""
        self.clock.instant = max(self.clock.instant, instant)
        await asyncio.gather(*(self._tell(index) for index in range(len(self.site.replicas))))

    async def quiet(self, ends: Mapping[str, Mapping[int, int]]) -> dict[str, Progress]:
        """Wait until everything sent (topic → partition → last offset) is taken, published, projected and acted on, everywhere."""
        deadline = time.monotonic() + QUIET_WITHIN_S
        before: dict[str, dict[int, int]] = {}
        told = "no look succeeded"
        while time.monotonic() < deadline:
            try:
                readings = await self.read()
            except AWAY as error:
                told, before = f"{type(error).__name__}: {error}", {}
                await asyncio.sleep(LOOK_EVERY_S)
                continue
            heads = {name: reading.heads for name, reading in readings.items()}
            missing = [text for service in ALL for text in self._missing(service, readings, ends)]
            if not missing and heads == before:
                return readings
            told, before = "; ".join(missing), heads if not missing else {}
            if missing:
                self.site.begin_again()
                await asyncio.sleep(LOOK_EVERY_S)
        raise NeverQuiet(f"Not quiet within {QUIET_WITHIN_S:.0f} s: {told}\n{await self._circumstances()}")

    async def _circumstances(self) -> str:
        """What each replica says of itself; where its tasks wait is in its log afterwards."""
        found = []
        for replica in self.site.replicas:
            replica.log_stacks()
            try:
                ready = await self.site.http.get(replica.base_url + "/readyz", timeout=10)
                metrics = await self.site.http.get(replica.base_url + "/metrics", timeout=10)
            except httpx.TransportError as error:
                found.append(f"{replica.name}: {type(error).__name__}: {error}")
                continue
            lags = [line for line in metrics.text.splitlines() if "inbox" in line and not line.startswith("#")]
            found.append(f"{replica.name}: {ready.status_code} {ready.text}\n  " + "\n  ".join(lags))
        return "\n".join(found)

    def _missing(
        self, service: Service, readings: Mapping[str, Progress], ends: Mapping[str, Mapping[int, int]]
    ) -> list[str]:
        reading = readings[service.name]
        missing = []
        if reading.relay_lag:
            missing.append(f"{service.name} relay lags by {reading.relay_lag}")
        if reading.projection_lag:
            missing.append(f"{service.name} read models lag by {reading.projection_lag}")
        if any(reading.due.values()):
            missing.append(f"{service.name} has due {reading.due}")
        for source in service.sources:
            if source.owner is not None:
                look, wanted = "position", {p: at for p, at in readings[source.owner].heads.items() if at}
            else:
                look, wanted = "kafka_offset", dict(ends.get(source.topic, {}))
            inbox = reading.inbox.get(source.topic, {})
            # Exactly there: an offset beyond the end is one of a topic that has lost records since, and is not recognised yet.
            behind = {p: until for p, until in wanted.items() if inbox.get(p, {}).get(look, -1) != until}
            if behind:
                missing.append(f"{service.name} inbox {source.topic} has not reached {behind}")
        return missing

    async def next_due(self) -> datetime | None:
        while True:
            try:
                readings = await self.read()
            except AWAY:
                await asyncio.sleep(LOOK_EVERY_S)
                continue
            return min((r.next_due for r in readings.values() if r.next_due), default=None)

    async def _tell(self, index: int) -> None:
        replica, instant = self.site.replicas[index], self.clock.instant
        body = {"now": instant.isoformat()}
        try:
            response = await self.site.http.post(replica.base_url + "/v1/admin/clock", json=body, timeout=1)
            if response.status_code == 200:
                self._told[replica.name] = instant
        except httpx.TransportError:
            self._told.pop(replica.name, None)

    async def _tell_forever(self) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            for index, replica in enumerate(self.site.replicas):
                if self._told.get(replica.name) != self.clock.instant:
                    await self._tell(index)
