"""Checks that the logs of the source services still contain what was consumed from them.

The log of a source that was restored from a backup may end before the last position consumed, or continue differently from there. Its
new events would look like repeats and be skipped silently; so nothing more is consumed from it until an operator has intervened.
"""

import asyncio
from collections.abc import Sequence

import asyncpg
import structlog

from chassis.handling.parking_lot import ParkingLot
from chassis.inbox.broker import TopicTail
from chassis.inbox.broker_faults import BrokerFault
from chassis.inbox.feed import FeedClient, FeedUnreachable, LogDiverged
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.fence import SOURCES, lower_fence, sources_wait

_log = structlog.get_logger()

CHECKED_EVERY_S = 10.0
COMPARED_WITHIN_S = 60.0
WAITING_EVERY_S = 1.0


class SourceGuard:
    """Compares the last events consumed with the logs of the topics' owners. ``FeedClient.doubts`` holds what differs, by owner."""

    def __init__(
        self, service: Service, parking_lot: ParkingLot, feed: FeedClient, pool: asyncpg.Pool, settings: Settings
    ) -> None:
        self._parking_lot = parking_lot
        self._feed = feed
        self._pool = pool
        self._settings = settings
        self._owners = {source.topic: source.owner for source in service.sources if source.owner is not None}
        self._fault = BrokerFault(settings, "Read", [settings.topic_prefix + topic for topic in self._owners])

    @property
    def fault(self) -> str | None:
        return self._fault.sentence

    async def run(self) -> None:
        """After a restore or a move first compare topics with logs; then check periodically, as long as there are sources."""
        while True:
            if await self._compare():
                break
            await asyncio.sleep(WAITING_EVERY_S)
        while True:
            await asyncio.sleep(CHECKED_EVERY_S)
            if not await self._compare():  # the server has failed over meanwhile
                continue
            try:
                await self.check()
            except Exception as error:  # the own database is away, which every other part reports
                _log.debug("sources were not checked", error=f"{type(error).__name__}: {error}")

    async def _compare(self) -> bool:
        """Whether the topics of the sources hold nothing that their logs lack; until then the fence stays raised."""
        try:
            if await sources_wait(self._pool):
                async with asyncio.timeout(COMPARED_WITHIN_S):
                    await self.check()
                    for topic, owner in self._owners.items():
                        await self._compare_topic(topic, owner)
                await lower_fence(self._pool, [SOURCES])
        except Exception as error:  # whatever it was: the fence is lowered only after the comparison
            await self._fault.note(error)
            return False
        self._fault.clear()
        return True

    async def _compare_topic(self, topic: str, owner: str) -> None:
        """Raises LogDiverged when the topic holds events that its owner's log lacks, FeedUnreachable when that cannot be determined."""
        self._feed.trust(owner)

        async def ids_in(partition: int, positions: Sequence[int]) -> dict[int, str]:
            return await self._feed.ids(owner, partition, positions)

        settings = self._settings
        tail = TopicTail(settings.kafka, settings.kafka_security, settings.topic_prefix + topic, f"/{owner}", ids_in)
        await tail.start()
        try:
            lasts = await tail.last(await tail.ends(range(self._settings.partitions)))
        finally:
            await tail.stop()
        ends = {partition: last.position for partition, last in lasts.items() if last.position}
        heads, ids = await self._feed.places(owner, ends)
        for partition, position in ends.items():
            if heads[partition] < position or ids.get(partition) != lasts[partition].event_id:
                raise LogDiverged(
                    f"{topic}[{partition}] ends with position {position}, which {owner}'s log (at {heads[partition]}) does not hold:"
                    f" it was restored from a backup. Nothing is consumed or written until {owner} has the newer log, or its topic is gone."
                )

    async def check(self) -> None:
        """Compare once. An owner that does not answer keeps its last result."""
        for topic, owner in self._owners.items():
            taken = await self._parking_lot.taken(topic)
            if not taken or not self._feed.knows(owner):
                continue
            try:
                heads, ids = await self._feed.places(owner, {partition: at for partition, (at, _) in taken.items()})
            except FeedUnreachable:
                continue
            wrong = [
                difference
                for partition, (at, last_id) in sorted(taken.items())
                if (
                    difference := _difference(
                        f"{topic}[{partition}]", owner, at, heads[partition], last_id, ids.get(partition)
                    )
                )
            ]
            if wrong and owner not in self._feed.doubts:
                _log.error("the log of a source has diverged", source=topic, wrong=wrong[0], partitions=len(wrong))
            if wrong:
                self._feed.doubts[owner] = wrong[0]
            else:
                self._feed.doubts.pop(owner, None)


def _difference(where: str, owner: str, at: int, head: int, ours: str | None, theirs: str | None) -> str | None:
    way_out = "Restore this service and its sources from one backup; nothing is consumed from it until then."
    if head < at:
        return (
            f"Position {at} of {where} was consumed, but {owner}'s log ends at {head}: it is older than what it published"
            f" (restored from a backup?). {way_out}"
        )
    if ours is not None and theirs is not None and ours != theirs:
        return (
            f"Position {at} of {where} was consumed as event {ours}, but {owner}'s log has {theirs} there: it has diverged"
            f" (restored from a backup?). {way_out}"
        )
    return None
