"""What a consumer hands to the executor: messages with their commands, and the move of the inbox that goes with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chassis.commands import Request
from chassis.handling.audit import Operator
from chassis.storage.log import InboxMove


class Message(NamedTuple):
    """A message as it came from a topic; ``headers`` and ``value`` untouched, so that parking loses nothing.

    ``mark`` is how it is known again when its producer repeats it; None where it does not say who it is.
    """

    source: str
    partition: int
    position: int
    key: str
    headers: Mapping[str, str]
    value: bytes
    type: str = ""
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a message cannot be handled, in words for a person."""

    code: str
    reason: str


class WorkItem(NamedTuple):
    """A message with what it asks for, or with what is wrong with it; or bare commands that no message brought."""

    requests: tuple[Request, ...] = ()
    message: Message | None = None
    rejection: Rejection | None = None


class Retry(NamedTuple):
    """The parked rows whose messages are handled again, one to an item, and who asked for it."""

    row_ids: tuple[int, ...]
    by: Operator


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """Work that succeeds or fails together: items in order, and the inbox move of the partition they came from.

    ``blocked`` are the keys that have parked messages already; what comes behind them is parked too.
    ``retry`` where these items are parked messages that are handled again.
    """

    items: tuple[WorkItem, ...]
    move: InboxMove | None = None
    blocked: frozenset[str] = field(default_factory=frozenset)
    retry: Retry | None = None
