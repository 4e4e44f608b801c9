"""The shape of a domain: the stream of one entity, folded into a state that decides commands. Pure; no clock, no I/O."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from chassis.claims import NO_CLAIMS, Claims
from chassis.policies import P, PolicyBook, PolicyVersion
from contracts import Event
from contracts.currencies import shown

Command = Any
"""A frozen dataclass; its type chooses the decider."""


class Refusal(Exception):
    """The command is refused.

    The docstring of a subclass is the message, a sentence with the fields in braces, as ``contracts.currencies`` shows them;
    ``status`` is its HTTP status.
    """

    status: ClassVar[int] = 409

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        template = (type(self).__doc__ or type(self).__name__).strip().split("\n\n")[0]
        super().__init__(" ".join(template.format(**shown(fields)).split()))

    @property
    def code(self) -> str:
        """The class name as words joined by hyphens, for the problem document's type."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


S = TypeVar("S")


@dataclass
class Decision(Generic[S]):
    """The events of one command as they accumulate, for a decider whose events have consequences.

    ``events`` are those emitted so far and ``state`` is the state after them, so that each consequence is decided on everything
    before it. ``id`` names the entity; ``evolve`` is the decider's.
    """

    id: str
    state: S
    policies: PolicyBook
    evolve: Callable[[S, Any], S]
    events: list[Event] = field(default_factory=list)

    def emit(self, *events: Event) -> None:
        for event in events:
            self.events.append(event)
            self.state = self.evolve(self.state, event)

    def policy(self, kind: type[P], on: date) -> PolicyVersion[P]:
        """The version in force on a business date."""
        return self.policies.at(kind, on)


class Happened(NamedTuple):
    """An event of an entity's history, and when it was true in the business."""

    event: Event
    occurred_at: datetime


@dataclass(frozen=True)
class Decider:
    """Decides the commands of one kind of entity.

    ``stream_id`` names the entity that a command addresses; its stream is ``{category}-{id}``. ``decide`` returns new events,
    or none where nothing has to change, or raises a Refusal. ``evolve`` never refuses: what is in the log has happened. ``names``: what
    the ids are names of, where other systems and people give them and a new one that looks like a known one must be noticed; the
    entities of several deciders may go by the same names. ``claims``: the documents that are one entity's own.

    An entity may become part of another one. ``continues_as(command, state)`` is the id of the entity that decides the command in
    its place, None where it decides itself; ``readdressed(command, id)`` is the command addressed to that one. The command None
    stands for a question. ``histories_of`` are the ids of the entities whose events a command needs to be decided: it gets them
    in its field ``histories``, id → ``Happened`` in order. They are up to date where the command's unit of work appends to them.
    """

    category: str
    commands: tuple[type[Any], ...]
    stream_id: Callable[[Any], str]
    initial: Any
    evolve: Callable[[Any, Any], Any]
    decide: Callable[[Any, Any, PolicyBook], Sequence[Event]]
    names: str | None = None
    claims: Claims = NO_CLAIMS
    continues_as: Callable[[Any, Any], str | None] = lambda _, __: None
    readdressed: Callable[[Any, str], Any] = lambda command, _: command
    histories_of: Callable[[Any], Sequence[str]] = lambda _: ()

    def stream(self, command: Command) -> str:
        return f"{self.category}-{self.stream_id(command)}"
