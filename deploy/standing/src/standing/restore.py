"""Restoring: all databases of a backup, each proved before it takes its name, and the topics that are ahead of them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from chassis.inbox.broker import TopicTail
from standing import backup as backups
from standing.backup import Dump, Say
from standing.chain import chain_holds, places_of
from standing.fault import Fault
from standing_parts import run_program

MAINTENANCE = "postgres"
GONE_WITHIN_S = 30.0


async def restore(
    folder: Path, addresses: Mapping[str, str], own_topics: Collection[str], replace: bool, say: Say = print,
    trusted: bytes | None = None, unsigned: bool = False,
) -> None:  # fmt: skip
    """Restore a backup into the databases at service → URL; all of them, or none. ``own_topics``: those that the services publish.

    Databases that hold events are replaced only with ``replace``, and only while no service is connected. ``trusted`` is the public key
    that must have signed the backup; ``unsigned`` accepts one of a former version. Raises Fault, PartError.
    """
    backup = await asyncio.to_thread(backups.read, folder, trusted, unsigned)
    if missing := set(addresses) - {dump.service for dump in backup.dumps}:
        raise Fault(f"The backup in {folder} holds nothing of {', '.join(sorted(missing))}.")
    dumps = [dump for dump in backup.dumps if dump.service in addresses]
    for dump in dumps:
        await _may_take(addresses[dump.service], dump.service, replace)
    author = f"signed with {backup.signed_by}" if backup.signed_by else "signed by nobody"
    known = "" if trusted is not None else "; not compared with a --public-key"
    say(f"Backup of {backup.made_at:%Y-%m-%d %H:%M:%S} UTC, {author}{known}")
    for dump in dumps:
        await _restored(folder, dump, addresses[dump.service], own_topics)
        say(f"{dump.service}: {dump.events:,} events restored, positions dense, every hash recomputed")
    for dump in dumps:
        await _named(addresses[dump.service])


async def topics_ahead(bootstrap: str, services: Mapping[str, tuple[str, str]]) -> list[str]:
    """Sentences about topics that hold more than the restored logs; services: service → (topic, database URL)."""
    sentences = []
    async with _consumer(bootstrap) as consumer:
        there = await consumer.topics()
    for service, (topic, url) in services.items():
        if topic not in there:
            continue
        connection = await asyncpg.connect(url)
        tail = TopicTail(bootstrap, topic, f"/{service}", partial(_ids_in, connection))
        try:
            heads = {partition: place.position for partition, place in (await places_of(connection)).items()}
            await tail.start()
            lasts = await tail.last(await tail.ends(list(heads)))
        finally:
            await tail.stop()
            await connection.close()
        ahead = {partition: last.position for partition, last in lasts.items() if last.position > heads[partition]}
        sentences += [
            f"{topic}[{p}] ends with position {at}, the restored log with {heads[p]}." for p, at in ahead.items()
        ]
    return sentences


async def _ids_in(connection: asyncpg.Connection, partition: int, positions: Sequence[int]) -> dict[int, str]:
    rows = await connection.fetch(
        "SELECT position, event_id FROM event WHERE partition = $1 AND position = ANY($2::bigint[])", partition, list(positions)
    )  # fmt: skip
    return {row["position"]: str(row["event_id"]) for row in rows}


async def forget_topics(bootstrap: str, topics: list[str]) -> list[str]:
    """Delete the services' own topics, which their relays fill again from the logs; returns those that were there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        there = [topic["topic"] for topic in await admin.describe_topics(topics) if not topic["error_code"]]
        if not there:
            return []
        await admin.delete_topics(there)
        async with asyncio.timeout(GONE_WITHIN_S):
            while True:
                if all(topic["error_code"] for topic in await admin.describe_topics(there)):
                    return there
                await asyncio.sleep(0.1)
    finally:
        await admin.close()


async def _may_take(url: str, service: str, replace: bool) -> None:
    """Raises Fault when the database is in use, or holds events that are not to be replaced."""
    async with _maintenance(url) as server:
        database = _database(url)
        if not await server.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database):
            return
        users = await server.fetch(
            "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE $2",
            database, f"{service}/%",
        )  # fmt: skip
        if users:
            raise Fault(f"{users[0]['application_name']} is connected to {database}; stop {service} first.")
    connection = await asyncpg.connect(url)
    try:
        made = await connection.fetchval("SELECT to_regclass('event') IS NOT NULL")
        if made and not replace and await connection.fetchval("SELECT EXISTS (SELECT FROM event)"):
            raise Fault(f"{database} holds events; restore with --replace to lose them, or into another server.")
    finally:
        await connection.close()


async def _restored(folder: Path, dump: Dump, url: str, own_topics: Collection[str]) -> None:
    """Restore one dump beside its database, and prove that it is what was dumped."""
    database, beside = _database(url), _beside(url)
    async with _maintenance(url) as server:
        owner = await server.fetchval(
            "SELECT coalesce((SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1), current_user)",
            database,
        )
        await server.execute(f"DROP DATABASE IF EXISTS {_quoted(_database(beside))} WITH (FORCE)")
        await server.execute(f"CREATE DATABASE {_quoted(_database(beside))} OWNER {_quoted(owner)} TEMPLATE template0")
    arguments = ("--no-owner", "--no-privileges", f"--role={owner}", "--exit-on-error", "--jobs=2")
    await asyncio.to_thread(run_program, "pg_restore", beside, *arguments, str(folder / dump.file))
    connection = await asyncpg.connect(beside)
    try:
        found = {str(p): (place.position, place.hash.hex()) for p, place in (await places_of(connection)).items()}
        check = await chain_holds(dump.service, connection)
        if found != dump.heads or not check.ok:
            raise Fault(
                f"{dump.file} does not restore to what was dumped: {check.detail if not check.ok else 'other heads'}."
            )
        # Whether or not it was halted when it was dumped: it is another database now, compared at its first start.
        await connection.execute("DELETE FROM log_halt")
        # The offset of a position means nothing in a topic that is filled again; the position itself still holds.
        await connection.execute("UPDATE inbox SET kafka_offset = -1 WHERE source = ANY($1)", list(own_topics))
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _named(url: str) -> None:
    """The restored database takes the place of the one that was there."""
    async with _maintenance(url) as server:
        await server.execute(f"DROP DATABASE IF EXISTS {_quoted(_database(url))} WITH (FORCE)")
        await server.execute(f"ALTER DATABASE {_quoted(_database(_beside(url)))} RENAME TO {_quoted(_database(url))}")


@asynccontextmanager
async def _maintenance(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(_of(url, MAINTENANCE))
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _consumer(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


def _beside(url: str) -> str:
    return _of(url, f"{_database(url)}_restoring")


def _of(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(database, safe="")))


def _database(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
