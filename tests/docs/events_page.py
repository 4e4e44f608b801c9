"""docs/events.md, made from the contracts and from what each service says it listens to.

``python tests/docs/events_page.py`` writes the page; a test says when it is behind.
"""

import ast
import inspect
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import ModuleType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

import contracts
from contracts import Event, erp, fields, personal
from contracts.envelope import Part
from standing.services import ALL

PAGE = Path(__file__).parents[2] / "docs" / "events.md"

INTRODUCTION = """\
# Events

What the four services publish, what they take from other systems, and who listens to what. `python
tests/docs/events_page.py` writes this page from the contracts (`shared/contracts`); one real-looking event of each type is
in `shared/contracts/golden`. A `?` marks a field that may be left out.
"""
PLAIN: dict[Any, str] = {
    str: "text", int: "whole number", bool: "true or false", Decimal: "decimal string", Any: "anything",
}  # fmt: skip


def page() -> str:
    """The whole page."""
    told = [INTRODUCTION]
    for service in ALL:
        told += [f"## {service.name} publishes on `{service.topic}`\n", *_sections(service.events)]
    told += ["## Facts of other systems\n"]
    for topic, events in erp.TOPICS.items():
        told += [f"### `{topic}`\n", *_sections(events)]
    return "\n".join([*told, *_parts(), *_field_types()])


def _sections(events: Sequence[type[Event]]) -> Iterator[str]:
    for event in events:
        yield f"#### {event.TYPE}, version {event.VERSION}\n"
        yield f"{_first_sentence(event)}\n"
        yield f"{_fields(event)}\n"
        if heard := heard_by(event):
            yield f"Heard by {', '.join(f'{name} (`{react}`)' for name, react in heard.items())}.\n"


def _first_sentence(model: type[BaseModel]) -> str:
    """The first line of the docstring, with Markdown's code marks."""
    return (inspect.getdoc(model) or "").partition("\n")[0].replace("``", "`")


def heard_by(event: type[Event]) -> dict[str, str]:
    """The services that react to an event, each with the name of its reaction."""
    return {
        service.name: getattr(react, "__name__", "")
        for service in ALL
        for source in service.sources
        for kind, react in source.reactions.items()
        if kind is event
    }


def _fields(model: type[BaseModel]) -> str:
    hints = get_type_hints(model, include_extras=True)
    return " · ".join(
        f"`{name}`{'' if field.is_required() else '?'} {_words(hints[name], field.is_required())}"
        for name, field in model.model_fields.items()
    )


def _words(hint: Any, required: bool = True) -> str:
    """A type as a reader of JSON would say it."""
    if name := _named(hint):
        return name
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _words(inner[0])
    if origin is Literal:
        return " \\| ".join(f"`{value}`" for value in inner)
    if origin in (Union, UnionType):
        told = [each for each in inner if each is not type(None)]
        # A field that may be left out is null then; only a required one must say that it may be null.
        null = ["null"] if required and len(told) < len(inner) else []
        return " or ".join([*(_words(each) for each in told), *null])
    if origin is tuple:
        return f"list of {_words(inner[0])}"
    if origin is dict:
        return f"map of {_words(inner[0])} to {_words(inner[1])}"
    if inspect.isclass(hint) and issubclass(hint, BaseModel):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return PLAIN[hint]


def _modules() -> Iterator[ModuleType]:
    yield from (fields, personal, erp, *contracts.OWNERS.values())


_NAMES = {
    id(get_args(value)[1]): name
    for module in reversed(tuple(_modules()))
    for name, value in vars(module).items()
    if get_origin(value) is Annotated
}
"""The first rule of an annotated type → the type's name; the rules of ``Id`` are the same object wherever it is used, and of two types
that begin with the same rule it is the one of the earlier module, which the later one is made of."""


def _named(hint: Any) -> str | None:
    return _NAMES.get(id(get_args(hint)[1])) if get_origin(hint) is Annotated else None


def _parts() -> Iterator[str]:
    """The values inside events, once each."""
    yield "## Values inside events\n"
    seen: dict[type[BaseModel], None] = {}
    for event in contracts.EVENTS:
        for part in _parts_of(event):
            seen.setdefault(part)
    for part in sorted(seen, key=lambda part: part.__name__):
        yield f"#### {part.__name__}\n"
        if part.__doc__ and part.__doc__ != Part.__doc__:
            yield f"{_first_sentence(part)}\n"
        yield f"{_fields(part)}\n"


def _parts_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for hint in get_type_hints(model, include_extras=True).values():
        for part in _models_in(hint):
            yield part
            yield from _parts_of(part)


def _models_in(hint: Any) -> Iterator[type[BaseModel]]:
    if inspect.isclass(hint) and get_origin(hint) is None and issubclass(hint, BaseModel):
        yield hint
    for inner in get_args(hint):
        yield from _models_in(inner)


def _field_types() -> Iterator[str]:
    """The named field types with what is written below them in the contracts."""
    yield "## Field types\n"
    yield "| type | what it is |\n|---|---|"
    for module in _modules():
        body = ast.parse(inspect.getsource(module)).body
        for statement, below in pairwise(body):
            match statement, below:
                case (
                    ast.Assign(targets=[ast.Name(id=name)]),
                    ast.Expr(value=ast.Constant(value=str(told))),
                ) if name in _NAMES.values():
                    yield f"| {name} | {' '.join(told.split()).replace('``', '`')} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"written: {PAGE.name}")
