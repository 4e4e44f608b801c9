"""The history of a thing: what happened to it, one row per event, with the same columns in every service."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts import Envelope, Event
from contracts.personal import IN_CLEAR

SENTENCES = ("summary", "because", "reason")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+")


@dataclass(frozen=True)
class HistoryRow:
    """The base of a history's ``Row``. ``position`` is the place in the log's partition, ``data`` what the event says;
    ``correlation_id`` leads to what caused it and what it caused.
    """

    event_id: str
    position: int
    occurred_at: datetime
    recorded_at: datetime
    type: str
    summary: str
    actor: str
    correlation_id: str
    data: dict[str, Any]


def history_fields(event: Event, envelope: Envelope, *left_out: str) -> dict[str, Any]:
    """The columns of ``HistoryRow`` by name; ``left_out`` are fields that the row has as columns of its own.

    Personal texts stand in ``data`` as in the log: sealed, or in clear in an event that was written before they were sealed.
    """
    return {
        "event_id": envelope.id,
        "position": envelope.position,
        "occurred_at": envelope.occurred_at,
        "recorded_at": envelope.recorded_at,
        "type": event.TYPE,
        "summary": summary_of(event),
        "actor": envelope.actor,
        "correlation_id": envelope.correlation_id,
        "data": event.model_dump(mode="json", exclude=set(left_out), context=IN_CLEAR),
    }


def summary_of(event: Event) -> str:
    """An event in a sentence: its own summary, or its name in words with the reason that it gives.

    ``JarFilled`` is "Jar filled.", ``JarDropped`` with a reason "Jar dropped: its handle broke."
    """
    named = _in_words(event.TYPE.rsplit(".", 1)[-1])
    for field in SENTENCES:
        sentence = getattr(event, field, None)
        if isinstance(sentence, str) and sentence.strip():
            return sentence if field == "summary" else f"{named}: {_ended(sentence.strip())}"
    return f"{named}."


def _in_words(name: str) -> str:
    first, *rest = _WORD.findall(name)
    return " ".join([first, *(word if word.isupper() else word.lower() for word in rest)])


def _ended(sentence: str) -> str:
    return sentence if sentence[-1] in ".!?" else f"{sentence}."
