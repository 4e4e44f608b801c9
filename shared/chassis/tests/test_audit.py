"""The record of acts and looks: append-only, chained as it commits, found again by person, kind, thing and time."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from chassis.handling.audit import Action, Operator, record, record_alone
from chassis.handling.audit_chain import GENESIS, chained
from chassis.handling.audit_questions import Sought, recorded
from chassis.storage.database import Database

NOW = datetime(2024, 5, 1, 12, 30, 0, 123456, tzinfo=UTC)
ANN = Operator("ann", "it was sent twice", "erp", "erp-bridge", "192.0.2.7", "curl/8.5 “é” \U0001f600")
BOB = Operator("bob", "")


def act(by: Operator, thing: str, **more: Any) -> Action:
    return Action(by, "discarded", None, {"note": 'a "quoted"\\ line\nand \u0001 é'}, (thing, "log/1"), **more)


async def done(database: Database, *actions: Action, now: datetime = NOW) -> None:
    async with database.pool.acquire() as connection, connection.transaction():
        await record(connection, now, *actions)


async def rows_of(database: Database) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await database.pool.fetch("SELECT * FROM operator_action ORDER BY id")
    return rows


async def follows(database: Database) -> int:
    """How many rows are chained, each as it must be after the one before; the head is that of the last."""
    last, rows = GENESIS, await rows_of(database)
    for row in rows:
        last = chained(last, dict(row))
        assert row["hash"] == last, dict(row)
    head = await database.pool.fetchrow("SELECT * FROM operator_action_head")
    assert head is not None
    assert (head["head"], head["head_hash"]) == (rows[-1]["id"] if rows else 0, last)
    assert await database.pool.fetchval("SELECT count(*) FROM operator_action_pending") == 0
    return len(rows)


async def test_every_row_is_chained_to_the_one_before_when_its_transaction_commits(database: Database) -> None:
    assert await follows(database) == 0
    await done(
        database, act(ANN, "parked/1", before={"status": "parked"}, after={"status": "discarded"}), act(BOB, "parked/2")
    )
    await record_alone(database.pool, NOW, Action(BOB, "log read", None, {}, ("log/3",), kind="look"))
    async with database.pool.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        await record(connection, NOW, act(ANN, "parked/3"))
        await undone.rollback()
    await done(database, act(ANN, "parked/4"))
    assert await follows(database) == 4
    assert [row["id"] for row in await rows_of(database)] == [1, 2, 3, 4], "dense: what was rolled back leaves no gap"


async def test_what_is_recorded_cannot_be_changed_taken_away_or_put_in_between(database: Database) -> None:
    await done(database, act(ANN, "parked/1"))
    for tampering in (
        "UPDATE operator_action SET actor = 'bob'",
        "DELETE FROM operator_action",
        "TRUNCATE operator_action",
    ):
        with pytest.raises(asyncpg.PostgresError, match="The audit is append-only"):
            await database.pool.execute(tampering)
    await database.pool.execute(
        "INSERT INTO operator_action (id, done_at, actor, reason, action, detail, hash)"
        " VALUES (0, now(), 'mallory', '', 'discarded', '{}', '')"
    )
    assert [(row["id"], row["actor"]) for row in await rows_of(database)] == [(1, "ann"), (2, "mallory")], "at the end"
    assert await follows(database) == 2


async def test_what_a_replica_of_a_former_version_inserts_is_chained_like_all_else(database: Database) -> None:
    async with database.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO operator_action (done_at, actor, reason, action, parked_id, detail)"
            " VALUES (now(), 'ann', 'why', 'retried', 7, '{}')"
        )
    assert await follows(database) == 1
    assert (await rows_of(database))[0]["parked_id"] == 7


async def test_acts_at_the_same_time_neither_block_each_other_for_ever_nor_break_the_chain(database: Database) -> None:
    """Each takes its own locks before or after it records, in any order; the head is only taken when all is done."""
    await database.pool.execute("CREATE TABLE held (id int PRIMARY KEY, n int NOT NULL DEFAULT 0)")
    await database.pool.execute("INSERT INTO held (id) SELECT generate_series(1, 2)")

    async def one(number: int) -> None:
        async with database.pool.acquire() as connection, connection.transaction():
            if number % 2:
                await record(connection, NOW, act(ANN, f"parked/{number}"))
            await connection.execute("UPDATE held SET n = n + 1 WHERE id = $1", number % 3 % 2 + 1)
            if not number % 2:
                await record(connection, NOW, act(BOB, f"parked/{number}"), act(BOB, f"parked/{number + 1_000}"))

    await asyncio.gather(*map(one, range(60)))
    assert await follows(database) == 90


async def test_a_thousand_acts_of_one_transaction_are_chained_at_once(database: Database) -> None:
    await done(database, *(act(ANN, f"parked/{n}") for n in range(1_000)))
    assert await follows(database) == 1_000


async def test_the_record_is_found_by_person_kind_thing_and_time_page_by_page(database: Database) -> None:
    await done(database, act(ANN, "parked/1"))
    await done(database, act(BOB, "parked/2"), now=NOW + timedelta(hours=1))
    await done(database, Action(BOB, "log read", None, {}, ("log/3",), kind="look"), now=NOW + timedelta(hours=2))

    async def found(**sought: Any) -> list[int]:
        return [row["operator_action_id"] for row in await recorded(database.pool, 0, 10, Sought(**sought))]

    assert await found(person="bob") == [2, 3]
    assert await found(person="erp") == [1], "whose token it was counts too"
    assert await found(kind="look") == [3]
    assert await found(action="discarded") == [1, 2]
    assert (await found(thing="log/3"), await found(thing="log/1"), await found(thing="log")) == ([3], [1, 2], [])
    assert await found(since=NOW + timedelta(hours=1), before=NOW + timedelta(hours=2)) == [2], "half-open"
    assert await found(person="bob", kind="act") == [2]
    assert [row["operator_action_id"] for row in await recorded(database.pool, 1, 1)] == [2]
    newest = [await recorded(database.pool, after, 2, newest_first=True) for after in (0, 2)]
    assert [[row["operator_action_id"] for row in page] for page in newest] == [[3, 2], [1]]
    (first,) = await recorded(database.pool, 0, 1)
    assert (first["detail"]["note"], first["agent"], first["before"]) == (
        'a "quoted"\\ line\nand \u0001 é', ANN.agent, None,
    )  # fmt: skip
