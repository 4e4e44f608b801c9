"""From a fact on a topic to the decision on the service's own topic: how many a second, and how soon."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import quantiles
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.inbox.broker import ensure_topics
from chassis.runtime import Runtime
from chassis.storage.database import Database
from chassis.testing.facts import Fact, publish
from chassis.testing.waiting import eventually

from .domain import fact, service
from .figures import Figure, figure
from .parts import COLUMNS, METER_COUNT, Parts, floor_row, make_floor_table
from .probe import Probe, Trip

FACTS, LIVE, ECHO = "plant.readings", "plant.live-readings", "bench.echo"
BATCH = 500
WITHIN_S = 120.0


async def measure(parts: Parts, wanted: frozenset[str]) -> list[Figure]:
    """Sustained throughput, then latency at half of it."""
    await ensure_topics(parts.kafka.bootstrap, parts.kafka.security, [FACTS, LIVE, ECHO], parts.kafka.partitions, 1)
    facts = [fact(n, METER_COUNT) for n in range(parts.sizes.facts)]
    sent = [Fact.of(FACTS, each.meter, f"F-{n}", each) for n, each in enumerate(facts)]
    await publish(parts.kafka.bootstrap, sent, security=parts.kafka.security)
    values, floors = list[float](), list[float]()
    for number in range(parts.sizes.rounds):
        floors.append(await _copied_per_s(parts, f"bench_floor_{number}"))
        values.append(await decided_per_s(parts, f"bench-{number}"))
    sustained = figure("ingest-to-decision", values, floors, "events/s")
    figures = [sustained] if "ingest-to-decision" in wanted else []
    if wanted & {"latency-p50", "latency-p99"}:
        figures += [each for each in await _latencies(parts, sustained.value / 2) if each.name in wanted]
    return figures


@asynccontextmanager
async def running(parts: Parts, name: str, facts_topic: str) -> AsyncIterator[Runtime]:
    """A meter service with the roles of a worker, and a database that is dropped with it."""
    meters = service(name, facts_topic)
    await parts.postgres.create_database(meters.database)
    runtime = await Runtime.start(
        meters, parts.settings(roles=frozenset(("consume", "relay", "project")), instance=name)
    )
    try:
        yield runtime
    finally:
        await runtime.stop()
        await parts.postgres.drop_database(meters.database)


async def _assigned(runtime: Runtime) -> None:
    """Wait until the service has its partitions of the facts."""

    async def partitions() -> int:
        return len(runtime.subscription.assigned)

    await eventually(partitions, bool, WITHIN_S)


async def decided_per_s(parts: Parts, name: str, facts_topic: str = FACTS) -> float:
    """From the assignment of the partitions until a plain consumer has the last decision."""
    async with running(parts, name, facts_topic) as runtime:
        await _assigned(runtime)
        begin = time.perf_counter()
        async with AIOKafkaConsumer(
            bootstrap_servers=parts.kafka.bootstrap, **parts.kafka.security.client_options(), enable_auto_commit=False
        ) as watcher:
            topic = [TopicPartition(runtime.service.topic, p) for p in range(parts.kafka.partitions)]
            # Its own events are counted by the ends of the partitions: reading them all here would slow down what is measured.
            ends = await eventually(
                lambda: watcher.end_offsets(topic), lambda ends: sum(ends.values()) >= parts.sizes.facts, WITHIN_S
            )
            watcher.assign([tp for tp, end in ends.items() if end])
            for tp in watcher.assignment():
                watcher.seek(tp, ends[tp] - 1)
            last = set(watcher.assignment())
            while last:
                last -= set(await watcher.getmany(*last, timeout_ms=100))
        return parts.sizes.facts / (time.perf_counter() - begin)


async def _copied_per_s(parts: Parts, name: str) -> float:
    """The same facts, read plainly and copied plainly: one COPY per batch."""
    await parts.postgres.create_database(name)
    settings = parts.settings()
    database = await Database.open(settings.dsn(name), settings.partitions, "bench")
    await make_floor_table(database)
    await database.close()
    connection = await asyncpg.connect(settings.dsn(name))
    try:
        async with AIOKafkaConsumer(
            bootstrap_servers=parts.kafka.bootstrap,
            **parts.kafka.security.client_options(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        ) as consumer:
            consumer.assign([TopicPartition(FACTS, p) for p in range(parts.kafka.partitions)])
            begin, taken = time.perf_counter(), 0
            while taken < parts.sizes.facts:
                rows = list[tuple[Any, ...]]()
                for records in (await consumer.getmany(timeout_ms=100, max_records=BATCH)).values():
                    for record in records:
                        rows.append(floor_row(taken + len(rows), parts.kafka.partitions, record.value.decode()))
                if rows:
                    await connection.copy_records_to_table("event_floor", records=rows, columns=COLUMNS)
                taken += len(rows)
            return taken / (time.perf_counter() - begin)
    finally:
        await connection.close()
        await parts.postgres.drop_database(name)


async def _latencies(parts: Parts, rate: float) -> list[Figure]:
    """p50 and p99 in ms from sending a fact to reading its decision; the floor is the way of the same message over the broker alone."""
    values, floors = list[tuple[float, float]](), list[tuple[float, float]]()
    probe = Probe()
    try:
        async with running(parts, "bench-live", LIVE) as runtime:
            await _assigned(runtime)
            duration_s = parts.sizes.latency_s
            reached = (parts.kafka.bootstrap, parts.kafka.security)
            for _ in range(parts.sizes.rounds):
                floors.append(_p50_p99(await probe.run(Trip(*reached, ECHO, ECHO, rate, duration_s))))
                values.append(_p50_p99(await probe.run(Trip(*reached, LIVE, runtime.service.topic, rate, duration_s))))
    finally:
        probe.close()
    return [
        figure(name, [v[n] for v in values], [f[n] for f in floors], "ms")
        for n, name in enumerate(("latency-p50", "latency-p99"))
    ]


def _p50_p99(latencies: list[float]) -> tuple[float, float]:
    cuts = quantiles(latencies, n=100)
    return cuts[49], cuts[98]
