"""A read model built afresh from the log, beside plain paging through the log with its data parsed."""

import asyncio
import time
from datetime import UTC, datetime

import orjson

from chassis.clock import WallClock
from chassis.processors.builds import Builds
from chassis.processors.leadership import PartitionLocks
from chassis.processors.projector import BUILD_BATCH, BUILD_PARALLEL, Projector
from chassis.storage.log import EVENT_COLUMNS
from chassis.storage.signals import Signals

from .domain import METERS
from .figures import Figure, figure
from .parts import Bench, Parts

_PAGE = f"SELECT {EVENT_COLUMNS} FROM event WHERE partition = $1 AND position > $2 ORDER BY position LIMIT $3"


async def measure(parts: Parts) -> list[Figure]:
    async with Bench.open(parts, "bench_rebuild") as bench:
        while bench.told < parts.sizes.rebuilt:
            await bench.executor.execute(bench.unit(1_000))
        await bench.database.pool.execute("VACUUM ANALYZE event")
        signals = Signals()
        builds = Builds(bench.database.pool, (METERS,), bench.database.dsn)
        await builds.ensure(datetime.now(UTC))
        projector = Projector(
            bench.executor.service, bench.log, builds, PartitionLocks(bench.database.dsn, 0, signals, "bench").of("project"),
            signals, WallClock(), parts.settings(),
        )  # fmt: skip
        values, floors = list[float](), list[float]()
        for _ in range(parts.sizes.rounds):
            floors.append(await _pages_per_s(bench))
            values.append(await _rebuilt_per_s(projector, builds))
    return [figure("rebuild", values, floors, "events/s")]


async def _rebuilt_per_s(projector: Projector, builds: Builds) -> float:
    fresh = await builds.start(METERS.name, datetime.now(UTC), "checking")
    begin = time.perf_counter()
    events = await projector.catch_up(fresh)
    taken_s = time.perf_counter() - begin
    await builds.cancel(METERS.name, fresh.number, datetime.now(UTC))
    return events / taken_s


async def _pages_per_s(bench: Bench) -> float:
    """All columns of all events, by partition, in pages as large and as parallel as a build's."""
    gate = asyncio.Semaphore(BUILD_PARALLEL)

    async def one(partition: int) -> int:
        position = events = 0
        async with gate:
            while rows := await bench.database.pool.fetch(_PAGE, partition, position, BUILD_BATCH):
                for row in rows:
                    orjson.loads(row["data"])
                events += len(rows)
                position = rows[-1]["position"]
        return events

    begin = time.perf_counter()
    events = sum(await asyncio.gather(*(one(partition) for partition in range(bench.log.partitions))))
    return events / (time.perf_counter() - begin)
