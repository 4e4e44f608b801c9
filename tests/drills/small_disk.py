"""A small disk of its own for one service's database, so that it can be filled without harm to the machine."""

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from standing_parts import Postgres

SIZE_MB = 768
BALLAST_BYTES = 4096
LEFT_FOR_THE_END = 4 * 1024 * 1024
"""Filled byte by byte, for the database takes some of it meanwhile."""


@dataclass
class SmallDisk:
    """A tmpfs with a tablespace on it. Where this account may not mount one, there is none, and that drill is passed over."""

    postgres: Postgres
    folder: Path

    @staticmethod
    async def mount(postgres: Postgres) -> "SmallDisk | None":
        """Mount beside the server's data, which its account can reach; None where that is not allowed."""
        connection = await asyncpg.connect(postgres.url)
        try:
            data = Path(await connection.fetchval("SHOW data_directory"))
            if postgres.kind != "embedded" or os.geteuid() != 0:
                return None
            folder = data.parent / "small-disk"
            folder.mkdir(exist_ok=True)
            owner = data.stat()
            options = f"size={SIZE_MB}m,uid={owner.st_uid},gid={owner.st_gid},mode=0700"
            if not await _ran("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)):
                return None
            tablespace = folder / "tablespace"
            tablespace.mkdir()
            os.chown(tablespace, owner.st_uid, owner.st_gid)
            await connection.execute(f"CREATE TABLESPACE small LOCATION '{tablespace}'")
            return SmallDisk(postgres, folder)
        finally:
            await connection.close()

    async def take(self, database: str) -> None:
        """Let a database, which nobody uses yet, live on this disk."""
        maintenance = urlsplit(self.postgres.url).path.lstrip("/")
        connection = await asyncpg.connect(self.postgres.dsn(maintenance))
        try:
            await connection.execute(f'ALTER DATABASE "{database}" SET TABLESPACE small')
        finally:
            await connection.close()

    def fill(self) -> None:
        """Write until nothing more fits."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
            size = os.statvfs(self.folder)
            os.posix_fallocate(
                ballast.fileno(), 0, max(size.f_bavail * size.f_frsize - LEFT_FOR_THE_END, BALLAST_BYTES)
            )
            while ballast.write(b"\0" * BALLAST_BYTES):
                pass

    def free(self) -> None:
        (self.folder / "ballast").unlink(missing_ok=True)

    async def unmount(self) -> None:
        await _ran("umount", "-l", str(self.folder))


async def _ran(*command: str) -> bool:
    done = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    return await done.wait() == 0
