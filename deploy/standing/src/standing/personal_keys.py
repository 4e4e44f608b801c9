"""Backups of the keys of persons, apart from the data that they open, with the list of who was erased.

They are wrapped with the wrapping keys of their service, which stand in no backup. Whatever one file says was destroyed stays so,
whichever other file still has it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.storage.connecting import connect
from standing import backup as backups
from standing.chain import PAGE
from standing.erasures import Written, erasures_of
from standing.fault import Fault

FORMAT = "standing-keys/1"
_COLUMNS = "subject, number, wrapped, wrapped_by, made_at, destroyed_at"


class KeyRow(NamedTuple):
    """A key as its table has it: ``wrapped`` is None once it is destroyed."""

    subject: str
    number: int
    wrapped: bytes | None
    wrapped_by: str | None
    made_at: datetime
    destroyed_at: datetime | None


@dataclass
class ServiceKeys:
    """The keys of one service, and the erasures of its log up to ``heads``; files of former versions name none."""

    keys: list[KeyRow] = field(default_factory=list)
    erasures: list[Written] = field(default_factory=list)
    heads: dict[int, int] = field(default_factory=dict)

    @property
    def known(self) -> set[str]:
        """Ids of the erasures that the keys reflect."""
        return {each.event_id for each in self.erasures}


@dataclass(frozen=True)
class KeysBackup:
    """The keys of all services; ``made_at`` is when the newest of the files was made."""

    made_at: datetime
    services: Mapping[str, ServiceKeys]

    def of(self, service: str) -> ServiceKeys:
        return self.services.get(service, ServiceKeys())


async def back_up_keys(
    addresses: Mapping[str, str], path: Path, key: Ed25519PrivateKey | None = None
) -> tuple[Path, KeysBackup]:
    """Write the keys of all services (service → URL) into a new file, for its owner only.

    A path without a suffix is a folder, in which the file is named by the time. Raises Fault.
    """
    made_at = datetime.now(UTC)
    in_folder = path.is_dir() or not path.suffix
    file = path / f"keys-{made_at:%Y%m%dT%H%M%S%f}Z.json" if in_folder else path
    if file.exists():
        raise Fault(f"{file} exists already; a backup of keys goes into a file of its own.")
    services = {}
    for service, url in addresses.items():
        async with (
            _connected(url) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            services[service] = ServiceKeys(
                await _keys_of(connection), await erasures_of(connection), await _heads_of(connection)
            )
    document = {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "services": {s: _stated(k) for s, k in services.items()},
    }
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with backups.for_the_owner(file) as opened:
        opened.write(orjson.dumps(backups.signed(document, key or Ed25519PrivateKey.generate())))
    return file, KeysBackup(made_at, services)


def read_keys(paths: Sequence[Path], trusted: bytes | None = None) -> KeysBackup:
    """The keys of all these files, and of those in these folders; ``trusted`` is the public key that must have signed them.

    Raises Fault for a file that is not what was written.
    """
    files = [file for path in paths for file in (sorted(path.glob("keys-*.json")) if path.is_dir() else [path])]
    if not files:
        raise Fault(f"There is no backup of keys in {', '.join(map(str, paths))}.")
    read = sorted((_read(file, trusted) for file in files), key=lambda each: each.made_at)
    names = {service for each in read for service in each.services}
    return KeysBackup(read[-1].made_at, {name: _merged([each.of(name) for each in read]) for name in sorted(names)})


def _merged(files: Sequence[ServiceKeys]) -> ServiceKeys:
    """Of files in their order, the newest last: its keys before those of others, without any that one of them says was destroyed."""
    erasures = {each.event_id: each for keys in files for each in keys.erasures}
    merged: dict[tuple[str, int], KeyRow] = {}
    for keys in files:
        lacks = [each for id, each in erasures.items() if each.is_erasure and id not in keys.known]
        erased = {each.subject: each.recorded_at for each in lacks}
        for row in keys.keys:
            before = merged.get((row.subject, row.number))
            at = before.destroyed_at if before is not None and before.destroyed_at else erased.get(row.subject)
            destroyed = at is not None and row.destroyed_at is None
            merged[row.subject, row.number] = (
                row._replace(wrapped=None, wrapped_by=None, destroyed_at=at) if destroyed else row
            )
    heads = next((keys.heads for keys in reversed(files) if keys.heads), {})
    return ServiceKeys(list(merged.values()), list(erasures.values()), heads)


async def put_back(connection: asyncpg.Connection, keys: ServiceKeys | None) -> set[str]:
    """Write keys into a restored database; one that is destroyed here or there stays so. Tables of before keys take none.

    Returns the ids of the erasures that its keys reflect then.
    """
    if not await _has_keys(connection):
        return set()
    # Dumps of former versions have the keys in them, as of their log.
    dumped = await connection.fetchval("SELECT EXISTS (SELECT FROM personal_key)")
    known = {each.event_id for each in await erasures_of(connection)} if dumped else set[str]()
    if keys is not None:
        await _write(connection, keys.keys)
    return known | (keys.known if keys is not None else set())


async def _write(connection: asyncpg.Connection, rows: Sequence[KeyRow]) -> None:
    """Destroyed ones first: one person never has two that seal."""
    ordered = sorted(rows, key=_opens_and_place)
    await connection.executemany(
        f"INSERT INTO personal_key AS k ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (subject, number) DO UPDATE"
        " SET wrapped = NULL, wrapped_by = NULL, destroyed_at = excluded.destroyed_at"
        " WHERE k.destroyed_at IS NULL AND excluded.destroyed_at IS NOT NULL",
        ordered,
    )


def _opens_and_place(row: KeyRow) -> tuple[bool, str, int]:
    return row.destroyed_at is None, row.subject, row.number


async def without_lost(connection: asyncpg.Connection) -> int:
    """Note the keys that the log was sealed with and that are gone as destroyed, so that no new key gets the number of one of them.

    Returns how many there are.
    """
    if not await _has_keys(connection):
        return 0
    wanted: set[tuple[str, int]] = set()
    async with connection.transaction():
        query = "SELECT data FROM event WHERE strpos(data::text, '\"sealed\"') > 0"
        async for row in connection.cursor(query, prefetch=PAGE):
            wanted |= set(_sealed_in(orjson.loads(row["data"])))
        there = {
            (row["subject"], row["number"])
            for row in await connection.fetch("SELECT subject, number FROM personal_key")
        }
        now = datetime.now(UTC)
        lost = [KeyRow(subject, number, None, None, now, now) for subject, number in sorted(wanted - there)]
        await _write(connection, lost)
    return len(lost)


def _sealed_in(value: Any) -> list[tuple[str, int]]:
    """Person and key of each sealed text in a value, as JSON has it."""
    if isinstance(value, list):
        return [found for each in value for found in _sealed_in(each)]
    if not isinstance(value, dict):
        return []
    if value.keys() == {"sealed", "subject", "key"} and isinstance(value["key"], int):
        return [(str(value["subject"]), value["key"])]
    return [found for each in value.values() for found in _sealed_in(each)]


async def _keys_of(connection: asyncpg.Connection) -> list[KeyRow]:
    if not await _has_keys(connection):
        return []
    return [
        KeyRow(*row) for row in await connection.fetch(f"SELECT {_COLUMNS} FROM personal_key ORDER BY subject, number")
    ]


async def _heads_of(connection: asyncpg.Connection) -> dict[int, int]:
    return {
        row["partition"]: row["head"] for row in await connection.fetch("SELECT partition, head FROM log_partition")
    }


async def _has_keys(connection: asyncpg.Connection) -> bool:
    return bool(await connection.fetchval("SELECT to_regclass('personal_key') IS NOT NULL"))


def _stated(keys: ServiceKeys) -> dict[str, Any]:
    rows = [row._replace(wrapped=row.wrapped.decode() if row.wrapped else None)._asdict() for row in keys.keys]  # type: ignore[arg-type]
    stated: dict[str, Any] = orjson.loads(
        orjson.dumps(
            {
                "keys": rows,
                "erasures": [each._asdict() for each in keys.erasures],
                "heads": {str(partition): head for partition, head in keys.heads.items()},
            }
        )
    )
    return stated


def _read(file: Path, trusted: bytes | None) -> KeysBackup:
    try:
        document = orjson.loads(file.read_bytes())
        if document["format"] != FORMAT:
            raise ValueError(f"its format is {document['format']!r}")
        backups.prove(file, document, trusted)
        services = {
            service: ServiceKeys(
                [_row(each) for each in keys["keys"]],
                [Written.of(each) for each in keys["erasures"]],
                {int(partition): head for partition, head in keys.get("heads", {}).items()},
            )
            for service, keys in document["services"].items()
        }
        return KeysBackup(datetime.fromisoformat(document["made_at"]), services)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Fault(f"{file} holds no backup of keys: {error}") from error


def _row(document: Mapping[str, Any]) -> KeyRow:
    destroyed_at = document["destroyed_at"]
    return KeyRow(**{
        **document, "wrapped": document["wrapped"].encode() if document["wrapped"] else None,
        "made_at": datetime.fromisoformat(document["made_at"]),
        "destroyed_at": datetime.fromisoformat(destroyed_at) if destroyed_at else None,
    })  # fmt: skip


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(url)
    try:
        yield connection
    finally:
        await connection.close()
