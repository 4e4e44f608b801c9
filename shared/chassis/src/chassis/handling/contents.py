"""Hashes of what was sent under an id, by which a repeat is told from another message or request with the same id."""

import hashlib
from contextlib import suppress
from decimal import Decimal
from typing import Any

import orjson

from contracts import Event
from contracts.personal import Clear


def contents_of(event: Event) -> str:
    """Of a fact: its type and the fields that were sent and are known here, however they were written.

    The order of fields, blanks, and zeros at the end of a number make no difference.
    """
    sent = event.model_dump(exclude_unset=True)
    return _hashed(event.TYPE.encode(), orjson.dumps(sent, default=_plain, option=orjson.OPT_SORT_KEYS))


def contents_of_request(query: bytes, body: bytes) -> str:
    """Of an HTTP request: its query and its body; JSON counts however it is written."""
    with suppress(orjson.JSONDecodeError):  # of what is no JSON, the bytes count
        body = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    return _hashed(query, body)


def _hashed(*parts: bytes) -> str:
    return hashlib.sha256(b"\x1f".join(parts)).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, Clear):
        return value.text
    raise TypeError(f"{type(value).__name__} has no JSON form.")
