"""What a consumer passes to the executor: messages with their commands, and the inbox move that belongs to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chassis.commands import Request
from chassis.handling.audit import Operator
from chassis.storage.log import InboxMove


class Message(NamedTuple):
    """A message as received from a topic; ``headers`` and ``value`` are unchanged, so that parking loses nothing.

    ``mark`` is the fingerprint by which a repeat of the producer is recognised; None for a message without source or id.
    ``tombstone``: the record has no value, which in Kafka says that its key is to be forgotten, and is no fact.
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


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """Work that succeeds or fails as a whole: items in order, and the inbox move of the partition they came from.

    ``blocked`` are the keys that already have parked messages; later messages of these keys are parked too.
    ``retry`` is set where the items are parked messages that are handled again.
    """

    items: tuple[WorkItem, ...]
    move: InboxMove | None = None
    blocked: frozenset[str] = field(default_factory=frozenset)
    retry: Retry | None = None
