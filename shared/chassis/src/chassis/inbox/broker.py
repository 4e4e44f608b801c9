"""The broker besides sending and receiving: creating topics, and reading what is at their ends."""

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, TopicAuthorizationFailedError

from chassis.inbox import cloudevents
from chassis.inbox.broker_faults import Denied, denial
from chassis.inbox.decoding import bound_decompression
from chassis.inbox.records import dense_position
from chassis.inbox.tail import Claim, Last, LogIds, judge
from chassis.kafka_security import KafkaSecurity

REQUEST_S = 20.0
LOOK_BACK_FACTOR = 64
BYTES_MAX = 16 * 1024 * 1024
"""The largest message that is fetched, so that one which is too large to handle can be parked instead of blocking its partition."""

TOPIC_CONFIG = {
    "max.message.bytes": str(BYTES_MAX),
    "retention.ms": "-1",  # facts are retained for ever; a deployment that wants less sets it on the topic
    "retention.bytes": "-1",
}


UNKNOWN_TOPIC, DENIED = 3, 29
"""Kafka's numbers of errors about a topic."""


async def ensure_topics(
    bootstrap: str, security: KafkaSecurity, names: Sequence[str], partitions: int, replication: int
) -> None:
    """Create the topics that do not exist. Some brokers create a topic on first use; both are fine. Raises Denied, KafkaError."""
    admin = AIOKafkaAdminClient(
        bootstrap_servers=bootstrap, **security.client_options(), request_timeout_ms=int(REQUEST_S * 1000)
    )
    async with asyncio.timeout(REQUEST_S):
        await admin.start()
    try:
        async with asyncio.timeout(REQUEST_S):
            found = await admin.describe_topics(list(names))
            _refuse_denied(found, security, "Describe")
            missing = [topic["topic"] for topic in found if topic["error_code"] == UNKNOWN_TOPIC]
            if missing:
                with contextlib.suppress(TopicAlreadyExistsError):
                    made = await admin.create_topics(
                        [NewTopic(name, partitions, replication, topic_configs=TOPIC_CONFIG) for name in missing]
                    )
                    _refuse_denied(
                        [{"topic": name, "error_code": code} for name, code, *_ in made.topic_errors],
                        security,
                        "Create",
                    )
                while any(t["error_code"] for t in await admin.describe_topics(missing)):  # noqa: ASYNC110 (the broker sends no signal)
                    await asyncio.sleep(0.05)
    finally:
        await admin.close()


def _refuse_denied(topics: Sequence[Mapping[str, Any]], security: KafkaSecurity, operation: str) -> None:
    for topic in topics:
        if topic["error_code"] == DENIED:
            raise Denied(denial(security, operation, "topic", topic["topic"]))


def consumer_of(bootstrap: str, security: KafkaSecurity, **settings: Any) -> AIOKafkaConsumer:
    """A consumer without a group, to look at topics: it sees what a group sees, so nothing of transactions that were aborted."""
    bound_decompression()
    return AIOKafkaConsumer(
        bootstrap_servers=bootstrap, **security.client_options(), enable_auto_commit=False, auto_offset_reset="earliest",
        isolation_level="read_committed", max_partition_fetch_bytes=BYTES_MAX, **settings,
    )  # fmt: skip


class TopicTail:
    """Looks at the ends of one topic's partitions for events of one source (``/jar-svc``), and judges them by its log."""

    def __init__(self, bootstrap: str, security: KafkaSecurity, topic: str, source: str, ids: LogIds) -> None:
        self._topic = topic
        self._security = security
        self._source = source
        self._ids = ids
        # It is queried repeatedly, and waits this long for a topic that is gone.
        waits_ms = int(REQUEST_S * 1000 / 4)
        self._consumer = consumer_of(bootstrap, security, fetch_max_wait_ms=100, request_timeout_ms=waits_ms)

    async def start(self) -> None:
        await self._consumer.start()

    async def stop(self) -> None:
        async with asyncio.timeout(REQUEST_S):
            await self._consumer.stop()

    async def ends(self, partitions: Sequence[int]) -> dict[int, int]:
        """The next offset of each partition."""
        ends = await self._consumer.end_offsets([TopicPartition(self._topic, p) for p in partitions])
        return {tp.partition: end for tp, end in ends.items()}

    async def last(self, ends: Mapping[int, int]) -> dict[int, Last]:
        """The last event of the source in each partition, given their ends; what others wrote after it is skipped."""
        found = {p: Last(0, None, end) for p, end in ends.items()}
        partitions = [TopicPartition(self._topic, p) for p, end in ends.items() if end > 0]
        starts = await self._consumer.beginning_offsets(partitions) if partitions else {}
        wanted = {tp for tp in partitions if starts[tp] < ends[tp.partition]}
        back = 1
        async with asyncio.timeout(REQUEST_S):
            while wanted:
                since = {tp: max(starts[tp], ends[tp.partition] - back) for tp in wanted}
                for tp, claims in (await self._claims_since(since, ends)).items():
                    known = await self._ids(tp.partition, [position for position, _ in claims]) if claims else {}
                    last = judge(claims, known, ends[tp.partition], whole=since[tp] <= starts[tp])
                    if last is not None:
                        found[tp.partition] = last
                        wanted.discard(tp)
                back *= LOOK_BACK_FACTOR
        self._consumer.unsubscribe()
        return found

    async def _claims_since(
        self, since: Mapping[TopicPartition, int], ends: Mapping[int, int]
    ) -> dict[TopicPartition, list[Claim]]:
        """What the records from these offsets on say to be, in order, where they name the source."""
        self._consumer.assign(list(since))
        for tp, offset in since.items():
            self._consumer.seek(tp, offset)
        found: dict[TopicPartition, list[Claim]] = {tp: [] for tp in since}
        reading = set(since)
        while reading:
            for tp, records in (await self._read(reading)).items():
                for record in records:
                    headers = cloudevents.text_headers(record.headers)
                    position = dense_position(headers.get("ce_position", ""))
                    if position and headers.get("ce_source") == self._source:
                        found[tp].append((position, headers.get("ce_id", "")))
            reading = {tp for tp in reading if await self._consumer.position(tp) < ends[tp.partition]}
        return found

    async def _read(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, list[Any]]:
        """The next records. Raises Denied: a relay is otherwise believed to be refused its writing."""
        try:
            records: dict[TopicPartition, list[Any]] = await self._consumer.getmany(*partitions, timeout_ms=200)
        except TopicAuthorizationFailedError as error:
            raise Denied(denial(self._security, "Read", "topic", self._topic)) from error
        return records
