"""A partition that comes back to a replica while its former consumer still has messages in hand goes on as if nothing had been."""

import asyncio
from typing import Any

import aiokafka
import pytest

from chassis.inbox.consumer import PartitionConsumer
from chassis.settings import Settings
from chassis.testing.waiting import eventually

from .running import POURINGS, Start, become, levels, pour, send, sent
from .toy import JAR_SERVICE


async def test_what_is_still_in_hand_from_before_a_rebalance_holds_nothing_back_after_it(
    start_service: Start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a word to anybody such a partition stood still until a stall was noticed half a minute later."""
    begun, may_end = asyncio.Event(), asyncio.Event()
    take = PartitionConsumer.take

    async def slow_once(self: PartitionConsumer, *arguments: Any) -> bool:
        if not begun.is_set():
            begun.set()
            await may_end.wait()
        return await take(self, *arguments)

    monkeypatch.setattr(PartitionConsumer, "take", slow_once)
    jars = await start_service(JAR_SERVICE, stuck_after_s=10_000.0)
    tp = aiokafka.TopicPartition(settings.topic_prefix + POURINGS, 1)

    async def is_assigned() -> bool:
        return (POURINGS, 1) in jars.subscription.assigned

    await eventually(is_assigned, bool)
    await send(settings, POURINGS, [sent(pour("J-1", 1))], partition=1)
    await begun.wait()
    jars.subscription.on_revoked([tp])
    await jars.subscription.on_assigned([tp])
    await jars.subscription._take([])  # records of other partitions come first
    await become(lambda: levels(jars), {"J-1": 1})
    may_end.set()
    await send(settings, POURINGS, [sent(pour("J-1", 2))], partition=1)
    await become(lambda: levels(jars), {"J-1": 2})
