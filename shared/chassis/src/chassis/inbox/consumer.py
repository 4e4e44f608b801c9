"""Handles the records of one topic partition: their commands and the inbox move are written in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from chassis import telemetry
from chassis.errors import ConcurrentWrite
from chassis.handling.executor import Executor
from chassis.handling.parking_lot import InboxState, ParkingLot, event_id
from chassis.handling.units import Message, Rejection, UnitOfWork, WorkItem
from chassis.inbox import cloudevents
from chassis.inbox.cloudevents import Incoming
from chassis.inbox.feed import PAGE, FeedClient, LogDiverged
from chassis.inbox.latency import observe_decisions
from chassis.inbox.owners_log import OwnersLog
from chassis.inbox.process_spans import ProcessSpans
from chassis.inbox.records import (
    FOREIGN,
    LogRecord,
    Record,
    bounded_value,
    key_text,
    record_fingerprint,
    record_time,
)
from chassis.inbox.retention_gaps import FirstRetained, nothing_expired, retention_gaps
from chassis.inbox.translation import Translator
from chassis.reactions import Source
from chassis.settings import Settings
from chassis.storage.fence import LogHalted
from chassis.storage.log import InboxMove
from chassis.tasks import Backoff

_log = structlog.get_logger()

BACKOFF_MAX_S = 5.0


async def _same_topic() -> None:
    """The topic was not recreated."""


def _as_record(message: Message, offset: int) -> LogRecord:
    headers = [(name, text.encode()) for name, text in message.headers.items()]
    return LogRecord(offset, message.key.encode(), message.value, headers)


class PartitionConsumer:
    """Consumes one source partition: its inbox, the holes in it, its parked keys."""

    def __init__(
        self,
        source: Source,
        partition: int,
        executor: Executor,
        parking_lot: ParkingLot,
        feed: FeedClient,
        settings: Settings,
    ) -> None:
        self._source = source
        self._partition = partition
        self._executor = executor
        self._parking_lot = parking_lot
        self._feed = feed
        self._settings = settings
        self._group = settings.topic_prefix + executor.service.name
        self._translator = Translator(source, settings.message_bytes_max, settings.schema_base, settings.tenant)
        self._owners_log = None if source.owner is None else OwnersLog(feed, source.owner, source.topic, partition)
        self._one_at_a_time = asyncio.Lock()
        self.state: InboxState | None = None
        self.fault: str | None = None
        self.handled_until = 0
        """The offset after the last message that was handled or parked."""

    async def read_state(self) -> InboxState:
        """The state of the inbox, read again from the database."""
        self.state = await self._parking_lot.inbox(self._source.topic, self._partition)
        self.handled_until = self.state.kafka_offset + 1
        return self.state

    async def read_state_patiently(self, go_on: Callable[[], bool]) -> InboxState | None:
        """As ``read_state``, retried while the database is unreachable; None when ``go_on`` says that the partition was revoked."""
        backoff = Backoff(BACKOFF_MAX_S)
        while go_on():
            try:
                return await self.read_state()
            except Exception as error:
                self.fault = f"{type(error).__name__}: {error}"
                await backoff.pause()
        return None

    async def take(
        self,
        records: Sequence[Record],
        go_on: Callable[[], bool],
        recognise: Callable[[], Awaitable[None]] = _same_topic,
        first_retained: FirstRetained = nothing_expired,
    ) -> bool:
        """Handle records in order; returns when they are durable, or when ``go_on`` says that the partition was revoked.

        False: these records must not be handled, now or later; fetch again from the inbox's position, after a while. They may come from a
        log that is being abandoned, and records that an operator deletes from the topic must not be handled from memory.

        Every other fault is retried until it is gone: giving up here would lose the records, because the reader has moved on.
        ``recognise`` is called when the offsets of another system's topic went back; it sets ``state`` to None for a topic that was
        recreated. ``first_retained`` is called when offsets are missing.
        """
        backoff = Backoff(BACKOFF_MAX_S)
        while go_on():
            try:
                async with self._one_at_a_time:
                    await self._take_once(records, recognise, first_retained)
                self.fault = None
                return True
            except ConcurrentWrite:
                self.state = None
            except (LogHalted, LogDiverged) as error:
                self.state = None
                self.fault = f"{type(error).__name__}: {error}"
                _log.warning("consumer stopped", source=self._source.topic, partition=self._partition, error=self.fault)
                return False
            except Exception as error:
                self.state = None
                self.fault = f"{type(error).__name__}: {error}"
                _log.warning(
                    "consumer waits",
                    source=self._source.topic,
                    partition=self._partition,
                    error=self.fault,
                    retry_in_s=backoff.next_s,
                )
                await backoff.pause()
        return True

    async def catch_up(self, head: int) -> None:
        """Handle the events up to ``head`` of the owner's log that its topic lost, as if they were its next records.

        Raises FeedUnreachable, LogDiverged, LogHalted, ConcurrentWrite (the topic went on meanwhile).
        """
        assert self._source.owner is not None
        async with self._one_at_a_time:
            for first in range((await self.read_state()).position + 1, head + 1, PAGE):
                lost = await self._hole(first, min(head + 1, first + PAGE))
                offset = (await self.read_state()).kafka_offset
                await self._take_once([_as_record(message, offset) for message in lost])

    async def _take_once(
        self,
        records: Sequence[Record],
        recognise: Callable[[], Awaitable[None]] = _same_topic,
        first_retained: FirstRetained = nothing_expired,
    ) -> None:
        if self._source.owner is not None:
            self._feed.trust(self._source.owner)
        state = self.state or await self.read_state()
        if self._source.owner is None and records[0].offset <= state.kafka_offset:
            # A recreated topic, or records redelivered after a rebalance; only the former moves the inbox.
            await recognise()
            state = self.state or await self.read_state()
        messages = await self._new_messages(records, state)
        last = records[-1]
        if not messages and last.offset <= state.kafka_offset:
            return
        taken = [message for message in messages if not self._set_aside(message, state)]
        readings = [self._translator.read(message) for message in taken]
        with ProcessSpans(
            self._source.topic, self._partition, self._group, taken, readings, self._source.owner is not None
        ) as spans:
            lost = await retention_gaps(self._source, self._partition, records, state, first_retained)
            items = (*lost, *self._items(taken, spans.begun()))
            until = max([state.position, *(message.position for message in messages)])
            redelivered = self._source.owner is None and last.offset <= state.kafka_offset
            offset = state.kafka_offset if redelivered else last.offset
            last_id = state.last_id if redelivered else self._last_id(last, messages) or state.last_id
            move = InboxMove(
                self._source.topic, self._partition, state.position, until, offset, last_id, state.parked_version
            )
            replies = await self._executor.execute(
                UnitOfWork(items, move, state.blocked, sensitive=self._translator.sensitive)
            )
            spans.handled(items[len(lost) :], replies[len(lost) :])
            service, topic = self._executor.service.name, self._source.topic
            observe_decisions(service, topic, records, taken, replies[len(lost) :], spans)
        self.handled_until = offset + 1
        parked = any(
            item.rejection is not None or (item.message and item.message.key in state.blocked) for item in items
        )
        self._count(items, tombstones=sum(message.tombstone for message in taken))
        # The batch may have parked more than is visible here; then parked_version has moved, and the next batch reads the inbox again.
        self.state = None if parked else replace(state, position=until, kafka_offset=offset, last_id=last_id)

    def _count(self, items: Sequence[WorkItem], tombstones: int) -> None:
        """Count what was taken, by what became of it."""
        foreign = sum(item.rejection is not None and item.rejection.code == "foreign" for item in items)
        outcomes = {"taken": len(items) - tombstones - foreign, "tombstone": tombstones, "foreign": foreign}
        for outcome, count in outcomes.items():
            telemetry.CONSUMED.labels(self._executor.service.name, self._source.topic, outcome).inc(count)

    def _set_aside(self, message: Message, state: InboxState) -> bool:
        """Whether an operator decided that this service does without the event; its owner's log goes on holding it."""
        return message.position in state.aside and self._translator.owners_position(message.headers) is not None

    def _items(self, messages: Sequence[Message], readings: Sequence[Incoming | Rejection]) -> tuple[WorkItem, ...]:
        """The messages with their commands or rejections."""
        return tuple(
            self._translator.item(self._translator.marked(message, incoming), incoming, self._executor.policies)
            for message, incoming in zip(messages, readings, strict=True)
        )

    async def _new_messages(self, records: Sequence[Record], state: InboxState) -> list[Message]:
        """The messages after the inbox's position, with the holes of a dense source filled from its owner's feed."""
        if self._owners_log is None:
            return [
                self._message(record, cloudevents.text_headers(record.headers), record.offset + 1)
                for record in records
                if record.offset >= state.position
            ]
        return await self._dense(self._owners_log, [(r, cloudevents.text_headers(r.headers)) for r in records], state)

    async def _dense(
        self, log: OwnersLog, records: Sequence[tuple[Record, dict[str, str]]], state: InboxState
    ) -> list[Message]:
        owned = [None if record.value is None else self._translator.owners_position(h) for record, h in records]
        claims = [(at, h.get("ce_id", "")) for at, (_, h) in zip(owned, records, strict=True) if at is not None]
        doubtful = log.doubtful(claims)
        messages: list[Message] = []
        expected, last_id = state.position + 1, event_id(state.last_id)
        for position, (record, headers) in zip(owned, records, strict=True):
            identity, why = headers.get("ce_id", ""), None
            if position is not None:
                why = await log.objection((position, identity), expected, last_id, state, doubtful)
            if position is None or why is not None:
                if record.offset > state.kafka_offset:
                    messages.append(self._of_another(record, headers, expected - 1, why))
                continue
            if position > expected:
                messages += await self._hole(expected, position)
            if position >= expected:
                messages.append(self._message(record, headers, position))
                expected, last_id = position + 1, identity
        return messages

    async def _hole(self, expected: int, position: int) -> list[Message]:
        """The messages that the topic lacks before a position, from its owner's feed."""
        assert self._source.owner is not None
        _log.warning(
            "hole in a topic, reading its owner's feed", source=self._source.topic, partition=self._partition,
            expected=expected, got=position,
        )  # fmt: skip
        return await self._feed.read(self._source.owner, self._source.topic, self._partition, expected, position - 1)

    def _last_id(self, last: Record, messages: Sequence[Message]) -> str | None:
        """What identifies the position later: the record's fingerprint; for a dense source the id of the last event of its owner."""
        if self._source.owner is None:
            return record_fingerprint(last)
        ours = (m for m in reversed(messages) if self._translator.owners_position(m.headers) is not None)
        return next((m.headers.get("ce_id") for m in ours), None)

    def _message(self, record: Record, headers: dict[str, str], position: int) -> Message:
        key = key_text(record, otherwise=f"{self._source.topic}/{self._partition}/{record.offset}")
        if self._source.owner is not None:  # its log holds it, and bounds it
            return Message(
                self._source.topic, self._partition, position, key, headers, record.value or b"", offset=record.offset
            )
        if not headers.get("ce_time") and (made := record_time(record)) is not None:
            headers[cloudevents.RECORD_TIME] = made
        return self._bounded(record, headers, position, key)

    def _bounded(self, record: Record, headers: dict[str, str], position: int, key: str) -> Message:
        bounded, value = bounded_value(headers, record.value or b"", self._settings.message_bytes_max)
        return Message(
            self._source.topic,
            self._partition,
            position,
            key,
            bounded,
            value,
            tombstone=record.value is None,
            offset=record.offset,
        )

    def _of_another(self, record: Record, headers: dict[str, str], position: int, why: str | None) -> Message:
        """A message on a service's topic that is not of its log. It keeps no place among the events of its key, and holds none up."""
        if why is not None:
            headers[FOREIGN] = why
        key = f"foreign/{self._source.topic}/{self._partition}/{record.offset}"
        return self._bounded(record, headers, position, key)
