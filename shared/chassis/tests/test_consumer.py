"""A consumer trusts its own database: holes are read from the owner's feed, repeats are skipped, nothing is lost or done twice."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import aiokafka
import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from sqlalchemy.exc import DBAPIError

from chassis import telemetry
from chassis.handling.audit import Operator
from chassis.inbox.broker import ensure_topics
from chassis.inbox.published import headers_of
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.storage.log import StoredEvent
from chassis.testing.facts import publish
from chassis.testing.serving import listening
from chassis.testing.waiting import eventually
from standing_parts import Kafka, Postgres

from .running import POURINGS, Sent, Start, asking, become, handled, levels, pour, send, sent, totals
from .toy import COUNT_SERVICE, JAR_SERVICE, Fill

UNPUBLISHED = frozenset({"http", "project"})
"""Roles of an owner without a relay, so that the test publishes in its place."""


async def filled(jars: Runtime, jar: str, times: int) -> list[StoredEvent]:
    """Fill a jar a number of times; returns its events as the log holds them."""
    for _ in range(times):
        await jars.executor.submit(asking(Fill(jar, 1)))
    return await jars.log.after(jars.log.partition(f"jar-{jar}"), 0, 100)


def published(events: Sequence[StoredEvent]) -> list[Sent]:
    return [(e.envelope.stream.encode(), e.data.encode(), headers_of(e.envelope)) for e in events]


async def test_a_hole_in_a_dense_topic_is_read_from_the_owners_feed(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    events = await filled(jars, "J-1", 5)
    partition = events[0].envelope.partition
    async with listening(jars) as address:
        counts = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        await send(settings, "jar.events", published([events[0], events[3]]), partition)
        await become(lambda: totals(counts), {"J-1": 4})
        await send(settings, "jar.events", published([*events[1:4], events[4]]), partition)
        await become(lambda: totals(counts), {"J-1": 5})
    assert (await counts.reading()).inbox["jar.events"][partition]["position"] == 5
    await become(lambda: handled(counts, "jar.events"), (5, 0))


async def test_a_hole_waits_for_the_owner_and_says_so(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    events = await filled(jars, "J-1", 3)
    counts = await start_service(COUNT_SERVICE, peers={"jar-svc": "http://127.0.0.1:1"})
    await send(settings, "jar.events", published(events[2:]), events[0].envelope.partition)

    async def faults() -> str:
        return " ".join(counts.faults().values())

    assert "FeedUnreachable: The feed of jar-svc at http://127.0.0.1:1 cannot be read" in await eventually(faults, bool)
    assert await totals(counts) == {}
    async with listening(jars) as address:
        counts.settings.peers["jar-svc"] = address
        await become(lambda: totals(counts), {"J-1": 3})


async def test_foreign_messages_are_parked_once_and_hold_nothing_up(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    events = await filled(jars, "J-1", 3)
    partition = events[0].envelope.partition
    counts = await start_service(COUNT_SERVICE)
    owned = dict(published(events)[1][2])
    strangers: list[Sent] = [
        (None, b"\x00garbage\xff", []),
        (b"K-1", events[1].data.encode(), [(k, v) for k, v in owned.items() if k != "ce_position"]),
        (b"K-2", events[1].data.encode(), [*{**owned, "ce_position": "²".encode()}.items()]),
        (b"K-3", events[1].data.encode(), [*{**owned, "ce_source": b"/elsewhere", "ce_position": b"99"}.items()]),
    ]
    await send(settings, "jar.events", [*published(events[:1]), *strangers, *published(events[1:])], partition)
    await become(lambda: totals(counts), {"J-1": 3})
    parked = await counts.parked.listed("parked", 0, 100)
    assert [row["code"] for row in parked] == ["not-a-cloudevent", "foreign", "not-a-cloudevent", "foreign"]
    assert parked[1]["reason"].startswith(
        "jar.events is jar-svc's own topic, but this message does not come from its log"
    )
    await counts.stop()
    again = await start_service(COUNT_SERVICE)
    await send(settings, "jar.events", published(await filled(jars, "J-1", 1))[3:], partition)
    await become(lambda: totals(again), {"J-1": 4})
    assert (await again.reading()).parked == 4


@pytest.mark.parametrize(
    ("position", "identity"),
    [
        (1_000_000, None),
        (1_000_000, "00000000-0000-4000-8000-000000000000"),
        (4, "00000000-0000-4000-8000-000000000000"),
        (4, "invented"),
        (3, "00000000-0000-4000-8000-000000000000"),
        (2, "invented"),
    ],
)
async def test_a_record_under_an_owners_name_that_its_log_does_not_hold_is_parked_and_holds_nothing_up(
    start_service: Start, settings: Settings, real_kafka: Kafka, position: int, identity: str | None
) -> None:
    jars = await start_service(JAR_SERVICE)
    events = await filled(jars, "J-1", 3)
    partition = events[0].envelope.partition
    async with listening(jars) as address:
        counts = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        await become(lambda: totals(counts), {"J-1": 3})
        key, value, headers = published(events)[2]
        forged = {**dict(headers), "ce_position": str(position).encode()}
        forged |= {"ce_id": identity.encode()} if identity else {}
        await send(settings, "jar.events", [(key, value, [*forged.items()])], partition)
        parked = await eventually(lambda: counts.parked.listed("parked", 0, 100), lambda rows: len(rows) == 1)
        assert parked[0]["code"] == "foreign"
        there = "where the log has" if position <= 3 else "but the log ends at 3"
        assert f"at position {position} of jar.events[{partition}], {there}" in parked[0]["reason"]
        if position > 3:
            said = "records that name /jar-svc as their source and are not in its log"
            await eventually(jars.health.warnings, lambda warnings: said in " ".join(warnings), within_s=10)
        await filled(jars, "J-1", 2)
        await become(lambda: totals(counts), {"J-1": 5})
        tried = await counts.parked.retry(parked[0]["parked_id"], Operator("ann", "looked at it"))
        assert tried.still_parked == (parked[0]["parked_id"],)
    assert (await jars.reading()).halted is None
    assert counts.faults() == {}


async def test_a_tombstone_is_passed_over_and_counted_and_its_key_goes_on(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    nothing: Sent = (b"J-1", None, [])
    await send(settings, POURINGS, [sent(pour("J-1", 1)), nothing, sent(pour("J-1", 2)), nothing], partition=0)
    await become(lambda: levels(jars), {"J-1": 2})
    await become(lambda: handled(jars, POURINGS), (4, 0))
    assert (await jars.reading()).parked == 0


async def made_anew(settings: Settings, topic: str) -> None:
    """Delete a topic and create it again."""
    name = settings.topic_prefix + topic
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        await admin.delete_topics([name])

        async def is_gone() -> bool:
            return bool((await admin.describe_topics([name]))[0]["error_code"])

        await eventually(is_gone, bool)
    finally:
        await admin.close()
    await ensure_topics(settings.kafka, settings.kafka_security, [name], settings.partitions, 1)


@pytest.mark.parametrize("running", [True, False], ids=["while-running", "while-stopped"])
async def test_a_recreated_topic_is_read_from_its_beginning_and_known_facts_act_once(
    start_service: Start, settings: Settings, real_kafka: Kafka, running: bool
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [pour("J-1", n) for n in range(6)], settings.topic_prefix)
    await become(lambda: levels(jars), {"J-1": 6})
    if not running:
        await jars.stop()
    await made_anew(settings, POURINGS)
    await publish(settings.kafka, [pour("J-1", n) for n in (0, 1)] + [pour("J-1", "new")], settings.topic_prefix)
    if not running:
        jars = await start_service(JAR_SERVICE)
    await become(lambda: levels(jars), {"J-1": 7})
    await become(lambda: handled(jars, POURINGS), (7, 2))


async def test_an_unreadable_last_message_does_not_make_a_topic_look_new(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(pour("J-1", 1)), (b"J-1", b"?", [])])
    await become(lambda: levels(jars), {"J-1": 1})
    await eventually(jars.reading, lambda reading: reading.parked == 1)
    await jars.stop()
    again = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [pour("J-2", 1)], settings.topic_prefix)
    await become(lambda: levels(again), {"J-1": 1, "J-2": 1})
    await become(lambda: handled(again, POURINGS), (2, 0))


async def seen_by(look: Callable[[Runtime], Awaitable[dict[str, int]]], runtime: Runtime) -> dict[str, int]:
    """The result of ``look``, or None where the connection was cut."""
    try:
        return await look(runtime)
    except (DBAPIError, OSError):
        return {}


async def test_a_database_outage_loses_nothing_and_repeats_nothing(
    start_service: Start, settings: Settings, postgres: Postgres
) -> None:
    jars, counts = await start_service(JAR_SERVICE), await start_service(COUNT_SERVICE)
    administrator = await asyncpg.connect(postgres.url)
    try:
        for round_ in range(5):
            facts = [pour(f"J-{n % 9}", f"{round_}/{n}") for n in range(90)]
            telling = asyncio.create_task(publish(settings.kafka, facts, settings.topic_prefix))
            for _ in range(3):
                await administrator.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY($1)",
                    [runtime.database.dsn.rsplit("/", 1)[-1] for runtime in (jars, counts)],
                )
                await asyncio.wait([telling], timeout=0.05)
            await telling
        expected = {f"J-{n}": 50 for n in range(9)}
        await become(lambda: seen_by(levels, jars), expected, within_s=60)
        await become(lambda: seen_by(totals, counts), expected, within_s=60)
    finally:
        await administrator.close()
    assert (await jars.reading()).parked == (await counts.reading()).parked == 0


async def faults_of(runtime: Runtime) -> str:
    return " ".join(runtime.faults().values())


async def test_a_source_whose_log_ends_before_our_position_is_no_longer_consumed(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    events = await filled(jars, "J-1", 3)
    partition = events[0].envelope.partition
    async with listening(jars) as address:
        counts = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        await send(settings, "jar.events", published(events), partition)
        await become(lambda: totals(counts), {"J-1": 3})
        await counts.source_guard.check()
        assert counts.faults() == {}
        async with jars.database.pool.acquire() as connection, connection.transaction():  # restored from a backup
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute("DELETE FROM event WHERE position = 3")
            await connection.execute("UPDATE log_partition SET head = 2 WHERE partition = $1", partition)
        await counts.source_guard.check()
        assert (
            f"Position 3 of jar.events[{partition}] was consumed, but jar-svc's log ends at 2: it is older"
            in await faults_of(counts)
        )
        jars.executor._cache.forget(["jar-J-1"])
        others = await filled(jars, "J-1", 2)
        await counts.source_guard.check()
        assert (
            f"was consumed as event {events[2].envelope.id}, but jar-svc's log has {others[2].envelope.id}"
            in await faults_of(counts)
        )
        await send(settings, "jar.events", published(others[2:]), partition)
        await eventually(lambda: faults_of(counts), lambda faults: "LogDiverged" in faults)
    assert await totals(counts) == {"J-1": 3}


async def test_a_diverged_log_is_detected_from_the_topic_alone(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    events = await filled(jars, "J-1", 3)
    partition = events[0].envelope.partition
    counts = await start_service(COUNT_SERVICE)
    await send(settings, "jar.events", published(events[:2]), partition)
    await become(lambda: totals(counts), {"J-1": 2})
    body, headers = published(events)[1][1], dict(published(events)[1][2])
    await send(settings, "jar.events", [(b"jar-J-1", body, [*{**headers, "ce_id": b"0" * 36}.items()])], partition)
    assert "the log of jar-svc has diverged" in await eventually(lambda: faults_of(counts), bool)
    await send(settings, "jar.events", published(events[2:]), partition)
    assert await totals(counts) == {"J-1": 2}


def delete_before(kafka: Kafka, topic: str, partition: int, offset: int) -> None:
    """Delete the records before an offset, as retention does."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0})
    for deleted in admin.delete_records([TopicPartition(topic, partition, offset)]).values():
        deleted.result(10)


async def test_facts_deleted_before_they_were_taken_are_parked_as_lost(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    """Found in the drills: the consumer silently skipped the gap."""
    topic = settings.topic_prefix + POURINGS
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(pour("J-1", n)) for n in range(3)], partition=1)
    await become(lambda: levels(jars), {"J-1": 3})
    await jars.stop()
    await send(settings, POURINGS, [sent(pour("J-1", n)) for n in range(3, 10)], partition=1)
    await asyncio.to_thread(delete_before, real_kafka, topic, 1, 8)
    again = await start_service(JAR_SERVICE)
    await become(lambda: levels(again), {"J-1": 5})
    rows = await again.database.pool.fetch("SELECT code, reason FROM parked")
    assert [row["code"] for row in rows] == ["facts-lost"]
    assert rows[0]["reason"].startswith(
        f"{POURINGS}[1], offsets 3 to 7: deleted from the topic before they were consumed."
    )
    await send(settings, POURINGS, [sent(pour("J-1", n)) for n in range(3, 8)], partition=1)
    await become(lambda: levels(again), {"J-1": 10})


async def test_the_lag_of_a_revoked_partition_is_no_longer_reported(
    start_service: Start,
) -> None:
    """Found in the drills: alerts take the maximum over replicas, and one of them went on reporting its last measurement."""
    jars = await start_service(JAR_SERVICE)
    topic = jars.settings.topic_prefix + POURINGS

    def reported_lags() -> list[float]:
        samples = next(iter(telemetry.LAG.collect())).samples
        return [sample.value for sample in samples if sample.labels["follower"] == f"inbox {topic}"]

    telemetry.LAG.labels(jars.service.name, f"inbox {topic}", 2).set(7)
    jars.subscription.on_revoked([aiokafka.TopicPartition(topic, 2), aiokafka.TopicPartition(topic, 3)])
    assert reported_lags() == []


async def test_a_restored_service_takes_nothing_that_its_source_has_lost(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    jars = await start_service(JAR_SERVICE, roles=UNPUBLISHED)
    events = await filled(jars, "J-1", 3)
    partition = events[0].envelope.partition
    async with listening(jars) as address:
        counts = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        await send(settings, "jar.events", published(events[:2]), partition)
        await become(lambda: totals(counts), {"J-1": 2})
        await counts.database.pool.execute("UPDATE log_place SET database_oid = 1")
        await counts.stop()
        await send(settings, "jar.events", published(events[2:]), partition)
        async with jars.database.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute("DELETE FROM event WHERE position = 3")
            await connection.execute("UPDATE log_partition SET head = 2 WHERE partition = $1", partition)
        restored = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        faults = await eventually(
            lambda: faults_of(restored), lambda faults: "LogHalted" in faults and "LogDiverged" in faults
        )
        assert f"jar.events[{partition}] ends with position 3, which jar-svc's log (at 2) does not hold" in faults
        assert (await restored.reading()).inbox["jar.events"][partition]["position"] == 2
        await made_anew(settings, "jar.events")
        jars.executor._cache.forget(["jar-J-1"])
        await send(settings, "jar.events", published(await filled(jars, "J-1", 2)), partition)
        await become(lambda: totals(restored), {"J-1": 4})
        await become(lambda: faults_of(restored), "")
