"""Messages at rest: what may tell of persons stands sealed in them, in its place, and comes out byte for byte.

A stretch of a value is sealed as it was written, with its quotes and escapes, and the object stands where it was; ``layout`` has where.
So a value that is JSON remains JSON, of which everybody may read the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import orjson

from chassis.errors import Tampered
from chassis.personal.keys import Keys, PersonalKeys
from contracts.personal import Sealed, wire_form

GONE = b"null"
"""What stands in place of a stretch that opens no more."""


class Stretch(NamedTuple):
    """Bytes of a value that may tell of somebody, without that at ``end``; ``subject`` is None where nobody can tell of whom."""

    start: int
    end: int
    subject: str | None


class Sensitive(NamedTuple):
    """What of a message may tell of persons: stretches of its value in order, apart from one another, and headers by name."""

    stretches: tuple[Stretch, ...] = ()
    headers: frozenset[str] = frozenset()


class Payload(NamedTuple):
    """The headers, as JSON, and the value of a message as they are stored; ``layout`` is None where they are as they came."""

    headers: str
    value: bytes
    layout: str | None


class Lost(NamedTuple):
    """Why something opens no more, as a sentence."""

    cause: Literal["erased", "unknown-key", "tampered"]
    reason: str


class Opened(NamedTuple):
    """A payload as it came. ``lost``: of whom something opens no more; it is null in the value, and so is a header.

    ``found``: the sealed objects, as they are stored, with what each of them holds.
    """

    headers: Mapping[str, str | None]
    value: bytes
    byte_count: int
    subjects: frozenset[str]
    lost: Mapping[str, Lost]
    found: Mapping[Sealed, bytes]


def in_clear(headers: Mapping[str, str], value: bytes) -> Payload:
    """A payload that is stored as it came."""
    return Payload(orjson.dumps(dict(headers)).decode(), value, None)


def sealed_payload(
    headers: Mapping[str, str], value: bytes, sensitive: Sensitive, itself: str, seal: Callable[[bytes, str], Sealed]
) -> Payload:
    """A payload with what is sensitive sealed: for its subject, and for ``itself``, the message, where nobody can tell of whom it is."""
    stored, places, since = bytearray(), list[tuple[int, int]](), 0
    for stretch in sensitive.stretches:
        stored += value[since : stretch.start]
        start = len(stored)
        stored += orjson.dumps(wire_form(seal(value[stretch.start : stretch.end], stretch.subject or itself)))
        places.append((start, len(stored)))
        since = stretch.end
    stored += value[since:]
    shown = {
        name: wire_form(seal(text.encode(), itself)) if name in sensitive.headers and text else text
        for name, text in headers.items()
    }
    layout = orjson.dumps({"byte_count": len(value), "places": places}).decode()
    return Payload(orjson.dumps(shown).decode(), bytes(stored), layout)


async def opened_payloads(keys: PersonalKeys | None, payloads: Sequence[Payload]) -> list[Opened]:
    """What was stored, in order, with one query for all keys. Raises the driver's errors."""
    read = [_Read(payload) for payload in payloads]
    subjects = {sealed.subject for each in read for sealed in each.sealed}
    known = Keys() if keys is None else await keys.of(subjects)
    return [each.opened(known) for each in read]


def keys_used(payload: Payload) -> set[tuple[str, int]]:
    """The persons for whom something is sealed in a payload, with the numbers of their keys."""
    return {(sealed.subject, sealed.key) for sealed in _Read(payload).sealed}


def as_stored(payload: Payload) -> dict[str, Any]:
    """A payload for people as it stands in the table."""
    return {"headers": orjson.loads(payload.headers), "value": readable(payload.value)}


def readable(value: bytes) -> str:
    """A value as text; what is not UTF-8 is replaced."""
    return value.decode("utf-8", "replace")


class _Read:
    """A payload with its sealed objects read."""

    def __init__(self, payload: Payload) -> None:
        self._value = payload.value
        self._headers: dict[str, Any] = orjson.loads(payload.headers)
        self._byte_count = len(payload.value)
        self._places: list[tuple[int, int]] = []
        if payload.layout is not None:
            layout = orjson.loads(payload.layout)
            self._byte_count, self._places = layout["byte_count"], [tuple(place) for place in layout["places"]]
        self._stretches = [_sealed(orjson.loads(self._value[start:end])) for start, end in self._places]
        self._sealed_headers = {name: _sealed(text) for name, text in self._headers.items() if isinstance(text, dict)}

    @property
    def sealed(self) -> list[Sealed]:
        return [*self._stretches, *self._sealed_headers.values()]

    def opened(self, keys: Keys) -> Opened:
        found, lost = dict[Sealed, bytes](), dict[str, Lost]()
        for sealed in self.sealed:
            content = _content(sealed, keys)
            if isinstance(content, bytes):
                found[sealed] = content
            else:
                lost[sealed.subject] = content
        value, since = bytearray(), 0
        for (start, end), sealed in zip(self._places, self._stretches, strict=True):
            value += self._value[since:start] + found.get(sealed, GONE)
            since = end
        value += self._value[since:]
        headers = dict(self._headers)
        for name, sealed in self._sealed_headers.items():
            headers[name] = found[sealed].decode() if sealed in found else None
        subjects = frozenset(sealed.subject for sealed in self.sealed)
        return Opened(headers, bytes(value), self._byte_count, subjects, lost, found)


def _sealed(document: Mapping[str, Any]) -> Sealed:
    return Sealed.model_construct(**document)


def _content(sealed: Sealed, keys: Keys) -> bytes | Lost:
    """What was sealed, or why it opens no more."""
    place = (sealed.subject, sealed.key)
    if place not in keys.all:
        return Lost("unknown-key", f"This service has no key {sealed.key} of {sealed.subject}.")
    if (key := keys.all[place]) is None:
        return Lost("erased", f"{sealed.subject} was erased.")
    try:
        return key.open_bytes(sealed)
    except Tampered as error:
        return Lost("tampered", str(error))
