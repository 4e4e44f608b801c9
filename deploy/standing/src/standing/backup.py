"""Backups: the databases of all services, dumped as of one moment at which no log grows, so that no service is ahead of another.

A service's inbox records how far it has read the logs of the others. If databases were dumped one after the other, a later dump
could have read what an earlier one does not hold. So all logs are locked for some milliseconds, a snapshot of each is exported, and
the dumps are made from the snapshots while the services go on.
"""

import asyncio
import base64
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

import asyncpg
import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.storage.connecting import connect
from standing import seal as seals
from standing.chain import Place, places_of
from standing.fault import Fault
from standing_parts import run_program

FORMAT = "standing-backup/3"
WITH_KEYS = "standing-backup/2"
"""Of former versions, whose dumps have the keys of persons in them."""
UNSIGNED = "standing-backup/1"
"""Of former versions, whose manifest nobody signed."""
KEYS = "personal_key"
"""The table that no dump has: with it what was erased since could be opened again."""
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.dump")
"""The name of a dump: a file of the backup's own folder."""
MANIFEST = "manifest.json"
LOCK_WITHIN_S = 10
DUMPS_AT_ONCE = 2
Say = Callable[[str], None]


@dataclass(frozen=True)
class Dump:
    """One database in a backup; ``heads`` is partition → (head, its hash in hexadecimal).

    ``keys`` is how many keys of persons it had, none of which are in it.
    """

    service: str
    file: str
    sha256: str
    bytes: int
    heads: dict[str, tuple[int, str]]
    keys: int = 0

    @property
    def events(self) -> int:
        return sum(head for head, _ in self.heads.values())


@dataclass(frozen=True)
class Backup:
    """A folder of dumps as of one moment; ``paused_ms`` is for how long no log could grow."""

    made_at: datetime
    paused_ms: float
    dumps: tuple[Dump, ...]
    signed_by: str = ""
    """The fingerprint of the key that signed the manifest; empty where nobody did."""


async def back_up(
    addresses: Mapping[str, str], folder: Path, say: Say = print, key: Ed25519PrivateKey | None = None
) -> Backup:
    """Dump all databases (service → URL) into a new folder, for its owner only. The services go on meanwhile.

    The manifest is signed with ``key``, or with one that is forgotten: then only a change is found, not another author. Raises Fault,
    PartError.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Fault(f"{folder} is not empty; a backup goes into a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    made_at = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        snapshots, paused_ms = await _one_moment(addresses, stack)
        room = asyncio.Semaphore(DUMPS_AT_ONCE)

        async def dump(service: str) -> Dump:
            async with room:
                return await asyncio.to_thread(_dumped, service, addresses[service], snapshots[service], folder)

        dumps = tuple(await asyncio.gather(*map(dump, addresses)))
    key = key or Ed25519PrivateKey.generate()
    backup = Backup(made_at, paused_ms, dumps, seals.fingerprint(key.public_key().public_bytes_raw()))
    for made in dumps:
        say(f"{made.service}: {made.events:,} events, {made.bytes / 1e6:,.1f} MB")
    stated = {name: value for name, value in asdict(backup).items() if name != "signed_by"}
    manifest = signed({"format": FORMAT, **orjson.loads(orjson.dumps(stated))}, key)
    with for_the_owner(folder / MANIFEST) as file:
        file.write(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return backup


def signed(manifest: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """A manifest with the public key and the signature of everything in it."""
    stated = {**manifest, "public_key": base64.b64encode(key.public_key().public_bytes_raw()).decode()}
    return {**stated, "signature": base64.b64encode(key.sign(_statement(stated))).decode()}


def _statement(manifest: Mapping[str, Any]) -> bytes:
    """What is signed, the same bytes for the same content."""
    stated = {name: value for name, value in manifest.items() if name != "signature"}
    return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)


def read(folder: Path, trusted: bytes | None = None, unsigned: bool = False) -> Backup:
    """The backup in a folder, its files compared with what was written, its manifest with its signature.

    ``trusted`` is the public key that must have signed it. With ``unsigned`` a backup of a former version is read as well. Raises Fault.
    """
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
        if manifest["format"] not in (FORMAT, WITH_KEYS, UNSIGNED):
            raise ValueError(f"its format is {manifest['format']!r}")
        signed_by = _proved(folder, manifest, trusted, unsigned)
        for each in manifest["dumps"]:
            if not isinstance(each["file"], str) or not PLAIN.fullmatch(each["file"]):
                raise Fault(
                    f"{folder / MANIFEST} names {each['file']!r}, which is no plain name of a dump in its folder."
                )
        dumps = tuple(
            Dump(**{**each, "heads": {p: tuple(at) for p, at in each["heads"].items()}}) for each in manifest["dumps"]
        )
        backup = Backup(datetime.fromisoformat(manifest["made_at"]), manifest["paused_ms"], dumps, signed_by)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Fault(f"{folder} holds no backup: {error}") from error
    for dump in backup.dumps:
        if (folder / dump.file).is_symlink():
            raise Fault(f"{folder / dump.file} leads elsewhere; a dump is a file of its folder.")
        if _sha256(folder / dump.file) != dump.sha256:
            raise Fault(f"{folder / dump.file} is not the file that was written; take another backup.")
    return backup


def _proved(folder: Path, manifest: Mapping[str, Any], trusted: bytes | None, unsigned: bool) -> str:
    """The fingerprint of the key that signed a manifest; empty for an unsigned one that is accepted. Raises Fault."""
    if manifest["format"] == UNSIGNED:
        if not unsigned or trusted is not None:
            raise Fault(
                f"{folder} is a backup of a former version, which nobody signed: whoever could write to it chose what is restored."
                " If you trust it, restore it with --unsigned."
            )
        return ""
    return prove(folder / MANIFEST, manifest, trusted)


def prove(file: Path, manifest: Mapping[str, Any], trusted: bytes | None) -> str:
    """The fingerprint of the key that signed a document of a backup, which must be ``trusted`` where that is named. Raises Fault."""
    public = base64.b64decode(manifest["public_key"])
    if trusted is not None and public != trusted:
        raise Fault(f"{file} was signed with {seals.fingerprint(public)}, not with {seals.fingerprint(trusted)}.")
    try:
        signature = base64.b64decode(manifest["signature"])
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _statement(manifest))
    except (InvalidSignature, KeyError, ValueError) as error:
        raise Fault(f"{file} was changed after it was signed.") from error
    return seals.fingerprint(public)


def for_the_owner(path: Path) -> BinaryIO:
    """A new file that only its owner can read, from its first byte on."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class _Snapshot(NamedTuple):
    """An exported snapshot of a database: where its log ends in it, and how many keys of persons it has."""

    id: str
    places: dict[int, Place]
    keys: int


async def _one_moment(addresses: Mapping[str, str], stack: AsyncExitStack) -> tuple[dict[str, _Snapshot], float]:
    """A snapshot of every database, all of them from a moment in which no log could grow; they hold while the stack is open."""
    snapshots: dict[str, _Snapshot] = {}
    connections: dict[str, tuple[asyncpg.Connection, asyncpg.Connection]] = {}
    for service, url in addresses.items():
        connections[service] = await _connected(url, stack), await _connected(url, stack)
    started = time.perf_counter()
    async with AsyncExitStack() as locks:
        for service, (locker, _) in connections.items():
            await locks.enter_async_context(_locked(locker, service))
        for service, (_, reader) in connections.items():
            await stack.enter_async_context(reader.transaction(isolation="repeatable_read", readonly=True))
            exported = await reader.fetchval("SELECT pg_export_snapshot()")
            snapshots[service] = _Snapshot(exported, await places_of(reader), await _keys_in(reader))
    return snapshots, round((time.perf_counter() - started) * 1000, 1)


async def _keys_in(connection: asyncpg.Connection) -> int:
    if not await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", KEYS):
        return 0
    return int(await connection.fetchval(f"SELECT count(*) FROM {KEYS}"))


@asynccontextmanager
async def _locked(connection: asyncpg.Connection, service: str) -> AsyncIterator[None]:
    """The log of this database does not grow in the block; appends in progress end first."""
    async with connection.transaction():
        await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_WITHIN_S}s'")
        try:
            await connection.execute("LOCK TABLE log_partition IN EXCLUSIVE MODE")
        except asyncpg.LockNotAvailableError as error:
            raise Fault(f"An append of {service} did not end within {LOCK_WITHIN_S} s; try again.") from error
        yield


async def _connected(url: str, stack: AsyncExitStack) -> asyncpg.Connection:
    connection = await connect(url)
    stack.push_async_callback(connection.close)
    return connection


def _dumped(service: str, url: str, snapshot: _Snapshot, folder: Path) -> Dump:
    name = f"{_database(url)}.dump"
    if not PLAIN.fullmatch(name):
        raise Fault(f"The database {_database(url)!r} of {service} has no name that a file may have.")
    for_the_owner(folder / name).close()  # it is written into, and keeps its mode
    apart = f"--exclude-table-data={KEYS}"
    run_program("pg_dump", url, "--format=custom", f"--snapshot={snapshot.id}", apart, f"--file={folder / name}")
    heads = {str(partition): (place.position, place.hash.hex()) for partition, place in snapshot.places.items()}
    size = (folder / name).stat().st_size
    return Dump(service, name, _sha256(folder / name), size, heads, snapshot.keys)


def _database(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise Fault(f"{file} cannot be read: {error}") from error
