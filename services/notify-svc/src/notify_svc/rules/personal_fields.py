"""The fields of an event that tell of persons: rules, templates and notices have none of them."""

import functools
import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from contracts import Event
from contracts.data_subjects import personal_fields
from contracts.personal import Clear, Sealed

Exclusion = dict[str, Any]
"""What pydantic leaves out of a model: names of fields, with True or what is left out within them."""


@functools.cache
def personal_parts(kind: type[Event]) -> Exclusion:
    """What is left out of an event of this type as rules and templates see it."""
    return _of_model(kind, ())


@functools.cache
def personal_paths(kind: type[Event]) -> frozenset[str]:
    """The same as dotted paths, as a rule or a template would name them: ``file.contacts.name``."""
    return frozenset(_paths(personal_parts(kind)))


def _of_model(kind: type[BaseModel], around: tuple[Any, ...]) -> Exclusion:
    if kind in around:
        return {}
    found = {field.name: _within(field.annotation, (*around, kind)) for field in personal_fields(kind)}
    return {name: part for name, part in found.items() if part}


def _within(annotation: Any, around: tuple[Any, ...]) -> Any:
    if annotation in (Sealed, Clear):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _of_model(annotation, around)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _within(arguments[0], around)
    parts = [part for each in arguments if (part := _within(each, around))]
    if not parts:
        return {}
    if origin in (Union, types.UnionType):
        return True if True in parts else {name: part for each in parts for name, part in each.items()}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return True  # the whole of it: its keys are whom it tells of
    return True if True in parts else {"__all__": parts[0]}


def _paths(parts: Exclusion, before: str = "") -> Iterator[str]:
    for name, part in parts.items():
        path = before if name == "__all__" else f"{before}.{name}".removeprefix(".")
        if part is True:
            yield path
        else:
            yield from _paths(part, path)
