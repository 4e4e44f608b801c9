"""The state that a decider folds, as plain JSON for people: whatever it is made of, within a bound, and without personal texts. Pure."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from pydantic import BaseModel

from contracts.digits import plain
from contracts.personal import Clear, Sealed, wire_form

VALUES_MAX = 20_000
"""Of one state, so that an answer has a few megabytes at most."""
ENTRIES_MAX = (1_000, 300, 100, 30, 10, 3)
"""Of one list or map; the first with which the whole state is small enough."""
TEXT_MAX = 2_000
"""Characters of one text."""
WHOLE_MAX = 2**53
"""Beyond, a program that reads JSON may lose digits of a whole number; it is written as a text."""
NOT_SHOWN = "…"
"""In place of a text that tells of a person and stands in clear in an old event."""


class Cut(NamedTuple):
    """A list, a map or a text of which only a part is shown; ``place`` is where it stands, /jars/J-1/fills."""

    place: str
    shown_count: int
    whole_count: int


class _TooMany(Exception):
    """There are more values than an answer holds."""


def plain_state(state: Any) -> tuple[Any, list[Cut]]:
    """A state as JSON holds it, and what of it is not shown in full.

    Dataclasses, named tuples and models are objects; figures are texts in plain notation. Of a long list the last entries are shown,
    of a large map the first by name.
    """
    for most in ENTRIES_MAX:
        maker = _Maker(most)
        try:
            return maker.made(state, ""), maker.cuts
        except _TooMany:
            continue
    return None, [Cut("", 0, 1)]


class _Maker:
    """Makes one state plain; no more than ``most`` entries of each list and map."""

    def __init__(self, most: int) -> None:
        self.cuts: list[Cut] = []
        self._most, self._count = most, 0

    def made(self, value: Any, place: str) -> Any:
        self._count += 1
        if self._count > VALUES_MAX:
            raise _TooMany
        match value:
            case None | bool() | float():
                return value
            case Clear():
                return NOT_SHOWN if value else ""
            case Sealed():
                return wire_form(value)
            case Enum():
                return self.made(value.value, place)
            case str():
                return self._text(value, place)
            case int():
                return value if abs(value) < WHOLE_MAX else str(value)
            case Decimal():
                return plain(value)
            case date() | time():
                return value.isoformat()
            case timedelta():
                return str(value)
            case Mapping():
                return self._map(value, place)
            case Set():
                return self._list(sorted(value, key=_name_of), place)
        if (parts := _parts_of(value)) is not None:
            return {name: self.made(each, f"{place}/{name}") for name, each in parts}
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return self._list(value, place)
        return f"<{type(value).__name__}>"

    def _text(self, text: str, place: str) -> str:
        if len(text) <= TEXT_MAX:
            return text
        self.cuts.append(Cut(place, TEXT_MAX, len(text)))
        return text[:TEXT_MAX]

    def _list(self, values: Sequence[Any], place: str) -> list[Any]:
        first = max(0, len(values) - self._most)
        if first:
            self.cuts.append(Cut(place, self._most, len(values)))
        return [self.made(values[n], f"{place}/{n}") for n in range(first, len(values))]

    def _map(self, values: Mapping[Any, Any], place: str) -> dict[str, Any]:
        named = sorted(((_name_of(key), value) for key, value in values.items()), key=lambda each: each[0])
        if len(named) > self._most:
            self.cuts.append(Cut(place, self._most, len(named)))
        shown: dict[str, Any] = {}
        for name, value in named[: self._most]:
            while name in shown:  # two keys that are written alike, such as ("a/b", "c") and ("a", "b/c")
                name += "'"
            shown[name] = self.made(value, f"{place}/{name}")
        return shown


def _parts_of(value: Any) -> Iterable[tuple[str, Any]] | None:
    """The fields of an object by name, without those that it has for itself; None for what has no fields."""
    if isinstance(value, BaseModel):
        names: Iterable[str] = type(value).model_fields
    elif is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        names = value._fields
    else:
        return None
    return [(name, getattr(value, name)) for name in names if not name.startswith("_")]


def _name_of(key: Any) -> str:
    """A key of a map as the name of a field: ``jar/J-1`` for a tuple, a day as ISO 8601 writes it."""
    match key:
        case str():
            return key.value if isinstance(key, Enum) else key
        case None:
            return ""
        case Enum():
            return _name_of(key.value)
        case Clear():
            return NOT_SHOWN
        case Decimal():
            return plain(key)
        case date() | time():
            return key.isoformat()
    if (parts := _parts_of(key)) is not None:
        return "/".join(_name_of(each) for _, each in parts)
    if isinstance(key, tuple):
        return "/".join(map(_name_of, key))
    return str(key)
