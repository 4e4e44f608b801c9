"""What a URL says: text in UTF-8 without NUL; an escaped slash (``%2F``) belongs to an id and does not divide the path.

Numbering documents ``2024/0001`` is usual, and servers decode a path before it is routed. So the path is read from its raw form; the
stand-in for an escaped slash is put back to a slash in the id's value once the route is found (``chassis.http.declared``).
"""

from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.http.problems import problem_response

SLASH_IN_ID = "\udc2f"
"""Stands for an escaped slash while the route is found. Decoded UTF-8 never holds a lone surrogate, so nobody can send it."""


class ReadableUrl:
    """Answers 422 for a URL that is no text; routes by the raw path, so that an id may hold slashes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query: bytes = scope["query_string"]
        raw: bytes = scope.get("raw_path") or b""
        if (b"%" in query or not query.isascii()) and (flaw := _flaw(query)) is not None:
            await _refused(f"The query {flaw}.", scope, receive, send)
            return
        if b"%" in raw:
            if (flaw := _flaw(raw)) is not None:
                await _refused(f"The path {flaw}.", scope, receive, send)
                return
            scope = {**scope, "path": routed(raw)}
        await self._app(scope, receive, send)


def routed(raw: bytes) -> str:
    """The decoded path, with the stand-in for each slash that was escaped."""
    return SLASH_IN_ID.join(unquote_to_bytes(part).decode() for part in raw.replace(b"%2f", b"%2F").split(b"%2F"))


def written(path: str) -> str:
    """A routed path as text that no other path shares: escaped slashes and percent signs stay escaped."""
    return path.replace("%", "%25").replace(SLASH_IN_ID, "%2F")


def _flaw(raw: bytes) -> str | None:
    decoded = unquote_to_bytes(raw)
    if b"\x00" in decoded:
        return "holds the character NUL (%00), which no text has"
    try:
        decoded.decode()
    except UnicodeDecodeError as error:
        return f"is not UTF-8: percent-encoding %{decoded[error.start]:02X} begins no character"
    return None


async def _refused(detail: str, scope: Scope, receive: Receive, send: Send) -> None:
    await problem_response(422, "invalid-input", detail)(scope, receive, send)
