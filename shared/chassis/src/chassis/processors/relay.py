"""The relay: publishes partition p of the log to partition p of the topic, in order, and again whatever the broker has lost."""

import asyncio
import time
from collections.abc import Collection, Sequence

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from chassis import telemetry
from chassis.inbox.broker import TopicTail, ensure_topics
from chassis.inbox.broker_faults import BrokerFault
from chassis.inbox.published import headers_of
from chassis.inbox.tail import Last
from chassis.processors.leadership import Leadership
from chassis.processors.spans import Placed, publish_spans
from chassis.settings import Settings
from chassis.storage.fence import lower_fence, note_location, raise_fence
from chassis.storage.log import Log, StoredEvent
from chassis.storage.signals import Signals
from chassis.tasks import cancel_and_wait, run_forever

_log = structlog.get_logger()

RECONCILE_EVERY_S = 3.0
ABANDONED_WITHIN_S = 5.0
PRODUCER_BATCH_BYTES = 512 * 1024
METADATA_EVERY_MS = 5_000
"""How old the producer's knowledge of its topic's partitions may be."""


class BrokerAhead(Exception):
    """The topic holds events that this log does not: the log is older than its topic (restored from a backup?)."""


class Relay:
    """Publishes the events that the broker does not have yet. ``_published`` are the positions that it acknowledged."""

    def __init__(self, topic: str, log: Log, leadership: Leadership, signals: Signals, settings: Settings) -> None:
        self._topic = topic
        self._log = log
        self._leadership = leadership
        self._settings = settings
        self._signals = signals
        self._waiter = signals.grown.waiter()
        self._producer: AIOKafkaProducer | None = None
        self._tail: TopicTail | None = None
        self._published: dict[int, int] = {}
        self._ends: dict[int, int] = {}
        self._reconcile_at = 0.0
        self._fault = BrokerFault(settings, "Write", [topic])
        self.foreign: dict[int, str] = {}
        """What others wrote at the end of a partition under our name, in words."""
        self.beyond: str | None = None
        """That the topic has more partitions than the log, in words."""

    @property
    def fault(self) -> str | None:
        return self._fault.sentence

    async def run(self) -> None:
        try:
            await run_forever(f"relay {self._topic}", self._guarded_step)
        finally:
            await self._disconnect()

    async def _guarded_step(self) -> None:
        try:
            await self._step()
            self._fault.clear()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # What was in flight may or may not have arrived: ask the broker before going on.
            self._published.clear()
            await self._disconnect()
            await self._fault.note(error)
            raise

    async def _step(self) -> None:
        with self._leadership.working() as held:
            for partition in [p for p in self._published if p not in held]:
                del self._published[partition]
            published = await self._publish_next(held) if held else 0
        if published < self._settings.batch_max:
            self._signals.published.notify()
            await self._waiter.wait(min(self._settings.follow_poll_s, RECONCILE_EVERY_S))

    async def _publish_next(self, held: frozenset[int]) -> int:
        """Publish the next events of the led partitions; returns how many."""
        producer, tail = await self._connected()
        if time.monotonic() >= self._reconcile_at or any(p not in self._published for p in held):
            await self._reconcile(tail, sorted(held))
            self._note_partitions(await producer.partitions_for(self._topic))
        stored = await self._log.after_each(self._published, self._settings.batch_max)
        if stored:
            await self._publish(producer, stored)
        return len(stored)

    async def _reconcile(self, tail: TopicTail, partitions: Sequence[int]) -> None:
        """Trust the broker, not the checkpoint: it may have lost events, or hold some that a crash kept from being recorded."""
        fenced = await note_location(self._log.database.pool)  # the server may have failed over since the last time
        ends = await tail.ends(partitions)
        if suspicious := {
            p: end for p, end in ends.items() if p in fenced or p not in self._published or end != self._ends.get(p)
        }:
            found = await tail.last(suspicious)
            heads = (
                await self._log.heads()
            )  # read afterwards, so that it includes what another relay published meanwhile
            for partition, last in found.items():
                self._note_foreign(partition, last)
                if ahead := await self._ahead(partition, heads[partition], last):
                    await raise_fence(self._log.database.pool, partition, ahead)
                    raise BrokerAhead(ahead)
                # A topic recreated while a batch was in flight begins with that batch: it has fewer records than its last position.
                position = last.position if last.end >= last.position else 0
                known = self._published.get(partition, last.position)
                if position < known:
                    _log.warning(
                        "topic lost events, publishing again", topic=self._topic, partition=partition, at=position, was=known
                    )  # fmt: skip
                self._published[partition] = position
                self._ends[partition] = last.end
        await lower_fence(self._log.database.pool, partitions)
        # All of them: the previous leader may have stored an older position after this one did.
        await self._store(set(partitions))
        self._reconcile_at = time.monotonic() + RECONCILE_EVERY_S

    def _note_partitions(self, partitions: Collection[int]) -> None:
        """Somebody has added partitions to our topic, in which nothing of the log will ever be."""
        more = len(partitions) - self._log.partitions
        if more <= 0:
            self.beyond = None
            return
        if self.beyond is None:
            _log.error("our topic has more partitions than its log", topic=self._topic, partitions=len(partitions))
        self.beyond = (
            f"{self._topic} has {len(partitions)} partitions and its log {self._log.partitions}: no event will ever be in those from"
            f" {self._log.partitions} on, where whoever shares keys among all of them looks for some. Partitions cannot be taken away:"
            " stop what consumes the topic, delete it, and it is made and filled again from the log."
        )

    def _note_foreign(self, partition: int, last: Last) -> None:
        """Somebody else wrote into the topic under our name. The events behind are published all the same, and consumers skip those."""
        if not last.foreign:
            self.foreign.pop(partition, None)
            return
        named = ", ".join(f"{identity[:60]} at position {position}" for position, identity in last.foreign[-3:])
        self.foreign[partition] = (
            f"{self._topic}[{partition}] ends with {len(last.foreign)} records that name {self._log.source} as their source and are"
            f" not in its log ({named}). Find out who may write to this topic."
        )
        _log.error("foreign records in our topic", topic=self._topic, partition=partition, records=named)

    async def _ahead(self, partition: int, head: int, last: Last) -> str | None:
        """Why the log must not grow: the topic holds events that it lacks. None where it holds none."""
        where = f"{self._topic}[{partition}]"
        if last.position > head:
            return (
                f"{where} ends with position {last.position}, but the log's head is {head}, so the log is older than what it published"
                " (restored from a backup?). Nothing is written. Restore the newer log; or, if this log is to be used, restore every"
                " service from the same backup and delete their topics."
            )
        if last.position and await self._id_at(partition, last.position) != last.event_id:
            return (
                f"{where} holds another event at position {last.position} than the log, so the two have diverged. Nothing is written."
                " Restore the log that the topic came from; or, if this log is to be used, restore every service from the same backup"
                " and delete their topics."
            )
        return None

    async def _id_at(self, partition: int, position: int) -> str | None:
        stored = await self._log.after(partition, position - 1, 1)
        return stored[0].envelope.id if stored else None

    async def _publish(self, producer: AIOKafkaProducer, stored: Sequence[StoredEvent]) -> None:
        in_flight: list[tuple[int, int, int, asyncio.Future[object]]] = []
        with publish_spans(self._topic, stored) as placed:
            batch, partition, count, until = producer.create_batch(), stored[0].envelope.partition, 0, 0

            async def send() -> None:
                future = await producer.send_batch(batch, self._topic, partition=partition)
                in_flight.append((partition, until, count, future))

            for row in stored:
                envelope = row.envelope
                message = {
                    "key": envelope.stream.encode(), "value": row.data.encode(),
                    "headers": headers_of(envelope, self._settings.schema_base),
                    "timestamp": None,
                }  # fmt: skip
                if envelope.partition != partition or batch.append(**message) is None:
                    await send()
                    batch, partition, count = producer.create_batch(), envelope.partition, 0
                    batch.append(**message)
                count, until = count + 1, envelope.position
            await send()
            await self._acknowledged(in_flight, placed)
        telemetry.PUBLISHED.labels(self._log.service).inc(len(stored))

    async def _acknowledged(
        self, in_flight: Sequence[tuple[int, int, int, "asyncio.Future[object]"]], placed: list[Placed]
    ) -> None:
        failed: dict[int, BaseException] = {}
        moved: set[int] = set()
        recreated: set[int] = set()
        for partition, until, count, future in in_flight:
            try:
                metadata = await asyncio.wait_for(future, self._settings.publish_timeout_s)
            except (KafkaError, TimeoutError) as error:
                failed.setdefault(partition, error)
                continue
            offset: int = getattr(metadata, "offset", -1)
            placed.append(Placed(partition, until - count + 1, until, offset + count - 1))
            if offset < self._ends.get(partition, 0):
                recreated.add(partition)
            if partition not in failed:  # only the contiguous prefix counts
                self._published[partition] = until
                self._ends[partition] = offset + count
                moved.add(partition)
        for partition in recreated:  # the broker is asked before anything more is published there
            self._published.pop(partition, None)
        await self._store(moved - recreated)
        if failed:
            raise next(iter(failed.values()))

    async def _store(self, partitions: set[int]) -> None:
        if partitions:
            await self._log.database.followers.execute(
                "UPDATE relay r SET position = m.position FROM unnest($1::int[], $2::bigint[]) AS m (partition, position)"
                " WHERE r.partition = m.partition AND r.position <> m.position",
                list(partitions),
                [self._published[p] for p in partitions],
            )

    async def _connected(self) -> tuple[AIOKafkaProducer, TopicTail]:
        if self._producer is None or self._tail is None:
            kafka, security = self._settings.kafka, self._settings.kafka_security
            await ensure_topics(kafka, security, [self._topic], self._log.partitions, self._settings.replication)
            self._tail = TopicTail(kafka, security, self._topic, self._log.source, self._log.ids_in)
            await self._tail.start()
            self._producer = AIOKafkaProducer(
                bootstrap_servers=kafka, **security.client_options(), acks="all", enable_idempotence=True,
                max_batch_size=PRODUCER_BATCH_BYTES, linger_ms=0, request_timeout_ms=10_000, metadata_max_age_ms=METADATA_EVERY_MS,
            )  # fmt: skip
            await self._producer.start()
        return self._producer, self._tail

    async def _disconnect(self) -> None:
        for part in (self._producer, self._tail):
            if part is not None:
                try:
                    async with asyncio.timeout(5):
                        await part.stop()
                except (Exception, asyncio.CancelledError) as error:
                    _log.debug("closing a broken connection", error=str(error))
        producer, self._producer, self._tail = self._producer, None, None
        if producer is not None:
            await _abandon(producer)


async def _abandon(producer: AIOKafkaProducer) -> None:
    """End a producer that could not be stopped, because what it holds cannot be sent: it would go on by itself, with its old password,
    and send that late. All of it is in the log and published anew."""
    sender = producer._sender.sender_task
    if sender is not None and not sender.done():
        await cancel_and_wait([sender], ABANDONED_WITHIN_S)
        await producer.client.close()
