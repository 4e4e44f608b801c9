"""PostgreSQL: an external one, one in Docker, or the embedded one."""

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

VARIABLE = "STANDING_POSTGRES"
SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server that answers.

    `kind` is "external", "docker" or "embedded"; `url` is `postgresql://user@host:port/database` of the
    maintenance database, made for a superuser or a user that may create databases.
    """

    kind: str
    url: str
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
        connection = await asyncpg.connect(self.url, timeout=ANSWER_LIMIT_S)
        try:
            # template0: a database being copied may have no other session, and nobody connects to this one.
            await connection.execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0")
        except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            pass  # the second error is what two creators at the same moment get
        finally:
            await connection.close()

    async def drop_database(self, name: str) -> None:
        """Drop the database `name` if there is one, ending its sessions."""
        connection = await asyncpg.connect(self.url, timeout=ANSWER_LIMIT_S)
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

    The environment's STANDING_POSTGRES names an external one; else the first of Docker and the embedded one
    that can be had. `say` gets one line that names it, and one line with the reason for each that was passed over.
    It ends with this process. Raises PartError.
    """
    external = os.environ.get(VARIABLE)
    if external:
        return _external(external, say)
    folder = home.absolute() / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    return choose(
        "PostgreSQL",
        [
            Candidate("docker", docker.probe, lambda: _docker(folder, say)),
            Candidate("embedded", embedded_postgres.probe, lambda: _embedded(folder, say)),
        ],
        say,
    )


def _external(url: str, say: Say) -> Postgres:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise PartError(f"{VARIABLE} must be a URL like postgresql://user@host:5432/postgres, not {parts.scheme!r}.")
    path = parts.path if parts.path.strip("/") else "/postgres"
    postgres = Postgres("external", urlunsplit(parts._replace(scheme="postgresql", path=path)))
    place = parts.netloc.rpartition("@")[2] or "a local socket"
    try:
        # In a thread of its own, because the caller may be inside an event loop.
        version = answer_within(ANSWER_LIMIT_S, lambda: asyncio.run(_version(postgres.url)))
    except PassedOver as reason:
        raise PartError(
            f"The PostgreSQL of {VARIABLE} at {place} does not answer ({reason}); start it or unset that."
        ) from reason
    say(f"PostgreSQL: external {version} at {place} ({VARIABLE})")
    return postgres


def _docker(folder: Path, say: Say) -> Postgres:
    server = docker.start_postgres(folder)
    say(f"PostgreSQL: docker {docker.POSTGRES_IMAGE} at 127.0.0.1:{server.port} (volume {server.volume})")
    return Postgres("docker", f"postgresql://postgres@127.0.0.1:{server.port}/postgres", server, server.discard)


def _embedded(folder: Path, say: Say) -> Postgres:
    server = embedded_postgres.EmbeddedPostgres(folder, say)
    server.start_again(wipe=False)
    say(f"PostgreSQL: embedded {server.version} at 127.0.0.1:{server.port} (home {server.place})")
    return Postgres("embedded", server.url, server, server.discard)


async def _version(url: str) -> str:
    connection = await asyncpg.connect(url, timeout=ANSWER_LIMIT_S)
    try:
        version: str = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return version


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
