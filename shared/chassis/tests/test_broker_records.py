"""What a broker may hold besides plain records: every codec, batches that cannot be read, transactions, and partitions that were added."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Sequence

import aiokafka.codec
import pytest
import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewPartitions

from chassis import telemetry
from chassis.handling.audit import Operator
from chassis.inbox import decoding, fetching, subscription
from chassis.inbox.broker import ensure_topics
from chassis.inbox.parked_admin import Edit
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from standing_parts import Kafka

from .running import POURINGS, Sent, Start, asking, become, handled, levels, pour, send, sent
from .toy import JAR_SERVICE, Fill

CODECS = ("gzip", "snappy", "lz4", "zstd")


async def send_compressed(settings: Settings, codec: str, messages: Sequence[Sent], partition: int = 0) -> None:
    """Send messages as one compressed batch."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka, compression_type=codec, linger_ms=50, max_batch_size=2**20
    )
    await producer.start()
    try:
        pending = [
            await producer.send(
                settings.topic_prefix + POURINGS, value, key=key, headers=list(headers), partition=partition
            )
            for key, value, headers in messages
        ]
        await asyncio.gather(*pending)
    finally:
        await producer.stop()


def send_with_librdkafka(settings: Settings, codec: str, messages: Sequence[Sent]) -> None:
    """The same by the library of most other languages; its snappy has another framing."""
    producer = Producer({"bootstrap.servers": settings.kafka, "compression.type": codec, "linger.ms": 50})
    for key, value, headers in messages:
        producer.produce(settings.topic_prefix + POURINGS, value, key, 1, headers=list(headers))
    assert producer.flush(20) == 0


@pytest.mark.parametrize("codec", CODECS)
async def test_facts_in_batches_of_every_codec_are_taken(
    start_service: Start, settings: Settings, real_kafka: Kafka, codec: str
) -> None:
    jars = await start_service(JAR_SERVICE)
    await send_compressed(settings, codec, [sent(pour("J-1", n)) for n in range(20)])
    await asyncio.to_thread(send_with_librdkafka, settings, codec, [sent(pour("J-2", n)) for n in range(20)])
    await become(lambda: levels(jars), {"J-1": 20, "J-2": 20})
    assert (await jars.reading()).parked == 0


async def reasons(jars: Runtime) -> list[str]:
    """What /readyz gives as reasons."""
    return await jars.health.reasons()


async def test_a_batch_that_cannot_be_decoded_is_reported_and_stops_only_its_partition(
    start_service: Start, settings: Settings, real_kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TRIED_AGAIN_AFTER_S", 0.5)
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(pour("J-1", 1))], partition=0)
    await become(lambda: levels(jars), {"J-1": 1})

    def broken(payload: object) -> bytes:
        raise decoding.CorruptRecordException("compressed with lz4: its frame is damaged")

    with monkeypatch.context() as damage:
        damage.setitem(decoding.RECORDS, "lz4_decode", broken)
        decoding.bound_decompression()
        await send(settings, POURINGS, [sent(pour("J-1", 2))], partition=0)
        await send_compressed(settings, "lz4", [sent(pour("J-1", n)) for n in range(3, 9)])
        await send(settings, POURINGS, [sent(pour("J-1", 9))], partition=0)
        told = await eventually(lambda: reasons(jars), bool)
        assert [
            r for r in told if f"The batch at offset 2 of {settings.topic_prefix}{POURINGS}[0] cannot be decoded" in r
        ]
        assert [r for r in told if "compressed with lz4: its frame is damaged" in r]
        for number in range(10):
            await send(settings, POURINGS, [sent(pour("K", number))], partition=1)
            await become(lambda: levels(jars), {"J-1": 2, "K": number + 1}, within_s=2)
    decoding.bound_decompression()
    await become(lambda: levels(jars), {"J-1": 9, "K": 10})
    await eventually(lambda: reasons(jars), lambda found: not found)
    await become(lambda: handled(jars, POURINGS), (19, 0))


async def test_a_codec_that_cannot_be_had_is_reported_at_start_and_a_batch_of_it_stops_only_its_partition(
    start_service: Start, settings: Settings, real_kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ensure_topics(
        settings.kafka, settings.kafka_security, [settings.topic_prefix + POURINGS], settings.partitions, 1
    )
    await send(settings, POURINGS, [sent(pour("J-1", 1))], partition=0)
    await send_compressed(settings, "snappy", [sent(pour("J-1", 2))])
    monkeypatch.setattr(aiokafka.codec, "cramjam", None)
    with structlog.testing.capture_logs() as lines:
        jars = await start_service(JAR_SERVICE)
    assert [line["log_level"] for line in lines if line["event"] == "codecs are missing"] == ["error"]
    warnings = " ".join(await jars.health.warnings())
    assert "Batches compressed with snappy or lz4 or zstd cannot be read here: not installed: cramjam" in warnings
    await send(settings, POURINGS, [sent(pour("K", 1))], partition=1)
    await become(lambda: levels(jars), {"J-1": 1, "K": 1})
    assert "snappy" in " ".join(await eventually(lambda: reasons(jars), bool))


@contextlib.asynccontextmanager
async def transaction(
    settings: Settings, messages: Sequence[Sent], partition: int = 0, commits: bool = True
) -> AsyncIterator[None]:
    """Messages of one transaction, which is open in the block and ends with it."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka, transactional_id=f"{settings.topic_prefix}t{partition}"
    )
    await producer.start()
    try:
        await producer.begin_transaction()
        for key, value, headers in messages:
            await producer.send_and_wait(
                settings.topic_prefix + POURINGS, value, key=key, headers=list(headers), partition=partition
            )
        yield
        await (producer.commit_transaction() if commits else producer.abort_transaction())
    finally:
        await producer.stop()


def lag_of(jars: Runtime, partition: int) -> float:
    """The gauge that alerts look at."""
    topic = jars.settings.topic_prefix + POURINGS
    samples = next(iter(telemetry.LAG.collect())).samples
    wanted = {"follower": f"inbox {topic}", "partition": str(partition)}
    found = [sample.value for sample in samples if wanted.items() <= sample.labels.items()]
    return found[0] if found else -1


async def test_what_an_aborted_transaction_sent_is_never_seen(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    jars = await start_service(JAR_SERVICE)
    async with transaction(settings, [sent(pour("J-1", "aborted", 9))], commits=False):
        await send(settings, POURINGS, [sent(pour("J-1", "behind"))], partition=0)
        await send(settings, POURINGS, [sent(pour("K", 1))], partition=1)
        await become(lambda: levels(jars), {"K": 1})
    await become(lambda: levels(jars), {"J-1": 1, "K": 1})
    async with transaction(settings, [sent(pour("J-1", "kept", 3))]):
        pass
    await become(lambda: levels(jars), {"J-1": 4, "K": 1})
    await become(lambda: handled(jars, POURINGS), (3, 0))
    assert (await jars.reading()).parked == 0


@pytest.mark.parametrize("commits", [True, False], ids=["committed", "aborted"])
async def test_the_end_of_a_transaction_as_the_last_thing_of_a_partition_is_no_lag_and_no_stall(
    start_service: Start, settings: Settings, real_kafka: Kafka, monkeypatch: pytest.MonkeyPatch, commits: bool
) -> None:
    monkeypatch.setattr(subscription, "WATCH_EVERY_S", 0.2)
    jars = await start_service(JAR_SERVICE, stuck_after_s=1.0)
    await send(settings, POURINGS, [sent(pour("J-1", 1))], partition=0)
    async with transaction(settings, [sent(pour("J-1", 2))], commits=commits):
        pass
    await become(lambda: levels(jars), {"J-1": 2 if commits else 1})

    async def lag() -> float:
        return lag_of(jars, 0)

    await become(lag, 0)
    session = jars.subscription.broker
    await asyncio.sleep(3)
    assert jars.subscription.broker is session, "the consumer started over"
    assert (lag_of(jars, 0), jars.faults()) == (0, {})
    await jars.stop()
    again = await start_service(JAR_SERVICE, stuck_after_s=1.0)
    await send(settings, POURINGS, [sent(pour("J-1", 3))], partition=0)
    await become(lambda: levels(again), {"J-1": 3 if commits else 2})
    await become(lambda: handled(again, POURINGS), (3 if commits else 2, 0))


async def test_the_lag_of_an_inbox_whose_last_message_is_parked_is_zero(
    start_service: Start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "WATCH_EVERY_S", 0.2)
    jars = await start_service(JAR_SERVICE)
    seen: list[float] = []

    async def lag() -> float:
        return lag_of(jars, 0)

    await send(settings, POURINGS, [sent(pour("J-1", n)) for n in range(50)], partition=0)
    await become(lambda: levels(jars), {"J-1": 50})
    await become(lag, 0)
    await send(settings, POURINGS, [sent(pour("J-1", "too much", 900))], partition=0)
    await eventually(jars.reading, lambda reading: reading.parked == 1)
    for _ in range(10):
        await asyncio.sleep(0.1)
        seen.append(lag_of(jars, 0))
    assert set(seen) <= {0, 1}, seen
    assert seen[-1] == 0
    assert (await jars.reading()).inbox[POURINGS][0]["kafka_offset"] == 50


async def test_how_many_records_wait_behind_one_that_cannot_be_parked_is_on_record(
    start_service: Start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "WATCH_EVERY_S", 0.2)
    jars = await start_service(JAR_SERVICE, parked_max=1)
    await send(settings, POURINGS, [sent(pour("J-1", n, 900)) for n in range(3)], partition=0)
    await send(settings, POURINGS, [sent(pour("J-2", n)) for n in range(5)], partition=0)

    async def waiting() -> int:
        return (await jars.reading()).inbox.get(POURINGS, {}).get(0, {}).get("waiting", 0)

    assert await eventually(waiting, lambda records: records >= 7) <= 8
    jars.executor.settings.parked_max = 100
    await become(waiting, 0)


def grow(bootstrap: str, topic: str, partitions: int) -> None:
    """Give a topic more partitions, and wait until all have a leader."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    for grown in admin.create_partitions([NewPartitions(topic, partitions)]).values():
        grown.result(20)
    until = time.monotonic() + 20
    while sum(p.leader >= 0 for p in admin.list_topics(topic, 20).topics[topic].partitions.values()) < partitions:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("restarted", [False, True], ids=["first-session", "after-a-restart"])
async def test_partitions_added_to_a_topic_while_running_are_taken_within_ten_seconds(
    start_service: Start, settings: Settings, real_kafka: Kafka, restarted: bool
) -> None:
    """After a restart the broker names the session before as the leader of the group, and the client library then watches no topic."""
    jars = await start_service(JAR_SERVICE)
    topic = settings.topic_prefix + POURINGS
    if restarted:
        await send(settings, POURINGS, [sent(pour("J-1", 0))], partition=0)
        await become(lambda: levels(jars), {"J-1": 1})
        await jars.stop()
        jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(pour("J-1", 1))], partition=0)
    await become(lambda: levels(jars), {"J-1": 1 + restarted})
    await asyncio.to_thread(grow, settings.kafka, topic, 16)
    for partition in (9, 15):
        await send(settings, POURINGS, [sent(pour(f"P-{partition}", 1))], partition=partition)
    await become(lambda: levels(jars), {"J-1": 1 + restarted, "P-9": 1, "P-15": 1}, within_s=10)
    assert (await jars.reading()).parked == 0


async def test_a_topic_of_ours_with_more_partitions_than_its_log_is_reported_and_can_be_made_anew(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http", "relay", "project"}))
    topic, few = settings.topic_prefix + JAR_SERVICE.topic, settings.partitions

    async def warnings() -> list[str]:
        return await jars.health.warnings()

    async def published() -> tuple[int, int]:
        """Events that the relay has published, and partitions of the topic."""
        consumer = AIOKafkaConsumer(topic, bootstrap_servers=settings.kafka)
        await consumer.start()
        try:
            partitions = [TopicPartition(topic, p) for p in consumer.partitions_for_topic(topic) or ()]
            return sum((await consumer.end_offsets(partitions)).values()), len(partitions)
        finally:
            await consumer.stop()

    await jars.executor.submit(asking(Fill("J-1", 1)))
    await become(published, (1, few))
    assert await warnings() == []
    await asyncio.to_thread(grow, settings.kafka, topic, few + 2)
    await jars.executor.submit(asking(Fill("J-1", 1)))
    (warning,) = await eventually(warnings, bool, within_s=10)
    assert (
        f"{topic} has {few + 2} partitions and its log {few}: no event will ever be in those from {few} on" in warning
    )
    await become(published, (2, few + 2))
    async with client_of(app_of(jars)) as client:
        ready = await eventually(lambda: client.get("/readyz"), lambda answer: answer.status_code == 200)
        assert (ready.json()["status"], ready.json()["warnings"]) == ("degraded", [warning])
    admin = AdminClient({"bootstrap.servers": settings.kafka, "log_level": 0})
    await asyncio.to_thread(admin.delete_topics([topic])[topic].result, 20)
    await become(published, (2, few), within_s=60)
    await become(warnings, [], within_s=20)


async def test_a_partition_that_waits_does_not_hold_up_the_others(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    jars = await start_service(JAR_SERVICE, parked_max=1)
    await send(settings, POURINGS, [sent(pour("J-1", n, 900)) for n in range(3)], partition=0)

    async def faults() -> str:
        return " ".join(jars.faults().values())

    await eventually(faults, lambda found: "TooManyParked" in found)
    for number in range(8):
        await send(settings, POURINGS, [sent(pour("K", number))], partition=1)
        await become(lambda: levels(jars), {"K": number + 1}, within_s=1)
    await send(settings, POURINGS, [sent(pour("J-2", 1))], partition=0)
    async with jars.database.pool.acquire() as connection:
        rows = [row["id"] for row in await connection.fetch("SELECT id FROM parked")]
    jars.executor.settings.parked_max = 100
    await become(lambda: levels(jars), {"K": 8, "J-2": 1})
    assert len(rows) <= 1
    await become(faults, "")


async def test_a_value_of_many_megabytes_in_a_small_batch_is_parked_to_a_bound_with_its_hash(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    jars = await start_service(JAR_SERVICE)
    key, value, headers = sent(pour("J-1", 1))
    assert value is not None
    bomb = value + b" " * 40_000_000
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka, compression_type="gzip", max_request_size=2**26, max_batch_size=2**26
    )
    await producer.start()
    await producer.send_and_wait(settings.topic_prefix + POURINGS, bomb, key=key, headers=list(headers), partition=0)
    await producer.stop()
    await send(settings, POURINGS, [sent(pour("J-2", 1))], partition=0)
    await become(lambda: levels(jars), {"J-2": 1})
    (parked,) = await jars.parked.listed("parked", 0, 10)
    assert parked["code"] == "too-large"
    assert parked["byte_count"] == settings.message_bytes_max
    assert f"The value has {len(bomb)} bytes" in parked["reason"]
    assert hashlib.sha256(bomb).hexdigest() in parked["reason"]
    tried = await jars.parked.retry(parked["parked_id"], Operator("ann", "looked at it"))
    assert tried.still_parked == (parked["parked_id"],)
    await jars.parked.edit(parked["parked_id"], Edit({}, value.decode()), Operator("ann", "without the blanks"))
    await jars.parked.retry(parked["parked_id"], Operator("ann", "without the blanks"))
    await become(lambda: levels(jars), {"J-1": 1, "J-2": 1})
