"""``standing seal``, ``backup``, ``restore``, ``forget-topics``: what protects the logs from a lost disk and from tampering."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from standing.fault import Fault
from standing.running import STATE_FILE
from standing.services import ALL
from standing.terminal import DEFAULT_HOME, Home, console, fail, find, run, with_clients
from standing.wrapping import FOLDER

if TYPE_CHECKING:
    from chassis.kafka_security import KafkaSecurity
    from standing.sealed import Addresses

Server = Annotated[
    str | None,
    typer.Option(
        "--postgres",
        help="PostgreSQL server, postgresql://user@host:port, instead of a home's; its password stands in the file that"
        " STANDING_POSTGRES_PASSWORD_FILE names",
    ),
]

BACKUP_KEY = "backup.key"
"""In a home: signs its backups where no other key is named."""
Broker = Annotated[str | None, typer.Option("--kafka", help="host:port of the broker, instead of a home's")]


def addresses(home: Path, postgres: str | None) -> "Addresses":
    """The services' databases, on the server that was named or on that of a running home.

    The password for a named one may stand in the file that STANDING_POSTGRES_PASSWORD_FILE names: what is an argument everybody reads.
    """
    from chassis.storage.connecting import of_database

    file = os.environ.get("STANDING_POSTGRES_PASSWORD_FILE") if postgres else None
    server = postgres or find(home).postgres
    return {service.name: of_database(server, service.database, file) for service in ALL}


def seal(
    folder: Annotated[
        Path | None, typer.Option(help="folder of the seals; keep a copy where nobody of this installation can write")
    ] = None,
    key: Annotated[Path | None, typer.Option(envvar="STANDING_SEAL_KEY", help="file of the secret key")] = None,
    new_key: Annotated[Path | None, typer.Option(help="only make a key: this file and its .pub")] = None,
    home: Home = DEFAULT_HOME,
    postgres: Server = None,
) -> None:
    """Sign the heads of all logs, with the time and the seal before: a log that is rewritten later is found."""
    if new_key is not None:
        console.print(f"Key {_made(new_key)} in {new_key}; give {new_key}.pub to whoever verifies.", soft_wrap=True)
        return
    if folder is None or key is None:
        fail("Name the folder of the seals with --folder and the key with --key; make one with --new-key FILE.")
    from standing import proofs
    from standing.sealed import seal_all

    made, path = run(seal_all(addresses(home, postgres), folder, key))
    if postgres is None:
        heads = {name: {at: place.position for at, place in places.items()} for name, places in made.heads.items()}
        with_clients(home, None, lambda clients: proofs.record(clients, "seal", heads, f"{made}"))
    events = sum(place.position for partitions in made.heads.values() for place in partitions.values())
    console.print(f"{made}: {events:,} events in {len(made.heads)} logs, written to {path}", soft_wrap=True)


def backup(
    folder: Annotated[
        Path | None, typer.Argument(help="a new folder for the dumps; may be left out with --keys")
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            help="a new file for the keys of persons, which no dump has, or a folder for a file under the time as its name"
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(envvar="STANDING_SEAL_KEY", help="secret key that signs it; the home's own by default"),
    ] = None,
    home: Home = DEFAULT_HOME,
    postgres: Server = None,
) -> None:
    """Dump all databases as of one moment, while the services go on; logs wait for some milliseconds.

    Only the owner can read the folder, and its manifest is signed. With --keys the keys of persons are written apart, with the list of
    who was erased: keep them elsewhere, and not for as long as the data.
    """
    from standing import proofs
    from standing import seal as seals
    from standing.backup import back_up
    from standing.personal_keys import back_up_keys

    if folder is None and keys is None:
        fail("Name a new folder for the dumps, or with --keys where the keys of persons go.")

    async def work() -> None:
        secret, where = (
            seals.private_key(key) if key is not None else seals.key_of(home / BACKUP_KEY),
            addresses(home, postgres),
        )
        if folder is not None:
            made = await back_up(where, folder, _say, secret)
            _say(f"{folder}: {len(made.dumps)} databases as of one moment; logs waited {made.paused_ms:.0f} ms.")
            _say(f"Signed with {made.signed_by}.")
            if postgres is None:
                running = find(home)
                heads = {dump.service: {int(at): head for at, (head, _) in dump.heads.items()} for dump in made.dumps}
                async with running.connect() as http:
                    await proofs.record(running.clients(http), "backup", heads, f"signed with {made.signed_by}")
            if keys is None and (count := sum(dump.keys for dump in made.dumps)):
                _say(f"The {count:,} keys of persons are not in it: standing backup --keys FILE")
        if keys is not None:  # after the data, so that no key that sealed something in it is missing
            file, apart = await back_up_keys(where, keys, secret)
            count = sum(len(each.keys) for each in apart.services.values())
            erased = sum(entry.is_erasure for each in apart.services.values() for entry in each.erasures)
            _say(
                f"{file}: {count:,} keys of persons, wrapped, and the list of {erased:,} erasures; only its owner can read it."
            )

    run(work())


def restore(
    folder: Annotated[Path, typer.Argument(help="folder of a backup")],
    home: Annotated[Path, typer.Option(help="home to restore into; its services must not run")] = DEFAULT_HOME,
    postgres: Server = None,
    kafka: Broker = None,
    replace: Annotated[bool, typer.Option(help="replace databases that hold events")] = False,
    public_key: Annotated[
        Path | None, typer.Option(help="the key that must have signed it; the home's own by default, where it has one")
    ] = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="accept a backup of a former version")] = False,
    keys: Annotated[
        list[Path] | None,
        typer.Option(help="a backup of keys, or a folder of them; what the newest one says was erased is erased again"),
    ] = None,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="restore though nothing that is sealed will ever open again")
    ] = False,
) -> None:
    """Restore a backup, prove it, and report which topics are ahead of it. Stop the services first.

    Facts that came after the backup are read again from the topics of the other systems, and who was erased after it is erased again.
    """
    from standing import restore as restoring
    from standing import seal as seals
    from standing.erasures import Beyond, erasures_beyond
    from standing.personal_keys import read_keys

    if keys and without_keys:
        fail("Name the keys with --keys, or go --without-keys.")

    async def work() -> None:
        own_key = Path(f"{home / BACKUP_KEY}.pub")
        signer = public_key or (own_key if own_key.exists() and not unsigned else None)
        trusted = seals.public_key(signer) if signer is not None else None
        async with _parts(home, postgres, kafka) as (server, broker, security):
            where, own = addresses(home, server), [service.topic for service in ALL]

            async def beyond(service: str, heads: Mapping[int, int]) -> Beyond:
                topic = next(each.topic for each in ALL if each.name == service)
                if broker is None:
                    return Beyond(topic)
                return await erasures_beyond(broker, security, f"/{service}", topic, heads)

            apart = read_keys(keys, trusted) if keys else None
            persons = restoring.Persons(apart, without_keys, beyond)
            await restoring.restore(folder, where, own, replace, _say, trusted, unsigned, persons)
            if apart is not None and postgres is None and not (home / FOLDER).exists():
                _say(
                    f"The keys open only with those that wrap them: put the folder {FOLDER} of the home that was backed up into {home}"
                    " before you start it."
                )
            if broker is None:
                _say(
                    "The topics were not checked; a service whose topic is ahead of its log takes no writes, and /readyz states why."
                )
                return
            ahead = await restoring.topics_ahead(broker, security, {s.name: (s.topic, where[s.name]) for s in ALL})
            for sentence in ahead:
                _say(sentence)
            if ahead:
                raise Fault(
                    "These topics hold events that other systems may have read and that the restored logs do not have, so their"
                    " services will take no writes. If there is a newer backup, restore that one. If this one is to hold from"
                    " now on, delete the topics with: standing forget-topics. The relays fill them again from the logs."
                )

    run(work())


def forget_topics(
    home: Annotated[Path, typer.Option(help="home of the broker; its services must not run")] = DEFAULT_HOME,
    kafka: Broker = None,
) -> None:
    """After a restore: delete the services' own topics, which their relays fill again. Topics of other systems stay."""
    from standing import restore as restoring

    async def work() -> None:
        async with _parts(home, "" if kafka else None, kafka) as (_, broker, security):
            if broker is None:
                raise Fault("This broker keeps nothing on disk, so there is nothing to delete.")
            gone = await restoring.forget_topics(broker, security, [service.topic for service in ALL])
        _say(f"Deleted: {', '.join(gone) or 'nothing, no topic was there'}. The relays fill them again from the logs.")

    run(work())


@asynccontextmanager
async def _parts(
    home: Path, postgres: str | None, kafka: str | None
) -> AsyncIterator[tuple[str, str | None, "KafkaSecurity"]]:
    """The server and broker that were named; else those of a home, started for as long as they are needed."""
    from chassis.kafka_security import PLAINTEXT, KafkaSettings
    from standing.installation import PARTITIONS
    from standing_parts import start_kafka, start_postgres

    if postgres is not None:
        yield postgres, kafka, KafkaSettings().kafka_security.check() if kafka else PLAINTEXT
        return
    if (home / STATE_FILE).exists():
        raise Fault(f"{home} is running; stop it first: standing down --home {home}")
    home.mkdir(parents=True, exist_ok=True)
    server = await asyncio.to_thread(start_postgres, home, _say)
    try:
        broker = await asyncio.to_thread(start_kafka, home, PARTITIONS, _say)
        try:
            yield server.dsn("").rstrip("/"), broker.bootstrap if broker.real else None, broker.security
        finally:
            await asyncio.to_thread(broker.stop)
    finally:
        await asyncio.to_thread(server.stop)


def _say(sentence: str) -> None:
    console.print(sentence, soft_wrap=True, highlight=False)


def _made(path: Path) -> str:
    from standing import seal as seals

    async def make() -> str:
        return seals.new_key(path)

    fingerprint: str = run(make())
    return fingerprint
