"""The log: dense positions, a chain of hashes, append-only, one writer to a stream."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils import uuid7

from chassis.errors import ConcurrentWrite, UsageError
from chassis.storage.database import Database
from chassis.storage.log import Batch, InboxMove, Log, NewEvent, chained, genesis, partition_of

NOW = datetime(2024, 5, 1, 12, 30, 0, 123456, tzinfo=UTC)


def new(log: Log, stream: str, version: int, data: str = '{"n": 1}') -> NewEvent:
    return NewEvent(
        log.partition(stream),
        stream,
        version,
        "toy.Told",
        1,
        data,
        '{"actor":"t","tenant":"d"}',
        str(uuid7()),
        "c-1",
        NOW,
    )


@pytest.fixture
def log(database: Database) -> Log:
    return Log(database, "toy-svc")


def test_a_stream_keeps_its_partition_for_ever() -> None:
    assert [partition_of(f"supplier-{n}", 8) for n in range(6)] == [5, 3, 1, 7, 4, 2]


@given(st.text(min_size=1), st.integers(1, 64))
def test_every_stream_has_a_partition(stream: str, partitions: int) -> None:
    assert 0 <= partition_of(stream, partitions) < partitions


async def test_positions_of_a_partition_are_dense_whatever_the_streams(log: Log) -> None:
    for round_ in range(1, 4):
        await log.append(Batch(NOW, [new(log, f"s-{n}", round_) for n in range(20)]))
    for partition, head in (await log.heads()).items():
        stored = await log.after(partition, 0, 1000)
        assert [row.envelope.position for row in stored] == list(range(1, head + 1))


async def test_recording_times_never_decrease_along_a_partition(log: Log) -> None:
    behind = NOW - timedelta(days=2)
    await log.append(Batch(NOW, [new(log, "s-1", 1)]))
    await log.append(Batch(behind, [new(log, "s-1", 2)]))
    await log.append(Batch(NOW + timedelta(seconds=1), [new(log, "s-1", 3)]))
    recorded = [row.envelope.recorded_at for row in await log.read_streams(["s-1"])]
    assert recorded == [NOW, NOW, NOW + timedelta(seconds=1)]
    other = next(f"s-{n}" for n in range(2, 99) if log.partition(f"s-{n}") != log.partition("s-1"))
    await log.append(Batch(behind, [new(log, other, 1)]))
    assert (await log.read_streams([other]))[0].envelope.recorded_at == behind, "each partition has its own order"


async def test_concurrent_writers_leave_no_hole(log: Log) -> None:
    await asyncio.gather(*(log.append(Batch(NOW, [new(log, f"w{w}-{n}", 1) for n in range(5)])) for w in range(20)))
    stored = [row.envelope.position for p in range(4) for row in await log.after(p, 0, 1000)]
    assert len(stored) == 100 == sum((await log.heads()).values())


async def test_each_hash_covers_the_one_before_and_is_recomputed_outside_the_database(
    log: Log, database: Database
) -> None:
    await log.append(Batch(NOW, [new(log, f"s-{n}", 1, '{"name": "千","price":"1.50"}') for n in range(20)]))
    await log.append(Batch(NOW, [new(log, f"s-{n}", 2) for n in range(20)]))
    for partition in range(4):
        expected = genesis(partition)
        for row in await database.pool.fetch("SELECT * FROM event WHERE partition = $1 ORDER BY position", partition):
            expected = chained(expected, dict(row))
            assert row["hash"] == expected
        head = await database.pool.fetchval("SELECT head_hash FROM log_partition WHERE partition = $1", partition)
        assert head == expected


@pytest.mark.parametrize("change", ["UPDATE event SET data = '{}'", "DELETE FROM event", "TRUNCATE event"])
async def test_what_is_in_the_log_cannot_be_changed(log: Log, database: Database, change: str) -> None:
    await log.append(Batch(NOW, [new(log, "s-1", 1)]))
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await database.pool.execute(change)


async def test_of_two_writers_of_one_stream_one_wins(log: Log) -> None:
    await log.append(Batch(NOW, [new(log, "s-1", 1)]))
    with pytest.raises(ConcurrentWrite):
        await log.append(Batch(NOW, [new(log, "s-2", 1), new(log, "s-1", 1)]))
    assert sum((await log.heads()).values()) == 1


async def test_a_command_is_answered_once(log: Log) -> None:
    await log.append(Batch(NOW, [new(log, "s-1", 1)], [("c-1", "{}")]))
    with pytest.raises(ConcurrentWrite):
        await log.append(Batch(NOW, [new(log, "s-1", 2)], [("c-1", "{}")]))
    assert await log.answers(["c-1", "c-2"]) == {"c-1": "{}"}


async def test_the_inbox_moves_only_from_its_current_position(log: Log, database: Database) -> None:
    await database.pool.execute("INSERT INTO inbox (consumer, source, partition) VALUES ('toy-svc', 'x.events', 0)")
    move = InboxMove("x.events", 0, 0, 5, 4, "id-5", 0)
    await log.append(Batch(NOW, [new(log, "s-1", 1)], moves=[move]))
    with pytest.raises(ConcurrentWrite, match="inbox"):
        await log.append(Batch(NOW, [new(log, "s-1", 2)], moves=[move]))
    assert sum((await log.heads()).values()) == 1


async def test_the_number_of_partitions_is_fixed_with_the_database(database: Database) -> None:
    with pytest.raises(UsageError, match="created with 4 partitions"):
        await Database.open(database.dsn, 8, "test")
