"""What one needs to know of the broker besides sending and receiving: that topics exist, and what stands at their end."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from chassis import cloudevents
from chassis.cloudevents import NotACloudEvent

REQUEST_S = 20.0
BYTES_MAX = 16 * 1024 * 1024
"""The largest message that is still fetched, so that one that is too large for us can be parked instead of blocking its partition."""

TOPIC_CONFIG = {
    "max.message.bytes": str(BYTES_MAX),
    "retention.ms": "-1",  # a topic of facts is kept; whoever wants less sets it on the topic
    "retention.bytes": "-1",
}


async def ensure_topics(bootstrap: str, names: Sequence[str], partitions: int, replication: int) -> None:
    """Create the topics that do not exist. Some brokers make a topic when it is asked for; both are fine."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=int(REQUEST_S * 1000))
    async with asyncio.timeout(REQUEST_S):
        await admin.start()
    try:
        async with asyncio.timeout(REQUEST_S):
            found = await admin.describe_topics(list(names))
            missing = [topic["topic"] for topic in found if topic["error_code"] == 3]
            if missing:
                with contextlib.suppress(TopicAlreadyExistsError):
                    await admin.create_topics(
                        [NewTopic(name, partitions, replication, topic_configs=TOPIC_CONFIG) for name in missing]
                    )
                while any(t["error_code"] for t in await admin.describe_topics(missing)):  # noqa: ASYNC110 (the broker rings no bell)
                    await asyncio.sleep(0.05)
    finally:
        await admin.close()


@dataclass(frozen=True, slots=True)
class Last:
    """The last event of a topic partition: its log position and id; 0 and None for an empty one. ``end`` is the next offset."""

    position: int
    event_id: str | None
    end: int


class TopicTail:
    """Looks at the ends of one topic's partitions."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._topic = topic
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
            max_partition_fetch_bytes=BYTES_MAX,
        )

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
        """The last event of each partition, given their ends."""
        found = {p: Last(0, None, end) for p, end in ends.items()}
        partitions = [TopicPartition(self._topic, p) for p, end in ends.items() if end > 0]
        if not partitions:
            return found
        starts = await self._consumer.beginning_offsets(partitions)
        wanted = [tp for tp in partitions if starts[tp] < ends[tp.partition]]
        self._consumer.assign(wanted)
        for tp in wanted:
            self._consumer.seek(tp, ends[tp.partition] - 1)
        missing = set(wanted)
        async with asyncio.timeout(REQUEST_S):
            while missing:
                for tp, records in (await self._consumer.getmany(*missing, timeout_ms=200)).items():
                    found[tp.partition] = _last_of(records[-1].headers, records[-1].offset + 1)
                    missing.discard(tp)
        self._consumer.unsubscribe()
        return found


def _last_of(headers: Sequence[tuple[str, bytes]], end: int) -> Last:
    try:
        event = cloudevents.read(cloudevents.text_headers(headers), b"")
    except NotACloudEvent:
        return Last(0, None, end)
    return Last(event.position or 0, event.id, end)
