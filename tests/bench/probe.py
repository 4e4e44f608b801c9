"""A client in a process of its own: sends facts at a steady rate and takes the time until each one's outcome can be read."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from uuid_utils import uuid7

from chassis.kafka_security import KafkaSecurity
from chassis.testing.facts import Fact

from .domain import fact
from .parts import METER_COUNT

TICK_S = 0.001
LATE_S = 30.0
WARM_UP = 0.2
"""The share of the messages, from the first, whose latency is not counted: connections and caches are still cold."""


@dataclass(frozen=True)
class Trip:
    """Send to one topic, ``rate`` messages/s for ``duration_s``; what they cause is read from the other (or from the same one)."""

    bootstrap: str
    security: KafkaSecurity
    into: str
    out: str
    rate: float
    duration_s: float


class Probe:
    """Runs trips in a child process, so that sending and reading take nothing from the service's event loop."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"))

    async def run(self, trip: Trip) -> list[float]:
        """The latencies in ms, sorted. Raises TimeoutError when an outcome is missing."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, _in_child, trip)

    def close(self) -> None:
        self._pool.shutdown()


def _in_child(trip: Trip) -> list[float]:
    return asyncio.run(_travel(trip))


async def _travel(trip: Trip) -> list[float]:
    producer = AIOKafkaProducer(bootstrap_servers=trip.bootstrap, **trip.security.client_options(), acks="all")
    consumer = AIOKafkaConsumer(
        bootstrap_servers=trip.bootstrap, **trip.security.client_options(), enable_auto_commit=False
    )
    async with producer, consumer:
        partitions = [
            TopicPartition(trip.out, p)
            for p in consumer.partitions_for_topic(trip.out) or await _known(consumer, trip.out)
        ]
        consumer.assign(partitions)
        for partition, end in (await consumer.end_offsets(partitions)).items():
            consumer.seek(partition, end)
        count = int(trip.rate * trip.duration_s)
        sent: dict[bytes, float] = {}
        async with asyncio.timeout(trip.duration_s + LATE_S):
            reading = asyncio.create_task(_arrivals(consumer, count))
            await _send(producer, trip, count, sent)
            arrived = await reading
    counted = list(sent)[int(count * WARM_UP) :]
    return sorted((arrived[fact_id] - sent[fact_id]) * 1000 for fact_id in counted)


async def _known(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    """The partitions of a topic that this consumer has not asked for yet."""
    await consumer.end_offsets([TopicPartition(topic, 0)])
    found: set[int] = consumer.partitions_for_topic(topic)
    return found


async def _send(producer: AIOKafkaProducer, trip: Trip, count: int, sent: dict[bytes, float]) -> None:
    messages = []
    for n in range(count):
        event = fact(n, METER_COUNT)
        messages.append(Fact.of(trip.into, event.meter, str(uuid7()), event))
    begin = time.perf_counter()
    for n, message in enumerate(messages):
        if (ahead_s := n / trip.rate - (time.perf_counter() - begin)) > 0:
            await asyncio.sleep(max(ahead_s, TICK_S))
        sent[message.id.encode()] = time.perf_counter()
        await producer.send(message.topic, message.value, key=message.key.encode(), headers=message.headers("/bench"))


async def _arrivals(consumer: AIOKafkaConsumer, count: int) -> dict[bytes, float]:
    """When each fact's outcome could be read: an event names the fact as its cause, the fact itself by its id."""
    arrived: dict[bytes, float] = {}
    while len(arrived) < count:
        batches = await consumer.getmany(timeout_ms=200)
        now = time.perf_counter()
        for records in batches.values():
            for record in records:
                headers: dict[str, bytes] = dict(record.headers)
                arrived[headers.get("ce_causationid") or headers["ce_id"]] = now
    return arrived
