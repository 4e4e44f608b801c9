"""Consuming while the service's database holds the positions: a batch is split by partition, and each partition goes at its own pace."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker

from chassis.handling.executor import Executor
from chassis.handling.parking_lot import InboxState, ParkingLot
from chassis.inbox.broker import ensure_topics
from chassis.inbox.broker_faults import DENIED, BrokerFault
from chassis.inbox.consumer import PartitionConsumer
from chassis.inbox.decoding import bound_decompression, missing_sentence
from chassis.inbox.feed import FeedClient
from chassis.inbox.fetching import Fetching
from chassis.inbox.growth import GROWTH_EVERY_S, Growth
from chassis.inbox.recreated import recreated
from chassis.inbox.stalls import Stalls
from chassis.inbox.transport import STOP_S, Assignments, transport
from chassis.inbox.waiting import note_waiting
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.signals import Signals
from chassis.tasks import bounded, cancel_and_wait, run_forever

_log = structlog.get_logger()

WATCH_EVERY_S = 5.0
ANSWERS_WITHIN_S = 5.0
WAITED_FOR_S = 0.4
"""A partition whose messages take longer is held back, and the others go on."""
FETCHED_AGAIN_AFTER_S = 2.0
BUSY, LATER = "busy", "later"
"""Why nothing is fetched of a partition: its last messages are still being handled; it is fetched again after a pause."""


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
        self._taking: dict[TopicPartition, tuple[PartitionConsumer, asyncio.Task[None]]] = {}
        self._at_end: frozenset[TopicPartition] = frozenset()
        self._closing = False
        self._stalls = Stalls(service.name, settings.stuck_after_s)
        self._listener = Assignments(self.on_assigned, self.on_revoked)
        self._growth = Growth(list(self._sources), self._listener)
        self._seen_at = time.monotonic()
        bound_decompression()
        self._codecs = missing_sentence()
        if self._sources and self._codecs is not None:
            _log.error("codecs are missing", consequence=self._codecs)
        self._broker, self._subscriber = self._build()
        self._fetching: Fetching | None = None
        self._fetch_error: BaseException | None = None
        self._fault = BrokerFault(settings, "Read", list(self._sources), settings.topic_prefix + service.name)

    @property
    def broker(self) -> KafkaBroker:
        return self._broker

    @property
    def faults(self) -> dict[str, str | None]:
        """What keeps a partition from being consumed, by its name."""
        faults = {
            f"consumer {topic}[{partition}]": consumer.fault for (topic, partition), consumer in self.assigned.items()
        }
        undecodable = self._fetching.undecodable if self._fetching is not None else {}
        return {"consumer": self._fault.sentence, **faults} | {
            f"consumer {self._sources[tp.topic].topic}[{tp.partition}]": reason for tp, reason in undecodable.items()
        }

    @property
    def notices(self) -> dict[str, str]:
        """What may keep a partition from being consumed later."""
        return {"codecs": self._codecs} if self._sources and self._codecs is not None else {}

    @property
    def assigned(self) -> dict[tuple[str, int], PartitionConsumer]:
        return {(self._sources[tp.topic].topic, tp.partition): consumer for tp, consumer in self._partitions.items()}

    @property
    def at_end(self) -> dict[tuple[str, int], PartitionConsumer]:
        """What had been handled to its last record when the broker was asked last."""
        known = {(self._sources[tp.topic].topic, tp.partition) for tp in self._at_end if tp not in self._taking}
        return {place: consumer for place, consumer in self.assigned.items() if place in known}

    def _build(self) -> tuple[KafkaBroker, Any]:
        return transport(self._service, self._settings, self._listener, self._take, self._fetched)

    async def _fetched(self, consumer: AIOKafkaConsumer) -> tuple[Any, ...]:
        try:
            return await self._of(consumer).records()
        except DENIED as error:
            self._fetch_error = error
            raise

    async def run(self) -> None:
        """Connect, stay connected, and start a new session when the consumer stalls while messages wait."""
        if self._subscriber is None:
            return
        try:
            await run_forever(f"subscription {self._service.name}", self._guarded_session)
        finally:
            self._closing = True
            await self._stop()

    async def _guarded_session(self) -> None:
        try:
            await self._session()
        except Exception as error:
            await self._fault.note(error)
            raise

    async def _session(self) -> None:
        its = self._settings
        await ensure_topics(its.kafka, its.kafka_security, list(self._sources), its.partitions, its.replication)
        # A client is used once: a new one reads the password and the certificates anew.
        self._broker, self._subscriber = self._build()
        self._seen_at = time.monotonic()
        self._stalls.begin()
        self._fetch_error = None
        try:
            async with asyncio.timeout(60):
                await self._broker.start()
            watched_at = time.monotonic()
            while True:
                await asyncio.sleep(min(GROWTH_EVERY_S, WATCH_EVERY_S))
                self._growth.notice(self._subscriber.consumer)
                if self._fetch_error is not None:
                    raise self._fetch_error
                if time.monotonic() - watched_at >= WATCH_EVERY_S:
                    await self._watch()
                    watched_at = time.monotonic()
                    self._fault.clear()
        finally:
            self._at_end = frozenset()
            await self._stop()

    def _of(self, consumer: AIOKafkaConsumer) -> Fetching:
        """What fetches from this session's consumer."""
        if self._fetching is None or self._fetching.consumer is not consumer:
            self._fetching = Fetching(consumer, self._settings.batch_max)
        return self._fetching

    async def _watch(self) -> None:
        """Measure what waits. Raises TimeoutError, and so starts a new session, when messages wait and none is handled."""
        consumer: AIOKafkaConsumer | None = self._subscriber.consumer
        silent_s = time.monotonic() - self._seen_at
        if consumer is None:
            return
        self._stalls.compare(self._partitions, consumer.assignment())
        if not self._partitions:
            # Where replicas outnumber partitions this is normal; a new session then does no harm.
            if silent_s > 2 * self._settings.stuck_after_s:
                raise TimeoutError("The consumer got no partitions.")
            return
        # All of it: a partition whose position is looked up for ever is one that nothing is fetched of.
        async with bounded(ANSWERS_WITHIN_S, TimeoutError("The broker did not say how far the partitions are.")):
            ends = await consumer.end_offsets(list(self._partitions))
            lags = {tp: ends[tp] - await self._handled_until(tp, consumer) for tp in ends if tp in self._partitions}
            self._at_end = frozenset(tp for tp, lag in lags.items() if lag <= 0)
            for tp, lag in lags.items():
                if tp in self._partitions:
                    self._measure(tp, lag, ends[tp])
        waiting = {(self._sources[tp.topic].topic, tp.partition): max(lag, 0) for tp, lag in lags.items()}
        await note_waiting(self._executor.log.database.pool, self._service.name, waiting)

    async def _handled_until(self, tp: TopicPartition, consumer: AIOKafkaConsumer) -> int:
        """The offset before which everything that can be delivered was handled. The end of a transaction takes an offset as well, so this
        may be more than the offset after the last message."""
        handled = self._partitions[tp].handled_until
        if tp in self._taking or self._of(consumer).handed_over(tp) > handled:
            return handled
        return await self._of(consumer).passed(tp)

    def _measure(self, tp: TopicPartition, lag: int, end: int) -> None:
        undecodable = self._fetching is not None and tp in self._fetching.undecodable
        self._stalls.measure(tp, lag, end, undecodable, self._partitions[tp].fault is not None)

    async def _stop(self) -> None:
        try:
            async with asyncio.timeout(STOP_S + 5):
                await self._broker.stop()
        except (TimeoutError, KafkaError, OSError) as error:
            _log.warning("the consumer did not stop cleanly", error=str(error))
        taking = [task for _, task in self._taking.values()]
        self.on_revoked(list(self._partitions))  # so that what is still being handled ends after this try
        if taking:
            await asyncio.wait(taking, timeout=STOP_S)
            await cancel_and_wait(taking)

    async def _take(self, records: Sequence[Any]) -> None:
        """Hand the records to their partitions' consumers, and wait a little for them: a partition that takes longer is fetched no more
        until it is done, while the others go on."""
        self._seen_at = time.monotonic()
        in_order = groupby(records, key=lambda r: TopicPartition(r.topic, r.partition))
        started = [task for tp, group in in_order if (task := self._start(tp, list(group))) is not None]
        if started:
            await asyncio.wait(started, timeout=WAITED_FOR_S)
        for tp, (consumer, task) in self._taking.items():
            # What a partition's consumer of before a rebalance still has in hand holds nothing of the one after it.
            if not task.done() and self._partitions.get(tp) is consumer and self._fetching is not None:
                self._fetching.hold(tp, BUSY)
        self._seen_at = time.monotonic()

    def _start(self, tp: TopicPartition, records: list[Any]) -> "asyncio.Task[None] | None":
        consumer, fetching = self._partitions.get(tp), self._fetching
        if consumer is None or fetching is None:
            return None  # revoked meanwhile; the next consumer starts from the inbox
        task = asyncio.create_task(self._take_partition(tp, consumer, fetching, records))
        self._taking[tp] = consumer, task

        def done(_: "asyncio.Task[None]") -> None:
            if self._taking.get(tp) == (consumer, task):
                del self._taking[tp]
            if self._partitions.get(tp) is consumer and self._fetching is fetching:
                fetching.release(tp, BUSY)
            self._signals.taken.notify()

        task.add_done_callback(done)
        return task

    async def _take_partition(
        self, tp: TopicPartition, consumer: PartitionConsumer, fetching: Fetching, records: list[Any]
    ) -> None:
        def go_on() -> bool:
            return not self._closing and self._partitions.get(tp) is consumer

        if not await consumer.take(records, go_on, lambda: self._recognise([tp]), lambda: self._first_retained(tp)):
            state = await consumer.read_state_patiently(go_on)
            if state is not None and go_on():
                self._fetch_later(tp, consumer, fetching, state)

    def _fetch_later(
        self, tp: TopicPartition, consumer: PartitionConsumer, fetching: Fetching, state: InboxState
    ) -> None:
        """Drop what was fetched of a partition, and fetch it again after a pause; the other partitions go on."""
        fetching.hold(tp, LATER)
        fetching.start_at(tp, self._next_offset(tp, state))

        def resume() -> None:
            if self._partitions.get(tp) is consumer and self._fetching is fetching:
                fetching.release(tp, LATER)

        asyncio.get_running_loop().call_later(FETCHED_AGAIN_AFTER_S, resume)

    async def on_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Start every partition at the position of its inbox."""
        consumer = self._subscriber.consumer
        fetching = self._of(consumer)
        self._growth.assigned(consumer)
        for tp in assigned:
            source = self._sources[tp.topic]
            self._partitions[tp] = PartitionConsumer(
                source, tp.partition, self._executor, self._parking_lot, self._feed, self._settings
            )
        await self._recognise([tp for tp in assigned if self._sources[tp.topic].owner is None])
        for tp in assigned:
            fetching.start_at(tp, self._next_offset(tp, await self._partitions[tp].read_state()))
        self._seen_at = time.monotonic()

    def on_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        revoked = list(revoked)
        if self._fetching is not None:
            self._fetching.forget(revoked)
        for tp in revoked:
            self._partitions.pop(tp, None)
            self._stalls.forget(tp)

    def _next_offset(self, tp: TopicPartition, state: InboxState) -> int:
        return state.next_offset(dense=self._sources[tp.topic].owner is not None)

    async def _first_retained(self, tp: TopicPartition) -> int:
        return int((await self._subscriber.consumer.beginning_offsets([tp]))[tp])

    async def _recognise(self, partitions: Sequence[TopicPartition]) -> None:
        """Start topics of other systems that were recreated from the beginning; facts consumed before are recognised by their ids."""
        known = {tp: await self._partitions[tp].read_state() for tp in partitions}
        for tp in await recreated(self._settings.kafka, self._settings.kafka_security, known):
            _log.warning("topic was recreated, starting from its beginning", topic=tp.topic, partition=tp.partition)
            await self._parking_lot.start_over(self._sources[tp.topic].topic, tp.partition)
            self._partitions[tp].state = None
