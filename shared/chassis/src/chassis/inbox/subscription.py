"""Consuming with FastStream while the service's database holds the positions: nothing is decoded, acknowledged or lost in between.

FastStream's own parser would raise on a header or body that is not UTF-8 or JSON and drop the batch; it is replaced by one that
changes nothing, acknowledgement is manual and never used, and a batch is split by partition.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Sequence
from itertools import chain, groupby
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from chassis import telemetry
from chassis.handling.executor import Executor
from chassis.handling.parking_lot import InboxState, ParkingLot
from chassis.inbox.broker import BYTES_MAX, ensure_topics
from chassis.inbox.consumer import PartitionConsumer
from chassis.inbox.feed import FeedClient
from chassis.inbox.records import record_fingerprint
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.signals import Signals
from chassis.tasks import run_forever

_log = structlog.get_logger()

POLL_MS = 500
WATCH_EVERY_S = 5.0
FETCHED_AGAIN_AFTER_S = 2.0
STOP_S = 15.0
METADATA_EVERY_MS = 3_000
"""How soon a topic that was deleted and recreated is noticed; with the default of five minutes consumption would stall."""


class Subscription:
    """All sources of a service through one consumer; each (topic, partition) has its own PartitionConsumer."""

    def __init__(
        self, service: Service, executor: Executor, parking_lot: ParkingLot, feed: FeedClient, signals: Signals, settings: Settings
    ) -> None:  # fmt: skip
        self._service = service
        self._executor = executor
        self._parking_lot = parking_lot
        self._feed = feed
        self._signals = signals
        self._settings = settings
        self._sources = {settings.topic_prefix + source.topic: source for source in service.sources}
        self._partitions: dict[TopicPartition, PartitionConsumer] = {}
        self._closing = False
        self._waiting: dict[TopicPartition, tuple[int, float]] = {}
        self._seen_at = time.monotonic()
        self._broker, self._subscriber = self._build()

    @property
    def broker(self) -> KafkaBroker:
        return self._broker

    @property
    def assigned(self) -> dict[tuple[str, int], PartitionConsumer]:
        return {(self._sources[tp.topic].topic, tp.partition): consumer for tp, consumer in self._partitions.items()}

    def _build(self) -> tuple[KafkaBroker, Any]:
        settings = self._settings
        broker = KafkaBroker(
            settings.kafka, client_id=f"{self._service.name}-{settings.instance}", graceful_timeout=STOP_S, logger=None,
            consumer_only=True, metadata_max_age_ms=METADATA_EVERY_MS,  # the relay publishes, and ensure_topics creates topics
            apply_types=False,  # nothing is injected, and injection would go through a thread
        )  # fmt: skip
        document_publisher(broker, self._service, settings.topic_prefix)
        if not self._sources:
            return broker, None
        subscriber: Any = broker.subscriber(
            *self._sources,
            batch=True, max_records=settings.batch_max, batch_timeout_ms=POLL_MS,
            group_id=settings.topic_prefix + self._service.name,
            group_instance_id=f"{settings.topic_prefix}{self._service.name}-{settings.instance}",
            auto_offset_reset="earliest", ack_policy=AckPolicy.MANUAL,
            session_timeout_ms=int(settings.consumer_session_s * 1000),
            heartbeat_interval_ms=min(3_000, int(settings.consumer_session_s * 1000 / 3)),
            max_partition_fetch_bytes=BYTES_MAX, fetch_max_wait_ms=settings.fetch_wait_ms,
            listener=_Assignments(self), parser=_untouched, decoder=_undecoded,
            title=f"{self._service.name}: facts and events it reacts to",
        )  # fmt: skip

        async def on_batch(records: Any) -> None:
            await self._take(records)

        async def fetched(consumer: AIOKafkaConsumer) -> tuple[Any, ...]:
            polled = await consumer.getmany(timeout_ms=POLL_MS, max_records=settings.batch_max)
            return tuple(chain.from_iterable(polled.values()))

        subscriber(on_batch)
        # FastStream's own sleeps again after an empty poll, and messages that arrive meanwhile wait.
        subscriber.get_msg = fetched
        return broker, subscriber

    async def run(self) -> None:
        """Connect, stay connected, and start a new session when the consumer stalls while messages wait."""
        if self._subscriber is None:
            return
        try:
            await run_forever(f"subscription {self._service.name}", self._session)
        finally:
            self._closing = True
            await self._stop()

    async def _session(self) -> None:
        names = list(self._sources)
        await ensure_topics(self._settings.kafka, names, self._settings.partitions, self._settings.replication)
        self._seen_at = time.monotonic()
        self._waiting.clear()
        async with asyncio.timeout(60):
            await self._broker.start()
        try:
            while True:
                await asyncio.sleep(WATCH_EVERY_S)
                await self._watch()
        finally:
            await self._stop()
            self._broker, self._subscriber = self._build()

    async def _watch(self) -> None:
        """Raises TimeoutError, and so starts a new session, when messages wait and none is handled."""
        consumer: AIOKafkaConsumer | None = self._subscriber.consumer
        silent_s = time.monotonic() - self._seen_at
        if consumer is None:
            return
        if not self._partitions:
            # Where replicas outnumber partitions this is normal; a new session then does no harm.
            if silent_s > 2 * self._settings.stuck_after_s:
                raise TimeoutError("The consumer got no partitions.")
            return
        async with asyncio.timeout(WATCH_EVERY_S):
            ends = await consumer.end_offsets(list(self._partitions))
        now = time.monotonic()
        for tp, partition in self._partitions.items():
            at = partition.state.kafka_offset + 1 if partition.state is not None else 0
            telemetry.LAG.labels(self._service.name, f"inbox {tp.topic}", tp.partition).set(max(ends[tp] - at, 0))
            if partition.state is None or partition.fault is not None or at >= ends[tp]:
                self._waiting.pop(tp, None)
                continue
            # A message that has just arrived is no stall; the same position for too long is.
            stood_at, since = self._waiting.setdefault(tp, (at, now))
            if stood_at != at:
                self._waiting[tp] = (at, now)
            elif now - since > self._settings.stuck_after_s:
                raise TimeoutError(
                    f"Messages wait in {tp.topic}[{tp.partition}], but none was handled for {now - since:.0f} s."
                )

    async def _stop(self) -> None:
        try:
            async with asyncio.timeout(STOP_S + 5):
                await self._broker.stop()
        except (TimeoutError, KafkaError, OSError) as error:
            _log.warning("the consumer did not stop cleanly", error=str(error))

    async def _take(self, records: Sequence[Any]) -> None:
        self._seen_at = time.monotonic()
        in_order = groupby(records, key=lambda r: TopicPartition(r.topic, r.partition))
        await asyncio.gather(*(self._take_partition(tp, list(group)) for tp, group in in_order))
        self._signals.taken.notify()
        self._seen_at = time.monotonic()

    async def _take_partition(self, tp: TopicPartition, records: list[Any]) -> None:
        consumer = self._partitions.get(tp)
        if consumer is None:
            return  # revoked meanwhile; the next consumer starts from the inbox

        def go_on() -> bool:
            return not self._closing and self._partitions.get(tp) is consumer

        if not await consumer.take(records, go_on, lambda: self._recognise([tp]), lambda: self._first_retained(tp)):
            state = await consumer.read_state_patiently(go_on)
            if state is not None and go_on():
                self._fetch_later(tp, consumer, state)

    def _fetch_later(self, tp: TopicPartition, consumer: PartitionConsumer, state: InboxState) -> None:
        """Drop what was fetched of a partition, and fetch it again after a pause; the other partitions go on."""
        reader = self._subscriber.consumer
        reader.pause(tp)
        reader.seek(tp, state.kafka_offset + 1)

        def resume() -> None:
            if self._partitions.get(tp) is consumer and self._subscriber.consumer is reader:
                reader.resume(tp)

        asyncio.get_running_loop().call_later(FETCHED_AGAIN_AFTER_S, resume)

    async def on_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Start every partition at the position of its inbox."""
        reader = self._subscriber.consumer
        for tp in assigned:
            source = self._sources[tp.topic]
            self._partitions[tp] = PartitionConsumer(
                source, tp.partition, self._executor, self._parking_lot, self._feed, self._settings
            )
        await self._recognise([tp for tp in assigned if self._sources[tp.topic].owner is None])
        for tp in assigned:
            state = await self._partitions[tp].read_state()
            reader.seek(tp, state.kafka_offset + 1)
        self._seen_at = time.monotonic()

    def on_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        for tp in revoked:
            self._partitions.pop(tp, None)
            self._waiting.pop(tp, None)
            # Its new consumer measures it; the value measured last here would stay for ever.
            with contextlib.suppress(KeyError):
                telemetry.LAG.remove(self._service.name, f"inbox {tp.topic}", str(tp.partition))

    async def _first_retained(self, tp: TopicPartition) -> int:
        return int((await self._subscriber.consumer.beginning_offsets([tp]))[tp])

    async def _recognise(self, partitions: Sequence[TopicPartition]) -> None:
        """Find topics of other systems that were recreated, where another record is at the inbox's offset, and start them from the
        beginning; facts consumed before are recognised by their ids."""
        known = {tp: await self._partitions[tp].read_state() for tp in partitions}
        known = {tp: state for tp, state in known.items() if state.kafka_offset >= 0}
        if not known:
            return
        probe = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka, enable_auto_commit=False, max_partition_fetch_bytes=BYTES_MAX
        )
        async with asyncio.timeout(STOP_S):
            await probe.start()
            try:
                ends = await probe.end_offsets(list(known))
                starts = await probe.beginning_offsets(list(known))
                for tp, state in known.items():
                    retained = starts[tp] <= state.kafka_offset < ends[tp]
                    if starts[tp] > state.kafka_offset and ends[tp] > state.kafka_offset:
                        continue  # expired after it was consumed; nothing is missing
                    if not retained or await _fingerprint_at(probe, tp, state.kafka_offset) != state.last_id:
                        _log.warning(
                            "topic was recreated, starting from its beginning", topic=tp.topic, partition=tp.partition
                        )
                        await self._parking_lot.start_over(self._sources[tp.topic].topic, tp.partition)
                        self._partitions[tp].state = None
            finally:
                await probe.stop()


async def _fingerprint_at(probe: AIOKafkaConsumer, tp: TopicPartition, offset: int) -> str:
    probe.assign([tp])
    probe.seek(tp, offset)
    return record_fingerprint(await probe.getone(tp))


class _Assignments(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._subscription.on_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self._subscription.on_assigned(assigned)


async def _untouched(records: tuple[Any, ...]) -> KafkaMessage:
    return KafkaMessage(body=b"", headers={}, raw_message=records, consumer=None)  # type: ignore[arg-type]


async def _undecoded(message: KafkaMessage) -> Any:
    return message.raw_message


def document_publisher(broker: KafkaBroker, service: Service, prefix: str) -> None:
    """Declare to AsyncAPI what the relay publishes; publishing itself needs explicit partitions and is the relay's."""
    schema: Any = service.events[0]
    for event in service.events[1:]:
        schema = schema | event
    broker.publisher(prefix + service.topic, title=f"{service.name}: published events", schema=schema)
