"""What to say of a field that a body does not have: which one may be meant, and which there are."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

NAMED_MAX = 100
"""Of more unknown fields the nearest is not looked for: a body of 1 MB has room for many."""
UNKNOWN = "extra_forbidden"
_KNOWN = frozenset(get_args(ErrorType))


def with_nearest_names(error: ValidationError, source: type[BaseModel]) -> ValidationError:
    """The same errors, with the nearest known name in the sentence of each unknown field."""
    found = error.errors(include_url=False)
    if all(each["type"] != UNKNOWN for each in found):
        return error
    details: list[InitErrorDetails] = []
    for number, each in enumerate(found):
        if each["type"] in _KNOWN and (each["type"] != UNKNOWN or number >= NAMED_MAX):
            kind: Any = each["type"]
        elif each["type"] != UNKNOWN:
            kind = PydanticCustomError(each["type"], "{said}", {"said": each["msg"]})
        else:
            said = _sentence(str(each["loc"][-1]), sorted(_names_at(source, each["loc"][:-1])))
            kind = PydanticCustomError(UNKNOWN, "{said}", {"said": said})
        details.append(InitErrorDetails(type=kind, loc=each["loc"], input=each["input"], ctx=each.get("ctx", {})))
    return ValidationError.from_exception_data(error.title, details)


def _sentence(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, 1)
    meant = f" (do you mean {close[0]}?)" if close else ""
    there = f"; there are {', '.join(known)}" if known else ""
    return f"There is no such field{meant}{there}"


def _names_at(source: type[BaseModel], loc: tuple[str | int, ...]) -> set[str]:
    """The names of the fields of what stands at a place of a body; none where that has no fixed fields."""
    models = {source}
    for step in loc:
        fields = [
            field for model in models for name, field in model.model_fields.items() if step in _spelt(name, field)
        ]
        if fields:
            models = {model for field in fields for model in _models_in(field.annotation)}
    return {_spelt(name, field)[0] for model in models for name, field in model.model_fields.items()}


def _spelt(name: str, field: Any) -> list[str]:
    alias = field.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias or name]
    return [each for each in choices if isinstance(each, str)]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models_in(each)
