"""Connections to PostgreSQL by a URL: ``passwordfile`` in it names the file with the password, all else is libpq's."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from standing_parts.choose import ANSWER_LIMIT_S
from standing_parts.part import PartError

PASSWORD_FILE = "passwordfile"
WITH_TLS = ("require", "verify-ca", "verify-full")


async def connect(url: str) -> asyncpg.Connection:
    """Raises PartError when the password's file cannot be read, else what asyncpg raises."""
    bare, password = without_password(url)
    return await asyncpg.connect(bare, password=password, timeout=ANSWER_LIMIT_S)


def without_password(url: str) -> tuple[str, str | None]:
    """A URL that may be shown, for libpq and asyncpg, and the password that it named."""
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query))
    user, _, host = parts.netloc.rpartition("@")
    password = parameters.pop("password", None) or (unquote(parts.password) if parts.password else None)
    if (file := parameters.pop(PASSWORD_FILE, None)) is not None:
        password = _content(file)
    netloc = f"{user.partition(':')[0]}@{host}" if user else host
    query = urlencode(parameters, quote_via=quote, safe="/")
    return urlunsplit(parts._replace(netloc=netloc, query=query)), password


def asks_for_tls(url: str) -> bool:
    """Whether a connection without TLS is none."""
    return dict(parse_qsl(urlsplit(url).query)).get("sslmode") in WITH_TLS


def _content(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise PartError(f"The file with PostgreSQL's password cannot be read: {file}: {why}.") from error
