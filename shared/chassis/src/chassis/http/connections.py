"""What is no request is answered before it is one: headers arrive in time, within a bound of bytes, and as HTTP/1.1 has them.

Every such answer is a problem document, after which the connection is closed.
"""

import asyncio
from asyncio import TimerHandle, Transport
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from chassis.http.bodies import refuse
from chassis.http.problems import Problem

HEADERS_WITHIN_S = 15.0
HEADERS_BYTES_MAX = 65_536
"""Of the request line and all headers together."""
HEADERS_MAX = 100
"""Headers of a request; a browser behind two proxies sends about thirty."""
BESIDES = 4
"""Bytes of a header besides its name and value: colon, blank and the end of the line."""
NOT_HTTP = (
    "This is not HTTP/1.1: its request line, a header or a chunk breaks the grammar. "
    "A path and a query are ASCII, with every other character percent-encoded."
)


class PunctualConnection(HttpToolsProtocol):
    """uvicorn's protocol, which waits for headers without end, takes any number of them, and answers what is not HTTP as text."""

    headers_within_s = HEADERS_WITHIN_S

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline: TimerHandle | None = None
        self._awaited_bytes = 0
        self._in_headers = False
        self._came_in_this_read = False
        self._refused = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._await_headers()
        self._came_in_this_read = False
        super().data_received(data)
        if self._deadline is not None or self._in_headers:  # still no whole header
            self._awaited_bytes += 0 if self._came_in_this_read else len(data)
            if self._awaited_bytes > HEADERS_BYTES_MAX:
                self._refuse(_too_large())

    def on_message_begin(self) -> None:
        self._in_headers, self._awaited_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._headers_came()
        self._in_headers, self._came_in_this_read = False, True
        flaw = _flaw(self.url, self.headers, self.parser.get_http_version())
        if flaw is not None:
            self._refuse(flaw)
            raise httptools.HttpParserError(flaw.code)  # what follows these headers is not read
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """For what the parser does not read, unless it stopped because of an answer of our own."""
        if not self._refused:
            self._refuse(Problem(400, "not-http", NOT_HTTP))

    def _should_upgrade(self) -> bool:
        """Never: a request for a WebSocket is answered as any other."""
        return False

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: a client may ask for what is not there."""

    def _await_headers(self) -> None:
        self._awaited_bytes = 0
        self._deadline = self.loop.call_later(self.headers_within_s, self._too_slow)

    def _headers_came(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if self._awaited_bytes:
            detail = f"The headers did not arrive within {self.headers_within_s:g} seconds."
            self._refuse(Problem(408, "headers-too-slow", detail))
        else:
            self._headers_came()
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        """Answer and read nothing more. Requests before it are answered first, in their order."""
        self._headers_came()
        self._refused = True
        if self.transport.is_closing():
            return

        async def answer(scope: Any, receive: Any, send: Any) -> None:
            await refuse(problem, scope, receive, send)

        last = self._cycle()
        before = self.cycle
        if before is not None and before.more_body and not before.response_complete:
            # The request whose body it is: it ends without an answer of its own, as if its caller had gone.
            before.disconnected = True
            before.message_event.set()
            if before.response_started:
                self.transport.close()
                return
            if self.pipeline and self.pipeline[0][0] is before:
                self.pipeline[0] = (last, answer)
                return
        elif before is not None and not before.response_complete:
            self.pipeline.appendleft((last, answer))
            return
        self.cycle = last
        self._start_asgi_task(last, answer)

    def _cycle(self) -> RequestResponseCycle:
        scope: Any = {
            "type": "http", "http_version": "1.1", "method": "", "path": "", "raw_path": b"", "query_string": b"",
            "root_path": "", "headers": [], "client": self.client,
        }  # fmt: skip
        return RequestResponseCycle(
            scope=scope,
            transport=self.transport, flow=self.flow, logger=self.logger, access_logger=self.access_logger,
            access_log=False, default_headers=self.server_state.default_headers, message_event=asyncio.Event(),
            expect_100_continue=False, keep_alive=False, on_response=self.on_response_complete,
        )  # fmt: skip


def _flaw(url: bytes, headers: list[tuple[bytes, bytes]], version: str) -> Problem | None:
    """Why a whole header is no request that two servers read alike (RFC 9112, sections 3.2 and 6.1); None when it is."""
    if len(url) + sum(len(name) + len(value) + BESIDES for name, value in headers) > HEADERS_BYTES_MAX:
        return _too_large()
    if len(headers) > HEADERS_MAX:
        return Problem(
            431, "too-many-headers", f"A request has at most {HEADERS_MAX} headers; this one has {len(headers)}."
        )
    hosts = sum(name == b"host" for name, _ in headers)
    codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
    if version not in ("1.0", "1.1"):
        return Problem(400, "not-http", f"HTTP/{version} is not spoken here; send HTTP/1.1.")
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        return Problem(400, "not-http", f"A request has one header Host; this one has {hosts or 'none'}.")
    if codings and (version == "1.0" or codings != [b"chunked"]):
        return Problem(400, "not-http", "The only Transfer-Encoding is chunked, once, and in HTTP/1.1.")
    return None


def _too_large() -> Problem:
    return Problem(431, "headers-too-large", f"The headers are larger than {HEADERS_BYTES_MAX} bytes.")
