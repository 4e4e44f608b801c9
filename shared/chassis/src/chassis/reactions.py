"""Reactions: contract event → own command, as tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.policies import PolicyBook
from contracts import Envelope, Event

React = Callable[[Any, Envelope, PolicyBook], Any]
"""(event, envelope, policies) → a command, a sequence of commands, or None when there is nothing to do. Pure."""


@dataclass(frozen=True)
class Source:
    """A topic that a service listens to.

    ``owner`` is the Standing service whose log the topic mirrors (positions are dense, its feed fills holes); None for a topic of another
    system, where the Kafka offset is the position, (ce_source, ce_id) removes repeats and an unknown type is parked.
    """

    topic: str
    events: tuple[type[Event], ...]
    reactions: Mapping[type[Event], React]
    owner: str | None = None

    @staticmethod
    def facts(topic: str, events: Sequence[type[Event]], reactions: Mapping[type[Any], React]) -> "Source":
        return Source(topic, tuple(events), reactions)

    @staticmethod
    def service(
        owner: str, topic: str, events: Sequence[type[Event]], reactions: Mapping[type[Any], React]
    ) -> "Source":
        return Source(topic, tuple(events), reactions, owner)
