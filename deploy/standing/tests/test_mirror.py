"""A topic compared with its log, page by page, and the facts of other systems counted to the last one."""

import json
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from uuid_utils import uuid7

from chassis.inbox.broker import ensure_topics
from chassis.storage.database import Database
from chassis.storage.log import Batch, Log, NewEvent, meta_json
from standing import mirror, verify
from standing.chain import Check
from standing.mirror import deliverable, mirrors
from standing.topics import ends
from standing_parts import Kafka

NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)
HEADS = {0: 30, 1: 0, 2: 0, 3: 0}
Sent = tuple[bytes, Sequence[tuple[str, bytes]]]


@pytest.fixture
async def log(database: Database) -> Log:
    """Thirty events in one partition."""
    made = Log(database, "jar-svc")
    events = [
        NewEvent(
            0, f"jar-{n}", 1, "jar.JarFilled", 1, json.dumps({"jar": "J-1", "amount": n}),
            meta_json(None, "ann", "default", None), str(uuid7()), "journey-1", NOW,
        )
        for n in range(30)
    ]  # fmt: skip
    await made.append(Batch(NOW, events))
    return made


@pytest.fixture
async def topic(kafka: Kafka, unique_prefix: str) -> str:
    name = f"{unique_prefix}jar.events"
    await ensure_topics(kafka.bootstrap, kafka.security, [name], 4, 1)
    return name


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "MAX_RECORDS", 7)


async def records(log: Log) -> list[Sent]:
    return [
        (
            row.data.encode(),
            [
                ("ce_source", b"/jar-svc"),
                ("ce_id", row.envelope.id.encode()),
                ("ce_position", b"%d" % row.envelope.position),
            ],
        )
        for row in await log.after(0, 0, 100)
    ]


async def send(kafka: Kafka, topic: str, messages: Sequence[Sent]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all")
    await producer.start()
    try:
        for value, headers in messages:
            await producer.send_and_wait(topic, value, partition=0, headers=list(headers))
    finally:
        await producer.stop()


async def compared(log: Log, kafka: Kafka, topic: str) -> Check:
    async with log.database.pool.acquire() as connection:
        return await mirrors(
            "topic", "/jar-svc", topic, connection, kafka.bootstrap, kafka.security, HEADS, evicting=False
        )


async def test_a_topic_that_is_its_log_is_said_to_be_so_with_what_stands_twice_in_it(
    log: Log, kafka: Kafka, topic: str
) -> None:
    sent = await records(log)
    await send(kafka, topic, [*sent[:20], *sent[5:25], *sent[25:]])
    found = await compared(log, kafka, topic)
    assert (found.ok, found.detail) == (True, "30 events equal the log, in order, 15 published twice")


async def test_records_of_other_writers_are_named_and_hide_nothing(log: Log, kafka: Kafka, topic: str) -> None:
    sent = await records(log)
    no_headers: Sent = (b"{}", [])
    other: Sent = (b"{}", [("ce_source", b"/other"), ("ce_position", b"3"), ("ce_id", b"x")])
    no_number: Sent = (b"{}", [("ce_source", b"/jar-svc"), ("ce_position", b"many"), ("ce_id", b"x")])
    await send(kafka, topic, [*sent[:10], no_headers, other, no_number, *sent[10:]])
    found = await compared(log, kafka, topic)
    assert found.detail == (
        "30 events equal the log, in order, 3 records of other writers beside them (partition/offset 0/10, 0/11, 0/12)"
    )


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("lacks one", "partition 0: position 12 is missing in the topic"),
        ("ends early", "partition 0: the topic ends at 29, the log at 30"),
        ("other data", "partition 0: the topic has another event at position 12 than the log"),
        ("a repeat with other data", "partition 0: the topic has another event at position 3 than the log"),
        (
            "ahead",
            "30 events equal the log, in order; 1 records claim positions that the log never had (partition/position "
            "0/99999999999999999999): somebody writes in its name",
        ),
    ],
)
async def test_a_topic_that_is_not_its_log_is_found(log: Log, kafka: Kafka, topic: str, what: str, said: str) -> None:
    sent = await records(log)
    headers = dict(sent[11][1])
    wrong = {
        "lacks one": [*sent[:11], *sent[12:]],
        "ends early": sent[:-1],
        "other data": [*sent[:11], (b"{}", sent[11][1]), *sent[12:]],
        "a repeat with other data": [*sent, (b"{}", sent[2][1])],
        "ahead": [*sent, (b"{}", list({**headers, "ce_position": b"99999999999999999999"}.items()))],
    }
    await send(kafka, topic, wrong[what])
    found = await compared(log, kafka, topic)
    assert (found.ok, found.detail) == (False, said)


async def test_a_comparison_holds_no_more_than_some_pages(log: Log, kafka: Kafka, topic: str) -> None:
    """Twenty times the records take no more memory."""

    async def peak() -> int:
        tracemalloc.start()
        assert (await compared(log, kafka, topic)).ok
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    sent = await records(log)
    await send(kafka, topic, sent)
    await compared(log, kafka, topic)
    one = await peak()
    for _ in range(20):
        await send(kafka, topic, sent)
    assert await peak() < 2 * one + 1_000_000


@asynccontextmanager
async def transactional(kafka: Kafka, name: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id=name)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def test_the_markers_of_transactions_and_what_was_aborted_are_not_missed(
    real_kafka: Kafka, topic: str, database: Database
) -> None:
    async with transactional(real_kafka, topic) as producer:
        async with producer.transaction():
            for _ in range(3):
                await producer.send_and_wait(topic, b"{}", partition=0)
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"{}", partition=0)
        await producer.abort_transaction()
        async with producer.transaction():
            await producer.send_and_wait(topic, b"{}", partition=0)
    tp = TopicPartition(topic, 0)
    assert await deliverable(real_kafka.bootstrap, real_kafka.security, {tp: 0}) == {tp: 4}
    assert await deliverable(real_kafka.bootstrap, real_kafka.security, {tp: 7}) == {tp: 0}
    figures = {"kafka_offset": 6, "handled": 3, "repeated": 1}
    line = await facts(database, real_kafka, topic, figures)
    assert (line.ok, line.detail) == (
        True, "all 4 facts taken: 3 handled, 1 repeats; 4 offsets hold no fact (markers, what was aborted, empty messages)",
    )  # fmt: skip
    behind = await facts(database, real_kafka, topic, {**figures, "kafka_offset": 5})
    assert (behind.ok, behind.detail) == (False, "[0] at 6 of 8: 1 not taken")


async def facts(database: Database, kafka: Kafka, topic: str, figures: dict[str, int]) -> Check:
    nothing = {"kafka_offset": -1, "handled": 0, "repeated": 0}
    inbox = {0: figures, 1: nothing, 2: nothing, 3: nothing}
    async with database.pool.acquire() as connection:
        until = (await ends(kafka.bootstrap, kafka.security, [topic]))[topic]
        return await verify._facts_inbox("jar-svc", topic, inbox, until, kafka.bootstrap, kafka.security, connection)


async def park(connection: asyncpg.Connection, topic: str, state: str, count: int) -> None:
    resolved = None if state == "parked" else NOW
    await connection.executemany(
        "INSERT INTO parked (source, partition, position, key, headers, value, code, reason, state, parked_at, resolved_at)"
        " VALUES ($1, 0, 1, 'k', '{}', '', 'invalid', 'r', $2, $3, $4)",
        [(topic, state, NOW, resolved)] * count,
    )


async def test_every_fact_of_a_topic_is_accounted_for_by_a_name(database: Database, kafka: Kafka, topic: str) -> None:
    await send(kafka, topic, [(b"{}", [])] * 16)
    async with database.pool.acquire() as connection:
        for state, count in (("parked", 2), ("discarded", 3), ("retried", 4)):
            await park(connection, topic, state, count)
        await park(connection, "another.topic", "parked", 50)
    line = await facts(database, kafka, topic, {"kafka_offset": 15, "handled": 6, "repeated": 1})
    assert line.detail == "all 16 facts taken: 6 handled, 1 repeats, 4 mended and handled, 3 discarded, 2 parked"


async def test_a_topic_with_more_partitions_than_the_log_is_a_fault(log: Log, kafka: Kafka, topic: str) -> None:
    await send(kafka, topic, await records(log))
    async with log.database.pool.acquire() as connection:
        for partitions, ok in ((range(4), True), (range(6), False)):
            check = await mirrors(
                "topic",
                "/jar-svc",
                topic,
                connection,
                kafka.bootstrap,
                kafka.security,
                HEADS,
                evicting=False,
                partitions=partitions,
            )
            assert check.ok == ok, check.detail
    assert check.detail == "the topic has 6 partitions and the log 4; nobody writes into [4, 5]"


def test_the_closing_line_states_the_verdict_and_names_what_fails() -> None:
    good, bad = Check("a log", True, ""), Check("b timers", False, "")
    assert verify.verdict([good, good]) == "verify: 2 of 2 checks hold"
    assert verify.verdict([good, bad]) == "verify: 1 of 2 checks hold; NOT verified: b timers"


def test_what_is_set_aside_is_named_and_fails_while_nobody_has_decided() -> None:
    row = {
        "kind": "read model", "name": "jars", "type": "jar.JarFilled", "position": 4, "partition": 1, "status": "waiting",
        "cause": "OverflowError", "decision": None,
    }  # fmt: skip
    assert verify._set_aside("jar-svc", []) == Check("jar-svc set aside", True, "no event is set aside")
    waiting = verify._set_aside("jar-svc", [row])
    what = "read model jars does without jar.JarFilled at position 4 of partition 1"
    assert (waiting.ok, waiting.detail) == (False, f"{what} (nobody has decided)")
    accepted = verify._set_aside("jar-svc", [{**row, "status": "accepted", "decision": "a test"}])
    assert (accepted.ok, accepted.detail) == (True, f"{what} (a test)")


@pytest.mark.parametrize("head", [0, 1, 25, 30])
async def test_a_topic_that_went_on_since_the_heads_were_read_is_no_fault(
    log: Log, kafka: Kafka, topic: str, head: int
) -> None:
    await send(kafka, topic, await records(log))
    async with log.database.pool.acquire() as connection:
        found = await mirrors(
            "topic", "/jar-svc", topic, connection, kafka.bootstrap, kafka.security, {**HEADS, 0: head}, evicting=False
        )
    assert (found.ok, found.detail) == (True, "30 events equal the log, in order")


async def test_facts_that_came_after_the_end_was_read_are_not_missed(kafka: Kafka, topic: str) -> None:
    await send(kafka, topic, [(b"{}", [])] * 9)
    tp = TopicPartition(topic, 0)
    assert await deliverable(kafka.bootstrap, kafka.security, {tp: 2}, {tp: 5}) == {tp: 3}
    assert await deliverable(kafka.bootstrap, kafka.security, {tp: 2}) == {tp: 7}
