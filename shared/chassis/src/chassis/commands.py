"""A command with its metadata, and the reply to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chassis.domain import Command
from chassis.tracing import Trace


class Request(NamedTuple):
    """A command on its way to the executor.

    ``id``: a command sent twice with the same id gets the first reply again; None for a timer's command, which its decider
    makes idempotent. ``contents``: a hash of what was sent under this id, so that the same id with other contents is refused
    rather than taken for a repeat. ``client``: the program by which an HTTP request came. ``occurred_at``: when its facts were
    true in the business (aware, UTC).
    """

    command: Command
    id: str | None
    occurred_at: datetime
    correlation_id: str
    causation_id: str | None = None
    actor: str = "system"
    traceparent: str | None = None
    contents: str | None = None
    tracestate: str | None = None
    client: str | None = None

    @property
    def trace(self) -> Trace:
        """The trace that it belongs to."""
        return Trace(self.traceparent, self.tracestate)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The events are in the log at ``positions`` (the last one per partition); no event types when nothing had to change."""

    stream: str
    version: int
    event_types: tuple[str, ...] = ()
    positions: Mapping[int, int] = field(default_factory=dict)
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The decider said no: ``code`` names the refusal, ``detail`` is its sentence, ``status`` its HTTP status."""

    code: str
    detail: str
    status: int
    repeated: bool = False


Reply = Accepted | Refused


class Answer(NamedTuple):
    """The first reply to a command, and the hash of what was sent (None: stored before such hashes were).

    ``keyed``: the hash as it is stored under a key; ``contents`` is then found by what is sent. ``recorded``: the events that it became,
    as text; given where a repeat has other contents.
    """

    reply: Reply
    contents: str | None = None
    recorded: str = ""
    keyed: str | None = None

    def is_for(self, contents: str | None) -> bool:
        """Whether a repeat with these contents is one; what has no hash counts as equal."""
        return self.contents is None or contents is None or self.contents == contents
