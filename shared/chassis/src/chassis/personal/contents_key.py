"""The keys of the hashes of what was sent under an id, in the service's database: read, made where there is none, wrapped anew."""

import secrets
from contextlib import suppress
from datetime import datetime

import asyncpg

from chassis.contents_keys import ContentsKey, ContentsKeys
from chassis.errors import UsageError
from chassis.personal.wrapping import Wrapping

SECRET_BYTES = 32
ID_BYTES = 16
MAKING = 0x5EA1  # of an advisory lock: replicas that start at once make one key


async def contents_keys(pool: asyncpg.Pool, wrapping: Wrapping, now: datetime) -> ContentsKeys:
    """The keys that there are, wrapped with the newest wrapping key; one is made where none unwraps."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", MAKING)
        found: list[ContentsKey] = []
        for row in await connection.fetch("SELECT * FROM contents_key ORDER BY made_at DESC, id"):
            with suppress(UsageError):  # of another installation, whose wrapping keys are not here
                key = ContentsKey(row["id"], wrapping.unwrap(row["wrapped"]))
                found.append(key)
                if row["wrapped_by"] != wrapping.newest:
                    await connection.execute(
                        "UPDATE contents_key SET wrapped = $2, wrapped_by = $3 WHERE id = $1",
                        key.id, wrapping.wrap(key.secret), wrapping.newest,
                    )  # fmt: skip
        if not found:
            key = ContentsKey(secrets.token_hex(ID_BYTES), secrets.token_bytes(SECRET_BYTES))
            await connection.execute(
                "INSERT INTO contents_key (id, wrapped, wrapped_by, made_at) VALUES ($1, $2, $3, $4)",
                key.id, wrapping.wrap(key.secret), wrapping.newest, now,
            )  # fmt: skip
            found.append(key)
        return ContentsKeys(found)
