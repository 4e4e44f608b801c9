"""What a channel answers, and what it is given."""

from dataclasses import dataclass
from datetime import datetime

ERROR_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class Message:
    """A notice on its way; ``written_at`` is an aware instant, the rest is what the notice says."""

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
class Taken:
    """The receiver took responsibility; ``reference`` is what it can recognise a repeat by."""

    reference: str
    address: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The receiver did not take it; ``for_good`` when a repeat cannot help.

    ``retry_after_s`` is how long it wants to be left alone, 0 when it did not say.
    """

    error: str
    for_good: bool
    retry_after_s: int = 0


@dataclass(frozen=True, slots=True)
class NoWay:
    """This deployment or this recipient does not have the channel at all; the next one is tried in the same attempt."""

    because: str


Outcome = Taken | NotTaken


def storable(text: str) -> str:
    """At most 500 characters that an event can hold: bytes that are not UTF-8 come as lone surrogates, NUL is refused."""
    return text[:ERROR_CHARACTERS_MAX].encode("utf-8", "replace").decode().replace("\x00", "?")
