"""Apache Kafka on the local JVM and the mock cluster, for real."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from standing_parts import Kafka, PartError, kafka_jars, start_kafka
from standing_parts.choose import PassedOver

IN_2013_MS = int(datetime(2013, 7, 1, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(scope="module")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    try:
        kafka_jars.probe()
    except PassedOver as reason:
        pytest.skip(f"Apache Kafka needs Java 17 and Maven: {reason}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STANDING_KAFKA", "apache")
        started = start_kafka(tmp_path_factory.mktemp("home"), partitions=3, say=lambda _: None)
    yield started
    started.stop()


@pytest.fixture
def mock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kafka]:
    monkeypatch.setenv("STANDING_KAFKA", "mock")
    started = start_kafka(tmp_path, say=lambda _: None)
    yield started
    started.stop()


async def produce(kafka: Kafka, topic: str, *values: bytes, at_ms: int | None = None) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(topic, value, key=b"one", timestamp_ms=at_ms)


async def records(kafka: Kafka, topic: str) -> list[tuple[bytes | None, int]]:
    """Every record of the topic as (value, its own time in ms)."""
    async with AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap, enable_auto_commit=False) as consumer:
        partitions = [TopicPartition(topic, number) for number in range(kafka.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[tuple[bytes | None, int]] = []
        while len(found) < sum(ends.values()):
            for batch in (await consumer.getmany(timeout_ms=1_000)).values():
                found += [(record.value, record.timestamp) for record in batch]
        return found


async def consume_as_group(kafka: Kafka, topic: str, count: int) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=kafka.bootstrap, group_id="readers", auto_offset_reset="earliest"
    )
    async with consumer:
        taken = [(await asyncio.wait_for(consumer.getone(), 30)).value for _ in range(count)]
        await consumer.commit()
    return taken


@pytest.mark.real_kafka
def test_apache_makes_topics_once_and_as_wide_as_asked(apache: Kafka) -> None:
    async def journey() -> None:
        await apache.create_topics(["wide", "wider"])
        await apache.create_topics(["wide", "another"])
        with pytest.raises(PartError, match="with 3 partitions, not 5"):
            await Kafka("apache", apache.bootstrap, True, 5).create_topics(["wide"])

    asyncio.run(journey())


@pytest.mark.real_kafka
def test_apache_keeps_old_records_over_a_kill_and_a_restart_and_none_over_a_wipe(apache: Kafka) -> None:
    async def write() -> None:
        await apache.create_topics(["facts"])
        await produce(apache, "facts", b"old", at_ms=IN_2013_MS)
        assert await consume_as_group(apache, "facts", 1) == [b"old"]

    asyncio.run(write())
    apache.kill()
    apache.start_again()
    assert asyncio.run(records(apache, "facts")) == [(b"old", IN_2013_MS)]
    apache.start_again()
    asyncio.run(produce(apache, "facts", b"older", at_ms=IN_2013_MS - 1))
    assert asyncio.run(consume_as_group(apache, "facts", 1)) == [b"older"]
    apache.start_again(wipe=True)
    asyncio.run(apache.create_topics(["facts"]))
    assert asyncio.run(records(apache, "facts")) == []


def test_the_mock_carries_records_to_a_group(mock: Kafka) -> None:
    assert (mock.kind, mock.real, mock.partitions) == ("mock", False, 4)

    async def journey() -> None:
        await mock.create_topics(["facts"])
        await produce(mock, "facts", b"first", b"second", at_ms=IN_2013_MS)
        assert await records(mock, "facts") == [(b"first", IN_2013_MS), (b"second", IN_2013_MS)]
        assert await consume_as_group(mock, "facts", 2) == [b"first", b"second"]

    asyncio.run(journey())


def test_the_mock_cannot_come_back(mock: Kafka) -> None:
    mock.kill()
    with pytest.raises(PartError, match="cannot take the same port again"):
        mock.start_again(wipe=True)
