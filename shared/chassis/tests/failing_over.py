"""Two PostgreSQL servers, one the standby of the other, behind one address: what a service sees of a fail-over."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from chassis.testing.waiting import eventually
from standing_parts.embedded_postgres import EmbeddedPostgres

HOST = "127.0.0.1"


@dataclass
class Address:
    """A TCP address that leads to whichever server is the present one; a switch cuts every connection."""

    target: int
    port: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection(HOST, self.target)
        except OSError:
            writer.close()
            return
        self._open |= {writer, there_writer}
        await asyncio.gather(_pumped(reader, there_writer), _pumped(there_reader, writer))
        self._open -= {writer, there_writer}

    def lead_to(self, port: int) -> None:
        self.target = port
        for writer in self._open:
            writer.transport.abort()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@dataclass
class Pair:
    """A primary and its standby. ``url`` is the address of whoever takes writes."""

    primary: EmbeddedPostgres
    standby: EmbeddedPostgres
    address: Address

    @property
    def url(self) -> str:
        parts = urlsplit(self.primary.url)
        return self.primary.url.replace(f":{parts.port}/", f":{self.address.port}/").rsplit("/", 1)[0]

    async def on(self, server: EmbeddedPostgres, *statements: str, database: str = "postgres") -> object:
        """The result of the last statement, on one of the two."""
        connection = await asyncpg.connect(server.url.rsplit("/", 1)[0] + f"/{database}")
        try:
            result: object = None
            for statement in statements:
                result = await connection.fetchval(statement)
            return result
        finally:
            await connection.close()

    async def in_step(self) -> None:
        """Wait until the standby has replayed what the primary has written."""
        end = await self.on(self.primary, "SELECT pg_current_wal_flush_lsn()::text")

        async def replayed() -> object:
            return await self.on(self.standby, f"SELECT pg_last_wal_replay_lsn() >= '{end}'::pg_lsn")

        await eventually(replayed, bool)

    async def wait_for_the_standby(self) -> None:
        """From now on a commit is acknowledged only when the standby has it."""
        await self.on(self.primary, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")

        async def waits() -> object:
            return await self.on(self.primary, "SELECT sync_state = 'sync' FROM pg_stat_replication")

        await eventually(waits, bool)

    async def cut(self) -> None:
        """The standby gets nothing more, as behind a network that has failed."""
        await self.on(self.standby, "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")

        async def alone() -> object:
            return await self.on(self.standby, "SELECT NOT EXISTS (SELECT FROM pg_stat_wal_receiver)")

        await eventually(alone, bool)

    async def fail_over(self) -> None:
        """The primary dies, the standby takes its place and its address."""
        self.primary.kill()
        await self.on(self.standby, "SELECT pg_promote()")
        self.address.lead_to(self.standby.port)


@asynccontextmanager
async def pair(folder: Path) -> AsyncIterator[Pair]:
    for name in ("primary", "standby"):
        (folder / name).mkdir()
    primary = EmbeddedPostgres(folder / "primary", lambda _: None)
    await asyncio.to_thread(primary.start_again, True)
    standby = EmbeddedPostgres(folder / "standby", lambda _: None)
    await asyncio.to_thread(standby.start_as_standby_of, primary)
    address = Address(primary.port)
    server = await asyncio.start_server(address.serve, HOST, 0)
    address.port = server.sockets[0].getsockname()[1]
    try:
        yield Pair(primary, standby, address)
    finally:
        server.close()
        for each in (primary, standby):
            each.kill()
            each.discard()
