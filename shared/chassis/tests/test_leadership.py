"""Replicas share partitions evenly, hand them over between steps, and take over from a frozen one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest

from chassis.processors import leadership
from chassis.processors.leadership import PartitionLocks
from chassis.storage.database import Database
from chassis.storage.signals import Signals
from chassis.tasks import cancel_and_wait
from chassis.testing.waiting import eventually

PARTITIONS = 4
Join = Callable[..., Awaitable[PartitionLocks]]


@pytest.fixture
async def join(database: Database) -> AsyncIterator[Join]:
    """``await join("1")`` → a replica that asks for its share every tenth of a second."""
    async with AsyncExitStack() as stack:

        async def joined(name: str, *roles: str, set_hash: str = "") -> PartitionLocks:
            locks = PartitionLocks(
                database.dsn, PARTITIONS, Signals(), name, roles or ("relay",), set_hash, retry_s=0.1
            )
            locks.task = asyncio.create_task(locks.run())  # type: ignore[attr-defined]
            stack.push_async_callback(cancel_and_wait, [locks.task])  # type: ignore[attr-defined]
            return locks

        yield joined


async def shared(*replicas: PartitionLocks, role: str = "relay") -> list[set[int]]:
    """The partitions of each replica, once all are led and none has more than an even share."""

    async def held() -> list[set[int]]:
        return [set(replica.of(role).held) for replica in replicas]

    def even(seen: list[set[int]]) -> bool:
        led = [partition for partitions in seen for partition in partitions]
        return sorted(led) == list(range(PARTITIONS)) and max(map(len, seen)) <= -(-PARTITIONS // len(replicas))

    return await eventually(held, even, within_s=10)


async def test_one_replica_leads_all_and_two_share(join: Join) -> None:
    one = await join("1")
    assert await shared(one) == [set(range(PARTITIONS))]
    other = await join("2")
    assert await shared(one, other) == [{0, 1}, {2, 3}]
    third = await join("3")
    await shared(one, other, third)


async def test_the_partitions_of_a_stopped_replica_are_taken_over(join: Join) -> None:
    one, other = await join("1"), await join("2")
    await shared(one, other)
    await cancel_and_wait([one.task])  # type: ignore[attr-defined]
    await shared(other)


async def test_a_partition_is_not_handed_over_before_the_step_on_it_has_ended(join: Join) -> None:
    one = await join("1")
    await shared(one)
    with one.of("relay").working() as held:
        assert held == set(range(PARTITIONS))
        other = await join("2")
        await eventually(lambda: _held(one), lambda seen: seen == {0, 1}, within_s=10)
        assert await _held(other) == set()
    await shared(one, other)


async def test_timers_are_led_by_one_replica(join: Join) -> None:
    one, other = await join("1", "schedule"), await join("2", "schedule")

    async def held() -> list[int]:
        return sorted(len(replica.of("schedule").held) for replica in (one, other))

    await eventually(held, lambda seen: seen == [0, PARTITIONS], within_s=10)


async def test_replicas_with_other_roles_do_not_stand_in_each_others_way(join: Join) -> None:
    relays, projects = await join("1", "relay"), await join("2", "project")
    assert await shared(relays, role="relay") == [set(range(PARTITIONS))]
    assert await shared(projects, role="project") == [set(range(PARTITIONS))]


async def test_a_replica_whose_connection_is_cut_leads_nothing_until_it_has_another(
    join: Join, database: Database
) -> None:
    one = await join("1")
    await shared(one)
    connection = await asyncpg.connect(database.dsn)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '1 leads'"
    )
    await connection.close()
    await eventually(lambda: _held(one), lambda seen: not seen, within_s=5)
    await shared(one)


async def test_a_frozen_replica_leads_nothing_when_it_wakes_and_the_others_have_taken_over(
    join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leadership, "VALID_S", 0.5)
    monkeypatch.setattr(leadership, "FROZEN_AFTER_S", 1.0)
    frozen, awake = await join("1"), await join("2")
    await shared(frozen, awake)
    asking = frozen._share

    async def sleeps(_: object) -> None:
        await asyncio.sleep(3600)  # like a stopped process: its session stays open, without queries

    frozen._share = sleeps  # type: ignore[method-assign]
    await shared(awake)
    assert await _held(frozen) == set()
    frozen._share = asking  # type: ignore[method-assign]
    frozen.task.cancel()  # type: ignore[attr-defined]


async def _held(replica: PartitionLocks) -> set[int]:
    return set(replica.of("relay").held)


async def test_two_versions_of_the_code_follow_their_own_read_models(join: Join, database: Database) -> None:
    """Found in the drills: during a rollout the new version got half of the partitions and never became ready."""
    old = await join("1", "project", set_hash="jars_v1")
    new = await join("2", "project", set_hash="jars_v2")
    assert await shared(old, role="project") == [set(range(PARTITIONS))]
    assert await shared(new, role="project") == [set(range(PARTITIONS))]
