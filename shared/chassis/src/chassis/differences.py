"""How a fact that comes again differs from the known one, in words for the sentence of a refusal. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pydantic import BaseModel

from contracts.personal import Clear, Sealed

SHOWN = 5
"""A sentence names that many differences and counts the rest."""

WORDS_MAX = 80
"""Characters of a value that are quoted."""


def difference(known: Mapping[str, object], given: Mapping[str, object]) -> str:
    """``total 120 instead of 100, region RJ instead of SP``: the fields of both in which they differ; empty for none.

    A field that one of them lacks counts as None there.
    """
    names = list(dict.fromkeys((*known, *given)))
    found = [
        f"{name} {_quoted(given.get(name))} instead of {_quoted(known.get(name))}"
        for name in names
        if known.get(name) != given.get(name)
    ]
    more = f", and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more


def alike(known: object, given: object) -> bool:
    """Whether what comes again is what is known, as far as that can be said without opening what tells of persons.

    A text that an older event holds in clear may be any sealed one. What is sealed itself is the same only where the text is.
    """
    if isinstance(known, Clear) and known and isinstance(given, Sealed):
        return True
    if isinstance(known, tuple) and isinstance(given, tuple):
        return len(known) == len(given) and all(map(alike, known, given))
    if isinstance(known, Mapping) and isinstance(given, Mapping):
        return known.keys() == given.keys() and all(alike(value, given[name]) for name, value in known.items())
    if isinstance(known, BaseModel) and type(known) is type(given):
        return all(alike(getattr(known, name), getattr(given, name)) for name in type(known).model_fields)
    return known == given


def fields_of(value: object, names: Iterable[str]) -> dict[str, object]:
    """Some attributes of a value by name."""
    return {name: getattr(value, name) for name in names}


def _quoted(value: object) -> str:
    words = _words(value)
    return words if len(words) <= WORDS_MAX else f"{words[: WORDS_MAX - 3]}..."


def _words(value: object) -> str:
    match value:
        case None | "":
            return "none"
        case Decimal():
            return f"{value:f}"
        case tuple() | list() | frozenset():
            return ", ".join(_words(each) for each in value) or "none"
        case dict():
            return ", ".join(f"{name} {_words(each)}" for name, each in value.items()) or "none"
        case _:
            return f"{value}"
