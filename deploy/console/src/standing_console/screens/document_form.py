"""A form made from a document and those of its former versions, and the document that a filled form makes. Pure.

The services publish no schema of a policy; what a place takes is read off what stands or stood there and in its neighbours. A service
says itself what it does not take.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from standing_console.faults import Misused
from standing_console.languages import N_
from standing_console.screens.documents import Path, keys_of, pointer_of

Kind = Literal["text", "long", "decimal", "figure", "whole", "date", "choice", "nothing"]
"""A ``decimal`` is a text of digits in the document, a ``figure`` and a ``whole`` one are numbers."""
WHOLE, DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})"), re.compile(r"-?[0-9]+\.[0-9]+|-?[0-9]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIELD = re.compile(r"[a-z][a-z0-9_]*")
"""The name of a field. The key of a map may be anything."""
LONG = 80
SUGGESTED_MAX = 60
LETTERS = {"text": "t", "number": "n", "choice": "b", "nothing": "z", "optional": "u", "list": "l", "map": "o"}


@dataclass(frozen=True)
class Field:
    """One value. ``name`` is that of its input: what it becomes in the document, and where."""

    label: str
    name: str
    pointer: str
    kind: Kind
    value: str
    suggested: tuple[str, ...] = ()
    error: str = ""
    removable: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Group:
    """A list, a map or the fields of a part. ``grows``: whether a further one can be added, and whether that takes a key."""

    label: str
    name: str
    pointer: str
    grows: Literal["", "list", "map"]
    parts: tuple["Field | Group", ...]
    error: str = ""
    removable: bool = False
    open: bool = False

    @property
    def faulty(self) -> bool:
        """Whether something in it is refused."""
        return bool(self.error) or any(
            part.faulty if isinstance(part, Group) else bool(part.error) for part in self.parts
        )

    @property
    def ordered(self) -> list["Field | Group"]:
        """As a form shows them: single values first, but the parts of a list as they stand."""
        return [*self.parts] if self.grows == "list" else sorted(self.parts, key=lambda part: isinstance(part, Group))

    @property
    def summary(self) -> str:
        """The first texts in it, by which one finds it while it is closed."""
        return " · ".join([part.value for part in self.parts if isinstance(part, Field) and part.value][:3])[:LONG]


@dataclass(frozen=True)
class Maker:
    """Makes the form; ``errors`` by pointer; ``touched`` is the pointer of what was changed last, which stands open."""

    errors: Mapping[str, str] = field(default_factory=dict)
    touched: str = ""

    def form(self, document: Mapping[str, Any], seen: Sequence[Any]) -> Group:
        made = self._of("", document, list(seen), (), False)
        assert isinstance(made, Group)
        return made

    def _of(self, label: str, value: Any, seen: list[Any], path: Path, removable: bool) -> Field | Group:
        pointer = pointer_of(path)
        error = self.errors.get(pointer, "")
        if isinstance(value, dict | list):
            grows = _grows(value, seen) if path else ""
            pairs = [*value.items()] if isinstance(value, dict) else [*enumerate(value)]
            parts = tuple(
                self._of(
                    str(key + 1 if isinstance(key, int) else key), part, below(value, seen, key, grows), (*path, key), bool(grows)
                )
                for key, part in pairs
            )  # fmt: skip
            name = f"{LETTERS['list' if isinstance(value, list) else 'map']}:{pointer}"
            is_open = self.touched == pointer or self.touched.startswith(pointer + "/")
            return Group(label, name, pointer, grows, parts, error, removable, is_open)
        optional = value is None or None in seen
        kind, suggested = _kind(value, seen)
        letter = {"choice": "b", "whole": "n", "figure": "n", "nothing": "z"}.get(kind, "u" if optional else "t")
        shown = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        return Field(
            label, f"{letter}:{pointer}", pointer, kind, shown, suggested, error, removable, optional and kind != "nothing"
        )  # fmt: skip


def below(value: Any, seen: Sequence[Any], key: str | int, grows: str) -> list[Any]:
    """What stands or stood where a part of ``value`` stands: at its key, and where all parts are alike at the others too."""
    alike = [value, *(each for each in seen if type(each) is type(value))]
    if grows:
        return [part for each in alike for part in (each.values() if isinstance(each, dict) else each)]
    return [each[key] for each in alike[1:] if isinstance(each, dict) and key in each]


def _grows(value: dict[str, Any] | list[Any], seen: Sequence[Any]) -> Literal["", "list", "map"]:
    if isinstance(value, list):
        return "list"
    alike = [value, *(each for each in seen if isinstance(each, dict))]
    if not value or (
        len({frozenset(each) for each in alike}) > 1 and len({_shape(p) for e in alike for p in e.values()}) == 1
    ):
        return "map"
    shapes = {_shape(part) for part in value.values()}
    return "map" if len(shapes) == 1 and not all(FIELD.fullmatch(key) for key in value) else ""


def _shape(value: Any) -> str:
    return ",".join(sorted(value)) if isinstance(value, dict) else type(value).__name__


def _kind(value: Any, seen: Sequence[Any]) -> tuple[Kind, tuple[str, ...]]:
    known = [each for each in (value, *seen) if each is not None and not isinstance(each, dict | list)]
    if not known:
        return "nothing", ()
    if all(isinstance(each, bool) for each in known):
        return "choice", ()
    if figures := [each for each in known if isinstance(each, int | float) and not isinstance(each, bool)]:
        return ("figure" if any(isinstance(each, float) for each in figures) else "whole"), ()
    texts = [each for each in known if isinstance(each, str) and each]
    if texts and all(DAY.fullmatch(each) for each in texts):
        return "date", ()
    if texts and all(DECIMAL.fullmatch(each) for each in texts):
        return "decimal", ()
    if any(len(each) > LONG or "\n" in each for each in texts):
        return "long", ()
    suggested = tuple(dict.fromkeys(sorted(texts)))
    return "text", suggested[:SUGGESTED_MAX] if len(suggested) > 1 else ()


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
            raise Misused(N_("This form has lost a part of the document; open it again."))
        value = _value(letter, text)
        if isinstance(value, dict | list):
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


def _number(text: str) -> Any:
    """As JSON writes it; what is none stays a text, for the service to refuse."""
    if WHOLE.fullmatch(text):
        return int(text)
    return (float(text) if DECIMAL.fullmatch(text) and repr(float(text)) == text else text) or None


def _anything(text: str) -> Any:
    try:
        return json.loads(text, parse_float=str) if text else None
    except ValueError:
        return text


def _walk(document: Any, seen: list[Any], pointer: str) -> Iterator[tuple[Any, list[Any], Any]]:
    """Each container on the way to a place, with what stood in its place, and the key that goes on. Raises Misused."""
    value: Any = document
    for number, part in enumerate(keys_of(pointer)):
        key: Any = int(part) if isinstance(value, list) and WHOLE.fullmatch(part) else part
        yield value, seen, key
        try:
            following = value[key]
        except (KeyError, IndexError, TypeError):
            raise Misused(N_("This form has lost a part of the document; open it again.")) from None
        seen = below(value, seen, key, _grows(value, seen) if number else "")
        value = following
    yield value, seen, None


def grown(document: dict[str, Any], seen: Sequence[Any], pointer: str, key: str) -> tuple[dict[str, Any], str]:
    """The document with one more part in a list or a map, made like the last one there, and the pointer of it."""
    document = deepcopy(document)
    value, alike, _ = [*_walk(document, list(seen), pointer)][-1]
    parts = [
        part
        for each in (*alike, value)
        if type(each) is type(value)
        for part in (each if isinstance(each, list) else each.values())
    ]
    added = deepcopy(parts[-1]) if parts else ""
    if isinstance(value, list):
        value.append(added)
        return document, f"{pointer}/{len(value) - 1}"
    if not isinstance(value, dict) or not key or key in value:
        raise Misused(N_("Give the new entry a key of its own."))
    value[key] = added
    return document, pointer + pointer_of((key,))


def without(document: dict[str, Any], pointer: str) -> dict[str, Any]:
    """The document without a part."""
    document = deepcopy(document)
    container, _, key = [*_walk(document, [], pointer)][-2]
    del container[key]
    return document
