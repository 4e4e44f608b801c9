"""Takes the records of one topic partition, turns them into commands, and moves the inbox in the same transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from opentelemetry.trace import SpanKind
from pydantic import ValidationError
from uuid_utils import UUID, uuid5

from chassis import cloudevents, telemetry
from chassis.cloudevents import Incoming, NotACloudEvent
from chassis.errors import ConcurrentWrite
from chassis.executor import Executor
from chassis.feed import FeedClient
from chassis.inbox import Item, Message, Trouble, Unit
from chassis.log import InboxMove
from chassis.parking import InboxState, Parking
from chassis.reactions import Source
from chassis.records import Record, dense_position, key_text, mark_of
from chassis.requests import Request
from chassis.settings import Settings
from contracts import Envelope

_log = structlog.get_logger()

BACKOFF_MAX_S = 5.0
FACT_NAMESPACE = UUID("6f1d4d39-1f0e-5f0a-9d5c-2f6f3a3c7c11")


async def _as_it_was() -> None:
    """The topic is the one that we know."""


class PartitionConsumer:
    """One source partition: its inbox, its holes, its parked keys."""

    def __init__(
        self, source: Source, partition: int, executor: Executor, parking: Parking, feed: FeedClient, settings: Settings
    ) -> None:
        self._source = source
        self._partition = partition
        self._executor = executor
        self._parking = parking
        self._feed = feed
        self._settings = settings
        self._types = {(event.TYPE, event.VERSION): event for event in source.events}
        self._names = {event.TYPE for event in source.events}
        self._reacted = {event.TYPE for event in source.reactions}
        self.state: InboxState | None = None
        self.fault: str | None = None

    async def position(self) -> InboxState:
        """Where the inbox stands, read again from the database."""
        self.state = await self._parking.inbox(self._source.topic, self._partition)
        return self.state

    async def take(
        self,
        records: Sequence[Record],
        go_on: Callable[[], bool],
        recognise: Callable[[], Awaitable[None]] = _as_it_was,
    ) -> None:
        """Handle records in order; returns when they are durable, or when ``go_on`` says that the partition is no longer ours.

        Faults are retried for as long as it takes, whatever they are: whoever gave up here would lose the records, for their
        reader has moved on. ``recognise`` is asked when the offsets of another system's topic went back; it sets ``state`` to
        None for a topic made anew.
        """
        pause_s = 0.1
        while go_on():
            try:
                await self._take_once(records, recognise)
                self.fault = None
                return
            except ConcurrentWrite:
                self.state = None
            except Exception as error:
                self.state = None
                self.fault = f"{type(error).__name__}: {error}"
                _log.warning(
                    "consumer waits",
                    source=self._source.topic,
                    partition=self._partition,
                    error=self.fault,
                    retry_in_s=pause_s,
                )
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, BACKOFF_MAX_S)

    async def _take_once(self, records: Sequence[Record], recognise: Callable[[], Awaitable[None]]) -> None:
        state = self.state or await self.position()
        if self._source.owner is None and records[0].offset <= state.kafka_offset:
            # A topic made anew, or records told again after a rebalance; only the former moves the inbox.
            await recognise()
            state = self.state or await self.position()
        messages = await self._new_messages(records, state)
        last = records[-1]
        if not messages and last.offset <= state.kafka_offset:
            return
        read = [_read(message) for message in messages]
        with telemetry.span(
            f"process {self._source.topic}", SpanKind.CONSUMER, links=[r.traceparent for r in read if isinstance(r, Incoming)],
            messaging__system="kafka", messaging__operation__type="process", messaging__destination__name=self._source.topic,
            messaging__destination__partition__id=str(self._partition), messaging__batch__message_count=len(messages),
        ):  # fmt: skip
            items = tuple(self._item(message, incoming) for message, incoming in zip(messages, read, strict=True))
            upto = max([state.position, *(message.position for message in messages)])
            told_again = self._source.owner is None and last.offset <= state.kafka_offset
            offset, last_id = (state.kafka_offset, state.last_id) if told_again else (last.offset, mark_of(last))
            move = InboxMove(
                self._source.topic, self._partition, state.position, upto, offset, last_id, state.parked_version
            )
            await self._executor.execute(Unit(items, move, state.blocked))
        parked = any(item.trouble is not None or (item.message and item.message.key in state.blocked) for item in items)
        telemetry.CONSUMED.labels(self._executor.service.name, self._source.topic, "taken").inc(len(items))
        # A decider may have parked more than we saw; the next batch then meets a moved parked_version and reads the inbox again.
        self.state = None if parked else InboxState(upto, offset, last_id, state.parked_version, state.blocked)

    async def _new_messages(self, records: Sequence[Record], state: InboxState) -> list[Message]:
        """The messages that the inbox has not seen, with the holes of a dense source filled from its owner's feed."""
        messages: list[Message] = []
        expected = state.position + 1
        for record in records:
            headers = cloudevents.text_headers(record.headers)
            if self._source.owner is None:
                position = record.offset + 1
            else:
                told = self._owners_position(headers)
                if told is None:
                    if record.offset > state.kafka_offset:
                        messages.append(self._message(record, headers, expected - 1))
                    continue
                position = told
                if position > expected:
                    _log.warning(
                        "hole in a topic, reading the feed", source=self._source.topic, partition=self._partition,
                        expected=expected, got=position,
                    )  # fmt: skip
                    filled = await self._feed.read(
                        self._source.owner, self._source.topic, self._partition, expected, position - 1
                    )
                    messages.extend(filled)
            if position >= expected:
                messages.append(self._message(record, headers, position))
                expected = position + 1
        return messages

    def _owners_position(self, headers: Mapping[str, str]) -> int | None:
        """The position that the owner of a dense topic gave a message; None for a message that is not the owner's."""
        if headers.get("ce_source") != f"/{self._source.owner}":
            return None
        return dense_position(headers.get("ce_position", ""))

    def _message(self, record: Record, headers: Mapping[str, str], position: int) -> Message:
        key = key_text(record, otherwise=f"{self._source.topic}/{self._partition}/{record.offset}")
        return Message(self._source.topic, self._partition, position, key, headers, record.value or b"")

    def _item(self, message: Message, incoming: "Incoming | Trouble") -> Item:
        """A message as the commands that it asks for, or as what is wrong with it."""
        if isinstance(incoming, Trouble):
            return Item(message=message, trouble=incoming)
        if self._source.owner is not None and self._owners_position(message.headers) is None:
            return Item(message=message, trouble=_foreign(self._source))
        if self._source.owner is None and len(message.value) > self._settings.message_bytes_max:
            limit = self._settings.message_bytes_max
            return Item(
                message=message,
                trouble=Trouble("too-large", f"The value has {len(message.value)} bytes; at most {limit} are taken."),
            )
        kind = self._types.get((incoming.type, incoming.schema_version))
        if kind is None:
            if self._source.owner is not None and incoming.type not in self._reacted:
                return Item(message=message)  # a newer event of the owner that nobody here reacts to
            return Item(message=message, trouble=_unknown(incoming, self._names))
        react = self._source.reactions.get(kind)
        if react is None:
            return Item(message=message)
        try:
            event = kind.model_validate_json(incoming.data)
        except ValidationError as error:
            return Item(message=message, trouble=Trouble("invalid", f"{incoming.type} {sentence(error)}"))
        except Exception as error:  # a validator that breaks on a value nobody thought of
            return Item(message=message, trouble=Trouble("invalid", f"{incoming.type} cannot be read: {error}"))
        try:
            asked = react(event, self._envelope(message, incoming), self._executor.policies)
        except Exception as error:
            _log.error("reaction failed", type=incoming.type, exc_info=error)
            return Item(message=message, trouble=Trouble("reaction-failed", f"{type(error).__name__}: {error}"))
        return Item(tuple(self._requests(incoming, asked)), message)

    def _requests(self, incoming: Incoming, asked: Any) -> list[Request]:
        commands = asked if isinstance(asked, list | tuple) else [] if asked is None else [asked]
        fact = f"{incoming.source}#{incoming.id}"
        correlation = incoming.correlation_id or str(uuid5(FACT_NAMESPACE, fact))
        return [
            Request(
                command=command,
                # A dense source is told apart by position; another system's fact only by its id.
                id=None if self._source.owner else fact if n == 0 else f"{fact}/{n}",
                occurred_at=incoming.time, correlation_id=correlation, causation_id=incoming.id, actor=incoming.source,
                tenant=incoming.tenant, traceparent=incoming.traceparent,
            )
            for n, command in enumerate(commands)
        ]  # fmt: skip

    def _envelope(self, message: Message, incoming: Incoming) -> Envelope:
        return Envelope(
            id=incoming.id, source=incoming.source, type=incoming.type, schema_version=incoming.schema_version,
            stream=incoming.subject or message.key, partition=message.partition, position=message.position,
            version=incoming.version, occurred_at=incoming.time, recorded_at=incoming.recorded_time or incoming.time,
            correlation_id=incoming.correlation_id or "", causation_id=incoming.causation_id, actor=incoming.actor,
            tenant=incoming.tenant, traceparent=incoming.traceparent,
        )  # fmt: skip

    async def retry(self, waiting: Sequence[tuple[int, Message]]) -> None:
        """Handle parked messages of one key again, in order; what fails again stays parked."""
        items = tuple(self._item(message, _read(message)) for _, message in waiting)
        await self._executor.execute(Unit(items, retries=tuple(row_id for row_id, _ in waiting)))


def _read(message: Message) -> Incoming | Trouble:
    if not message.value:
        return Trouble("empty", "The message has no value; a fact is a JSON object.")
    try:
        return cloudevents.read(message.headers, message.value)
    except NotACloudEvent as error:
        return Trouble("not-a-cloudevent", str(error))


def _unknown(incoming: Incoming, names: set[str]) -> Trouble:
    if incoming.type in names:
        return Trouble("unknown-version", f"Version {incoming.schema_version} of {incoming.type} is not known here.")
    return Trouble(
        "unknown-type", f"{incoming.type!r} is not an event of this topic; it takes {', '.join(sorted(names))}."
    )


def _foreign(source: Source) -> Trouble:
    return Trouble(
        "foreign",
        f"{source.topic} is {source.owner}'s own topic, but this message does not come from its log: it lacks"
        f" ce_source: /{source.owner} or a number as ce_position.",
    )


def sentence(error: ValidationError) -> str:
    """What is wrong with a message's data, each field with its rule: ``amount: Input should be a finite number (got 'NaN')``."""
    told = []
    for each in error.errors(include_url=False):
        where = ".".join(str(part) for part in each["loc"])
        got = repr(each.get("input"))
        shown = got if len(got) <= 60 else f"{got[:57]}..."
        told.append(f"{where}: {each['msg']} (got {shown})" if where else f"is not valid JSON: {each['msg']}")
    return "; ".join(told[:5])
