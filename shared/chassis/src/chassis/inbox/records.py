"""What is derived from a Kafka record before its content is read: its key as text, its position, and fingerprints."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from chassis.inbox import cloudevents
from chassis.inbox.record_stream import CUT_BYTES, CUT_HASH

KEY_MAX = 300
HEADER_MAX, HEADERS_MAX = 16_000, 100
"""What is kept of the headers of a message: characters of each, and how many."""
CLOCKS_APART_S = 600.0
"""How far the clocks of two replicas may differ."""
FOREIGN = "standing-foreign"
"""A header that the consumer adds to a message on a service's topic that the service's log does not hold: why it is not believed."""
_POSITION = re.compile(r"[0-9]{1,18}")


class Record(Protocol):
    """The parts of a Kafka record that are used."""

    @property
    def offset(self) -> int: ...

    @property
    def key(self) -> bytes | None: ...

    @property
    def value(self) -> bytes | None: ...

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...

    @property
    def timestamp(self) -> int: ...


class LogRecord(NamedTuple):
    """An event of an owner's log as a record of its topic, which lost it; ``offset``: what had been consumed of the topic."""

    offset: int
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]
    timestamp: int = -1


def key_text(record: Record, otherwise: str) -> str:
    """The key as PostgreSQL can store and index it: itself where it is short, printable text, else its bytes or their hash in hex."""
    if not record.key:
        return otherwise
    try:
        text = record.key.decode()
    except UnicodeDecodeError:
        text = ""
    if text.isprintable() and 0 < len(text) <= KEY_MAX:
        return text
    return f"0x{record.key.hex()}" if len(record.key) <= 64 else f"sha256:{hashlib.sha256(record.key).hexdigest()}"


def record_fingerprint(record: Record) -> str:
    """A hash of a record's content, to check later whether the same record is still at its offset. Unreadable records have one too."""
    event_id = cloudevents.text_headers(record.headers).get("ce_id", "")
    return hashlib.sha256(b"\x1f".join((event_id.encode(), record.key or b"", record.value or b""))).hexdigest()


def message_fingerprint(source: str, message_id: str, headers: Mapping[str, str], value: bytes) -> str:
    """A hash by which a producer's repeat of a message is recognised: its source, its id and its content.

    The same id with other content is another message: the producer may have corrected it.
    """
    attributes = sorted(
        f"{name}={text}"
        for name, text in headers.items()
        if name.startswith("ce_") or name in ("content-type", CUT_HASH)
    )
    return hashlib.sha256("\x1f".join((source, message_id, *attributes, "")).encode() + value).hexdigest()


def dense_position(text: str) -> int | None:
    """The position in a ``ce_position`` header; None for anything but a plain number that PostgreSQL can hold."""
    return int(text) if _POSITION.fullmatch(text) else None


def record_time(record: Record) -> str | None:
    """When the record was made, according to Kafka, in RFC 3339; None where it does not say."""
    try:
        return datetime.fromtimestamp(record.timestamp / 1000, UTC).isoformat() if record.timestamp >= 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def bounded_value(headers: Mapping[str, str], value: bytes, at_most: int) -> tuple[Mapping[str, str], bytes]:
    """A value cut to a bound, with its length and hash among the headers; unchanged where it is within the bound."""
    if len(value) <= at_most:
        return headers, value
    said = {CUT_BYTES: str(len(value)), CUT_HASH: hashlib.sha256(value).hexdigest()}
    return {**said, **headers}, value[:at_most]  # what was said when the batch was unpacked is of the whole value


def bounded_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers in bounds, those first that say what the message is."""
    if len(headers) <= HEADERS_MAX and all(len(n) <= HEADER_MAX and len(t) <= HEADER_MAX for n, t in headers.items()):
        return headers
    first = sorted(headers, key=lambda name: not name.startswith(("ce_", "content-type", "standing-")))
    return {name[:HEADER_MAX]: headers[name][:HEADER_MAX] for name in first[:HEADERS_MAX]}


def made_at(event_id: str | None) -> float | None:
    """When the id of an event of ours was made, in seconds since 1970: it is a UUID of version 7. None for any other id."""
    try:
        found = UUID(event_id or "")
    except ValueError:
        return None
    return (found.int >> 80) / 1000 if found.version == 7 else None


def could_follow(event_id: str, last_id: str | None) -> bool:
    """Whether a log may have appended this event after that one, as far as their ids tell."""
    this, last = made_at(event_id), made_at(last_id)
    return this is not None and (last is None or this > last - CLOCKS_APART_S)
