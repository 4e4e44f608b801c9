"""Back-tests: history replayed under a candidate policy, to see what would have been decided. Nothing is changed by it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pydantic import BaseModel

from chassis.policies import Policy, PolicyBook
from contracts import Envelope, Event


@dataclass(frozen=True)
class Trial:
    """What is tried: the book as it was published, and the same book as if the candidate had been its policy's only version ever."""

    name: str
    live: PolicyBook
    candidate: PolicyBook
    starts_on: date
    ends_on: date


class Replay(Protocol):
    """One run through history. ``take`` gets the events partition by partition, in order of position inside one."""

    def take(self, event: Event, envelope: Envelope) -> None: ...

    def report(self) -> BaseModel:
        """What would have been different. Called once, in a thread, after the last event."""
        ...


@dataclass(frozen=True)
class Backtest:
    """How a service tries a candidate of one of its policies: the facts it needs, and what it makes of them."""

    policy: type[Policy]
    handles: tuple[type[Event], ...]
    begin: Callable[[Trial], Replay]
