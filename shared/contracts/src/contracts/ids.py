"""Which ids an event names: the texts in its fields that are ids by their type, wherever in its data they stand.

An id is a bounded text without control characters (``Id``, and the longer ones that are made of several). Texts for people, what is
sealed, figures, days and words of a list are none.
"""

import functools
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from contracts.envelope import Event
from contracts.fields import NO_CONTROLS, Answer
from contracts.personal import Sealed

SEALED = frozenset(Sealed.model_fields)


class IdFields(NamedTuple):
    """Names of fields, as the JSON of an event has them, at any depth.

    ``texts``: those with ids. ``mappings``: those with a mapping; true where its keys are ids.
    """

    texts: frozenset[str]
    mappings: Mapping[str, bool]


def _id_fields_of(kind: type[BaseModel]) -> IdFields:
    texts, mappings = set[str](), dict[str, bool]()
    for name, annotation in _fields(kind, ()):
        for part in _leaves(annotation):
            if _is_mapping(part):
                mappings[name] = mappings.get(name, False) or _is_id(get_args(part)[0])
            elif _is_id(part):
                texts.add(name)
    return IdFields(frozenset(texts), mappings)


id_fields_of: Callable[[type[BaseModel]], IdFields] = functools.cache(_id_fields_of)
"""The fields of a type, and of its parts, that hold ids."""


def ids_in(kind: type[Event], data: Any) -> set[str]:
    """The ids that an event names; ``data`` is its JSON, read, under whatever names fields had when it was written."""
    return set(_ids(data, "", id_fields_of(kind)))


def _ids(value: Any, name: str, fields: IdFields) -> Iterator[str]:
    if isinstance(value, str):
        if name in fields.texts:
            yield value
    elif isinstance(value, list):
        for each in value:
            yield from _ids(each, name, fields)
    elif isinstance(value, dict) and value.keys() != SEALED:
        if name in fields.mappings:
            if fields.mappings[name]:
                yield from value
            for each in value.values():
                yield from _ids(each, name, fields)
        else:
            for key, each in value.items():
                yield from _ids(each, key, fields)


def _fields(kind: Any, passed: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    """Each field with its annotation, under all names that it is read by."""
    if kind in passed or not (isinstance(kind, type) and issubclass(kind, BaseModel)) or kind is Sealed:
        return
    hints = get_type_hints(kind, include_extras=True)
    for name, field in kind.model_fields.items():
        alias = field.validation_alias
        others = alias.choices if isinstance(alias, AliasChoices) else (alias,)
        for each in {name, *(other for other in others if isinstance(other, str))}:
            yield each, hints[name]
        for part in _leaves(hints[name]):
            yield from _fields(part, (*passed, kind))


def _leaves(annotation: Any) -> Iterator[Any]:
    """The types that stand in an annotation: ids with what bounds them, mappings and what they hold, models."""
    origin = get_origin(annotation)
    if annotation == Answer:
        return
    if origin is Annotated and not _is_id(annotation):
        yield from _leaves(get_args(annotation)[0])
    elif origin in (Union, types.UnionType, tuple, list, frozenset):
        for each in get_args(annotation):
            yield from _leaves(each)
    else:
        yield annotation
        if _is_mapping(annotation):
            yield from _leaves(get_args(annotation)[1])


def _is_mapping(annotation: Any) -> bool:
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_id(annotation: Any) -> bool:
    if get_origin(annotation) is not Annotated or get_args(annotation)[0] is not str:
        return False
    bounds = (bound for each in get_args(annotation)[1:] if isinstance(each, FieldInfo) for bound in each.metadata)
    return any(getattr(bound, "pattern", None) == NO_CONTROLS for bound in bounds)
