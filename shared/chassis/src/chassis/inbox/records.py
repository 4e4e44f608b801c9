"""What is derived from a Kafka record before its content is read: its key as text, its position, and fingerprints."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from chassis.inbox import cloudevents

KEY_MAX = 300
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
        f"{name}={text}" for name, text in headers.items() if name.startswith("ce_") or name == "content-type"
    )
    return hashlib.sha256("\x1f".join((source, message_id, *attributes, "")).encode() + value).hexdigest()


def dense_position(text: str) -> int | None:
    """The position in a ``ce_position`` header; None for anything but a plain number that PostgreSQL can hold."""
    return int(text) if _POSITION.fullmatch(text) else None
