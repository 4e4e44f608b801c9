"""What a channel is given, and how it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contracts.personal import Clear, Sealed

ERROR_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Message:
    """A notice on its way; ``written_at`` is an aware instant, the rest is the content of the notice."""

    notification_id: str
    recipient: str
    subject: str
    body: str
    language: str
    urgent: bool
    written_at: datetime
    about: str = ""
    topic: str = ""
    rule: str = ""
    event_id: str = ""
    event_type: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a channel reaches a recipient. ``shown`` is what may be logged of ``address``; ``secrets`` sign, newest first.

    ``recorded`` is the address in the event that says it was sent: sealed, or a text that will be.
    """

    address: str = field(repr=False)
    shown: str
    recorded: Sealed | Clear
    secrets: Sequence[str] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Unavailable:
    """This deployment or this recipient does not have the channel at all; the next one is tried in the same attempt."""

    reason: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The receiver took responsibility; ``reference`` lets it recognise a repeat."""

    reference: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The receiver did not accept it; ``for_good`` when a repeat cannot help.

    ``retry_after_s`` is the pause the receiver requested, in seconds; 0 when it requested none.
    """

    error: str
    for_good: bool
    retry_after_s: int = 0


Outcome = Accepted | Rejected


def storable(text: str) -> str:
    """At most 500 characters that an event can hold: bytes that are not UTF-8 come as lone surrogates, NUL is refused."""
    return text[:ERROR_CHARACTERS_MAX].encode("utf-8", "replace").decode().replace("\x00", "?")
