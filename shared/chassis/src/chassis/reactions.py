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
    """A topic that a service consumes.

    ``owner`` is the Standing service whose log the topic mirrors: positions are dense, and holes are filled from the owner's feed. None
    for a topic of another system: the Kafka offset is the position, repeats are recognised by (ce_source, ce_id), and a message of
    unknown type is parked.
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
