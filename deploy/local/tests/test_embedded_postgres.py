"""The embedded PostgreSQL, for real."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from sqlalchemy import text

from standing_parts import Postgres, docker, start_postgres
from standing_parts.choose import PassedOver
from standing_parts.postgres import ask_for_a_password


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


def test_nobody_gets_in_without_the_password_which_only_the_owner_of_the_home_can_read(
    home: Path, postgres: Postgres
) -> None:
    file = home / "postgres" / "password"
    assert file.stat().st_mode & 0o777 == 0o600
    password = file.read_text().strip()
    assert len(password) > 40
    assert f":{password}@" in postgres.url
    bare = urlsplit(postgres.url)._replace(netloc=f"postgres@127.0.0.1:{urlsplit(postgres.url).port}")
    for url in (urlunsplit(bare), postgres.url.replace(password, "postgres")):
        with pytest.raises(asyncpg.InvalidPasswordError):
            asyncio.run(asyncpg.connect(url))
    rules = asyncio.run(ask(postgres, "postgres", "SELECT array_agg(DISTINCT auth_method) FROM pg_hba_file_rules"))
    assert rules == [["scram-sha-256"]]
    left = [path.name for path in (home / "postgres").iterdir() if "password" in path.name]
    assert left == ["password"]


def test_the_data_of_a_former_version_opens_and_asks_for_a_password_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STANDING_POSTGRES", raising=False)
    monkeypatch.setattr(docker, "probe", no_engine)
    first = start_postgres(tmp_path, lambda _: None)
    made = ("SHOW hba_file", "CREATE TABLE kept AS SELECT 1 AS n", "ALTER ROLE postgres PASSWORD NULL")
    rules, *_ = asyncio.run(ask(first, "postgres", *made))
    first.kill()  # as a machine that went down
    Path(str(rules)).write_text("# as initdb wrote it\nhost all all 127.0.0.1/32 trust\n")
    (tmp_path / "postgres" / "password").unlink()
    again = start_postgres(tmp_path, lambda _: None)
    try:
        assert asyncio.run(ask(again, "postgres", "SELECT n FROM kept")) == [1]
        with pytest.raises(asyncpg.InvalidPasswordError):
            asyncio.run(asyncpg.connect(again.url, password="another"))
    finally:
        again.discard()


def test_a_running_server_that_lets_anybody_in_asks_for_a_password_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STANDING_POSTGRES", raising=False)
    monkeypatch.setattr(docker, "probe", no_engine)
    server = start_postgres(tmp_path, lambda _: None)
    password = urlsplit(server.url).password or ""
    try:
        (rules,) = asyncio.run(ask(server, "postgres", "SHOW hba_file"))
        Path(str(rules)).write_text("# as a container had it\nhost all all all trust\n")
        asyncio.run(ask(server, "postgres", "ALTER ROLE postgres PASSWORD NULL", "SELECT pg_reload_conf()"))
        anybody = server.url.replace(password, "anybody")
        asyncio.run(_until_let_in(anybody))
        for _ in range(2):  # again is harmless
            asyncio.run(ask_for_a_password(server.url, password))
        asyncio.run(_until_refused(anybody))
        methods = asyncio.run(ask(server, "postgres", "SELECT array_agg(DISTINCT auth_method) FROM pg_hba_file_rules"))
        assert methods == [["scram-sha-256"]]
    finally:
        server.discard()


async def _until_let_in(url: str) -> None:
    """The rules are read anew a moment after they were to be."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(asyncpg.InvalidPasswordError):
                await (await asyncpg.connect(url)).close()
                return


async def _until_refused(url: str) -> None:
    async with asyncio.timeout(20):
        with contextlib.suppress(asyncpg.InvalidPasswordError):
            while True:
                await (await asyncpg.connect(url)).close()


def test_a_container_is_made_with_a_password_that_every_rule_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[docker.Recipe] = []

    class Noted(docker.Container):
        def __init__(self, folder: Path, recipe: docker.Recipe) -> None:
            made.append(recipe)

        def begin(self, wipe: bool) -> None:
            assert not wipe

    monkeypatch.setattr(docker, "Container", Noted)
    docker.start_postgres(tmp_path, "s3cret")
    given = made[0].environment(5432)
    assert given == {"POSTGRES_PASSWORD": "s3cret", "POSTGRES_INITDB_ARGS": "--auth=scram-sha-256"}


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
