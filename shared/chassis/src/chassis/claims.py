"""Documents that are one entity's own: which events bring them into its stream, and which free them. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from contracts import Event


class Document(NamedTuple):
    """A document as other systems name it: what it is, in words (``work order``), and its id."""

    kind: str
    id: str


Documents = Mapping[type[Event], Callable[[Any], Iterable[Document]]]
"""Which documents an event names, by its type."""


@dataclass(frozen=True)
class Claims:
    """Which documents are an entity's own, so that none of them counts for two entities.

    ``takes``: those that an event makes the entity's own. The command is refused where another one has a document of this kind and id,
    whatever the category of its stream. ``carries``: those that came from another entity with its history; where a third one has one
    of them, it stays there too. ``frees``: those that count here no longer, and that another entity may have from then on.
    """

    takes: Documents = field(default_factory=dict)
    carries: Documents = field(default_factory=dict)
    frees: Documents = field(default_factory=dict)

    @property
    def types(self) -> tuple[str, ...]:
        """The types of the events that change anything, with their former names."""
        events = {*self.takes, *self.carries, *self.frees}
        return tuple(sorted({name for event in events for name in event.types()}))

    def __or__(self, other: "Claims") -> "Claims":
        return Claims({**self.takes, **other.takes}, {**self.carries, **other.carries}, {**self.frees, **other.frees})

    def __bool__(self) -> bool:
        return bool(self.takes or self.carries or self.frees)


NO_CLAIMS = Claims()
