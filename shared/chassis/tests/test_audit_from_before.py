"""A database from before acts were chained: what stands in it is carried into the chain, in the order in which it was recorded."""

from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config

import chassis
from chassis.handling.audit import Action, Operator, record_alone
from chassis.handling.audit_chain import GENESIS, chained
from chassis.handling.audit_questions import Sought, recorded
from chassis.storage.connecting import connect, engine_of
from chassis.storage.database import Database
from standing_parts import Postgres

from .running import NOW

BEFORE = "0014"
ACTS = """
INSERT INTO parked (source, partition, position, key, headers, value, code, reason, parked_at)
VALUES ('plant.pourings', 0, 1, 'J-1', '{}', '', 'invalid', 'a test', now());
INSERT INTO operator_action (done_at, actor, reason, action, parked_id, detail) VALUES
    ('2024-05-01T08:00:00.000001Z', 'ann', 'amount was text', 'edited', 1, '{"headers": {}, "value": "é \\" x"}'),
    ('2024-05-01T08:00:01Z', 'ann', 'amount was text', 'retried', 1, '{"outcome":   "handled"}'),
    ('2024-05-01T08:00:02Z', 'taken back', 'x', 'retried', NULL, '{}'),
    ('2024-05-01T08:00:03Z', 'standing', 'it failed', 'set aside', NULL, '{"number": 3, "name": "jars"}'),
    ('2024-05-01T08:00:04Z', 'bob', 'two customers', 'acknowledged as different', NULL, '{"number": 2, "id": "C-l"}');
DELETE FROM operator_action WHERE actor = 'taken back';
"""


async def migrated_to(version: str, dsn: str) -> None:
    def upgrade(connection: Any) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(chassis.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    engine = engine_of(dsn)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
        await connection.execute(sqlalchemy.text("SELECT 1"))
    await engine.dispose()


async def test_acts_from_before_are_carried_into_the_chain_and_new_ones_follow(
    postgres: Postgres, unique_prefix: str
) -> None:
    name = unique_prefix.replace("-", "_") + "before"
    await postgres.create_database(name)
    dsn = postgres.dsn(name)
    await migrated_to(BEFORE, dsn)
    connection = await connect(dsn)
    await connection.execute(ACTS)
    await connection.close()
    database = await Database.open(dsn, 4, "test")
    try:
        look = Action(Operator("eve", ""), "log read", None, {}, ("log/0",), kind="look")
        await record_alone(database.pool, NOW, look)
        rows = await database.pool.fetch("SELECT * FROM operator_action ORDER BY id")
        last = GENESIS
        for row in rows:
            last = chained(last, dict(row))
            assert row["hash"] == last, dict(row)
        head = await database.pool.fetchrow("SELECT head, head_hash FROM operator_action_head")
        assert head is not None
        assert (head["head"], head["head_hash"]) == (rows[-1]["id"], last)
        shown = await recorded(database.pool, 0, 10)
        assert [(row["operator_action_id"], row["kind"], row["things"]) for row in shown] == [
            (1, "act", ["parked/1"]), (2, "act", ["parked/1"]), (4, "act", ["set-aside/3"]), (5, "act", ["look-alikes/2"]),
            (6, "look", ["log/0"]),
        ]  # fmt: skip
        assert [row["action"] for row in await recorded(database.pool, 0, 10, Sought(parked_id=1))] == [
            "edited",
            "retried",
        ]
    finally:
        await database.close()
