"""What a consumer passes to the executor: messages with their commands, and the inbox move that belongs to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chassis.commands import Request
from chassis.handling.audit import Action, Operator
from chassis.personal.payloads import Sensitive, Stretch
from chassis.storage.log import InboxMove


class Message(NamedTuple):
    """A message as received from a topic; ``headers`` and ``value`` are unchanged, so that parking loses nothing.

    ``mark`` is the fingerprint by which a repeat of the producer is recognised; None for a message without source or id.
    ``tombstone``: the record has no value, which in Kafka says that its key is to be forgotten, and is no fact.
    ``offset``: that of the record; None for a message that came another way.
    """

    source: str
    partition: int
    position: int
    key: str
    headers: Mapping[str, str]
    value: bytes
    type: str = ""
    mark: str | None = None
    tombstone: bool = False
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a message cannot be handled; ``reason`` is a sentence for an operator."""

    code: str
    reason: str


class WorkItem(NamedTuple):
    """A message with its commands or its rejection; or commands without a message."""

    requests: tuple[Request, ...] = ()
    message: Message | None = None
    rejection: Rejection | None = None


class Retry(NamedTuple):
    """The parked rows whose messages are handled again, one per item, and the operator who retries them."""

    row_ids: tuple[int, ...]
    by: Operator


def whole(message: Message) -> Sensitive:
    """All of a message, where nobody can tell more about it."""
    return Sensitive((Stretch(0, len(message.value), None),) if message.value else (), frozenset(message.headers))


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """Work that succeeds or fails as a whole: items in order, and the inbox move of the partition they came from.

    ``blocked`` are the keys that already have parked messages; later messages of these keys are parked too.
    ``retry`` is set where the items are parked messages that are handled again. ``actions`` are recorded where its commands are
    accepted for the first time. ``sensitive`` tells what of a message that is parked may tell of persons.
    """

    items: tuple[WorkItem, ...]
    move: InboxMove | None = None
    blocked: frozenset[str] = field(default_factory=frozenset)
    retry: Retry | None = None
    actions: tuple[Action, ...] = ()
    sensitive: Callable[[Message], Sensitive] = whole
