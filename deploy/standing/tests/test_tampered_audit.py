"""Rows of the audit changed behind the system's back by a superuser: verify names the first bad one, and seals find what a chain cannot."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from chassis.handling.audit import Action, Operator, record
from chassis.handling.audit_chain import GENESIS, chained
from chassis.storage.database import Database
from standing import seal as seals
from standing.actions import actions_as_sealed, actions_hold
from standing.chain import Check, Place
from standing.fault import Fault
from standing.sealed import seal_all, sealed_checks
from standing.verify import log_checks

NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)
ANN = Operator("ann", "sent twice", "ann", "console", "192.0.2.7", "browser")


async def act(database: Database, *numbers: int) -> None:
    async with database.pool.acquire() as connection, connection.transaction():
        await record(connection, NOW, *(Action(ANN, "discarded", n, {"why": "ö"}, after={"n": n}) for n in numbers))


@pytest.fixture
async def superuser(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Somebody for whom no trigger fires, beside an audit of eight acts."""
    for first in (1, 3, 5, 7):
        await act(database, first, first + 1)
    connection = await asyncpg.connect(database.dsn)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


GAP = "the action {} is not what was written, or not where it was; action {} before it, if there was one, is missing"
TAMPERED = {
    "who did it altered": (
        "UPDATE operator_action SET actor = 'bob' WHERE id = 4", "the action 4 is not what was written, or not where it was",
    ),
    "what stood after altered": (
        "UPDATE operator_action SET after = '{\"n\": 9}' WHERE id = 5", "the action 5 is not what was written, or not where it was",
    ),
    "where it came from taken out": (
        "UPDATE operator_action SET address = NULL, client = '192.0.2.7' WHERE id = 2",
        "the action 2 is not what was written, or not where it was",
    ),
    "an action deleted": ("DELETE FROM operator_action WHERE id = 3", GAP.format(4, 3)),
    "the last action deleted": (
        "DELETE FROM operator_action WHERE id = 8", "the action 8 is missing, the audit ends at 7",
    ),
    "two actions in another order": (
        "UPDATE operator_action SET id = CASE id WHEN 2 THEN 106 ELSE 102 END WHERE id IN (2, 6);"
        "UPDATE operator_action SET id = id - 100 WHERE id > 100",
        "the action 2 is not what was written, or not where it was",
    ),
    "an action put in": (
        "INSERT INTO operator_action SELECT (jsonb_populate_record(a, '{\"id\": 9}')).* FROM operator_action a WHERE id = 8",
        "the action 9 is not what was written, or not where it was",
    ),
    "an action recorded past the chain": (
        "INSERT INTO operator_action_pending (done_at, kind, action, things, actor, reason, detail)"
        " VALUES (now(), 'act', 'discarded', '{}', 'bob', '', '{}')",
        "1 actions were recorded past the chain",
    ),
    "the head put back": (
        "UPDATE operator_action_head SET head = 7, head_hash = (SELECT hash FROM operator_action WHERE id = 7)",
        "the action 8 stands behind the head at 7",
    ),
    "the head taken away": (
        "DELETE FROM operator_action_head", "its head row is missing, and so may be actions after 8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
async def test_the_first_action_that_is_not_what_was_written_is_named(
    database: Database, superuser: asyncpg.Connection, name: str
) -> None:
    good = await actions_hold("jar-svc", superuser)
    assert (good.ok, good.detail) == (True, "8 acts and looks, every hash recomputed")
    tampering, expected = TAMPERED[name]
    await superuser.execute(tampering)
    found = await actions_hold("jar-svc", superuser)
    assert (found.ok, found.detail) == (False, expected)
    by_verify = [check async for check in log_checks({"jar-svc": database.dsn})][-1]
    assert (by_verify.subject, by_verify.detail) == ("jar-svc audit", expected)


async def rewrite(superuser: asyncpg.Connection, tampering: str) -> None:
    """Tamper, then write the whole chain anew, so that it agrees with itself."""
    await superuser.execute(tampering)
    last, end = GENESIS, 0
    for row in await superuser.fetch("SELECT * FROM operator_action ORDER BY id"):
        last, end = chained(last, dict(row)), row["id"]
        await superuser.execute("UPDATE operator_action SET hash = $1 WHERE id = $2", last, end)
    await superuser.execute("UPDATE operator_action_head SET head = $1, head_hash = $2", end, last)


@pytest.fixture
async def folder(database: Database, superuser: asyncpg.Connection, tmp_path: Path) -> Path:
    """Seals at the actions 8 and 10."""
    key, folder = tmp_path / "seal.key", tmp_path / "seals"
    seals.new_key(key)
    await seal_all({"jar-svc": database.dsn}, folder, key, NOW)
    await act(database, 9, 10)
    await seal_all({"jar-svc": database.dsn}, folder, key, NOW)
    return folder


async def as_sealed(database: Database, folder: Path) -> Check:
    found = [check async for check in sealed_checks({"jar-svc": database.dsn}, folder, None)]
    assert [check.subject for check in found] == ["seals", "jar-svc log as sealed", "jar-svc audit as sealed"]
    return found[-1]


async def test_an_audit_that_was_wholly_rewritten_or_cut_off_agrees_with_itself_but_not_with_its_seals(
    database: Database, superuser: asyncpg.Connection, folder: Path
) -> None:
    await act(database, 11)
    assert (await as_sealed(database, folder)).detail == "it is what was sealed up to action 10"
    await rewrite(superuser, "UPDATE operator_action SET actor = 'bob' WHERE id = 9")
    assert (await actions_hold("jar-svc", superuser)).ok
    found = await as_sealed(database, folder)
    assert (found.ok, found.detail) == (
        False,
        "the action 10 is not the one of seal 2 of 2024-05-01 08:00 UTC, so the audit was rewritten from one between 9 and 10",
    )
    with pytest.raises(Fault, match=r"Nothing was sealed. jar-svc audit as sealed: the action 10"):
        await seal_all({"jar-svc": database.dsn}, folder, folder.parent / "seal.key", NOW)
    await rewrite(superuser, "DELETE FROM operator_action WHERE id > 6")
    assert (await actions_hold("jar-svc", superuser)).ok
    cut = await as_sealed(database, folder)
    assert (cut.ok, cut.detail) == (
        False, "it ends at 6, but seal 1 of 2024-05-01 08:00 UTC was made at 8: action 7 is missing",
    )  # fmt: skip


async def test_a_seal_from_before_audits_were_sealed_still_counts_and_is_followed_by_one_that_covers_them(
    database: Database, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    key, folder = tmp_path / "seal.key", tmp_path / "seals"
    seals.new_key(key)
    heads = {"jar-svc": {0: Place(0, hashlib.sha256(b"standing/0").digest())}}
    seals.write(seals.made(heads, None, seals.private_key(key), NOW), folder)
    assert '"standing-seal/1"' in (folder / "seal-000001.json").read_text()
    made, path = await seal_all({"jar-svc": database.dsn}, folder, key, NOW)
    assert (made.actions["jar-svc"].position, '"standing-seal/2"' in path.read_text()) == (8, True)
    assert [seal.number for seal in seals.read(folder)] == [1, 2]
    assert (await actions_as_sealed("jar-svc", superuser, seals.read(folder))).ok
    path.write_text(path.read_text().replace('"jar-svc": [\n      8,', '"jar-svc": [\n      7,'))
    with pytest.raises(Fault, match="was changed after it was signed"):
        seals.read(folder)


async def test_tables_from_before_the_chain_are_told_from_such_as_lost_it(superuser: asyncpg.Connection) -> None:
    await superuser.execute("DROP TABLE operator_action_head")
    with pytest.raises(asyncpg.UndefinedTableError):
        await actions_hold("jar-svc", superuser)
    await superuser.execute("UPDATE alembic_version SET version_num = '0013'")
    before = await actions_hold("jar-svc", superuser)
    assert (before.ok, "are from before actions were chained" in before.detail) == (True, True)
