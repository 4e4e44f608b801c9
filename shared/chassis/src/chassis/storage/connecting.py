"""Every connection to PostgreSQL is made here: a single one, those of a pool, and those of SQLAlchemy, which Alembic uses as well.

A URL says all of it: ``postgresql://user@host:port/database?sslmode=verify-full&sslrootcert=/ca.crt``. ``sslmode``, ``sslrootcert``,
``sslcert`` and ``sslkey`` mean what they mean to libpq. ``passwordfile`` is Standing's own: the file with the password, read for each
new connection, so that a password is changed without a restart.
"""

import ssl
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

ACQUIRE_WITHIN_S = 15.0
PASSWORD_FILE = "passwordfile"
_FILES = {"sslrootcert": "the CA", "sslcert": "the client's certificate", "sslkey": "the client's key"}
_OTHER_NAME = 62, 64
"""OpenSSL's codes for a certificate of another host name, and of another IP address."""


class PostgresRefused(ConnectionError):
    """A connection was not made because one side does not trust the other; the message says what to change.

    Like a server that is away it may pass: a certificate or a password is often replaced here a moment after it was there.
    """


def of_database(server: str, database: str, password_file: str | None = None) -> str:
    """The URL of a database on the server at a URL, with its parameters, and with the file of the password where it names none."""
    parts = urlsplit(server)
    named = parts.password or PASSWORD_FILE in dict(parse_qsl(parts.query))
    files = [(PASSWORD_FILE, password_file)] if password_file and not named else []
    query = "&".join(part for part in (parts.query, urlencode(files, quote_via=quote, safe="/")) if part)
    return urlunsplit(parts._replace(path="/" + quote(database, safe=""), query=query))


def named(url: str) -> str:
    """``database on host:port``, for sentences: nothing of a URL that is a secret."""
    parts = urlsplit(url)
    return f"{parts.path.lstrip('/') or 'the database'} on {parts.netloc.rpartition('@')[2] or 'the local socket'}"


async def connect(url: str, **options: Any) -> asyncpg.Connection:
    """A connection of its own; ``options`` are asyncpg's.

    Raises PostgresRefused where one side does not trust the other, else what asyncpg raises.
    """
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query))
    if (path := parameters.pop(PASSWORD_FILE, None)) is not None:
        options["password"] = _content(path, "the password", url)
        url = urlunsplit(parts._replace(query=urlencode(parameters, quote_via=quote, safe="/")))
    for name in _FILES.keys() & parameters.keys():
        _content(parameters[name], f"{_FILES[name]} ({name})", url)
    try:
        return await asyncpg.connect(url, **options)
    except ssl.SSLCertVerificationError as error:
        raise PostgresRefused(_untrusted(url, error)) from error
    except ssl.SSLError as error:
        raise PostgresRefused(
            f"TLS with {named(url)} fails ({error.reason or error}): compare sslcert and sslkey, and what the server accepts."
        ) from error
    except ConnectionError as error:
        if "rejected SSL upgrade" not in str(error):
            raise
        raise PostgresRefused(
            f"{named(url)} speaks no TLS, and sslmode={parameters.get('sslmode', '')} asks for it: set ssl = on there, with a certificate."
        ) from error
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise PostgresRefused(
            f"{named(url)} lets {parts.username or 'us'} not in: {error}. Compare user and password, or the client's certificate, with"
            " the server's roles and its pg_hba.conf."
        ) from error


class BoundedPool(asyncpg.Pool):
    """A pool in which nobody waits for a connection without end: whoever does would keep what the others wait for."""

    def acquire(self, *, timeout: float | None = None) -> Any:
        return super().acquire(timeout=ACQUIRE_WITHIN_S if timeout is None else timeout)


async def open_pool(url: str, max_size: int, init: Any, reset: Any, server_settings: dict[str, str]) -> BoundedPool:
    """A pool of at least one connection, which is made now."""
    return await BoundedPool(
        url, min_size=1, max_size=max_size, max_queries=50_000, max_inactive_connection_lifetime=300.0, loop=None,
        connection_class=asyncpg.Connection, record_class=asyncpg.Record, command_timeout=60, init=init, reset=reset,
        connect=connect, server_settings=server_settings,  # type: ignore[arg-type]  # the stub wants all of its parameters by name
    )  # fmt: skip


def engine_of(url: str) -> AsyncEngine:
    """SQLAlchemy's engine; it reads no URL itself, because it would take libpq's parameters for its own.

    A connection stays once it is made: making one takes some 20 ms of this process, and a pool that made the last few anew at each rush
    of questions would make the rush worse.
    """
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=partial(connect, url),
        pool_size=10,
        max_overflow=0,
        pool_timeout=ACQUIRE_WITHIN_S,
        pool_reset_on_return=None,
    )


def _content(path: str, what: str, url: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise PostgresRefused(
            f"The file with {what} for {named(url)} cannot be read: {path}: {why}. Name another, or let this account read it."
        ) from error


def _untrusted(url: str, error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code in _OTHER_NAME:
        return (
            f"The certificate of {named(url)} is of another host ({error.verify_message}): name the server as its certificate does, or"
            " give it one with this name."
        )
    return (
        f"The certificate of {named(url)} is not trusted ({error.verify_message}): sslrootcert must name the CA that signed it, and it"
        " must be valid today."
    )
