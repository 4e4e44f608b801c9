"""Translates a message of a topic into the commands of its reaction, or into a rejection."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError
from uuid_utils import UUID, uuid5

from chassis.commands import Request
from chassis.errors import UsageError, sentence_of
from chassis.handling.command_ids import fact_id, nth_id
from chassis.handling.contents import contents_of
from chassis.handling.units import Message, Rejection, WorkItem
from chassis.inbox import cloudevents
from chassis.inbox.cloudevents import Incoming, NotACloudEvent
from chassis.inbox.published import SCHEMA_URN
from chassis.inbox.record_stream import CUT_BYTES, CUT_HASH
from chassis.inbox.records import FOREIGN, bounded_headers, dense_position, message_fingerprint
from chassis.inbox.sensitive import everything, sensitive_in
from chassis.personal.payloads import Sensitive
from chassis.policies import PolicyBook
from chassis.reactions import Source
from contracts import Envelope, Event
from contracts.fields import FIRST_DAY, LAST_DAY, in_calendar

_log = structlog.get_logger()

TYPE_MAX = 300
TENANT_SHOWN = 60
FACT_NAMESPACE = UUID("6f1d4d39-1f0e-5f0a-9d5c-2f6f3a3c7c11")


class Translator:
    """Translates the messages of one source, as far as they are of this installation's ``tenant``."""

    def __init__(
        self, source: Source, message_bytes_max: int, schema_base: str = SCHEMA_URN, tenant: str = "default"
    ) -> None:
        self._source = source
        self._tenant = tenant
        self._message_bytes_max = message_bytes_max
        self._schema_base = schema_base
        self._types = {(name, event.VERSION): event for event in source.events for name in event.types()}
        self._names = {event.TYPE for event in source.events}
        self._reacted = {name for event in source.reactions for name in event.types()}

    def owners_position(self, headers: Mapping[str, str]) -> int | None:
        """The position that the owner of a dense topic gave to a message; None for a message of another writer."""
        if headers.get("ce_source") != f"/{self._source.owner}" or FOREIGN in headers:
            return None
        return dense_position(headers.get("ce_position", ""))

    def item(self, message: Message, incoming: Incoming | Rejection, policies: PolicyBook) -> WorkItem:
        """A message with the commands of its reaction, or with its rejection; nothing at all for a tombstone."""
        if message.tombstone:
            return WorkItem()
        if isinstance(incoming, Rejection):
            return WorkItem(message=message, rejection=incoming)
        if self._source.owner is not None and self.owners_position(message.headers) is None:
            return WorkItem(message=message, rejection=_foreign(self._source, message.headers))
        if incoming.tenant not in ("", self._tenant):
            apart = message._replace(key=f"other-tenant/{message.source}/{message.partition}/{message.position}")
            # Under a key of its own: what is not ours must not hold up what is.
            return WorkItem(message=apart, rejection=_of_another_tenant(incoming.tenant, self._tenant))
        if self._source.owner is None and not in_calendar(incoming.time):
            return WorkItem(
                message=message,
                rejection=Rejection(
                    "invalid",
                    f"ce_time is {incoming.time.isoformat()}; an instant lies between {FIRST_DAY} and {LAST_DAY} in UTC.",
                ),
            )
        if CUT_BYTES in message.headers:
            return WorkItem(message=message, rejection=self._too_large(message))
        kind = self._types.get((incoming.type, incoming.schema_version))
        if kind is None:
            if self._source.owner is not None and incoming.type not in self._reacted:
                return WorkItem(message=message)  # a newer event of the owner without a reaction here
            return WorkItem(message=message, rejection=_unknown(incoming, self._names))
        react = self._source.reactions.get(kind)
        if react is None:
            return WorkItem(message=message)
        try:
            event = (
                kind.model_validate_json(incoming.data) if self._source.owner is None else kind.from_log(incoming.data)
            )
        except ValidationError as error:
            return WorkItem(message=message, rejection=Rejection("invalid", f"{incoming.type} {sentence_of(error)}"))
        except Exception as error:  # a validator that fails on an unforeseen value
            return WorkItem(message=message, rejection=Rejection("invalid", f"{incoming.type} cannot be read: {error}"))
        try:
            reaction = react(event, self._envelope(message, incoming), policies)
        except Exception as error:
            _log.error("reaction failed", type=incoming.type, exc_info=error)
            return WorkItem(message=message, rejection=Rejection("reaction-failed", f"{type(error).__name__}: {error}"))
        return WorkItem(tuple(self._requests(incoming, event, reaction)), message)

    def read(self, message: Message) -> Incoming | Rejection:
        """A message as a CloudEvent, or its rejection."""
        return read(message, self._source.owner is not None, self._schema_base)

    def sensitive(self, message: Message) -> Sensitive:
        """What of a message may tell of persons; the whole of it where its type cannot be told or is not known."""
        incoming = self.read(message)
        if isinstance(incoming, Rejection):
            return everything(message)
        kind = self._types.get((incoming.type, incoming.schema_version))
        return everything(message) if kind is None else sensitive_in(message, incoming, kind)

    def _too_large(self, message: Message) -> Rejection:
        return Rejection(
            "too-large",
            f"The value has {message.headers[CUT_BYTES]} bytes; at most {self._message_bytes_max} are accepted. Kept are its first"
            f" {len(message.value)} and its SHA-256, {message.headers.get(CUT_HASH)}.",
        )

    def _requests(self, incoming: Incoming, event: Event, reaction: Any) -> list[Request]:
        commands = reaction if isinstance(reaction, list | tuple) else [] if reaction is None else [reaction]
        fact = fact_id(incoming.source, incoming.id)
        # Repeats of a dense source are recognised by position, those of another system only by id.
        contents = None if self._source.owner else contents_of(event)
        correlation = incoming.correlation_id or str(uuid5(FACT_NAMESPACE, fact))
        return [
            Request(
                command=command,
                id=None if self._source.owner else nth_id(fact, n), contents=contents,
                occurred_at=_occurred_at(incoming), correlation_id=correlation, causation_id=incoming.id, actor=incoming.source,
                traceparent=incoming.traceparent, tracestate=incoming.tracestate,
            )
            for n, command in enumerate(commands)
        ]  # fmt: skip

    def _envelope(self, message: Message, incoming: Incoming) -> Envelope:
        return Envelope(
            id=incoming.id, source=incoming.source, type=incoming.type, schema_version=incoming.schema_version,
            stream=incoming.subject or message.key, partition=message.partition, position=message.position,
            version=incoming.version, occurred_at=incoming.time, recorded_at=incoming.recorded_time or incoming.time,
            correlation_id=incoming.correlation_id or "", causation_id=incoming.causation_id, actor=incoming.actor,
            tenant=self._tenant, traceparent=incoming.traceparent, tracestate=incoming.tracestate,
        )  # fmt: skip

    def marked(self, message: Message, incoming: Incoming | Rejection) -> Message:
        """The message with its type, and with its mark where the source does not number its messages itself."""
        kind = incoming.type if isinstance(incoming, Incoming) else message.headers.get("ce_type", "")
        who = _who(message, incoming)
        mark = (
            message_fingerprint(*who, message.headers, message.value)
            if self._source.owner is None and all(who)
            else None
        )
        kind = kind[:TYPE_MAX].replace("\x00", "\ufffd")
        return message._replace(type=kind, mark=mark, headers=bounded_headers(message.headers))

    def check_edit(self, original: Message, edited: Message, policies: PolicyBook) -> None:
        """Raises UsageError when an operator's edit of a message is not acceptable."""
        if self._source.owner is not None:
            raise UsageError(
                f"This is an event of {self._source.owner}'s log, and a log is never edited. Fix what refuses it and retry it,"
                " or discard it."
            )
        before, after = self.read(original), self.read(edited)
        was, now = _who(original, before), _who(edited, after)
        if any(old and old != new for old, new in zip(was, now, strict=True)):
            raise UsageError(
                f"The edit makes it a different message: it was {was[1]} of {was[0]}, it would be {now[1]} of {now[0]}. Keep its source"
                " and id, so that it is recognised when it is sent again."
            )
        rejection = self.item(edited, after, policies).rejection
        if rejection is not None:
            raise UsageError(f"The edited message cannot be handled either: {rejection.reason}")


def _occurred_at(incoming: Incoming) -> datetime:
    """When it happened; for an event that an owner's log dates outside of the calendar, when its owner learned of it."""
    return incoming.time if in_calendar(incoming.time) else incoming.recorded_time or incoming.time


def _who(message: Message, incoming: Incoming | Rejection) -> tuple[str, str]:
    """The source and the id that a message states; empty where it states none."""
    if isinstance(incoming, Incoming):
        return incoming.source, incoming.id
    return message.headers.get("ce_source", ""), message.headers.get("ce_id", "")


def read(message: Message, own: bool = True, schema_base: str = SCHEMA_URN) -> Incoming | Rejection:
    """A message as a CloudEvent, or its rejection; ``own``: it stands on the topic of one of our services."""
    if not message.value:
        return Rejection("empty", "The message has no value; a fact is a JSON object.")
    try:
        return cloudevents.read(message.headers, message.value, own, schema_base)
    except NotACloudEvent as error:
        return Rejection("not-a-cloudevent", str(error))


def _unknown(incoming: Incoming, names: set[str]) -> Rejection:
    if incoming.type in names:
        return Rejection("unknown-version", f"Version {incoming.schema_version} of {incoming.type} is not known here.")
    return Rejection(
        "unknown-type", f"{incoming.type!r} is not an event of this topic; it carries {', '.join(sorted(names))}."
    )


def _of_another_tenant(theirs: str, ours: str) -> Rejection:
    return Rejection(
        "other-tenant",
        f"ce_tenant is {theirs[:TENANT_SHOWN]!r}, and this installation is that of {ours!r}, which holds nobody else's data. Its sender"
        " may have the wrong topic or broker; where it means us, it sends our tenant, or none.",
    )


def _foreign(source: Source, headers: Mapping[str, str]) -> Rejection:
    why = headers.get(FOREIGN) or f"it lacks ce_source: /{source.owner} or a number as ce_position"
    return Rejection(
        "foreign", f"{source.topic} is {source.owner}'s own topic, but this message does not come from its log: {why}."
    )
