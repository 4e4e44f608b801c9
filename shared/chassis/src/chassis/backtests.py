"""Back-tests: history replayed under a candidate policy, to see what would have been decided. They change nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel

from chassis.policies import Policy, PolicyBook
from contracts import Envelope, Event


@dataclass(frozen=True)
class Trial:
    """What is tried: the policy book as published, and the same book with the candidate as its policy's only version ever."""

    name: str
    live: PolicyBook
    candidate: PolicyBook
    starts_on: date
    ends_on: date


class Replay(Protocol):
    """One run through history. ``take`` receives the events partition by partition, in order of position within each."""

    def take(self, event: Event, envelope: Envelope) -> None: ...

    def report(self) -> BaseModel:
        """What would have differed. Called once, after the last event."""
        ...


@runtime_checkable
class PartedReplay(Protocol):
    """A replay that several processes can share, each with partitions of its own, which a log of millions of events takes.

    Its events come without their envelopes, which take longer to read than the events; of them only ``occurred_at``, when it was true in
    the business. ``settle`` is called after the last event of a partition: no stream crosses it, so what was taken can be decided and let
    go. ``part`` is all that one process has found, small and fit to be pickled, and another joins it to its own before it reports.
    """

    def take(self, event: Event, occurred_at: datetime, /) -> None: ...

    def settle(self) -> None: ...

    def part(self) -> Any: ...

    def join(self, part: Any) -> None: ...

    def report(self) -> BaseModel:
        """As of a Replay."""
        ...


@dataclass(frozen=True)
class Backtest:
    """How a service tries a candidate for one of its policies: the events it needs, and the replay that evaluates them.

    It runs in processes of its own, so ``begin`` and the events are found by the names of their modules. An event is read as the type
    that ``handles`` has for it: one with fewer fields of the same event is read faster.
    """

    policy: type[Policy]
    handles: tuple[type[Event], ...]
    begin: Callable[[Trial], Replay | PartedReplay]

    @property
    def types(self) -> dict[tuple[str, int], type[Event]]:
        """By name on the wire and version of its shape, the type that an event is read as."""
        return {(name, event.VERSION): event for event in self.handles for name in event.types()}
