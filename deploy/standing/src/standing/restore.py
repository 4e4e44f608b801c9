"""Restoring: all databases of a backup, each proved before it takes its name, and the topics that are ahead of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from chassis.inbox.broker import TopicTail
from chassis.inbox.tail import Last
from chassis.kafka_security import KafkaSecurity
from chassis.storage.connecting import connect, of_database
from standing import backup as backups
from standing.actions import actions_hold
from standing.backup import Backup, Dump, Say
from standing.believed import judged
from standing.chain import chain_holds, places_of
from standing.erasures import Beyond, Written, erasures_of, replay
from standing.fault import Fault
from standing.personal_keys import KeysBackup, ServiceKeys, put_back, without_lost
from standing_parts import run_program

MAINTENANCE = "postgres"
SHOWN = 10
GONE_WITHIN_S = 30.0
LookBeyond = Callable[[str, Mapping[int, int]], Awaitable[Beyond]]
"""What the topic of a service has behind the heads of its log."""


@dataclass(frozen=True)
class Persons:
    """What opens a restored installation, and who was erased in the meantime.

    Without ``keys`` a backup of sealed data is restored only with ``without_keys``: then nobody ever opens what is sealed.
    """

    keys: KeysBackup | None = None
    without_keys: bool = False
    beyond: LookBeyond | None = None


async def restore(
    folder: Path, addresses: Mapping[str, str], own_topics: Collection[str], replace: bool, say: Say = print,
    trusted: bytes | None = None, unsigned: bool = False, persons: Persons = Persons(),
) -> None:  # fmt: skip
    """Restore a backup into the databases at service → URL; all of them, or none. ``own_topics``: those that the services publish.

    Databases that hold events are replaced only with ``replace``, and only while no service is connected. ``trusted`` is the public key
    that must have signed the backup; ``unsigned`` accepts one of a former version. Who was erased after the backup, as the keys, the
    topics and the databases that are replaced say, is erased again before a database takes its name. Raises Fault, PartError.
    """
    backup = await asyncio.to_thread(backups.read, folder, trusted, unsigned)
    _refuse_unopened(backup, persons)
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
        for sentence in await _with_persons(dump, addresses[dump.service], persons, backup.made_at):
            say(f"{dump.service}: {sentence}")
    for dump in dumps:
        await _named(addresses[dump.service])


def _refuse_unopened(backup: Backup, persons: Persons) -> None:
    sealed = [dump.service for dump in backup.dumps if dump.keys]
    if sealed and persons.keys is None and not persons.without_keys:
        raise Fault(
            f"What {', '.join(sealed)} sealed about persons cannot be opened without their keys, which are in no backup of data. Name"
            " their newest backup with --keys. Where it is lost, --without-keys restores all else; what is sealed stays closed for good."
        )


async def _with_persons(dump: Dump, url: str, persons: Persons, made_at: datetime) -> list[str]:
    """Keys put back and erasures done again in a restored database; sentences about both."""
    sentences = []
    connection = await connect(_beside(url))
    try:
        listed = persons.keys.of(dump.service) if persons.keys else ServiceKeys()
        erasures = [*listed.erasures, *await _in_place(url)]
        if persons.beyond is not None:
            beyond = await persons.beyond(dump.service, {int(p): head for p, (head, _) in dump.heads.items()})
            found = judged(beyond, {each.event_id for each in erasures}, listed.heads)
            erasures += found.erasures
            sentences += found.sentences
        known = await put_back(connection, persons.keys.of(dump.service) if persons.keys else None)
        if persons.keys is not None and (count := len(persons.keys.of(dump.service).keys)):
            sentences.append(f"keys of persons put back: {count:,}")
        is_older = persons.keys is None or persons.keys.made_at < made_at
        if is_older and (lost := await without_lost(connection)):
            sentences.append(f"keys of persons lost, so that what was sealed with them stays closed for good: {lost:,}")
        if again := await replay(connection, erasures, known):
            shown = ", ".join(again[:SHOWN]) + (" …" if len(again) > SHOWN else "")
            sentences.append(f"erased after the backup, and so erased again: {shown}")
    finally:
        await connection.close()
    return sentences


async def _in_place(url: str) -> list[Written]:
    """The erasures in the database that is about to be replaced; none where there is none, or it is no log."""
    try:
        connection = await connect(url)
    except (OSError, asyncpg.PostgresError):
        return []
    try:
        return await erasures_of(connection)
    except asyncpg.PostgresError:
        return []
    finally:
        await connection.close()


async def topics_ahead(bootstrap: str, security: KafkaSecurity, services: Mapping[str, tuple[str, str]]) -> list[str]:
    """Sentences about topics that hold more than the restored logs; services: service → (topic, database URL)."""
    sentences = []
    async with _consumer(bootstrap, security) as consumer:
        there = await consumer.topics()
    for service, (topic, url) in services.items():
        if topic not in there:
            continue
        connection = await connect(url)
        tail = TopicTail(bootstrap, security, topic, f"/{service}", partial(_ids_in, connection))
        try:
            heads = {partition: place.position for partition, place in (await places_of(connection)).items()}
            await tail.start()
            lasts = await tail.last(await tail.ends(list(heads)))
            # An erasure that was done again may stand where the topic has something else.
            others = {p for p, last in lasts.items() if last.position and await _is_another(connection, p, last)}
        finally:
            await tail.stop()
            await connection.close()
        ahead = {partition: last.position for partition, last in lasts.items() if partition in others}
        sentences += [
            f"{topic}[{p}] ends with position {at}, the restored log with {heads[p]}." for p, at in ahead.items()
        ]
    return sentences


async def _is_another(connection: asyncpg.Connection, partition: int, last: Last) -> bool:
    return (await _ids_in(connection, partition, [last.position])).get(last.position) != last.event_id


async def _ids_in(connection: asyncpg.Connection, partition: int, positions: Sequence[int]) -> dict[int, str]:
    rows = await connection.fetch(
        "SELECT position, event_id FROM event WHERE partition = $1 AND position = ANY($2::bigint[])", partition, list(positions)
    )  # fmt: skip
    return {row["position"]: str(row["event_id"]) for row in rows}


async def forget_topics(bootstrap: str, security: KafkaSecurity, topics: list[str]) -> list[str]:
    """Delete the services' own topics, which their relays fill again from the logs; returns those that were there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **security.client_options())
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
    connection = await connect(url)
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
    connection = await connect(beside)
    try:
        found = {str(p): (place.position, place.hash.hex()) for p, place in (await places_of(connection)).items()}
        checks = [await chain_holds(dump.service, connection), await actions_hold(dump.service, connection)]
        wrong = [f"{check.subject}: {check.detail}" for check in checks if not check.ok]
        if found != dump.heads or wrong:
            raise Fault(f"{dump.file} does not restore to what was dumped: {wrong[0] if wrong else 'other heads'}.")
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
    connection = await connect(of_database(url, MAINTENANCE))
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def _consumer(bootstrap: str, security: KafkaSecurity) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, **security.client_options())
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


def _beside(url: str) -> str:
    return of_database(url, f"{_database(url)}_restoring")


def _database(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
