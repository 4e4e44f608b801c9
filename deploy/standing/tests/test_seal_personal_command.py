"""``standing seal-personal`` on homes with a PostgreSQL of their own."""

import asyncio
import json
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner
from uuid_utils import uuid7

from chassis.storage.database import Database
from chassis.storage.log import Batch, Log, NewEvent, meta_json
from standing import seal as seals
from standing.cli import app
from standing.sealed import seal_all
from standing.services import ALL
from standing_parts import Postgres, start_postgres

from .test_backup import NOW
from .test_seal_personal import CANARIES, REGISTERED

pytestmark = pytest.mark.parts


async def command(*words: str | Path) -> tuple[int, str]:
    done = await asyncio.to_thread(CliRunner().invoke, app, ["seal-personal", *map(str, words)])
    return done.exit_code, done.output


async def fill(postgres: Postgres) -> dict[str, str]:
    """The logs of all services, one of which has somebody in clear; their URLs."""
    where = {service.name: postgres.dsn(service.database) for service in ALL}
    for service in ALL:
        await postgres.create_database(service.database)
        database = await Database.open(where[service.name], 2, f"{service.name}/before")
        if service.name == "customer-svc":
            log = Log(database, service.name)
            event = NewEvent(
                log.partition("file-C-1"), "file-C-1", 1, "customer.CustomerRegistered", 1, json.dumps(REGISTERED),
                meta_json(None, "chen", "default", None), str(uuid7()), "journey-1", NOW,
            )  # fmt: skip
            await log.append(Batch(NOW, [event]))
        await database.close()
    return where


async def test_a_home_is_copied_with_seals_that_go_on_and_says_what_to_destroy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("STANDING_POSTGRES", "STANDING_WRAPPING_KEYS", "STANDING_WRAPPING_KEYS_FILE"):
        monkeypatch.delenv(name, raising=False)
    old, new, key = tmp_path / "old", tmp_path / "new", tmp_path / "key"
    old.mkdir()
    seals.new_key(key)
    server = await asyncio.to_thread(start_postgres, old, print)
    where = await fill(server)
    last, _ = await seal_all(where, tmp_path / "seals", key)
    await asyncio.to_thread(server.stop)

    code, said = await command(
        "--home", old, "--into", new, "--seals", tmp_path / "seals", "--new-seals", tmp_path / "later", "--key", key
    )
    assert code == 0, said
    assert (
        "customer-svc: 1 events copied, 1 of them sealed for 2 persons; all else is equal, every hash recomputed"
        in said
    )
    assert "credit-svc: 0 events copied, 0 of them sealed for 0 persons" in said
    assert f"it names {last.digest}, the last of the old logs" in said
    assert f"Then destroy what has the texts in clear: the home {old} with its databases" in said
    assert seals.read(tmp_path / "later")[0].continues == last.digest
    assert (new / "wrapping" / "customer-svc.keys").stat().st_mode & 0o777 == 0o600

    copied = await asyncio.to_thread(start_postgres, new, print)
    connection = await asyncpg.connect(copied.dsn("customer_svc"))
    data = await connection.fetchval("SELECT data::text FROM event")
    assert json.loads(data)["contacts"][0]["name"]["subject"] == "contact:C-1/K-1"
    assert CANARIES[0] not in data
    await connection.close()
    await asyncio.to_thread(copied.discard)

    code, said = await command("--home", old, "--into", new)
    assert (code, "is not empty; the copy goes into a home of its own" in said) == (2, True)
    code, said = await command("--home", tmp_path / "nobody", "--into", tmp_path / "third")
    assert (code, "is no home with a PostgreSQL of its own" in said) == (2, True)
    await asyncio.to_thread(server.discard)
