"""PostgreSQL: an external one, one in Docker, the embedded one, or the machine's own with TLS."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from standing_parts import docker, embedded_postgres
from standing_parts.choose import ANSWER_LIMIT_S, Candidate, PassedOver, answer_within, choose
from standing_parts.part import PartError, Running, Say
from standing_parts.postgres_connecting import PASSWORD_FILE, connect
from standing_parts.postgres_password import METHOD, password_in
from standing_parts.tls_postgres import TlsPostgres

VARIABLE = "STANDING_POSTGRES"
SECURED = "secured"
PASSWORD_VARIABLE = "STANDING_POSTGRES_PASSWORD_FILE"
ANYWHERE_HBA = (f"local all all {METHOD}", f"host all all all {METHOD}")
"""The rules of a server in a container, whose callers come from the engine's network."""
SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server that answers.

    `kind` is "external", "docker", "embedded" or "tls"; `url` is `postgresql://user@host:port/database` of the
    maintenance database, made for a superuser or a user that may create databases.
    """

    kind: str
    url: str = field(repr=False)
    _running: Running | None = field(default=None, repr=False, compare=False)
    _discard: Callable[[], None] | None = field(default=None, repr=False, compare=False)

    def dsn(self, database: str) -> str:
        """The URL of `database`, for asyncpg, libpq and psql."""
        return urlunsplit(urlsplit(self.url)._replace(path="/" + quote(database, safe="")))

    def sqlalchemy_url(self, database: str) -> str:
        """The URL of `database` for SQLAlchemy's asyncpg dialect: `postgresql+asyncpg://…`."""
        return self.dsn(database).replace("postgresql://", "postgresql+asyncpg://", 1)

    async def create_database(self, name: str) -> None:
        """Create the database `name`, or nothing when there is one. Raises asyncpg's errors when refused."""
        connection = await connect(self.url)
        try:
            # template0: a database being copied may have no other session, and nobody connects to this one.
            await connection.execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0")
        except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            pass  # the second error is what two creators at the same moment get
        finally:
            await connection.close()

    async def drop_database(self, name: str) -> None:
        """Drop the database `name` if there is one, ending its sessions."""
        connection = await connect(self.url)
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")
        finally:
            await connection.close()

    def stop(self) -> None:
        """Stop the server in good order within half a minute; an external one is left alone."""
        if self._running is not None:
            self._running.stop()

    def kill(self) -> None:
        """End the server at once, so that it recovers from its log at the next start; for drills."""
        self._ours("killed").kill()

    def restart(self) -> None:
        """Start the server again on the same port and data, stopping it first when it runs."""
        self._ours("restarted").start_again(wipe=False)

    def discard(self) -> None:
        """Stop the server and delete its data, also where that lies outside `home`; for tests."""
        self._ours("discarded").stop()
        if self._discard is not None:
            self._discard()

    def _ours(self, what: str) -> Running:
        if self._running is None:
            raise PartError(f"The PostgreSQL of {VARIABLE} is not started from here and cannot be {what} from here.")
        return self._running


def start_postgres(home: Path, say: Say = print) -> Postgres:
    """Start PostgreSQL with its data under `home`/postgres and return when it answers.

    The environment's STANDING_POSTGRES names an external one, or is `secured` for one of this machine that lets nobody in without
    TLS; a home begun with that one stays with it. Else it is the first of Docker and the embedded one that can be had. `say` gets
    one line that names it, and one line with the reason for each that was passed over.
    It ends with this process. Raises PartError.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted and wanted != SECURED:
        return _external(wanted, os.environ.get(PASSWORD_VARIABLE), say)
    folder = home.absolute() / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    if wanted == SECURED or (folder / "ca.pem").is_file():
        return _secured(folder, say)
    return choose(
        "PostgreSQL",
        [
            Candidate("docker", docker.probe, lambda: _docker(folder, say)),
            Candidate("embedded", embedded_postgres.probe, lambda: _embedded(folder, say)),
        ],
        say,
    )


def _external(url: str, password_file: str | None, say: Say) -> Postgres:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise PartError(f"{VARIABLE} must be a URL like postgresql://user@host:5432/postgres, not {parts.scheme!r}.")
    path = parts.path if parts.path.strip("/") else "/postgres"
    if password_file and parts.password:
        raise PartError(f"{VARIABLE} has a password, and {PASSWORD_VARIABLE} names another: unset one of them.")
    named = f"{PASSWORD_FILE}={quote(password_file, safe='/')}" if password_file else ""
    query = "&".join(part for part in (parts.query, named) if part)
    postgres = Postgres("external", urlunsplit(parts._replace(scheme="postgresql", path=path, query=query)))
    place = parts.netloc.rpartition("@")[2] or "a local socket"
    try:
        # In a thread of its own, because the caller may be inside an event loop.
        version = answer_within(ANSWER_LIMIT_S, lambda: asyncio.run(_version(postgres.url)))
    except PassedOver as reason:
        raise PartError(
            f"The PostgreSQL of {VARIABLE} at {place} does not answer ({reason}); start it, correct its address, its sslmode and"
            f" certificates or its password, or unset that."
        ) from reason
    say(f"PostgreSQL: external {version} at {place} ({VARIABLE})")
    return postgres


def _docker(folder: Path, say: Say) -> Postgres:
    password = password_in(folder)
    server = docker.start_postgres(folder, password)
    url = f"postgresql://postgres:{password}@127.0.0.1:{server.port}/postgres"
    answer_within(ANSWER_LIMIT_S, lambda: asyncio.run(ask_for_a_password(url, password)))
    say(f"PostgreSQL: docker {docker.POSTGRES_IMAGE} at 127.0.0.1:{server.port} (volume {server.volume})")
    return Postgres("docker", url, server, server.discard)


async def ask_for_a_password(url: str, password: str) -> None:
    """Data of a former version let anybody in who reaches the port: set the superuser's password, and ask for it from now on."""
    connection = await connect(url)
    try:
        if not await connection.fetchval("SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'trust'"):
            return
        await connection.execute(f"ALTER ROLE postgres PASSWORD '{password}'")
        rules = " UNION ALL ".join(f"SELECT '{line}'" for line in ANYWHERE_HBA)
        file = await connection.fetchval("SHOW hba_file")
        await connection.execute(f"COPY ({rules}) TO '{file}'")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


def _embedded(folder: Path, say: Say) -> Postgres:
    server = embedded_postgres.EmbeddedPostgres(folder, say)
    server.start_again(wipe=False)
    say(f"PostgreSQL: embedded {server.version} at 127.0.0.1:{server.port} (home {server.place})")
    return Postgres("embedded", server.url, server, server.discard)


def _secured(folder: Path, say: Say) -> Postgres:
    try:
        server = TlsPostgres(folder, say)
    except PassedOver as reason:
        raise PartError(f"PostgreSQL: a secured one cannot be started here: {reason}.") from reason
    server.start_again(wipe=False)
    say(f"PostgreSQL: {server.version} of this machine at 127.0.0.1:{server.port}, TLS alone (home {server.place})")
    return of_tls(server)


def of_tls(server: TlsPostgres) -> Postgres:
    """A running server that speaks TLS alone."""
    return Postgres("tls", server.url, server, server.discard)


async def _version(url: str) -> str:
    connection = await connect(url)
    try:
        version: str = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return version


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
