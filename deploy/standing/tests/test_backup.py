"""Backups of several databases: of one moment, restored all or none, and only what was dumped."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from uuid_utils import uuid7

from chassis.storage.database import Database
from chassis.storage.fence import LogHalted
from chassis.storage.log import Batch, InboxMove, Log, NewEvent, meta_json
from chassis.testing.waiting import eventually
from standing.backup import Backup, back_up, read, signed
from standing.fault import Fault
from standing.restore import restore
from standing.seal import fingerprint
from standing_parts import Postgres

NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)
SERVICES = ("jar-svc", "count-svc")
TOPICS = ("jar.events", "count.events")
Logs = dict[str, Log]


def addresses(postgres: Postgres, prefix: str) -> dict[str, str]:
    return {name: postgres.dsn(prefix.replace("-", "_") + name.replace("-", "_")) for name in SERVICES}


async def opened(stack: AsyncExitStack, where: dict[str, str]) -> Logs:
    logs = {}
    for service, url in where.items():
        database = await Database.open(url, 2, f"{service}/1")
        stack.push_async_callback(database.close)
        logs[service] = Log(database, service)
    return logs


@pytest.fixture
async def where(postgres: Postgres, unique_prefix: str) -> dict[str, str]:
    where = addresses(postgres, unique_prefix)
    for url in where.values():
        await postgres.create_database(url.rsplit("/", 1)[1])
    return where


@pytest.fixture
async def logs(where: dict[str, str]) -> AsyncIterator[Logs]:
    async with AsyncExitStack() as stack:
        yield await opened(stack, where)


async def append(log: Log, position: int, moves: list[InboxMove] | None = None) -> None:
    event = NewEvent(
        0, f"jar-{position}", 1, "jar.JarFilled", 1, json.dumps({"jar": "J-1", "amount": position}),
        meta_json(None, "ann", "default", None), str(uuid7()), "journey-1", NOW,
    )  # fmt: skip
    await log.append(Batch(NOW, [event], moves=moves or []))


async def talking(logs: Logs) -> None:
    """jar-svc writes without a pause, and count-svc takes each event as soon as it stands in jar-svc's log."""
    jars, counts = logs["jar-svc"], logs["count-svc"]
    await counts.database.pool.execute(
        "INSERT INTO inbox (consumer, source, partition) VALUES ('count-svc', 'jar.events', 0) ON CONFLICT DO NOTHING"
    )

    async def write() -> None:
        for position in range(1, 10_000):
            await append(jars, position)

    async def take() -> None:
        taken = 0
        while True:
            head = (await jars.heads())[0]
            if head > taken:
                await append(counts, head, [InboxMove("jar.events", 0, taken, head, head - 1, str(uuid7()), 0)])
                taken = head
            await asyncio.sleep(0)

    await asyncio.gather(write(), take())


async def heads(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT sum(head) FROM log_partition"))
    finally:
        await connection.close()


async def test_while_they_write_no_service_is_ahead_of_another_in_a_backup(
    logs: Logs, where: dict[str, str], postgres: Postgres, tmp_path: Path
) -> None:
    async def taken_now() -> int:
        return int(await logs["count-svc"].database.pool.fetchval("SELECT coalesce(max(position), 0) FROM inbox"))

    busy = asyncio.create_task(talking(logs))
    ahead = list[tuple[int, int]]()
    for number in range(4):
        before = ahead[-1][0] if ahead else 0
        await eventually(taken_now, lambda at, before=before: at > before)
        made = await back_up(where, tmp_path / str(number), lambda _: None)
        other = addresses(postgres, f"r{tmp_path.name[-3:]}{number}-")
        await restore(tmp_path / str(number), other, TOPICS, replace=False, say=lambda _: None)
        counts = await asyncpg.connect(other["count-svc"])
        taken, hint = await counts.fetchrow("SELECT position, kafka_offset FROM inbox") or (0, -1)
        await counts.close()
        jars = next(dump for dump in made.dumps if dump.service == "jar-svc")
        ahead.append((taken, jars.heads["0"][0]))
        assert hint == -1, "an offset is of no use in a topic that is filled anew"
        assert await heads(other["jar-svc"]) == jars.events
    busy.cancel()
    with suppress(asyncio.CancelledError):
        await busy
    assert all(taken <= head for taken, head in ahead), ahead
    assert ahead[-1][0] > ahead[0][0] > 0


async def kept(where: dict[str, str], folder: Path, key: Ed25519PrivateKey | None = None) -> Backup:
    """Three events in one log, one in the other, and a backup of them."""
    async with AsyncExitStack() as stack:
        logs = await opened(stack, where)
        for position in (1, 2, 3):
            await append(logs["jar-svc"], position)
        await append(logs["count-svc"], 1)
    return await back_up(where, folder, lambda _: None, key)


async def test_a_restored_log_is_not_written_to_before_it_was_compared_with_its_topic(
    where: dict[str, str], tmp_path: Path
) -> None:
    made = await kept(where, tmp_path / "b")
    assert [dump.events for dump in made.dumps] == [3, 1]
    assert made.paused_ms < 1000
    with pytest.raises(Fault, match="holds events; restore with --replace"):
        await restore(tmp_path / "b", where, TOPICS, replace=False)
    await restore(tmp_path / "b", where, TOPICS, replace=True)
    async with AsyncExitStack() as stack:
        logs = await opened(stack, where)
        with pytest.raises(LogHalted, match="The database was restored, moved or failed over"):
            await append(logs["jar-svc"], 4)


async def test_while_a_service_is_connected_nothing_is_restored(where: dict[str, str], tmp_path: Path) -> None:
    await kept(where, tmp_path / "b")
    async with AsyncExitStack() as stack:
        await opened(stack, where)
        with pytest.raises(Fault, match=r"jar-svc/1 is connected to .*; stop jar-svc first"):
            await restore(tmp_path / "b", where, TOPICS, replace=True)


def resign(folder: Path, manifest: dict[str, Any], key: Ed25519PrivateKey | None = None) -> None:
    document = signed(manifest, key or Ed25519PrivateKey.generate())
    (folder / "manifest.json").write_text(json.dumps(document))


async def test_only_the_owner_can_read_a_backup(where: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "b"
    folder.mkdir(mode=0o755)
    await kept(where, folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    files = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert len(files) == 3
    assert set(files.values()) == {0o600}


@pytest.mark.parametrize(
    "name", ["/etc/hostname", "../b.dump", "a/b.dump", "..", "", "b.sql", ".dump", "b.dump\n", "-b.dump", 7]
)
async def test_a_manifest_names_files_of_its_own_folder_only(
    where: dict[str, str], tmp_path: Path, name: object
) -> None:
    folder = tmp_path / "b"
    await kept(where, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["dumps"][0]["file"] = name
    resign(folder, manifest)
    with pytest.raises(Fault, match="which is no plain name of a dump in its folder"):
        read(folder)


async def test_a_backup_is_of_the_key_that_signed_it_and_a_former_one_is_accepted_only_knowingly(
    where: dict[str, str], tmp_path: Path
) -> None:
    folder, key, other = tmp_path / "b", Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    await kept(where, folder, key)
    public = key.public_key().public_bytes_raw()
    assert read(folder, public).signed_by == read(folder).signed_by == fingerprint(public)
    with pytest.raises(Fault, match=r"was signed with SHA256:\S+, not with SHA256:"):
        read(folder, other.public_key().public_bytes_raw())
    manifest = json.loads((folder / "manifest.json").read_text())
    for changed in ({"made_at": "2020-01-01T00:00:00+00:00"}, {"signature": "AAAA"}, {"added": 1}):
        (folder / "manifest.json").write_text(json.dumps({**manifest, **changed}))
        with pytest.raises(Fault, match="was changed after it was signed"):
            read(folder)
    del manifest["signature"], manifest["public_key"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Fault, match="holds no backup"):
        read(folder)
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": "standing-backup/1"}))
    for arguments in ({}, {"unsigned": True, "trusted": public}):
        with pytest.raises(Fault, match="of a former version, which nobody signed"):
            read(folder, **arguments)  # type: ignore[arg-type]
    assert read(folder, unsigned=True).signed_by == ""
    dump = folder / manifest["dumps"][0]["file"]
    dump.rename(tmp_path / "elsewhere.dump")
    dump.symlink_to(tmp_path / "elsewhere.dump")
    with pytest.raises(Fault, match="leads elsewhere"):
        read(folder, unsigned=True)


async def test_a_dump_that_is_not_what_was_dumped_restores_nothing_at_all(
    where: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "b"
    await kept(where, folder)
    before = {service: await heads(url) for service, url in where.items()}
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["dumps"][1]["heads"]["0"][0] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Fault, match=r"manifest\.json was changed after it was signed"):
        await restore(folder, where, TOPICS, replace=True)
    resign(folder, manifest)  # as whoever took the backup, and wrote down what it does not hold
    with pytest.raises(Fault, match="does not restore to what was dumped: other heads"):
        await restore(folder, where, TOPICS, replace=True)
    assert {service: await heads(url) for service, url in where.items()} == before
    dump = folder / manifest["dumps"][0]["file"]
    dump.write_bytes(dump.read_bytes()[:-1])
    with pytest.raises(Fault, match="is not the file that was written"):
        read(folder)
    with pytest.raises(Fault, match="is not empty"):
        await back_up(where, folder)
    with pytest.raises(Fault, match="holds no backup"):
        read(tmp_path / "nothing")
