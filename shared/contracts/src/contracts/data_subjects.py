"""Whom a personal text tells of: a template of the type, or of the field, in which it stands.

``SUBJECT: ClassVar[str] = "contact:{customer_id}/{contact_id}"`` on an event, a part of one or a command counts for its fields, and for
what stands in them without a template of its own; ``Annotated[Personal, About("{recipient}")]`` counts for one field. A name is looked
up in what declares it, then in what encloses that, up to the event or the command; ``{key}`` is the key of the mapping in which the text
stands: ``addresses: Annotated[dict[Recipient, Personal], About("{key}")]``.
"""

import dataclasses
import functools
import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from string import Formatter
from typing import Annotated, Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from contracts.envelope import Event, Part
from contracts.personal import SUBJECT_MAX, Clear, Sealed

T = TypeVar("T")
Parsed = tuple[tuple[str, str | None], ...]
"""A template as pairs of a text and the name behind it."""
Change = Callable[[Sealed | Clear, str], Sealed | Clear]
"""What becomes of a personal text of a subject."""


@dataclasses.dataclass(frozen=True)
class About:
    """The template of one field, in place of that of its type."""

    template: str


class UnknownSubject(ValueError):
    """It cannot be said whom a personal text tells of; the message says why."""


@dataclasses.dataclass(frozen=True)
class PersonalField:
    """A field in which a personal text may stand, and its own template."""

    name: str
    annotation: Any
    about: str | None


ANY_SHAPE = (Any, object, Event, Part, BaseModel)
"""What a field may hold of which only the value tells whether it is personal."""


def _fields_of(kind: Any) -> tuple[PersonalField, ...]:
    return _fields(kind, ())


personal_fields: Callable[[Any], tuple[PersonalField, ...]] = functools.cache(_fields_of)
"""The fields of a model or a dataclass in which personal texts may stand, at any depth; none of another type."""


def _fields(kind: Any, passed: tuple[Any, ...]) -> tuple[PersonalField, ...]:
    if kind in passed or not _has_fields(kind):
        return ()
    hints = get_type_hints(kind, include_extras=True)
    names = kind.model_fields if issubclass(kind, BaseModel) else [field.name for field in dataclasses.fields(kind)]
    return tuple(
        PersonalField(name, hints[name], _about(hints[name]))
        for name in names
        if name in hints and _may_hold(hints[name], (*passed, kind))
    )


def _has_fields(kind: Any) -> bool:
    if not isinstance(kind, type) or kind in (Sealed, Clear, *ANY_SHAPE):
        return False
    return issubclass(kind, BaseModel) or dataclasses.is_dataclass(kind)


def _about(annotation: Any) -> str | None:
    extras = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return next((each.template for each in extras if isinstance(each, About)), None)


def _may_hold(annotation: Any, passed: tuple[Any, ...]) -> bool:
    return (
        annotation in (Sealed, Clear)
        or any(annotation is each for each in ANY_SHAPE)
        or any(_may_hold(each, passed) for each in _parts(annotation))
        or bool(_fields(annotation, passed))
    )


def _parts(annotation: Any) -> tuple[Any, ...]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return arguments[:1]
    if origin in (Union, types.UnionType, tuple, list, frozenset):
        return arguments
    return arguments[1:] if _is_mapping(origin) else ()


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


class Around:
    """In what a text stands: a part, a mapping's key or an event, and what encloses that. It remembers the subjects it gave."""

    __slots__ = ("_holder", "_names", "_outer", "_subjects")

    def __init__(self, holder: Any, outer: "Around | None" = None) -> None:
        self._holder = holder
        self._names = holder if isinstance(holder, dict) else _names_of(type(holder))
        self._outer = outer
        self._subjects: dict[str, str] = {}

    def subject(self, template: str | None) -> str:
        """The subject that a template names here. Raises UnknownSubject.

        Where a template has several names, ``/`` and ``%`` in their values are percent-encoded, so that no two persons share a subject.
        """
        if template is None:
            raise UnknownSubject(f"{type(self._holder).__name__} does not declare whom it tells of.")
        if (known := self._subjects.get(template)) is None:
            known = self._subjects[template] = self._made(_parsed(template))
        return known

    def _made(self, parsed: Parsed) -> str:
        several = sum(name is not None for _, name in parsed) > 1
        text = ""
        for literal, name in parsed:
            text += literal
            if name is not None:
                value = self._value(name)
                text += value.replace("%", "%25").replace("/", "%2F") if several else value
        if len(text) > SUBJECT_MAX:
            raise UnknownSubject(f"The subject is longer than {SUBJECT_MAX} characters: {text[:100]}…")
        return text

    def _value(self, name: str) -> str:
        around: Around | None = self
        while around is not None:
            if name in around._names:
                holder = around._holder
                value = holder[name] if isinstance(holder, dict) else getattr(holder, name)
                if value is not None and value != "":
                    return str(value)
            around = around._outer
        raise UnknownSubject(f"Whom it tells of cannot be said: {name} is not there.")


def subject_of(template: str | None, holders: Sequence[Any]) -> str:
    """The subject that a template names in what encloses a text, the innermost first. Raises UnknownSubject."""
    around: Around | None = None
    for holder in reversed(holders):
        around = Around(holder, around)
    if around is None:
        raise UnknownSubject("A text alone does not say whom it tells of.")
    return around.subject(template)


def with_each(value: T, change: Change) -> T:
    """The value with each personal text in it changed; itself where nothing changed. Raises UnknownSubject."""
    changed: T = _changed(value, change, None, None)
    return changed


def _changed(value: Any, change: Change, around: Around | None, template: str | None) -> Any:
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is Sealed or kind is Clear:
        if kind is Clear and not value.text:
            return value
        if around is None:
            raise UnknownSubject("A text alone does not say whom it tells of.")
        return change(value, around.subject(template))
    if fields := personal_fields(kind):
        own, inside, update = _template_of(kind) or template, Around(value, around), dict[str, Any]()
        for field in fields:
            before = getattr(value, field.name)
            if (after := _changed(before, change, inside, field.about or own)) is not before:
                update[field.name] = after
        if not update:
            return value
        return value.model_copy(update=update) if isinstance(value, BaseModel) else dataclasses.replace(value, **update)
    if isinstance(value, (tuple, list, frozenset)):
        items = [_changed(each, change, around, template) for each in value]
        return value if _same(items, value) else kind(items)
    if isinstance(value, Mapping):
        values = [_changed(each, change, Around({"key": key}, around), template) for key, each in value.items()]
        return value if _same(values, value.values()) else dict(zip(value, values, strict=True))
    return value


PLAIN = frozenset((str, int, bool, Decimal, date, datetime, type(None)))


def _same(changed: Iterable[Any], before: Iterable[Any]) -> bool:
    return all(one is other for one, other in zip(changed, before, strict=True))


_names_of: Callable[[Any], frozenset[str]] = functools.cache(lambda kind: frozenset(get_type_hints(kind)))
_template_of: Callable[[Any], str | None] = functools.cache(lambda kind: getattr(kind, "SUBJECT", None))


@functools.cache
def _parsed(template: str) -> Parsed:
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(template))


class Place(NamedTuple):
    """Where a type has personal texts: ``around`` are the types that enclose it, the innermost first."""

    field: str
    template: str | None
    around: tuple[type[Any], ...]
    keyed: bool


def _all_places(kind: Any) -> tuple[Place, ...]:
    return tuple(_places(kind, (), None))


places_of: Callable[[Any], tuple[Place, ...]] = functools.cache(_all_places)
"""Every place of a type, at any depth, in which a personal text may stand; none of a type without any."""


def templates_of(kind: type[Any]) -> frozenset[str]:
    """The templates of whom the personal texts of a type tell."""
    return frozenset(place.template for place in places_of(kind) if place.template is not None)


def values_of(subject: str, template: str) -> tuple[str, ...] | None:
    """The values that stand in a subject made by a template; None for one that it did not make."""
    parsed = _parsed(template)
    several = sum(name is not None for _, name in parsed) > 1
    value = "([^/]+)" if several else "(.+)"
    found = re.fullmatch(
        "".join(re.escape(text) + (value if name is not None else "") for text, name in parsed), subject, re.DOTALL
    )
    if found is None:
        return None
    return tuple(each.replace("%2F", "/").replace("%25", "%") if several else each for each in found.groups())


def flaws_of(kind: type[Any]) -> list[str]:
    """Why it cannot be said of each personal text in a type whom it tells of, as sentences; none where it can."""
    return list(dict.fromkeys(flaw for place in places_of(kind) for flaw in _flaws(place)))


def _flaws(place: Place) -> Iterator[str]:
    if place.template is None:
        yield f"{place.field} does not declare whom it tells of: give its type SUBJECT, or the field About(…)."
        return
    parsed = _parsed(place.template)
    if any("/" not in text for text, name in parsed[1:] if name is not None):
        yield f"{place.field} tells of {place.template}: separate the names by a slash, so that no two persons share a subject."
    for _, name in parsed:
        if name is None or (name == "key" and place.keyed):
            continue
        if not any(name in get_type_hints(kind) for kind in place.around):
            yield f"{place.field} tells of {place.template}, and nothing around it has a field {name}."


def _places(kind: type[Any], around: tuple[type[Any], ...], template: str | None) -> Iterator[Place]:
    if kind in around:
        return
    own = _template_of(kind) or template
    for field in personal_fields(kind):
        name = f"{kind.__name__}.{field.name}"
        yield from _places_inside(field.annotation, Place(name, field.about or own, (kind, *around), False))


def _places_inside(annotation: Any, place: Place) -> Iterator[Place]:
    if annotation is Clear:
        yield place
    elif _has_fields(annotation):
        yield from _places(annotation, place.around, place.template)
    else:
        inside = place._replace(keyed=place.keyed or _is_mapping(get_origin(annotation)))
        for each in _parts(annotation):
            yield from _places_inside(each, inside)
