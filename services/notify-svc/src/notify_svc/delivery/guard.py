"""Which addresses may be called: public ones, and what the deployment allows. The address that was checked is the one that is called."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import httpcore

from notify_svc.delivery.special_networks import METADATA, Address, Network, carried, is_public, is_within
from notify_svc.sentences import Sentences

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

ADDRESSES_TRIED_MAX = 4


class Forbidden(Exception):
    """The name leads to an internal address; the message says which, and how an operator could allow it."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, by the system's resolver. Raises OSError for a name that has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[4][0]) for place in found]


class Guard:
    """Checks names and addresses. ``allowed`` are networks that may be called although they are internal."""

    def __init__(self, allowed: Iterable[Network] = (), resolve: Resolve = resolve) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses to call for a name, all of them checked. Raises Forbidden, or OSError when there are none."""
        literal = _literal(host)
        found = [str(literal)] if literal else await self._resolve(host, port)
        for address in found:
            self.check(host, address)
        if not found:
            raise OSError(f"{host} has no address.")
        return list(dict.fromkeys(found))[:ADDRESSES_TRIED_MAX]

    def check(self, host: str, address: str) -> None:
        """Raises Forbidden for an address inside a network: private, loopback, link-local, metadata, multicast, …"""
        real = carried(ipaddress.ip_address(address.partition("%")[0]))
        if is_within(real, METADATA):
            raise Forbidden(Sentences.SECRETS_OF_A_CLOUD(host=host, address=real))
        if not is_within(real, self._allowed) and not is_public(real):
            raise Forbidden(Sentences.INTERNAL_ADDRESS(host=host, address=real))


class PinnedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to addresses that the guard has checked, so that a name cannot lead elsewhere between check and call."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        failed: Exception | None = None
        for address in await self._guard.addresses(host, port):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(f"{host} has no address.")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> httpcore.AsyncNetworkStream:
        raise Forbidden(Sentences.MACHINES_SOCKET(path=path))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def _literal(host: str) -> Address | None:
    """The address that a host is written as, in any spelling that a C library takes (``127.1``, ``0x7f000001``)."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
