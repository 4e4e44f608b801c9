"""Where a browser may be sent back to, and how an answer is put into that address."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

LOOPBACK = ("127.0.0.1", "::1")


def is_registered(uri: str, registered: Iterable[str], any_loopback_port: bool) -> bool:
    """Whether `uri` is one of `registered`, character by character.

    With `any_loopback_port` the port of http://127.0.0.1 and http://[::1] may be another: a program on the
    desktop takes the port that is free (RFC 8252, 7.3).
    """
    registered = tuple(registered)
    if uri in registered:
        return True
    if not any_loopback_port:
        return False
    bare = _without_port(uri)
    return bare is not None and any(bare == _without_port(each) for each in registered)


def _without_port(uri: str) -> str | None:
    """A loopback address without its port; None for any other one, and for one with a user, a fragment or blanks."""
    # Some parsers drop what others take for a part of the address.
    if not uri.isascii() or not uri.isprintable() or " " in uri or "\\" in uri:
        return None
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme != "http" or host not in LOOPBACK or "@" in parts.netloc or "#" in uri:
        return None
    return urlunsplit(SplitResult("http", f"[{host}]" if ":" in host else host, parts.path, parts.query, ""))


def with_answer(uri: str, **answer: str | None) -> str:
    """`uri` with parameters added to its query, without those that are None."""
    parts = urlsplit(uri)
    added = urlencode({name: value for name, value in answer.items() if value is not None})
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query and added else parts.query or added))


def source_of(uri: str) -> str:
    """The source expression of a Content-Security-Policy that allows `uri`."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
