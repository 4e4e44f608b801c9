"""Entities that have become part of others: which stream decides a command, and that nothing becomes part of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.domain import Command, Decider, Refusal
from chassis.errors import ConcurrentWrite
from chassis.handling.state_cache import Folded


class PartOfItself(Refusal):
    """{stream} would be part of itself, by way of {others}: what ends one of these joins was not heard yet, or they contradict
    each other."""


@dataclass(frozen=True, slots=True)
class Way:
    """How far a command has come, from the entity that it addresses to the one that decides it."""

    decider: Decider
    command: Command
    passed: tuple[str, ...] = ()

    @property
    def stream(self) -> str:
        return self.decider.stream(self.command)

    def on(self, state: Any) -> "Way | None":
        """The way one step on, by the state of its stream; None where it ends. Raises PartOfItself instead of going round."""
        id = self.decider.continues_as(self.command, state)
        if id is None:
            return None
        further = Way(self.decider, self.decider.readdressed(self.command, id), (*self.passed, self.stream))
        if further.stream in further.passed:
            raise circle(further.stream, further.passed)
        return further

    def further(self, states: Mapping[str, Folded]) -> "Way | None":
        """One step on, to be read ahead; a way that goes round ends, because it is refused where it is decided."""
        try:
            return self.on(states[self.stream].state)
        except PartOfItself:
            return None


class Unread(ConcurrentWrite):
    """A batch made an entity part of one whose stream was not read; with that stream, it is decided again."""

    def __init__(self, way: Way) -> None:
        super().__init__(f"unread {way.stream}")
        self.way = way


def refuse_circle(decider: Decider, stream: str, state_of: Callable[[str], Any | None]) -> None:
    """Raises PartOfItself where a state that was just decided closes a circle of joins, as far as the states are known."""
    passed: tuple[str, ...] = (stream,)
    while (state := state_of(passed[-1])) is not None and (id := decider.continues_as(None, state)) is not None:
        there = f"{decider.category}-{id}"
        if there in passed:
            raise circle(there, passed)
        passed = (*passed, there)


def circle(stream: str, passed: tuple[str, ...]) -> PartOfItself:
    return PartOfItself(stream=stream, others=", ".join(each for each in passed if each != stream) or stream)
