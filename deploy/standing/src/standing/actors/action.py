"""What a person does in the services at an instant, over HTTP like any other client."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from standing.services import Client


class Partner(Protocol):
    """A supplier or a customer of the cast."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...


def at(day: date, hour: int) -> datetime:
    """An hour of a day, UTC; facts are sent from 8 to 18."""
    return datetime.combine(day, time(hour), UTC)


@dataclass(frozen=True)
class Clients:
    """The services by name, and the present time."""

    by_name: "Mapping[str, Client]"
    now: datetime

    def __getitem__(self, name: str) -> "Client":
        return self.by_name[name]


@dataclass(frozen=True)
class Action:
    """``do`` may read from the services first, and do nothing where there is nothing to do."""

    time: datetime
    what: str
    do: Callable[[Clients], Awaitable[None]]
