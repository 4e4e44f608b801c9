"""A fact of another system as it goes on Kafka, and a data set of them with what became of the records they were made of."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts import Event, erp
from standing.actors import Action

TOPIC_OF: dict[str, str] = {event.TYPE: topic for topic, events in erp.TOPICS.items() for event in events}
"""Event type → the topic it is published on."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One message to send.

    ``id`` and ``source`` are ce_id and ce_source: together they are what a repeat is recognised by. ``key`` is the
    Kafka key, the partner's id. ``time`` (aware, UTC) is when the other system sent it, and the instant to which a
    simulated clock moves; for imported history that is the record's own date. ``data`` is the JSON value, valid or not.
    """

    topic: str
    id: str
    source: str
    type: str
    key: str
    time: datetime
    data: bytes


@dataclass(frozen=True, slots=True)
class FileTally:
    """What became of the records of one file: ``rows == rows_in_facts + sum(without_fact.values())``.

    ``facts`` counts the facts whose id names a row of this file; a row may have none of its own and still be part of
    the fact of another file's row, as items are part of their order. ``without_fact``: reason → rows.
    """

    rows: int
    facts: int
    rows_in_facts: int
    without_fact: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DataSet:
    """Facts sorted by time, and what became of the records that they were made of.

    ``rows`` is the sum of the rows of ``files``, and the facts of all ``files`` together are ``facts``. ``names`` gives
    partner ids a readable name where there is one. ``expected_repeats`` counts facts whose (source, id) was sent
    before; ``late`` those that were sent days after the date they are about; ``park_reasons`` (fact id → sentence) says
    which ones a service must park, and why; ``actions``, sorted by time, are what people do meanwhile. Imported files are
    sent as they are, so the four stay empty for them. ``left_out``: number of a row that no fact was made of → the reason.
    """

    name: str
    rows: int
    facts: list[Fact]
    files: Mapping[str, FileTally]
    names: Mapping[str, str] = field(default_factory=dict)
    expected_repeats: int = 0
    late: int = 0
    park_reasons: Mapping[str, str] = field(default_factory=dict)
    actions: Sequence[Action] = field(default=(), compare=False)
    left_out: Mapping[int, str] = field(default_factory=dict)

    @property
    def malformed(self) -> int:
        """How many facts are malformed on purpose."""
        return len(self.park_reasons)


def fact_of(event: Event, source: str, id: str, key: str, time: datetime) -> Fact:
    """A valid event as a fact; the topic is the one that its type belongs to.

    Raises KeyError when the type is not a fact of another system.
    """
    data = event.model_dump_json(exclude_none=True).encode()
    return Fact(TOPIC_OF[event.TYPE], id, source, event.TYPE, key, time, data)


def fact_as_it_is(type: type[Event], values: Mapping[str, Any], source: str, id: str, key: str, time: datetime) -> Fact:
    """A record as a fact, its values unchecked: finding what is wrong with them is up to the service.

    A record that names no partner is keyed by its own id, so that, once parked, no other record queues behind it.
    """
    data = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return Fact(TOPIC_OF[type.TYPE], id, source, type.TYPE, key or id, time, data)


def in_time_order(facts: Iterable[Fact]) -> list[Fact]:
    """Sorted by time; facts of the same instant keep the order in which they were made."""
    return sorted(facts, key=lambda fact: fact.time)
