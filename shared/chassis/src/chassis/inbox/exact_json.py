"""JSON without losing digits: parts of a document as they were written, and numbers that are longer than a float holds."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from contracts.digits import plain

_SPACE = re.compile(r"[ \t\r\n]*")
_LONG = re.compile(rb"[0-9][0-9.]{15,}")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
_DIGITS_HELD = 15
"""A number of this many significant digits is the same after it was a float."""


class NotJson(ValueError):
    """The text is not JSON; the message says where and why."""


def _constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON value")


_DECODER = json.JSONDecoder(parse_constant=_constant, parse_float=str, parse_int=str)


def members(text: str) -> dict[str, str]:
    """The members of a JSON object, each value as it was written. Raises NotJson."""
    return {name: text[start:end] for name, start, end in member_places(text)}


def member_places(text: str) -> list[tuple[str, int, int]]:
    """The names of a JSON object's members in order, repeated ones too, each with where its value begins and ends. Raises NotJson."""
    return [(str(_value(text, *name)), *value) for name, value in _members(text)]


def items(text: str) -> list[str]:
    """The items of a JSON array, each as it was written. Raises NotJson."""
    return [text[start:end] for start, end in item_places(text)]


def item_places(text: str) -> list[tuple[int, int]]:
    """Where each item of a JSON array begins and ends. Raises NotJson."""
    found: list[tuple[int, int]] = []
    at, more = _opened(text, "[", "array"), True
    if text[at : at + 1] == "]":
        at, more = at + 1, False
    while more:
        end = _end(text, at)
        found.append((at, end))
        at, more = _next(text, end, "]")
    _closed(text, at)
    return found


def _members(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    at, more = _opened(text, "{", "object"), True
    if text[at : at + 1] == "}":
        at, more = at + 1, False
    while more:
        if text[at : at + 1] != '"':
            raise NotJson(f"a name in quotes is expected at character {at}")
        name = at, _end(text, at)
        at = _skip(text, name[1])
        if text[at : at + 1] != ":":
            raise NotJson(f"a colon is expected at character {at}")
        at = _skip(text, at + 1)
        value = at, _end(text, at)
        yield name, value
        at, more = _next(text, value[1], "}")
    _closed(text, at)


def _opened(text: str, bracket: str, what: str) -> int:
    at = _skip(text, 0)
    if text[at : at + 1] != bracket:
        raise NotJson(f"it is not a JSON {what}")
    return _skip(text, at + 1)


def _next(text: str, end: int, closing: str) -> tuple[int, bool]:
    """Where to go on after a value, and whether another one follows."""
    at = _skip(text, end)
    if text[at : at + 1] == ",":
        return _skip(text, at + 1), True
    if text[at : at + 1] == closing:
        return at + 1, False
    raise NotJson(f"a comma or {closing} is expected at character {at}")


def _closed(text: str, at: int) -> None:
    if (at := _skip(text, at)) < len(text):
        raise NotJson(f"more follows after its end, at character {at}")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _end(text: str, at: int) -> int:
    try:
        return _DECODER.raw_decode(text, at)[1]
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise NotJson("it is nested too deeply") from error


def _value(text: str, start: int, end: int) -> Any:
    return json.loads(text[start:end])


def numbers_exact(document: bytes) -> bytes:
    """The document with numbers that a float would round in quotes, as amounts are written anyway; the same where there are none."""
    return _TOKEN.sub(_quoted, document) if _LONG.search(document) else document


def _quoted(token: re.Match[bytes]) -> bytes:
    text = token[0]
    if text[:1] == b'"' or not (b"." in text or b"e" in text or b"E" in text):
        return text  # a text, or a whole number, which JSON readers keep whole
    digits = re.sub(rb"[eE].*|[-.]", b"", text).lstrip(b"0")
    return as_text(text) if len(digits) > _DIGITS_HELD else text


def as_text(number: bytes) -> bytes:
    """A JSON number as a text in plain digits; one whose exponent has more than two digits stays, and is refused where it is read."""
    _, _, exponent = number.lower().partition(b"e")
    figure = number if not exponent or len(exponent.lstrip(b"+-")) > 2 else plain(Decimal(number.decode())).encode()
    return b'"%s"' % figure
