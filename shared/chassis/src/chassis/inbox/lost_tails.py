"""Notices that the topic of another service lost its end, and takes what it lost from that service's feed.

A hole in the middle is seen when the next event comes. Behind the last event nothing comes: where all records of a partition were
deleted before they were consumed (retention, an operator), only the owner's log tells that there were more.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog

from chassis.errors import ConcurrentWrite
from chassis.inbox.consumer import PartitionConsumer
from chassis.inbox.feed import FeedClient, FeedUnreachable
from chassis.service import Service

_log = structlog.get_logger()

LOOKED_EVERY_S = 5.0

AtEnd = Callable[[], Mapping[tuple[str, int], PartitionConsumer]]
"""The (topic, partition)s of which every record was handled, as the broker said last, with what consumes them."""


class LostTails:
    """Compares the positions of partitions that are consumed to their end with the heads of their owners' logs."""

    def __init__(self, service: Service, feed: FeedClient, at_end: AtEnd) -> None:
        self._owners = {source.topic: source.owner for source in service.sources if source.owner is not None}
        self._feed = feed
        self._at_end = at_end
        self._short: dict[tuple[str, int], int] = {}
        """Where a partition ended before its owner's log, when looked at last."""
        self.faults: dict[str, str] = {}

    async def run(self) -> None:
        """Look for ever."""
        while self._owners:
            await asyncio.sleep(LOOKED_EVERY_S)
            try:
                await self.look()
            except Exception as error:  # the own database is away, which every other part reports
                _log.debug("topics were not compared with logs", error=f"{type(error).__name__}: {error}")

    async def look(self) -> None:
        """Compare once. A partition that ends at the same position before its owner's log as at the last look is caught up with it:
        its owner's relay had time to publish, so nothing will come."""
        consumers = {place: consumer for place, consumer in self._at_end().items() if place[0] in self._owners}
        for place in [place for place in self._short if place not in consumers]:
            self._whole(place)
        for topic, owner in self._owners.items():
            positions = {
                partition: (consumer.state or await consumer.read_state()).position
                for (of, partition), consumer in consumers.items()
                if of == topic
            }
            try:
                heads, _ = await self._feed.places(owner, positions)
            except FeedUnreachable:
                continue  # what is known of it stays known
            for partition, position in positions.items():
                await self._compare((topic, partition), consumers[topic, partition], position, heads.get(partition, 0))

    async def _compare(self, place: tuple[str, int], consumer: PartitionConsumer, position: int, head: int) -> None:
        if head <= position:
            self._whole(place)
            return
        stood_at, self._short[place] = self._short.get(place), position
        if stood_at != position:
            return
        (topic, partition), owner = place, self._owners[place[0]]
        _log.warning("a topic lost its end", source=topic, partition=partition, position=position, head=head)
        try:
            await consumer.catch_up(head)
        except ConcurrentWrite:  # it went on by itself
            self._whole(place)
        except Exception as error:
            self.faults[f"end of {topic}[{partition}]"] = (
                f"{topic}[{partition}] ends at position {position}, but {owner}'s log goes on to {head}: the records behind were"
                f" deleted before they were consumed. They are taken from {owner}'s feed as soon as this is over:"
                f" {type(error).__name__}: {error}"
            )
        else:
            self._whole(place)

    def _whole(self, place: tuple[str, int]) -> None:
        topic, partition = place
        self._short.pop(place, None)
        self.faults.pop(f"end of {topic}[{partition}]", None)
