"""PostgreSQL over TLS: who is trusted with libpq's words, and what is said of whoever is not."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from chassis.commands import Accepted
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.storage.connecting import PostgresRefused, connect, named, of_database
from chassis.storage.database import AWAY, Database
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from standing_parts import Postgres
from standing_parts.certificates import Authority
from standing_parts.postgres import of_tls
from standing_parts.tls_postgres import CERTIFIED, TlsPostgres

from .running import asking, become, levels
from .toy import JAR_SERVICE, JARS, Fill


@pytest.fixture
def server(tls_postgres: TlsPostgres) -> str:
    """Its URL without a database, a password and parameters."""
    return f"postgresql://postgres@127.0.0.1:{tls_postgres.port}"


@pytest.fixture
async def served(tls_postgres: TlsPostgres, settings: Settings, server: str) -> AsyncIterator[Settings]:
    """Settings of a service whose database is on that server."""
    database = settings.topic_prefix.replace("-", "_") + JAR_SERVICE.database
    await of_tls(tls_postgres).create_database(database)
    verified = SecretStr(f"{server}?sslmode=verify-full&sslrootcert={tls_postgres.ca}")
    yield settings.model_copy(update={"postgres": verified, "postgres_password_file": tls_postgres.password})
    await of_tls(tls_postgres).drop_database(database)


def trusting(tls_postgres: TlsPostgres, server: str, mode: str = "verify-full", ca: Path | None = None) -> str:
    """The URL of the maintenance database."""
    return of_database(
        f"{server}?sslmode={mode}&sslrootcert={ca or tls_postgres.ca}", "postgres", str(tls_postgres.password)
    )


async def encrypted(url: str) -> bool:
    """Whether the connection that this URL makes is."""
    connection = await connect(url)
    try:
        return bool(await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
    finally:
        await connection.close()


async def refusal(url: str) -> str:
    """What is said of a connection that is not made, without anything secret in it."""
    with pytest.raises(PostgresRefused) as refused:
        await connect(url)
    assert isinstance(refused.value, AWAY), "such a refusal may pass, as when a certificate is replaced"
    assert "s3cret" not in str(refused.value)
    return str(refused.value)


async def test_a_service_runs_over_verified_connections_alone(served: Settings) -> None:
    jars = await Runtime.start(JAR_SERVICE, served)
    try:
        await jars.executor.submit(asking(Fill("J-1", 3)))
        await become(lambda: levels(jars), {"J-1": 3})
        await become(lambda: _published(jars), 1)
        comparison = await jars.projector.compare_with_rebuild("jars", jars.clock.now())
        assert (comparison["only_rebuilt"], comparison["only_live"]) == (0, 0)
        rows = await jars.database.pool.fetch(
            "SELECT ssl, application_name FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = current_database()"
        )
    finally:
        await jars.stop()
    assert len(rows) >= 4, "two pools, SQLAlchemy and the locks"
    assert all(row["ssl"] for row in rows)


async def _published(jars: Runtime) -> int:
    return sum((await jars.reading()).relay.values())


async def test_a_password_is_changed_without_a_restart(
    served: Settings, tls_postgres: TlsPostgres, tmp_path: Path, server: str
) -> None:
    file = tmp_path / "password"
    administrator = await connect(tls_postgres.url)
    role = "rotating"
    database = urlsplit(served.dsn(served.topic_prefix.replace("-", "_") + JAR_SERVICE.database)).path.lstrip("/")
    await administrator.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'f1rst-s3cret'")
    await administrator.execute(f"ALTER DATABASE {database} OWNER TO {role}")
    file.write_text("f1rst-s3cret\n")
    url = SecretStr(served.postgres.get_secret_value().replace("postgres@", f"{role}@"))
    jars = await Runtime.start(JAR_SERVICE, served.model_copy(update={"postgres": url, "postgres_password_file": file}))
    try:
        await jars.executor.submit(asking(Fill("J-1", 1), "1"))
        await administrator.execute(f"ALTER ROLE {role} PASSWORD 's3cond-s3cret'")
        assert "password authentication failed" in await refusal(jars.database.dsn)
        file.write_text("s3cond-s3cret\n")
        await administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database
        )

        async def filled() -> int:
            try:
                reply = await jars.executor.submit(asking(Fill("J-1", 1), "2"))
                return int(isinstance(reply, Accepted)) + len(await jars.read(select(JARS.table)))
            except AWAY:
                await asyncio.sleep(0.1)
                return 0

        await become(filled, 2)
        await become(lambda: levels(jars), {"J-1": 2})
    finally:
        await jars.stop()
        await administrator.execute(f"ALTER DATABASE {database} OWNER TO postgres")
        await administrator.execute(f"ALTER ROLE {role} NOLOGIN")
        await administrator.close()


@asynccontextmanager
async def certified_for(tls_postgres: TlsPostgres, administrator: asyncpg.Connection, host: str) -> AsyncIterator[None]:
    """For a while the server shows a certificate of the same CA with the name of another host."""
    files = [tls_postgres.place / "certificates" / name for name in ("server.pem", "server.key")]
    own = [file.read_bytes() for file in files]
    signed = tls_postgres.authority.sign(host, (host,))

    async def show(contents: list[bytes]) -> None:
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)  # in place: it stays its account's
        await administrator.execute("SELECT pg_reload_conf()")

    await show([signed.cert.read_bytes(), signed.key.read_bytes()])
    try:
        yield
    finally:
        await show(own)


async def test_an_operator_reads_in_readyz_why_a_running_service_is_let_in_no_more(
    served: Settings, tls_postgres: TlsPostgres, tmp_path: Path, server: str
) -> None:
    """Another password, another CA, another name of the host; strangers learn that it is not ready, and nothing else."""
    password, ca = tmp_path / "password", tmp_path / "ca.pem"
    password.write_text(tls_postgres.password.read_text())
    ca.write_text(tls_postgres.ca.read_text())
    verified = SecretStr(f"{server}?sslmode=verify-full&sslrootcert={ca}")
    jars = await Runtime.start(
        JAR_SERVICE, served.model_copy(update={"postgres": verified, "postgres_password_file": password})
    )
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "Somebody else")
    administrator = await connect(tls_postgres.url)
    database = urlsplit(jars.database.dsn).path.lstrip("/")

    async def cut_off(client: httpx.AsyncClient, sentence: str) -> None:
        async def reasons() -> str:
            await administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database
            )
            answer = await client.get("/readyz")
            return " ".join(answer.json()["reasons"]) if answer.status_code == 503 else ""

        told = await eventually(reasons, lambda found: sentence in found)
        assert "s3cret" not in told

    async def ready(client: httpx.AsyncClient) -> bool:
        return (await client.get("/readyz")).status_code == 200

    app = app_of(jars)
    try:
        async with client_of(app) as client, client_of(app, token="") as stranger:
            await become(lambda: ready(client), True)
            password.write_text("s3cret")
            await cut_off(client, "lets postgres not in: password authentication failed")
            nothing = await stranger.get("/readyz")
            assert (nothing.status_code, nothing.json()) == (503, {"status": "not ready"})
            password.write_text(tls_postgres.password.read_text())
            await become(lambda: ready(client), True)
            ca.write_text(other.file.read_text())
            await cut_off(client, "sslrootcert must name the CA that signed it")
            ca.write_text(tls_postgres.ca.read_text())
            await become(lambda: ready(client), True)
            async with certified_for(tls_postgres, administrator, "db.elsewhere"):
                await cut_off(client, "is of another host")
            await become(lambda: ready(client), True)
            await jars.executor.submit(asking(Fill("J-1", 1)))
            await become(lambda: levels(jars), {"J-1": 1})
    finally:
        await administrator.close()
        await jars.stop()


@pytest.mark.parametrize("mode", ["prefer", "require", "verify-ca", "verify-full"])
async def test_each_mode_that_may_encrypt_does(tls_postgres: TlsPostgres, server: str, mode: str) -> None:
    assert await encrypted(trusting(tls_postgres, server, mode))


async def test_require_alone_encrypts_without_asking_who_it_is(tls_postgres: TlsPostgres, server: str) -> None:
    assert await encrypted(of_database(f"{server}?sslmode=require", "postgres", str(tls_postgres.password)))


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
async def test_a_certificate_of_another_ca_is_refused(
    tls_postgres: TlsPostgres, server: str, mode: str, tmp_path: Path
) -> None:
    other = Authority(tmp_path, "Somebody else")
    said = await refusal(trusting(tls_postgres, server, mode, other.file))
    assert f"The certificate of postgres on 127.0.0.1:{tls_postgres.port} is not trusted" in said
    assert "sslrootcert must name the CA that signed it" in said


async def test_a_certificate_of_another_host_is_refused_with_verify_full_alone(
    tls_postgres: TlsPostgres, server: str
) -> None:
    elsewhere = server.replace("127.0.0.1", "localhost")
    said = await refusal(trusting(tls_postgres, elsewhere))
    assert "is of another host" in said
    assert "name the server as its certificate does" in said
    assert await encrypted(trusting(tls_postgres, elsewhere, "verify-ca"))


@pytest.mark.parametrize("mode", ["require", "verify-full"])
async def test_a_server_without_tls_is_refused_by_whoever_asks_for_it(
    postgres: Postgres, tls_postgres: TlsPostgres, mode: str
) -> None:
    said = await refusal(f"{postgres.url}?sslmode={mode}&sslrootcert={tls_postgres.ca}")
    assert f"speaks no TLS, and sslmode={mode} asks for it: set ssl = on there" in said
    assert not await encrypted(f"{postgres.url}?sslmode=prefer")


async def test_a_server_that_asks_for_tls_refuses_whoever_has_none(tls_postgres: TlsPostgres, server: str) -> None:
    said = await refusal(of_database(f"{server}?sslmode=disable", "postgres", str(tls_postgres.password)))
    assert re.search(r"lets postgres not in: no pg_hba\.conf entry .* no encryption", said)


async def test_a_user_may_come_in_by_a_certificate(tls_postgres: TlsPostgres, server: str, tmp_path: Path) -> None:
    administrator = await connect(tls_postgres.url)
    await administrator.execute(f"CREATE ROLE {CERTIFIED} LOGIN")
    url = of_database(f"{server}?sslmode=verify-full&sslrootcert={tls_postgres.ca}", "postgres").replace(
        "postgres@", f"{CERTIFIED}@"
    )
    try:
        own = tls_postgres.authority.sign(CERTIFIED)
        assert await encrypted(f"{url}&sslcert={own.cert}&sslkey={own.key}")
        assert "certificate" in await refusal(url)
        others = tls_postgres.authority.sign("somebody")
        assert "lets certified not in" in await refusal(f"{url}&sslcert={others.cert}&sslkey={others.key}")
    finally:
        await administrator.execute(f"DROP ROLE {CERTIFIED}")
        await administrator.close()


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [
        (
            "sslrootcert",
            r"The file with the CA \(sslrootcert\) for .* cannot be read: .*: No such file or directory\. Name another",
        ),
        ("sslkey", r"The file with the client's key \(sslkey\) for"),
        ("passwordfile", r"The file with the password for postgres on .* cannot be read"),
    ],
)
async def test_a_file_that_is_not_there_is_named(server: str, tmp_path: Path, parameter: str, sentence: str) -> None:
    said = await refusal(f"{server}/postgres?sslmode=verify-full&{parameter}={tmp_path}/none")
    assert re.search(sentence, said)


async def test_a_wrong_password_is_told_from_a_wrong_certificate(
    tls_postgres: TlsPostgres, server: str, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("s3cret")
    url = of_database(
        f"{server}?sslmode=verify-full&sslrootcert={tls_postgres.ca}", "postgres", str(tmp_path / "password")
    )
    assert "Compare user and password" in await refusal(url)
    with pytest.raises(PostgresRefused, match="password authentication failed"):
        await Database.open(url, 4, "test")


def test_a_url_keeps_its_parameters_and_is_shown_without_a_secret() -> None:
    url = of_database("postgresql://ann:s3cret@db:5432/?sslmode=require", "a b", "/run/secrets/p w")
    assert url == "postgresql://ann:s3cret@db:5432/a%20b?sslmode=require"
    bare = of_database("postgresql://ann@db:5432", "credit", "/run/secrets/p w")
    assert bare == "postgresql://ann@db:5432/credit?passwordfile=/run/secrets/p%20w"
    assert named(url) == "a%20b on db:5432"
