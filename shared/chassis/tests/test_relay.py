"""The relay: the topic mirrors the log, partition by partition, whatever the broker forgets."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.inbox.broker import ensure_topics
from chassis.inbox.cloudevents import text_headers
from chassis.inbox.published import headers_of
from chassis.inbox.tail import Last
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.storage.fence import LogHalted
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from standing_parts import Kafka, start_kafka

from .running import Start, asking, led, send
from .toy import JAR_SERVICE, Fill, Label

PUBLISHES = frozenset({"http", "relay"})
Mirror = dict[int, list[tuple[int, str]]]
"""Partition → (position, event id), in order."""


async def fill(jars: Runtime, times: int) -> None:
    await asyncio.gather(*(jars.executor.submit(asking(Fill(f"J-{n % 23}", 1))) for n in range(times)))


async def mirrored(settings: Settings, topic: str = "jar.events") -> Mirror:
    """Everything that the topic holds now."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka,
        **settings.kafka_security.client_options(),
        enable_auto_commit=False,
        fetch_max_wait_ms=50,
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(settings.topic_prefix + topic, p) for p in range(settings.partitions)]
        ends = await consumer.end_offsets(partitions)
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        found: Mirror = {}
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for tp, records in (await consumer.getmany(timeout_ms=50)).items():
                headers = [text_headers(record.headers) for record in records]
                found.setdefault(tp.partition, []).extend((int(each["ce_position"]), each["ce_id"]) for each in headers)
        return found
    finally:
        await consumer.stop()


async def logged(jars: Runtime) -> Mirror:
    stored = await jars.log.after_each(dict.fromkeys(range(jars.log.partitions), 0), 10_000)
    found: Mirror = {}
    for row in stored:
        found.setdefault(row.envelope.partition, []).append((row.envelope.position, row.envelope.id))
    return found


async def published(jars: Runtime) -> None:
    await eventually(jars.reading, lambda reading: not reading.relay_lag)


async def test_every_partition_of_the_topic_is_its_partition_of_the_log(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await fill(jars, 300)
    await published(jars)
    topic = await mirrored(settings)
    assert topic == await logged(jars)
    assert all([position for position, _ in entries] == list(range(1, len(entries) + 1)) for entries in topic.values())
    assert sum(map(len, topic.values())) == 300


async def test_an_event_of_the_largest_allowed_size_is_published(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE, roles=PUBLISHES)
    for text in ("a", "b" * 899_900, "c", "千" * 299_900, "d"):
        await jars.executor.submit(asking(Label("J-1", text)))
    await published(jars)
    assert await mirrored(settings) == await logged(jars)


async def test_what_was_published_just_before_a_crash_is_not_published_again(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await fill(jars, 60)
    await published(jars)
    await jars.stop()
    again = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    await again.database.pool.execute("UPDATE relay SET position = 0")
    await fill(again, 40)
    await again.stop()
    third = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await published(third)
    assert await mirrored(settings) == await logged(third)


async def test_a_replica_takes_over_where_the_leader_stopped(start_service: Start, settings: Settings) -> None:
    one = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await eventually(one.reading, lambda _: len(led(one, "relay")) == one.log.partitions)
    other = await start_service(JAR_SERVICE, roles=PUBLISHES, instance="2")
    await fill(one, 50)
    await published(one)
    await one.stop()
    await fill(other, 50)
    await published(other)
    assert await mirrored(settings) == await logged(other)


async def test_foreign_messages_at_the_end_of_the_topic_are_not_taken_for_ours(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await fill(jars, 46)
    await published(jars)
    before = await logged(jars)
    for partition in before:
        await send(settings, "jar.events", [(None, b"?", [("ce_position", b"0"), ("ce_id", b"stranger")])], partition)
    await jars.stop()
    again = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await fill(again, 46)
    await published(again)
    topic = await mirrored(settings)
    ours = {p: [each for each in entries if each[1] != "stranger"] for p, entries in topic.items()}
    assert ours == await logged(again)


async def test_a_recreated_topic_that_begins_with_a_batch_in_flight_is_filled_from_the_beginning(
    start_service: Start, settings: Settings
) -> None:
    """Drill seed 11, wave 96: the broker was wiped between two batches, and the new topic began with the second one."""
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    await fill(jars, 46)
    before = await logged(jars)
    partition = next(p for p, entries in before.items() if len(entries) > 2)
    third = (await jars.log.after(partition, 2, 1))[0]
    headers = headers_of(third.envelope)
    await ensure_topics(
        settings.kafka, settings.kafka_security, [settings.topic_prefix + "jar.events"], settings.partitions, 1
    )
    await send(settings, "jar.events", [(third.envelope.stream.encode(), third.data.encode(), headers)], partition)
    await jars.stop()
    again = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await published(again)
    topic = await mirrored(settings)
    assert topic.pop(partition) == [before[partition][2], *before.pop(partition)]
    assert topic == before


async def test_a_topic_that_is_ahead_of_the_log_stops_all_writes_and_health_says_so(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await fill(jars, 1)
    await published(jars)
    ((partition, ((_, event_id),)),) = (await mirrored(settings)).items()
    restored = await start_service(JAR_SERVICE, roles=PUBLISHES, topic_prefix=f"{settings.topic_prefix}old-")
    restored.relay._topic = settings.topic_prefix + JAR_SERVICE.topic  # a log from a backup, and the topic that went on
    restored.relay._published.clear()
    async with client_of(app_of(restored)) as client:
        answer = await eventually(lambda: client.get("/readyz"), lambda answer: "BrokerAhead" in answer.text)
        assert answer.status_code == 503
        (reason,) = [reason for reason in answer.json()["reasons"] if "BrokerAhead" in reason]
        assert f"[{partition}] ends with position 1, but the log's head is 0, so the log is older" in reason
        with pytest.raises(LogHalted, match="Restore the newer log"):
            await fill(restored, 23)
        assert not sum((await restored.log.heads()).values()), "no position is given away twice"
        assert 'standing_log_halted{service="jar-svc"} 1.0' in (await client.get("/metrics")).text
    assert await mirrored(settings) == {partition: [(1, event_id)]}


async def test_after_its_database_moved_a_log_is_written_to_only_once_compared_with_its_topic(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await fill(jars, 5)
    await published(jars)
    await jars.database.pool.execute("UPDATE log_place SET database_oid = 1")
    await jars.stop()
    moved = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    with pytest.raises(LogHalted, match="nothing is written until the relay has compared"):
        await fill(moved, 1)
    assert [reason[:4] for reason in await moved.health.reasons() if "compared" in reason] == ["log:"]
    await moved.stop()
    compared = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await eventually(compared.reading, lambda reading: reading.halted is None)
    await fill(compared, 5)
    await published(compared)
    assert await mirrored(settings) == await logged(compared)


@pytest.fixture
def own_kafka(real_kafka: Kafka, tmp_path: Path) -> Iterator[Kafka]:
    """A separate broker, because the test wipes it."""
    broker = start_kafka(tmp_path, partitions=real_kafka.partitions)
    yield broker
    broker.stop()


@pytest.fixture
async def jars(start_service: Start, own_kafka: Kafka) -> Runtime:
    return await start_service(JAR_SERVICE, roles=PUBLISHES, kafka=own_kafka.bootstrap, publish_timeout_s=3.0)


async def test_a_broker_that_lost_everything_is_filled_again_from_the_log(
    jars: Runtime, settings: Settings, own_kafka: Kafka
) -> None:
    await fill(jars, 120)
    await published(jars)
    here = settings.model_copy(update={"kafka": own_kafka.bootstrap})
    before = await mirrored(here)
    await asyncio.to_thread(own_kafka.start_again, wipe=True)
    await fill(jars, 30)

    async def whole() -> bool:
        try:
            return await mirrored(here) == await logged(jars)
        except Exception:  # the topic is not there yet
            return False

    await eventually(whole, bool, within_s=60)
    after = await mirrored(here)
    assert all(after[p][: len(entries)] == entries for p, entries in before.items())
    assert sum(map(len, after.values())) == 150


async def test_events_that_another_relay_publishes_meanwhile_are_not_taken_for_a_diverged_log(
    start_service: Start,
) -> None:
    """Two relays at the same time halted a log that had not diverged."""
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    partition = jars.log.partition("jar-J-1")

    class Tail:
        async def ends(self, partitions: Sequence[int]) -> dict[int, int]:
            return dict.fromkeys(partitions, 1)

        async def last(self, ends: Mapping[int, int]) -> dict[int, Last]:
            await jars.executor.submit(asking(Fill("J-1", 1)))  # and the other relay has it on the broker already
            newest = (await jars.log.after(partition, 0, 10))[-1].envelope
            return {partition: Last(newest.position, newest.id, newest.position)}

    await jars.relay._reconcile(Tail(), [partition])  # type: ignore[arg-type]
    assert jars.relay._published == {partition: 1}


async def test_a_checkpoint_that_a_late_relay_moved_back_is_corrected(start_service: Start) -> None:
    """Found in the drills: a resumed process stored an old position, and the relay seemed to lag until the next event."""
    jars = await start_service(JAR_SERVICE, roles=PUBLISHES)
    await fill(jars, 20)
    await published(jars)
    await jars.database.pool.execute("UPDATE relay SET position = 0")
    assert (await jars.reading()).relay_lag == 20
    await published(jars)
