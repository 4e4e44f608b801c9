"""What a batch changes in the claims of documents, as the log takes it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

How = Literal["take", "carry", "free"]


class ClaimChange(NamedTuple):
    """A change of one document for one stream, in the order of ``claim_note``'s parameters."""

    how: How
    kind: str
    id: str
    stream: str
    event_id: str


@dataclass(frozen=True)
class ClaimChanges:
    """``types``: of the events whose claims the writer knows."""

    types: tuple[str, ...] = ()
    changes: tuple[ClaimChange, ...] = ()

    @property
    def arguments(self) -> list[list[str]]:
        """As the last parameters of ``log_append``."""
        columns = [list(column) for column in zip(*self.changes, strict=True)] or [[] for _ in ClaimChange._fields]
        return [list(self.types), *columns]


NO_CHANGES = ClaimChanges()
