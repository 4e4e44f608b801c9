"""The document that a filled form makes, and what the buttons of the form change in it. Pure."""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from standing_console.faults import Misused
from standing_console.languages import N_
from standing_console.screens.document_form import FIGURE, LETTERS
from standing_console.screens.documents import keys_of, pointer_of
from standing_console.screens.schemas import Schema

WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
LOST = N_("This form has lost a part of the document; open it again.")


def filled(fields: Mapping[str, str]) -> dict[str, Any]:
    """The document of a filled form, from its inputs in their order. Raises Misused for what is no form of a document."""
    root: dict[str, Any] = {}
    made: dict[str, Any] = {"": root}
    for name, text in fields.items():
        letter, colon, pointer = name.partition(":")
        if not colon or letter not in LETTERS.values() or not pointer:
            continue
        parent, _, last = pointer.rpartition("/")
        container = made.get(parent)
        if container is None:
            raise Misused(LOST)
        value = _value(letter, text)
        if letter in (LETTERS["list"], LETTERS["map"]):
            made[pointer] = value
        if isinstance(container, list):
            container.append(value)
        else:
            container[keys_of("/" + last)[0]] = value
    return root


def _value(letter: str, text: str) -> Any:
    text = text.replace("\r\n", "\n")
    match letter:
        case "l":
            return []
        case "o":
            return {}
        case "b":
            return {"true": True, "false": False}.get(text)
        case "n":
            return _number(text.strip())
        case "u":
            return text or None
        case "z":
            return _anything(text.strip())
        case _:
            return text


def _number(text: str) -> int | float | str | None:
    """As JSON writes it; what is none stays a text, for the service to refuse."""
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if FIGURE.fullmatch(text) and repr(float(text)) == text else text or None


def _anything(text: str) -> Any:
    try:
        return json.loads(text, parse_int=_number, parse_float=_number, parse_constant=str) if text else None
    except (ValueError, RecursionError):
        return text


def _place(document: Any, schema: Mapping[str, Any], pointer: str) -> tuple[Any, Any, Any, Schema]:
    """What contains a place, its key there, what stands there, and what the place takes. Raises Misused."""
    container, key, value, place = None, None, document, Schema.of(schema, schema)
    for part in keys_of(pointer):
        key = int(part) if isinstance(value, list) and WHOLE.fullmatch(part) else part
        place = place.kind_of(value).part(key)
        container = value
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            raise Misused(LOST) from None
    return container, key, value, place


def grown(document: dict[str, Any], schema: Mapping[str, Any], pointer: str, key: str) -> tuple[dict[str, Any], str]:
    """The document with one more part in a list or a map, and the pointer of it. Raises Misused."""
    document = deepcopy(document)
    _, _, value, place = _place(document, schema, pointer)
    kind = place.kind_of(value)
    if isinstance(value, list):
        value.append(kind.part(len(value)).begun())
        return document, f"{pointer}/{len(value) - 1}"
    if not isinstance(value, dict) or not key or key in value:
        raise Misused(N_("Give the new entry a key of its own."))
    value[key] = kind.part(key).begun()
    return document, pointer + pointer_of((key,))


def without(document: dict[str, Any], schema: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    """The document without a part. Raises Misused."""
    document = deepcopy(document)
    container, key, _, _ = _place(document, schema, pointer)
    if container is None:
        raise Misused(LOST)
    del container[key]
    return document


def chosen(document: dict[str, Any], schema: Mapping[str, Any], pointer: str, which: str) -> dict[str, Any]:
    """The document with another kind of value in a place: the one of that number, null without. Raises Misused."""
    document = deepcopy(document)
    container, key, value, place = _place(document, schema, pointer)
    if container is None or not ((which == "" and place.optional) or which in map(str, range(len(place.kinds)))):
        raise Misused(LOST)
    if which == "":
        container[key] = None
    elif value is None or place.kinds[int(which)] is not place.kind_of(value):
        container[key] = place.kinds[int(which)].begun_of_its_kind()
    return document
