"""Errors of the mechanism, and a validation error as a sentence."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

ERRORS_SHOWN = 5
INPUT_SHOWN = 60
"""Characters of a refused value that are quoted."""
NOT_A_FIGURE = frozenset(
    ("model_type", "model_attributes_type", "dict_type", "mapping_type", "list_type", "tuple_type", "frozen_set_type")
)
"""Errors of a value in whose place a part or several values are expected: it can be anything."""


class UsageError(Exception):
    """The deployment is set up in a way that cannot work; the message says what to change."""


class ConcurrentWrite(Exception):
    """Another writer changed the same stream, command or inbox first; load again and decide again."""


class Overloaded(Exception):
    """The queue of waiting commands is full; try again later."""


class WallClockError(UsageError):
    """An attempt to move the time of a service that follows the wall clock."""


class NotYetVisible(Exception):
    """The write is durable, but the read models did not reach it in time."""


class Tampered(Exception):
    """What is sealed was changed, or was sealed for another person or with another key; the message is a sentence."""


class QuestionTooSlow(Exception):
    """The database did not answer a question in time, and works on it no longer."""


def said_by(error: Mapping[str, Any]) -> str:
    """What a Pydantic error says, without its technical beginning, and of a length in plain words."""
    context = error.get("ctx", {})
    match error["type"]:
        case "too_short":
            return f"There should be at least {_entries(context['min_length'])}, not {context['actual_length']}"
        case "too_long":
            there = context.get("actual_length")
            return (
                f"There should be at most {_entries(context['max_length'])}, not {'more' if there is None else there}"
            )
        case "value_error":
            return str(error["msg"]).removeprefix("Value error, ")
        case _:
            return str(error["msg"])


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count} entries"


def sentence_of(error: ValidationError) -> str:
    """What is wrong with a document, each field with its rule: ``amount: Input should be a finite number (got 'NaN')``.

    At most five fields are named. A rule about the whole document stands without a field.
    """
    return "; ".join(_field_sentence(dict(each)) for each in error.errors(include_url=False)[:ERRORS_SHOWN])


def _field_sentence(error: dict[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"is not valid JSON: {error['msg']}"
    field = ".".join(str(part) for part in error["loc"])
    if not field:
        return said_by(error)
    if error["type"].startswith("personal_"):
        return f"{field}: {said_by(error)}"  # what tells of a person is not quoted
    if isinstance(error.get("input"), dict | list) or error["type"] in NOT_A_FIGURE:
        return f"{field}: {said_by(error)}"  # nor what may name somebody
    value = repr(error.get("input"))
    shown = value if len(value) <= INPUT_SHOWN else f"{value[: INPUT_SHOWN - 3]}..."
    return f"{field}: {said_by(error)} (got {shown})"
