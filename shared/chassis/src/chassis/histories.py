"""Whether the services that we listen to still have the history that we took from them.

A source whose log was restored from a backup may end before what we took, or go on differently from there. Its positions would then
look like repeats to us, and what it says would be passed over in silence; so nothing more is taken from it until a person has looked.
"""

import asyncio

import structlog

from chassis.feed import FeedClient, FeedUnreachable
from chassis.parking import Parking
from chassis.service import Service

_log = structlog.get_logger()

CHECKED_EVERY_S = 10.0


class Histories:
    """Asks the owners of dense topics for the events that we took last. What is wrong is kept in ``FeedClient.doubts``."""

    def __init__(self, service: Service, parking: Parking, feed: FeedClient) -> None:
        self._parking = parking
        self._feed = feed
        self._owners = {source.topic: source.owner for source in service.sources if source.owner is not None}

    async def run(self) -> None:
        while self._owners:
            try:
                await self.check()
            except Exception as error:  # our own database is away, and every other part says so
                _log.debug("histories were not compared", error=f"{type(error).__name__}: {error}")
            await asyncio.sleep(CHECKED_EVERY_S)

    async def check(self) -> None:
        """Compare once. An owner that does not answer is neither trusted nor doubted anew."""
        for topic, owner in self._owners.items():
            taken = await self._parking.taken(topic)
            if not taken or not self._feed.knows(owner):
                continue
            try:
                heads, ids = await self._feed.places(owner, {partition: at for partition, (at, _) in taken.items()})
            except FeedUnreachable:
                continue
            wrong = [
                told
                for partition, (at, last_id) in sorted(taken.items())
                if (
                    told := _difference(
                        f"{topic}[{partition}]", owner, at, heads[partition], last_id, ids.get(partition)
                    )
                )
            ]
            if wrong and owner not in self._feed.doubts:
                _log.error("a source has another history", source=topic, wrong=wrong[0], partitions=len(wrong))
            if wrong:
                self._feed.doubts[owner] = wrong[0]
            else:
                self._feed.doubts.pop(owner, None)


def _difference(where: str, owner: str, at: int, head: int, ours: str | None, theirs: str | None) -> str | None:
    way_out = "Restore this service and its sources from one backup; nothing is taken from it until then."
    if head < at:
        return (
            f"Position {at} of {where} was taken, but {owner}'s log ends at {head}: it is older than what it told"
            f" (restored from a backup?). {way_out}"
        )
    if ours is not None and theirs is not None and ours != theirs:
        return (
            f"Position {at} of {where} was taken as event {ours}, but {owner}'s log has {theirs} there: it is another"
            f" history (restored from a backup?). {way_out}"
        )
    return None
