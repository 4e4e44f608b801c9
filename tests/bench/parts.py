"""What every measurement is given: the real parts, the sizes, and a fresh log with the table of the floor beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from uuid_utils import uuid7

from chassis.clock import WallClock
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.log import Log, meta_json
from standing_parts import Kafka, Postgres

from .domain import METERS, READ_AT, MeterRead, ReadingRecorded, fact, request, service

METER_COUNT = 2_000
COLUMNS = (
    "partition", "position", "stream", "version", "type", "schema_version", "data", "meta", "event_id", "correlation_id",
    "occurred_at", "recorded_at", "hash",
)  # fmt: skip
HASH = bytes(32)


@dataclass(frozen=True)
class Sizes:
    """How much of everything: seconds and counts of one round."""

    rounds: int = 3
    append_s: float = 1.5
    units: int = 30
    facts: int = 40_000
    latency_s: float = 4.0
    rebuilt: int = 100_000
    open_items: int = 1_000_000

    @staticmethod
    def quick() -> "Sizes":
        return Sizes(append_s=0.15, units=3, facts=4_000, latency_s=0.5, rebuilt=10_000, open_items=30_000)


@dataclass(frozen=True)
class Parts:
    postgres: Postgres
    kafka: Kafka
    sizes: Sizes

    def settings(self, **changes: Any) -> Settings:
        server = self.postgres.dsn("").rstrip("/")
        return Settings(
            postgres=SecretStr(server),
            kafka=self.kafka.bootstrap,
            partitions=self.kafka.partitions,
            http_rate_per_s=100_000,  # one caller makes all requests of a measurement
            **self.kafka.settings,
        ).model_copy(update=changes)


@dataclass
class Bench:
    """A log with a running executor; ``told`` counts the commands given to it."""

    database: Database
    log: Log
    executor: Executor
    told: int = 0

    @staticmethod
    @asynccontextmanager
    async def open(parts: Parts, name: str) -> AsyncIterator["Bench"]:
        """A database of its own, dropped at the end; every meter has been read once, so that its stream is warm."""
        await parts.postgres.create_database(name)
        settings = parts.settings()
        database = await Database.open(settings.dsn(name), settings.partitions, "bench")
        try:
            await make_floor_table(database)
            log = Log(database, "bench-svc")
            bench = Bench(database, log, Executor(service("bench", "none", (METERS,)), log, WallClock(), settings))
            await bench.executor.start()
            for _ in range(METER_COUNT // 500):
                await bench.executor.execute(bench.unit(500))
            yield bench
        finally:
            await bench.executor.stop()
            await database.close()
            await parts.postgres.drop_database(name)

    def unit(self, size: int) -> UnitOfWork:
        """The next ``size`` commands, one to a message as a consumer brings them."""
        start, self.told = self.told, self.told + size
        return UnitOfWork(tuple(WorkItem((request(n, METER_COUNT),)) for n in range(start, start + size)))


async def make_floor_table(database: Database) -> None:
    """The table of the floor: the columns, constraints and indexes of the log, without its triggers."""
    await database.pool.execute("CREATE TABLE event_floor (LIKE event INCLUDING ALL)")


def data(n: int) -> str:
    """The data of an event as the decider makes it."""
    told = fact(n, METER_COUNT)
    return ReadingRecorded(**told.model_dump(), total=told.reading).model_dump_json()


META = meta_json(None, "bench", "default", None)


def floor_row(n: int, partitions: int, text: str) -> tuple[Any, ...]:
    """The n-th row of a floor, in the order of COLUMNS, with values as long as the log's own."""
    event_id = str(uuid7())
    return (
        n % partitions, n + 1, f"meter-M-{n % METER_COUNT:05d}", n + 1, ReadingRecorded.TYPE, 1, text, META, event_id, event_id,
        READ_AT, READ_AT, HASH,
    )  # fmt: skip


def payload() -> str:
    """What the figures are about, in words."""
    value = fact(0, METER_COUNT).model_dump_json()
    return f"fact {MeterRead.TYPE} {len(value)} bytes, event {ReadingRecorded.TYPE} {len(data(0))} bytes + meta {len(META)} bytes"
