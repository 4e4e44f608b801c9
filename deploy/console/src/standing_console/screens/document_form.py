"""A form made from a document and the schema of such documents. Pure. What a filled form makes stands in ``filled_forms``."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from standing_console.screens.documents import Path, pointer_of
from standing_console.screens.inputs import Bounds, anchored, bounds_of
from standing_console.screens.schemas import Kind as SchemaKind
from standing_console.screens.schemas import Schema

Kind = Literal["text", "long", "decimal", "figure", "whole", "date", "choice", "boolean", "sealed", "json", "nothing"]
"""How a value is shown: ``nothing`` is null where another kind may be chosen, ``json`` what its schema does not expect."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIGURE = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
LONG, LONG_FROM = 80, 300
"""Characters of a text that is shown in an area, and of what a place takes that gets one."""
LETTERS = {"text": "t", "number": "n", "boolean": "b", "json": "z", "optional": "u", "list": "l", "map": "o"}
"""What an input becomes in the document: how its name begins, before a colon and the pointer of its place."""


@dataclass(frozen=True)
class Choice:
    """One of the kinds of value that a place takes. ``value`` is its number, empty for null."""

    value: str
    title: str
    kind: SchemaKind | Literal["nothing"]


@dataclass(frozen=True)
class Place:
    """What fields and groups have in common. ``hint`` says what is meant; ``kinds`` are to choose from, where there are several."""

    label: str
    name: str
    pointer: str
    hint: str
    error: str
    removable: bool
    kinds: tuple[Choice, ...]
    chosen: str

    @property
    def anchor(self) -> str:
        """The pointer as ids have it."""
        return anchored(self.pointer)


@dataclass(frozen=True)
class Field(Place):
    """One value. ``options`` are those of a choice: as the input has them, and as people read them."""

    kind: Kind
    value: str
    optional: bool
    required: bool
    options: tuple[tuple[str, str], ...]
    bounds: Bounds

    @property
    def numeric(self) -> bool:
        """Whether an input for numbers can show it: such an input shows nothing else."""
        return not self.value or FIGURE.fullmatch(self.value) is not None


@dataclass(frozen=True)
class Group(Place):
    """A list, a map or the fields of a part. ``grows``: whether a further one can be added, and whether that takes a key.

    ``keys`` are the ones that can be added; where there are none, ``key`` says what a new one may be.
    """

    grows: Literal["", "list", "map"]
    parts: tuple["Field | Group", ...]
    keys: tuple[str, ...]
    key: Bounds
    touched: bool

    @property
    def open(self) -> bool:
        """Whether it shows its parts: what was changed last, what is refused, and what is to be filled."""
        return self.touched or bool(self.error) or any(_open(part) for part in self.parts)

    @property
    def faulty(self) -> bool:
        """Whether something in it is refused."""
        return bool(self.error) or any(
            part.faulty if isinstance(part, Group) else bool(part.error) for part in self.parts
        )

    @property
    def ordered(self) -> list["Field | Group"]:
        """As a form shows them: single values first, but the parts of a list as they stand."""
        in_order = self.name.startswith(LETTERS["list"])
        return [*self.parts] if in_order else sorted(self.parts, key=lambda part: isinstance(part, Group))

    @property
    def summary(self) -> str:
        """The first texts in it, by which one finds it while it is closed."""
        return " · ".join([part.value for part in self.parts if isinstance(part, Field) and part.value][:3])[:LONG]


def _open(part: Field | Group) -> bool:
    return part.open if isinstance(part, Group) else bool(part.error) or (part.required and not part.value)


@dataclass(frozen=True)
class Maker:
    """Makes the form; ``errors`` by pointer; ``touched`` is the pointer of what was changed last, which stands open."""

    errors: Mapping[str, str] = field(default_factory=dict)
    touched: str = ""

    def form(self, document: Mapping[str, Any], schema: Mapping[str, Any]) -> Group:
        place = Schema.of(schema, schema)
        return self._group("", {**document}, place, place.kind_of(document), (), False, place.description)

    def _of(self, label: str, value: Any, place: Schema, path: Path, removable: bool, hinted: bool) -> Field | Group:
        kind = place.kind_of(value)
        hint = place.description or kind.description if hinted else ""
        expected: Mapping[type, tuple[str, str]] = {dict: ("object", "any"), list: ("list", "any")}
        if kind.kind in expected.get(type(value), ()):
            return self._group(label, value, place, kind, path, removable, hint)
        shown = _kind(kind, value, place)
        read_as = _letter(shown, value, place, kind)
        return Field(
            label, f"{LETTERS[read_as]}:{pointer_of(path)}", hint=hint, **self._common(place, kind, value, path, removable),
            kind=shown, value=_text(read_as, value), optional=place.optional and shown != "nothing",
            required=_required(shown, place, kind), options=_options(read_as, kind, value), bounds=bounds_of(kind),
        )  # fmt: skip

    def _group(
        self, label: str, value: dict[str, Any] | list[Any], place: Schema, kind: Schema, path: Path, removable: bool, hint: str
    ) -> Group:  # fmt: skip
        """A list whose parts are groups says what they are once, for all of them."""
        pairs: list[tuple[Any, Any]] = [*value.items()] if isinstance(value, dict) else [*enumerate(value)]
        least, most = kind.bounds
        parts = list[Field | Group]()
        for key, each in pairs:
            alike = isinstance(key, int) or key not in kind.properties
            removes = alike and (isinstance(value, dict) or len(value) > least)
            name = str(key + 1 if isinstance(key, int) else key)
            parts.append(self._of(name, each, kind.part(key), (*path, key), removes, not alike))
        if isinstance(value, list):
            grows: Literal["", "list", "map"] = "list" if len(value) < most else ""
            keys, key, of_parts = list[str](), Bounds(), kind.part(len(value))
        else:
            keys = [name for name in kind.properties if name not in value]
            keys += [name for name in (kind.keys.options if kind.keys else ()) if name not in value]
            grows = "map" if keys or (kind.keys and not kind.keys.options) else ""
            key, of_parts = bounds_of(kind.keys) if kind.keys else Bounds(), kind.part("")
        described = [of_parts.description or of_parts.kinds[0].description] if not kind.properties else []
        pointer = pointer_of(path)
        touched = self.touched == pointer or self.touched.startswith(pointer + "/")
        letter = LETTERS["list" if isinstance(value, list) else "map"]
        return Group(
            label, f"{letter}:{pointer}", hint=" ".join(each for each in (hint, *described) if each),
            **self._common(place, kind, value, path, removable), grows=grows, parts=tuple(parts), keys=tuple(keys),
            key=key, touched=touched,
        )  # fmt: skip

    def _common(self, place: Schema, kind: Schema, value: Any, path: Path, removable: bool) -> dict[str, Any]:
        pointer = pointer_of(path)
        kinds, chosen = tuple[Choice, ...](), ""
        if len(place.kinds) > 1 or (place.optional and place.kinds[0].kind in ("object", "list", "sealed")):
            chosen = "" if value is None else str(place.kinds.index(kind))
            kinds = tuple(
                Choice(str(number), each.title, each.kind)
                for number, each in enumerate(place.kinds)
                if each.kind != "sealed" or str(number) == chosen
            )
            kinds += (Choice("", "", "nothing"),) if place.optional else ()
        error = self.errors.get(pointer, "")
        return {"pointer": pointer, "error": error, "removable": removable, "kinds": kinds, "chosen": chosen}


def _kind(kind: Schema, value: Any, place: Schema) -> Kind:
    """How a value is shown; as JSON where its kind is none that the schema expects."""
    of_value = type(value) if value is not None else str
    match kind.kind:
        case "object" | "list" | "sealed" if value is None and place.optional:
            return "nothing"
        case "sealed" if isinstance(value, dict):
            return "sealed"
        case "choice" if not isinstance(value, dict | list):
            return "choice"
        case "boolean" if value is None or isinstance(value, bool):
            return "boolean"
        case "whole" | "figure" | "decimal" as number if of_value in (str, int, float):
            return number
        case "date" if of_value is str:
            return "date" if not value or DAY.fullmatch(value) else "text"
        case "text" if of_value is str:
            longest = kind.keywords.get("maxLength", 0)
            return "long" if (value and (len(value) > LONG or "\n" in value)) or longest > LONG_FROM else "text"
        case "any" if isinstance(value, bool):
            return "boolean"
        case "any" if isinstance(value, int | float):
            return "figure"
        case "any" if isinstance(value, str):
            return "long" if len(value) > LONG or "\n" in value else "text"
    return "json"


def _letter(shown: Kind, value: Any, place: Schema, kind: Schema) -> str:
    """As which an input is read again. Null and an empty text are told apart."""
    if shown in ("sealed", "json", "nothing"):
        return "json"
    if shown == "choice" and not all(isinstance(each, str) for each in (*kind.options, value or "")):
        return "json"
    if shown == "boolean":
        return "boolean"
    if shown in ("whole", "figure") or isinstance(value, int | float):
        return "number"
    return "optional" if value is None or (place.optional and value != "") else "text"


def _text(read_as: str, value: Any) -> str:
    """The value as its input has it."""
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if read_as == "json" or not isinstance(value, str) else value


def _options(read_as: str, kind: Schema, value: Any) -> tuple[tuple[str, str], ...]:
    """Of a choice, with what stands there now: it is shown also where it is refused."""
    others = [] if not kind.options or value in (None, "", *kind.options) else [value]
    return tuple((_text(read_as, each), _text("text", each)) for each in (*kind.options, *others))


def _required(shown: Kind, place: Schema, kind: Schema) -> bool:
    if place.optional:
        return False
    if shown in ("text", "long"):
        return bool(kind.keywords.get("minLength", 0) > 0)
    return shown in ("whole", "figure", "decimal", "date", "choice")
