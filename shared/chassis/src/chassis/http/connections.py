"""Connections that do not get to the point are closed: the headers of a request arrive in time and within a bound of bytes."""

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chassis.http.problems import problem_response

HEADERS_WITHIN_S = 15.0
HEADERS_BYTES_MAX = 65_536
"""Of the request line and all headers together."""


class PunctualConnection(HttpToolsProtocol):
    """uvicorn's protocol, which waits for headers without end and takes any number of them."""

    headers_within_s = HEADERS_WITHIN_S

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline: TimerHandle | None = None
        self._awaited_bytes = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._await_headers()
        super().data_received(data)
        if self._deadline is not None:  # still no whole header
            self._awaited_bytes += len(data)
            if self._awaited_bytes > HEADERS_BYTES_MAX:
                self._refuse(431, "headers-too-large", f"The headers are larger than {HEADERS_BYTES_MAX} bytes.")

    def on_headers_complete(self) -> None:
        self._headers_came()
        super().on_headers_complete()

    def _await_headers(self) -> None:
        self._awaited_bytes = 0
        self._deadline = self.loop.call_later(self.headers_within_s, self._too_slow)

    def _headers_came(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if self._awaited_bytes:
            self._refuse(
                408, "headers-too-slow", f"The headers did not arrive within {self.headers_within_s:g} seconds."
            )
        else:
            self._headers_came()
            self.transport.close()

    def _refuse(self, status: int, code: str, detail: str) -> None:
        self._headers_came()
        if self.transport.is_closing():
            return
        response = problem_response(status, code, detail, {"Connection": "close"})
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in response.raw_headers)
        self.transport.write(b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (status, code.encode(), lines, bytes(response.body)))
        self.transport.close()
