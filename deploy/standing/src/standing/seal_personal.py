"""``standing seal-personal``: an installation whose logs have personal texts in clear, copied into a new one that has them sealed."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from chassis.personal.keys import PersonalKeys
from chassis.personal.wrapping import Wrapping
from chassis.personal_settings import PersonalSettings
from chassis.service import Service
from chassis.storage.connecting import connect, open_pool
from standing.chain import chain_holds, log_of, streams_hold
from standing.fault import Fault
from standing.sealing_logs import Copied, copy_log
from standing.wrapping import FOLDER, wrapping_of
from standing_parts import run_program

FOUND_MIN = 4
"""Characters of the shortest text that is looked for outside of the log: shorter ones stand everywhere."""


@dataclass(frozen=True)
class Leftover:
    """A table of the copy in which texts of persons stand in clear, and in how many of its rows."""

    table: str
    rows: int


async def copy_service(
    service: Service, old_url: str, new_url: str, own_topics: Sequence[str], wrapping: str
) -> Copied:
    """Copy one service's database into an empty one. Read models and the index of ids are left out: the service builds them
    from the copied log.

    Raises Fault, PartError.
    """
    async with log_of(service.name, old_url) as old:
        versions = await old.fetchval("SELECT version_num FROM alembic_version")
        if not await old.fetchval(
            "SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'parked' AND column_name = 'layout')"
        ):
            raise Fault(
                f"The tables of {service.name} are of an earlier release ({versions}): start it once with this one, and stop it, before"
                " its log is copied."
            )
        for check in (await chain_holds(service.name, old), await streams_hold(service.name, old)):
            if not check.ok:
                raise Fault(f"Nothing was copied. {check.subject}: {check.detail}")
        await asyncio.to_thread(_tables, old_url, new_url, await _read_models(old))
        async with await open_pool(new_url, 3, None, None, {}) as new:
            await new.execute("DELETE FROM log_halt")
            await new.execute("UPDATE log_place SET timeline = log_timeline()")
            await new.execute("UPDATE inbox SET kafka_offset = -1 WHERE source = ANY($1)", list(own_topics))
            await new.execute("UPDATE relay SET position = 0")
            copied = await copy_log(service, old, new, PersonalKeys(new, Wrapping([wrapping])))
            await new.execute("ANALYZE")
    async with log_of(service.name, new_url) as new:
        for check in (await chain_holds(service.name, new), await streams_hold(service.name, new)):
            if not check.ok:
                raise Fault(f"The copy of {check.subject} does not hold: {check.detail}")
    return copied


async def _read_models(connection: asyncpg.Connection) -> list[str]:
    """Their tables and views."""
    rows = await connection.fetch("SELECT name, version, build FROM projection_build")
    return sorted({name for n, v, b in rows for name in (f"{n}_v{v}", f"{n}_v{v}_b{b}")})


def _tables(old_url: str, new_url: str, read_models: Sequence[str]) -> None:
    """Everything but events, read models and the index of ids, through a dump that is gone afterwards; what is parked is in it."""
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "tables.dump"
        left = [
            f"--exclude-table-data={name}"
            for name in ("event", "projection", "projection_build", "lookup", "lookup_follower")
        ]
        left += [f"--exclude-table={name}" for name in read_models]
        run_program("pg_dump", old_url, "--format=custom", *left, f"--file={dump}")
        run_program("pg_restore", new_url, "--no-owner", "--no-privileges", "--exit-on-error", str(dump))


async def leftovers(url: str, texts: set[str]) -> list[Leftover]:
    """Tables besides the log in which one of the texts stands in clear, such as parked messages and stored answers."""
    wanted = [text.encode() for text in texts if len(text) >= FOUND_MIN]
    wanted += [text.hex().encode() for text in wanted]
    connection = await connect(url)
    found = []
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        for name in (row["tablename"] for row in names):
            content = bytearray()

            async def take(part: bytes, content: bytearray = content) -> None:
                content.extend(part)

            await connection.copy_from_table(name, output=take)
            rows = sum(any(text in line for text in wanted) for line in bytes(content).split(b"\n"))
            if rows:
                found.append(Leftover(name, rows))
    finally:
        await connection.close()
    return found


def wrapping_for(old: Path, new: Path, service: str) -> str:
    """The newest wrapping key of a service in the new home: that of the old one, where it has one. Raises UsageError."""
    if (old / FOLDER).exists() and not (new / FOLDER).exists():
        shutil.copytree(old / FOLDER, new / FOLDER)
    file = wrapping_of(new, service).get("STANDING_WRAPPING_KEYS_FILE")
    settings = PersonalSettings(wrapping_keys_file=Path(file)) if file else PersonalSettings()
    return settings.wrapping()[0]
