"""Whether an event on a service's topic stands in the log of that service: a topic can hold what others wrote there by mistake."""

from collections import Counter
from collections.abc import Iterable, Mapping

from chassis.handling.parking_lot import InboxState, event_id
from chassis.inbox.feed import FeedClient, FeedUnreachable, LogDiverged
from chassis.inbox.records import could_follow, made_at

Claim = tuple[int, str]
"""A position, and the id of the event that is said to stand there."""


class OwnersLog:
    """Judges what one topic partition holds by the owner's log.

    The owner is asked only where something is odd: a position that does not follow, two events at one position, or an id that the
    owner cannot have given then. Everything else is believed, so that consuming does not need the owner.
    """

    def __init__(self, feed: FeedClient, owner: str, topic: str, partition: int) -> None:
        self._feed = feed
        self._owner = owner
        self._where = f"{topic}[{partition}]"
        self._partition = partition

    def doubtful(self, claims: Iterable[Claim]) -> frozenset[int]:
        """The positions that several events claim."""
        counts = Counter(position for position, _ in set(claims))
        return frozenset(position for position, count in counts.items() if count > 1)

    async def objection(
        self, claim: Claim, expected: int, last_id: str | None, state: InboxState, doubtful: frozenset[int]
    ) -> str | None:
        """Why an event is not believed, as half a sentence; None for one that is.

        ``last_id`` is the id of the event before the ``expected`` position. Raises LogDiverged when the log holds another event where one
        was consumed before, FeedUnreachable when the owner must be asked and does not answer.
        """
        position, identity = claim
        consumed = event_id(state.last_id) if position == state.position else None
        if consumed is not None and consumed != identity:
            return await self._beside(claim, consumed)
        repeated = position < expected
        odd = position in doubtful or (made_at(identity) is None if repeated else not could_follow(identity, last_id))
        if position <= expected and not odd:
            return None
        if not self._feed.knows(self._owner):
            return None  # a hole then waits for an address, and the rest is believed
        try:
            heads, ids = await self._feed.places(self._owner, {self._partition: position})
        except FeedUnreachable:
            if repeated:
                return None
            raise
        return None if ids.get(self._partition) == identity else self._objection(claim, heads, ids)

    async def _beside(self, claim: Claim, consumed: str) -> str:
        position, identity = claim
        try:
            heads, ids = await self._feed.places(self._owner, {self._partition: position})
        except FeedUnreachable:
            heads, ids = {}, {}
        if ids.get(self._partition) == consumed:
            return self._objection(claim, heads, ids)
        raise LogDiverged(
            f"Position {position} was consumed as event {consumed}, but the topic has {identity} there: the log of"
            f" {self._owner} has diverged (restored from a backup?). Restore this service and its sources from one backup."
        )

    def _objection(self, claim: Claim, heads: Mapping[int, int], ids: Mapping[int, str]) -> str:
        position, identity = claim
        said = f"it says to be event {identity[:60]} at position {position} of {self._where}"
        there = ids.get(self._partition)
        return (
            f"{said}, where the log has {there}"
            if there
            else f"{said}, but the log ends at {heads.get(self._partition, 0)}"
        )
