"""A backup from a server that speaks TLS alone, with the password in a file: dumped, restored and proved."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chassis.storage.connecting import connect
from standing.backup import back_up
from standing.cli import app
from standing.restore import restore
from standing.services import ALL
from standing.verify import log_checks
from standing_parts import PartError, Postgres, run_program, start_postgres
from standing_parts.certificates import Authority
from standing_parts.postgres import of_tls
from standing_parts.tls_postgres import TlsPostgres

from .test_backup import TOPICS, addresses, kept


@pytest.fixture
def server(tls_postgres: TlsPostgres) -> Postgres:
    return of_tls(tls_postgres)


async def made(server: Postgres, prefix: str) -> dict[str, str]:
    """Databases of two services: service → URL."""
    where = addresses(server, prefix)
    for service in where:
        await server.create_database(prefix.replace("-", "_") + service.replace("-", "_"))
    return where


async def test_databases_are_dumped_restored_and_proved_over_tls_with_a_password_by_file(
    server: Postgres, unique_prefix: str, tmp_path: Path
) -> None:
    where = await made(server, unique_prefix)
    backup = await kept(where, tmp_path / "b")
    assert [dump.events for dump in backup.dumps] == [3, 1]
    beside = addresses(server, f"r{unique_prefix}")
    await restore(tmp_path / "b", beside, TOPICS, replace=False, say=lambda _: None)
    found = [check async for check in log_checks(beside, {})]
    assert found
    assert all(check.ok for check in found)


async def test_who_trusts_another_ca_dumps_nothing(server: Postgres, unique_prefix: str, tmp_path: Path) -> None:
    where = await made(server, unique_prefix)
    other = Authority(tmp_path, "Somebody else").file
    wrong = {service: re.sub(r"sslrootcert=[^&]*", f"sslrootcert={other}", url) for service, url in where.items()}
    with pytest.raises(ConnectionError, match="sslrootcert must name the CA that signed it"):
        await back_up(wrong, tmp_path / "b", lambda _: None)
    with pytest.raises(PartError, match=r"pg_dump failed: .*certificate verify failed"):
        run_program("pg_dump", next(iter(wrong.values())), "--schema-only")
    found = [check async for check in log_checks(wrong, {})]
    assert found
    assert not any(check.ok for check in found)
    assert all("is not trusted" in check.detail for check in found), found


def test_a_program_without_tls_is_not_taken_where_tls_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PartError, match=r"There is no pg_dump here.*; install PostgreSQL's client programs"):
        run_program("pg_dump", "postgresql://u@127.0.0.1:1/x?sslmode=verify-full")


def test_the_command_reads_the_password_from_the_file_that_is_named_and_says_what_is_wrong_in_one_sentence(
    tls_postgres: TlsPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STANDING_POSTGRES_PASSWORD_FILE", str(tls_postgres.password))
    url = f"postgresql://postgres@127.0.0.1:{tls_postgres.port}?sslmode=verify-full&sslrootcert="
    arguments = ["backup", str(tmp_path / "b"), "--home", str(tmp_path), "--postgres"]
    reached = CliRunner().invoke(app, [*arguments, url + str(tls_postgres.ca)])
    assert f'database "{ALL[0].database}" does not exist' in str(reached.exception), "it was let in"
    refused = CliRunner().invoke(app, [*arguments, url + str(Authority(tmp_path, "Somebody else").file)])
    assert refused.exit_code == 2
    assert "is not trusted" in refused.output


async def test_an_external_server_is_used_with_its_certificates_and_its_password_file(
    tls_postgres: TlsPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"postgresql://postgres@127.0.0.1:{tls_postgres.port}?sslmode=verify-full&sslrootcert={tls_postgres.ca}"
    monkeypatch.setenv("STANDING_POSTGRES", url)
    monkeypatch.setenv("STANDING_POSTGRES_PASSWORD_FILE", str(tls_postgres.password))
    lines: list[str] = []
    server = start_postgres(tmp_path, lines.append)
    password = tls_postgres.password.read_text().strip()
    assert server.kind == "external"
    assert password not in repr(server) + server.url + "".join(lines)
    connection = await connect(server.dsn("postgres"))
    assert await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    await connection.close()
    monkeypatch.setenv("STANDING_POSTGRES", url.replace("127.0.0.1", "localhost"))
    with pytest.raises(PartError, match="correct its address, its sslmode and certificates or its password"):
        start_postgres(tmp_path, lines.append)
