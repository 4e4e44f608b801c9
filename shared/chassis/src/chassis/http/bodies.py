"""Bodies are read before anything else happens: within a bound of bytes and of time, and all of them together within one.

A slow body so holds neither a place among the requests in progress nor memory; what is too large is refused before it is read.
"""

import asyncio
import re
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.problems import Problem, problem_response
from chassis.http.running import runtime_of
from chassis.inbox.exact_json import as_text

OPERATORS = "/v1/admin/parked/"
OPERATORS_FACTOR = 4
"""A parked message of the greatest size is edited as JSON, whose escapes make it larger."""
DRAINED_WITHIN_S = 2.0
"""After a refusal what is still sent is read and dropped for this long: a connection cut at once would take the answer with it."""

_NUMBER = re.compile(rb'"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?', re.DOTALL)
_LONG = re.compile(rb"[0-9.]{17}")
EXACT_DIGITS = 15
"""More significant digits do not survive in a float."""


class BoundedBodies:
    """Hands on a request once its whole body is there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.held = 0
        """Bytes of all bodies that are being read or worked on."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (announced := announced_by(scope)):
            await self._app(scope, receive, send)
            return
        held = _Held(self)
        try:
            body = await self._read(scope, receive, announced, held)
            if isinstance(body, Problem):
                await refuse(body, scope, receive, send)
            elif body is not None:
                await self._app(scope, _Replayed(exact(body), receive), send)
        finally:
            self.held -= held.bytes

    async def _read(self, scope: Scope, receive: Receive, announced: int, held: "_Held") -> bytes | Problem | None:
        """The body; or why it is refused; or None when the caller has gone."""
        settings = runtime_of(scope["app"]).settings
        most = settings.http_body_bytes_max * (OPERATORS_FACTOR if scope["path"].startswith(OPERATORS) else 1)
        if announced > most:
            return _too_large(most)
        if (coded := _coded(scope)) is not None:
            return coded
        chunks: list[bytes] = []
        try:
            async with asyncio.timeout(settings.http_body_s):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    more = message.get("more_body", False)
                    chunks.append(message.get("body", b""))
                    if held.grown_by(len(chunks[-1])) > most:
                        return _too_large(most)
                    if self.held > settings.http_bodies_bytes_max:
                        detail = "The bodies of other requests take all the room there is. Try again in a second."
                        return Problem(429, "too-many-requests", detail, {"Retry-After": "1"})
        except TimeoutError:
            detail = f"The body did not arrive within {settings.http_body_s:g} seconds."
            return Problem(408, "body-too-slow", detail, {"Retry-After": "1"})
        return b"".join(chunks)


class _Held:
    """The bytes of one request that count among those of all."""

    def __init__(self, all_bodies: BoundedBodies) -> None:
        self._all = all_bodies
        self.bytes = 0

    def grown_by(self, size: int) -> int:
        """Count another chunk; returns the bytes so far."""
        self.bytes += size
        self._all.held += size
        return self.bytes


class _Replayed:
    """The receive of a request whose body has been read."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def exact(body: bytes) -> bytes:
    """The body, with decimal numbers that no float holds as strings: an amount 12345678901234.567891 keeps its cents."""
    if not _LONG.search(body):
        return body
    return _NUMBER.sub(_exact_number, body)


def _exact_number(found: re.Match[bytes]) -> bytes:
    text = found.group()
    if text[:1] == b'"' or not any(sign in text for sign in b".eE"):
        return text
    digits = re.sub(rb"[eE].*|[-.]", b"", text).lstrip(b"0")
    return text if len(digits) <= EXACT_DIGITS else as_text(text)


def announced_by(scope: Scope) -> int:
    """Bytes that the request announces; 1 for a body of unknown length, 0 for none."""
    length = 0
    for name, value in scope["headers"]:
        if name == b"transfer-encoding":
            return 1
        if name == b"content-length":
            length = int(value) if value.isdigit() and len(value) < 20 else 10**20
    return length


def _coded(scope: Scope) -> Problem | None:
    """Why a body is not read that says it is compressed: it would have to be decompressed to be bounded."""
    codings = b", ".join(value for name, value in scope["headers"] if name == b"content-encoding").strip().lower()
    if codings in (b"", b"identity"):
        return None
    sent = codings[:100].decode("ascii", "replace")
    detail = f"Send the body as it is, without Content-Encoding; this one came as {sent}."
    return Problem(415, "coded-body", detail, {"Accept-Encoding": "identity"})


def _too_large(most: int) -> Problem:
    return Problem(413, "body-too-large", f"The body is larger than {most} bytes, the most that is read.")


async def refuse(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, then read and drop what is still sent, then close the connection."""
    headers = {"Connection": "close", **(problem.headers or {})}
    response = problem_response(problem.status, problem.code, problem.detail, headers)
    await send({"type": "http.response.start", "status": problem.status, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(0 if problem.status == 408 else DRAINED_WITHIN_S):
            while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})
