"""The HTTP library ``requests`` through the guard, for the plugins of apprise, which know no other way out of the process."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from notify_svc.delivery.guard import Forbidden, Guard

ANSWER_BYTES_MAX = 65_536


@dataclass(eq=False)
class Exit:
    """The way out of the process for one message: every connection is to an address that the guard has checked.

    ``loop`` resolves names for the thread that sends. ``connect_s`` bounds each connection, in seconds. ``refused`` is what the
    guard said, also where a plugin passes over it. After ``close`` nothing connects and nothing that is connected goes on.
    """

    guard: Guard
    loop: asyncio.AbstractEventLoop
    connect_s: float
    refused: Forbidden | None = None
    _closed: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)

    def connect(self, host: str, port: int) -> socket.socket:
        """A connection to a checked address. Raises Forbidden, and OSError where there is none or none answers."""
        looked_up = asyncio.run_coroutine_threadsafe(self.guard.addresses(host, port), self.loop)
        try:
            addresses = looked_up.result(self.connect_s)
        except Forbidden as error:
            self.refused = error
            raise
        failed: OSError | None = None
        for address in addresses:
            if self._closed:
                raise OSError("The message was given up.")
            try:
                connected = socket.create_connection((address, port), self.connect_s)
            except OSError as error:
                failed = error
                continue
            self._sockets.append(connected)
            return connected
        raise failed or OSError(f"{host} has no address.")

    def close(self) -> None:
        """End what is under way: the thread that waits on a socket gets an error instead of its answer."""
        self._closed = True
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


_EXIT: ContextVar[Exit] = ContextVar("exit")


@contextmanager
def through(way: Exit) -> Iterator[None]:
    """Within the block (and the threads that copy its context) requests go out there; outside of one they raise LookupError."""
    before = _EXIT.set(way)
    try:
        yield
    finally:
        _EXIT.reset(before)


class _PinnedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        connected = _EXIT.get().connect(self._dns_host, self.port or self.default_port)
        connected.settimeout(self.timeout if isinstance(self.timeout, int | float) else None)
        return connected


class _PinnedSecureConnection(HTTPSConnection):
    _new_conn = _PinnedConnection._new_conn


class _PinnedPool(HTTPConnectionPool):
    ConnectionCls = _PinnedConnection


class _PinnedSecurePool(HTTPSConnectionPool):
    ConnectionCls = _PinnedSecureConnection


class _PinnedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PinnedPool, "https": _PinnedSecurePool}


class _PinnedSession(requests.Session):
    """No proxies or passwords of this machine, no redirects, and no more of an answer than 64 KiB."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("http://", _PinnedAdapter())
        self.mount("https://", _PinnedAdapter())

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        answer = super().send(request, **{**options, "allow_redirects": False, "stream": True, "proxies": {}})
        read = bytearray()
        for part in answer.iter_content(8_192):
            read += part
            if len(read) >= ANSWER_BYTES_MAX:
                break
        answer.close()
        answer._content = bytes(read[:ANSWER_BYTES_MAX])
        answer._content_consumed = True
        return answer


class PinnedRequests(ModuleType):
    """Stands where a plugin has imported ``requests``: the same names, and every request goes through the guard."""

    Session = session = _PinnedSession

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    @staticmethod
    def request(method: str, url: str, **options: Any) -> requests.Response:
        with _PinnedSession() as session:
            return session.request(method, url, **options)

    def get(self, url: str, **options: Any) -> requests.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> requests.Response:
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Any) -> requests.Response:
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Any) -> requests.Response:
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Any) -> requests.Response:
        return self.request("DELETE", url, **options)

    def head(self, url: str, **options: Any) -> requests.Response:
        return self.request("HEAD", url, **options)

    def options(self, url: str, **options: Any) -> requests.Response:
        return self.request("OPTIONS", url, **options)


PINNED = PinnedRequests("requests")
