"""An event as rules and templates see it: its published data, and ``event`` for where and when it happened."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts import Envelope, Event
from notify_svc.rules.personal_fields import personal_parts

Facts = Mapping[str, Any]
"""The event's data as JSON values (decimals and dates are strings), plus ``event``: id, type, source, occurred_on.

What tells of a person is not there, be it sealed or in clear: a notice leaves the house, and what it quotes cannot be erased.
"""


def facts_of(event: Event, envelope: Envelope, on: date | None = None) -> Facts:
    """``on`` is the business day on which it happened; left out, where days are those of UTC."""
    around = {
        "id": envelope.id,
        "type": envelope.type,
        "source": envelope.source,
        "occurred_on": (on or envelope.occurred_at.date()).isoformat(),
    }
    return {**event.model_dump(mode="json", exclude=personal_parts(type(event))), "event": around}


def has_field(facts: Facts, path: str) -> bool:
    """Whether a dotted path (``grading.grade``) names a field, be it empty."""
    parent, _, name = path.rpartition(".")
    within = _value_at(facts, parent) if parent else facts
    return isinstance(within, Mapping) and name in within


def names_within(value: Any) -> set[str]:
    """Every name of a field in it, at any depth."""
    if isinstance(value, Mapping):
        return set(value).union(*map(names_within, value.values()))
    return set().union(*map(names_within, value)) if isinstance(value, list | tuple) else set()


def text_at(facts: Facts, path: str) -> str:
    """The value at a dotted path as JSON writes it, without quotes; an empty or missing field is ``none``."""
    value = _value_at(facts, path)
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value_at(facts: Facts, path: str) -> Any:
    value: Any = facts
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
