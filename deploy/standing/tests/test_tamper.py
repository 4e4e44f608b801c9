"""Rows changed behind the system's back by a superuser: verify names the first bad position, and seals find what a chain cannot."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from uuid_utils import uuid7

from chassis.storage.database import Database
from chassis.storage.log import Batch, Log, NewEvent, chained, genesis, meta_json
from standing import seal as seals
from standing import sealed
from standing.chain import Check, Place, Since, chain_holds, streams_hold
from standing.fault import Fault
from standing.sealed import attested, seal_all, sealed_checks
from standing.verify import log_checks

NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)
PARTITION = 0
Tamper = Callable[[asyncpg.Connection], Awaitable[object]]


@pytest.fixture
async def log(database: Database) -> Log:
    """Twelve events in one partition."""
    made = Log(database, "jar-svc")
    await append(made, 12)
    return made


async def append(log: Log, count: int) -> None:
    start = (await log.heads())[PARTITION]
    events = [
        NewEvent(
            PARTITION, "jar-J-1", start + n, "jar.JarFilled", 1, json.dumps({"jar": "J-1", "amount": n}),
            meta_json(None, "ann", "default", None), str(uuid7()), "journey-1", NOW,
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
    await log.append(Batch(NOW, events))


@pytest.fixture
async def superuser(log: Log) -> AsyncIterator[asyncpg.Connection]:
    """Somebody for whom no trigger fires."""
    connection = await asyncpg.connect(log.database.dsn)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


ALTERED = 'UPDATE event SET data = \'{"jar": "J-1", "amount": 99}\' WHERE position = 5'
DELETED = "DELETE FROM event WHERE position = 7"
SWAPPED = (
    "UPDATE event SET position = CASE position WHEN 3 THEN 1009 ELSE 1003 END WHERE position IN (3, 9);"
    "UPDATE event SET position = position - 1000 WHERE position > 1000"
)
INSERTED = (
    "UPDATE event SET position = position + 1000, version = version + 1000 WHERE position >= 6;"
    "INSERT INTO event SELECT partition, 6, stream, 6, type, schema_version, data, meta, gen_random_uuid(), correlation_id,"
    " occurred_at, recorded_at, hash FROM event WHERE position = 5;"
    "UPDATE event SET position = position - 999, version = version - 999 WHERE position > 1000"
)
APPENDED = (
    "INSERT INTO event SELECT partition, 13, stream, 13, type, schema_version, data, meta, gen_random_uuid(), correlation_id,"
    " occurred_at, recorded_at, hash FROM event WHERE position = 12"
)
TAMPERED = {
    "an event altered": (ALTERED, "the event at position 5 is not what was written"),
    "who did it altered": (
        "UPDATE event SET meta = '{\"actor\": \"bob\"}' WHERE position = 4", "the event at position 4 is not what was written",
    ),
    "when it was altered": (
        "UPDATE event SET recorded_at = recorded_at - interval '1 day' WHERE position = 8",
        "the event at position 8 is not what was written",
    ),
    "an event deleted": (DELETED, "position 7 is missing, 8 follows"),
    "the last event deleted": (
        "DELETE FROM event WHERE position = 12", "position 12 is missing, the log ends before its head at 12",
    ),
    "two events in another order": (SWAPPED, "the event at position 3 is not what was written"),
    "an event inserted": (INSERTED, "the event at position 6 is not what was written"),
    "an event put behind the last": (APPENDED, "the event at position 13 is not what was written"),
    "a head altered": (
        "UPDATE log_partition SET head_hash = sha256('x') WHERE partition = 0",
        "the event at position 12 is not the one that the head's hash is of",
    ),
    "a head put back": (
        "UPDATE log_partition SET head = 11 WHERE partition = 0", "the event at position 12 stands behind the head at 11",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
async def test_the_first_bad_position_is_named(log: Log, superuser: asyncpg.Connection, name: str) -> None:
    assert (await chain_holds("jar-svc", superuser)).ok
    tampering, expected = TAMPERED[name]
    await superuser.execute(tampering)
    found = await chain_holds("jar-svc", superuser)
    assert (found.ok, found.detail) == (False, f"partition {PARTITION}: {expected}")


async def test_whoever_is_not_a_superuser_is_refused_by_the_table_itself(log: Log) -> None:
    for tampering in (ALTERED, DELETED, "TRUNCATE event"):
        with pytest.raises(asyncpg.PostgresError, match="The log is append-only"):
            await log.database.pool.execute(tampering)


async def test_an_old_log_that_holds_infinite_instants_is_proved_and_sealed_like_any_other(
    log: Log, superuser: asyncpg.Connection, tmp_path: Path
) -> None:
    bounds = await superuser.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'event'::regclass AND pg_get_constraintdef(oid) LIKE '%occurred_at%'"
    )
    for bound in bounds:  # an old log was written before there were bounds
        await superuser.execute(f'ALTER TABLE event DROP CONSTRAINT "{bound["conname"]}"')
    for number, instant in enumerate(("-infinity", "infinity", "0001-01-02", "9999-12-30"), start=13):
        await superuser.execute(
            "SELECT log_append(ARRAY[0], ARRAY['jar-J-1'], ARRAY[$1::int], ARRAY['jar.JarFilled'], ARRAY[1], ARRAY['{}'], ARRAY[$2],"
            " ARRAY[gen_random_uuid()], ARRAY['c'], ARRAY[$3::text::timestamptz], now(),"
            " '{}', '{}', '', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
            number, meta_json(None, "ann", "default", None), instant,
        )  # fmt: skip
    assert (await chain_holds("jar-svc", superuser)).detail == "16 events, positions dense, every hash recomputed"
    seals.new_key(tmp_path / "seal.key")
    made, _ = await seal_all(address(log), tmp_path / "seals", tmp_path / "seal.key", NOW)
    assert made.heads["jar-svc"][0].position == 16
    instants = [row.envelope.occurred_at for row in await log.after(0, 12, 10)]
    assert [instant.tzinfo for instant in instants] == [UTC] * 4
    assert (instants[0].year, instants[1].year) == (1, 9999)


# --- seals -----------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "seal.key"
    seals.new_key(path)
    return path


@pytest.fixture
async def folder(log: Log, key: Path, tmp_path: Path) -> Path:
    """Seals at positions 4, 8 and 12 of a log of its own, made as it grew."""
    folder = tmp_path / "seals"
    await log.database.pool.execute(
        "SET session_replication_role = replica; DELETE FROM event; RESET session_replication_role"
    )
    await log.database.pool.execute("UPDATE log_partition SET head = 0, head_hash = $1 WHERE partition = 0", genesis(0))
    for _ in range(3):
        await append(log, 4)
        await seal_all(address(log), folder, key, NOW)
    return folder


def address(log: Log) -> dict[str, str]:
    return {"jar-svc": log.database.dsn}


async def proved(log: Log, folder: Path, public: bytes | None = None) -> list[Check]:
    """Of the seals and of the log; the audit's own line is tried in ``test_tampered_audit``."""
    found = [check async for check in sealed_checks(address(log), folder, public)]
    return [check for check in found if not check.subject.endswith(" audit as sealed")]


async def rewrite(superuser: asyncpg.Connection, tampering: str) -> None:
    """Tamper, then write the whole chain anew, so that it agrees with itself."""
    await superuser.execute(tampering)
    last = genesis(PARTITION)
    rows = await superuser.fetch("SELECT * FROM event WHERE partition = $1 ORDER BY position", PARTITION)
    for row in rows:
        last = chained(last, dict(row))
        await superuser.execute("UPDATE event SET hash = $1 WHERE position = $2", last, row["position"])
    await superuser.execute(
        "UPDATE log_partition SET head = $1, head_hash = $2 WHERE partition = $3", len(rows), last, PARTITION
    )


async def test_seals_hold_while_the_log_only_grows(log: Log, folder: Path, key: Path) -> None:
    await append(log, 3)
    found = await proved(log, folder, seals.public_key(Path(f"{key}.pub")))
    assert [check.ok for check in found] == [True, True]
    assert found[0].detail.startswith("3 of 2024-05-01 to 2024-05-01, the newest is number 3, signed with SHA256:")
    assert found[1].detail == "12 events are those that were sealed"


async def test_a_chain_that_was_wholly_rewritten_agrees_with_itself_but_not_with_its_seals(
    log: Log, folder: Path, superuser: asyncpg.Connection
) -> None:
    await rewrite(superuser, "UPDATE event SET data = '{\"amount\": 99}' WHERE position = 6")
    assert (await chain_holds("jar-svc", superuser)).ok
    _, found = await proved(log, folder)
    assert not found.ok
    assert "the event at position 8 is not the one of seal 2 of 2024-05-01 08:00 UTC" in found.detail
    assert "rewritten from a position between 5 and 8" in found.detail


async def test_a_log_that_was_cut_off_is_found_by_its_seals(
    log: Log, folder: Path, superuser: asyncpg.Connection
) -> None:
    await rewrite(superuser, "DELETE FROM event WHERE position > 10")
    assert (await chain_holds("jar-svc", superuser)).ok
    _, found = await proved(log, folder)
    assert (found.ok, found.detail.split(":", 1)[1]) == (
        False,
        " the log ends at 10, but seal 3 of 2024-05-01 08:00 UTC was made at 12: position 11 is missing",
    )


async def test_a_log_that_is_not_as_sealed_gets_no_further_seal(
    log: Log, folder: Path, key: Path, superuser: asyncpg.Connection
) -> None:
    await append(log, 2)
    await superuser.execute("UPDATE event SET data = '{}' WHERE position = 13")
    with pytest.raises(Fault, match=r"Nothing was sealed.*the event at position 13 is not what was written"):
        await seal_all(address(log), folder, key)
    await rewrite(superuser, "UPDATE event SET data = '{}' WHERE position = 11")
    with pytest.raises(Fault, match=r"Nothing was sealed.*the event at position 12 is not the one of seal 3"):
        await seal_all(address(log), folder, key)
    assert len(list(folder.iterdir())) == 3


async def test_a_seal_that_was_changed_taken_away_or_signed_by_another_is_found(
    log: Log, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.key"
    seals.new_key(other)
    (by_another,) = await proved(log, folder, seals.public_key(Path(f"{other}.pub")))
    assert "seal-000001.json was signed with SHA256:" in by_another.detail
    second = folder / "seal-000002.json"
    text = second.read_text()
    second.write_text(text.replace("2024-05-01", "2024-05-02"))
    assert [check.detail for check in await proved(log, folder)] == [
        "seal-000002.json was changed after it was signed."
    ]
    second.unlink()
    assert (
        "The chain of seals is broken before seal-000003.json: seal 2 is missing"
        in (await proved(log, folder))[0].detail
    )
    second.write_text("{}")
    assert "is not a seal" in (await proved(log, folder))[0].detail


CUT_OUT = {
    "events and head": "DELETE FROM event WHERE partition = 0; DELETE FROM log_partition WHERE partition = 0",
    "head": "DELETE FROM log_partition WHERE partition = 0",
    "everything of it": "DELETE FROM event WHERE partition = 0; DELETE FROM log_partition WHERE partition = 0;"
    " DELETE FROM relay WHERE partition = 0; DELETE FROM projection WHERE partition = 0",
}


@pytest.mark.parametrize("what", CUT_OUT)
async def test_a_partition_that_was_taken_away_whole_is_missed(
    log: Log, folder: Path, key: Path, superuser: asyncpg.Connection, what: str
) -> None:
    await superuser.execute(CUT_OUT[what])
    found = await chain_holds("jar-svc", superuser)
    assert not found.ok
    assert found.detail.startswith("partition 0: ")
    assert "its head row is missing" in found.detail
    _, sealed = await proved(log, folder)
    assert not sealed.ok
    assert sealed.detail.startswith("partition 0 is missing, which seal 1 of 2024-05-01")
    with pytest.raises(Fault, match=r"Nothing was sealed.*partition 0 is missing, which seal"):
        await seal_all(address(log), folder, key)


@pytest.mark.parametrize("partition", [0, 1, 2, 3])
async def test_the_last_partitions_are_missed_by_what_else_knows_them(
    log: Log, superuser: asyncpg.Connection, partition: int
) -> None:
    tables = ("event", "log_partition", "relay", "projection")
    for table in tables:
        await superuser.execute(f"DELETE FROM {table} WHERE partition >= {partition}")
    assert not (await chain_holds("jar-svc", superuser, partitions=range(4))).ok
    seal = Since("seal 1", {3: Place(0, genesis(3))})
    assert not (await chain_holds("jar-svc", superuser, seal)).ok


async def test_a_service_that_seals_cover_and_nobody_has_any_more_is_named(
    log: Log, folder: Path, key: Path, tmp_path: Path
) -> None:
    gone = [check async for check in sealed_checks({}, folder, None)]
    assert [(check.subject, check.ok) for check in gone] == [("seals", True), ("jar-svc log as sealed", False)]
    assert gone[1].detail == "seals cover jar-svc, which this installation does not have"
    no_database = {"jar-svc": log.database.dsn + "_gone"}
    _, lost = [check async for check in sealed_checks(no_database, folder, None)]
    assert not lost.ok
    assert lost.detail.startswith("The log of jar-svc cannot be opened: ")
    (line,) = [check async for check in log_checks(no_database)]
    assert not line.ok
    with pytest.raises(Fault, match=r"seal 3 .* covers jar-svc, which this installation does not have"):
        await seal_all({}, folder, key)


async def test_seals_that_were_cut_off_are_missed_by_their_number(log: Log, folder: Path) -> None:
    async def at_least(number: int) -> Check:
        first, *_ = [check async for check in sealed_checks(address(log), folder, None, number)]
        return first

    assert (await at_least(3)).ok
    (folder / "seal-000003.json").unlink()
    assert (await at_least(2)).ok, "a shorter chain agrees with itself"
    assert "the newest is number 2" in (await at_least(0)).detail
    cut = await at_least(3)
    assert (cut.ok, cut.detail) == (
        False, "the newest is seal 2 of 2024-05-01 08:00 UTC, but there were 3: seal 3 is missing",
    )  # fmt: skip
    assert (await at_least(7)).detail.endswith("but there were 7: seals 3 to 7 are missing")


async def test_a_large_log_is_recomputed_from_its_newest_seal_on_and_whole_when_that_does_not_hold(
    log: Log, folder: Path, superuser: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await attested(address(log), folder, None) == {}, "a small log is recomputed whole"
    monkeypatch.setattr(sealed, "WHOLE_UP_TO", 11)
    await append(log, 3)
    since = await attested(address(log), folder, None)
    details = [check.detail async for check in log_checks(address(log), since)]
    assert details == [
        "3 events after seal 3 of 2024-05-01 08:00 UTC, positions dense, every hash recomputed",
        "0 streams began, versions of the 3 events after seal 3 of 2024-05-01 08:00 UTC dense",
        "0 acts and looks, every hash recomputed",
    ]
    await superuser.execute("UPDATE event SET data = '{}' WHERE position = 14")
    assert [check.ok async for check in log_checks(address(log), since)] == [False, True, True]
    await rewrite(superuser, "UPDATE event SET data = '{}' WHERE position = 6")
    assert await attested(address(log), folder, None) == {}


async def test_a_hole_in_the_versions_of_a_stream_is_found(log: Log, superuser: asyncpg.Connection) -> None:
    assert (await streams_hold("jar-svc", superuser)).detail == "1 streams, versions dense"
    await superuser.execute("UPDATE event SET version = version + 100 WHERE position >= 9")
    found = await streams_hold("jar-svc", superuser)
    assert found.detail == "partition 0: the stream of the event at position 9 has a hole before it"


def test_a_key_is_never_overwritten_nor_made_inside_a_repository(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "seal.key"
    assert seals.new_key(path).startswith("SHA256:")
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(Fault, match="exists already"):
        seals.new_key(path)
    (tmp_path / ".git").mkdir()
    with pytest.raises(Fault, match="under version control"):
        seals.new_key(tmp_path / "another.key")
    with pytest.raises(Fault, match="holds no key"):
        seals.private_key(tmp_path / "nothing")
