"""The shape of a domain: a stream of one noun, folded into a state, that answers commands. Pure; no clock, no I/O."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from chassis.policies import PolicyBook
from contracts import Event

Command = Any
"""A frozen dataclass; its type chooses the decider."""


class Refusal(Exception):
    """The command cannot be followed.

    A subclass says why in its docstring, a sentence with the fields in braces; ``status`` is its HTTP status.
    """

    status: ClassVar[int] = 409

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        template = (type(self).__doc__ or type(self).__name__).strip().split("\n\n")[0]
        super().__init__(" ".join(template.format(**fields).split()))

    @property
    def code(self) -> str:
        """The class name as words joined by hyphens, for the problem document's type."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


@dataclass(frozen=True)
class Decider:
    """One noun of a service.

    ``stream_id`` names the entity that a command speaks to; its stream is ``{category}-{id}``. ``decide`` returns new facts,
    or nothing because it is already so, or raises a Refusal. ``evolve`` never refuses: what is in the log happened.
    """

    category: str
    commands: tuple[type[Any], ...]
    stream_id: Callable[[Any], str]
    initial: Any
    evolve: Callable[[Any, Any], Any]
    decide: Callable[[Any, Any, PolicyBook], Sequence[Event]]

    def stream(self, command: Command) -> str:
        return f"{self.category}-{self.stream_id(command)}"
