"""The embedded PostgreSQL, for real."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from standing_parts import Postgres, docker, start_postgres
from standing_parts.choose import PassedOver


def no_engine() -> None:
    raise PassedOver("not in this test")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def postgres(home: Path) -> Iterator[Postgres]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STANDING_POSTGRES", raising=False)
        patch.setattr(docker, "probe", no_engine)
        lines: list[str] = []
        started = start_postgres(home, lines.append)
    assert started.kind == "embedded"
    assert lines[0] == "PostgreSQL: docker passed over: not in this test"
    assert lines[-1].startswith("PostgreSQL: embedded 18.")
    yield started
    started.discard()


async def ask(postgres: Postgres, database: str, *statements: str) -> list[object]:
    connection = await asyncpg.connect(postgres.dsn(database))
    try:
        return [await connection.fetchval(statement) for statement in statements]
    finally:
        await connection.close()


def test_databases_are_made_and_dropped(postgres: Postgres) -> None:
    async def journey() -> None:
        await asyncio.gather(*(postgres.create_database(f'odd "{n % 2}"') for n in range(4)))
        await postgres.create_database('odd "0"')
        connection = await asyncpg.connect(postgres.dsn('odd "0"'))
        await postgres.drop_database('odd "0"')
        await postgres.drop_database('odd "0"')
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            await ask(postgres, 'odd "0"', "SELECT 1")
        await connection.close()

    asyncio.run(journey())


def test_it_is_as_durable_as_a_real_one(postgres: Postgres) -> None:
    settings = ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "server_encoding")
    answers = asyncio.run(ask(postgres, "postgres", *(f"SHOW {name}" for name in settings)))
    assert answers == ["on", "on", "on", "127.0.0.1", "UTF8"]


def test_sqlalchemy_takes_its_address(postgres: Postgres) -> None:
    pytest.importorskip("greenlet", reason="SQLAlchemy's asyncio needs its extra: sqlalchemy[asyncio]")
    from sqlalchemy.ext.asyncio import create_async_engine

    async def journey() -> None:
        engine = create_async_engine(postgres.sqlalchemy_url("postgres"))
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT 41 + 1"))).scalar_one() == 42
        await engine.dispose()

    asyncio.run(journey())


def test_what_was_committed_survives_a_kill_a_restart_and_a_new_start(home: Path, postgres: Postgres) -> None:
    asyncio.run(ask(postgres, "postgres", "CREATE TABLE kept AS SELECT 1 AS n"))
    postgres.kill()
    postgres.restart()
    asyncio.run(ask(postgres, "postgres", "INSERT INTO kept VALUES (2)"))
    postgres.restart()
    postgres.stop()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STANDING_POSTGRES", raising=False)
        patch.setattr(docker, "probe", no_engine)
        again = start_postgres(home, lambda _: None)
    assert again.url == postgres.url
    assert asyncio.run(ask(again, "postgres", "SELECT sum(n) FROM kept")) == [3]
    again.stop()
    with pytest.raises(OSError, match="onnect"):
        asyncio.run(ask(again, "postgres", "SELECT 1"))
