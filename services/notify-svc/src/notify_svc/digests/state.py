"""The state of a digest: which items wait, for which round."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from immutables import Map

from contracts.envelope import Event
from contracts.notify import DigestClosed, DigestItemCollected

SEEN_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Digest:
    """``waiting`` items of ``round``, which closes at ``closes_at``; the ids of the last 1,000 to 2,000 items are remembered."""

    round: int = 1
    waiting: int = 0
    closes_at: datetime | None = None
    seen: Map[str, None] = field(default_factory=Map)
    seen_before: Map[str, None] = field(default_factory=Map)

    def has(self, item_id: str) -> bool:
        return item_id in self.seen or item_id in self.seen_before


def evolve(digest: Digest, event: Event) -> Digest:
    match event:
        case DigestItemCollected():
            seen, before = digest.seen.set(event.item_id, None), digest.seen_before
            if len(seen) > SEEN_MAX:
                seen, before = Map(), seen
            return replace(digest, waiting=digest.waiting + 1, closes_at=event.closes_at, seen=seen, seen_before=before)
        case DigestClosed():
            waiting = digest.waiting - event.items
            closes_at = digest.closes_at if waiting else None
            return replace(digest, round=event.round + 1, waiting=waiting, closes_at=closes_at)
    return digest
