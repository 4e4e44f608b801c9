"""The keys of persons in the service's database: read, made where one is missing, wrapped anew, destroyed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import asyncpg

from chassis.contents_keys import ContentsKeys
from chassis.personal.cipher import PersonKey, new_secret
from chassis.personal.contents_key import contents_keys
from chassis.personal.wrapping import Wrapping
from chassis.storage.database import Connection

REWRAPPED_AT_ONCE = 1_000
_READ = "SELECT subject, number, wrapped FROM personal_key WHERE subject = ANY($1::text[]) ORDER BY subject, number"
_MAKE = (
    "INSERT INTO personal_key (subject, number, wrapped, wrapped_by, made_at) SELECT wanted.subject,"
    " coalesce((SELECT max(number) FROM personal_key k WHERE k.subject = wanted.subject), 0) + 1, wanted.wrapped, $3, $4"
    " FROM unnest($1::text[], $2::bytea[]) AS wanted (subject, wrapped) ON CONFLICT DO NOTHING"
)
_HOLD = (
    "SELECT k.subject FROM personal_key k JOIN unnest($1::text[], $2::int[]) AS used (subject, number) USING (subject, number)"
    " WHERE k.destroyed_at IS NULL ORDER BY k.subject FOR SHARE OF k"
)
_DESTROY = (
    "UPDATE personal_key SET wrapped = NULL, wrapped_by = NULL, destroyed_at = $2"
    " WHERE subject = ANY($1::text[]) AND destroyed_at IS NULL"
)


@dataclass
class Keys:
    """The keys of some persons: ``live`` is the one that seals, ``all`` every one there was; None for one that was destroyed."""

    live: dict[str, PersonKey] = field(default_factory=dict)
    all: dict[tuple[str, int], PersonKey | None] = field(default_factory=dict)

    def update(self, others: "Keys") -> None:
        self.live |= others.live
        self.all |= others.all


class KeyRow(NamedTuple):
    """What may be shown of a key."""

    number: int
    made_at: datetime
    destroyed_at: datetime | None


class PersonalKeys:
    """The table ``personal_key``. A key that is unwrapped is used once and not cached: where it was destroyed it is gone everywhere."""

    def __init__(self, pool: asyncpg.Pool, wrapping: Wrapping) -> None:
        self._pool = pool
        self._wrapping = wrapping

    async def of(self, subjects: Collection[str]) -> Keys:
        """The keys of these persons, in one query."""
        keys = Keys()
        if not subjects:
            return keys
        for subject, number, wrapped in await self._pool.fetch(_READ, sorted(subjects)):
            key = None if wrapped is None else PersonKey(subject, number, self._wrapping.unwrap(wrapped))
            keys.all[subject, number] = key
            if key is not None:
                keys.live[subject] = key
        return keys

    async def made_for(self, subjects: Collection[str], now: datetime, others: Collection[str] = ()) -> Keys:
        """The same, with those of others; who of ``subjects`` has no key that seals gets one, committed when this returns."""
        keys = await self.of({*subjects, *others})
        if missing := sorted(set(subjects) - keys.live.keys()):
            wrapped = [self._wrapping.wrap(new_secret()) for _ in missing]
            await self._pool.execute(_MAKE, missing, wrapped, self._wrapping.newest, now)
            keys.update(await self.of(missing))  # another replica may have been the first
        return keys

    async def shown(self, subject: str) -> list[KeyRow]:
        """The keys that a person has and had."""
        rows = await self._pool.fetch(
            "SELECT number, made_at, destroyed_at FROM personal_key WHERE subject = $1 ORDER BY number", subject
        )
        return [KeyRow(*row) for row in rows]

    async def contents_keys(self, now: datetime) -> ContentsKeys:
        """The keys of the hashes of what was sent under an id; see ``contents_key``."""
        return await contents_keys(self._pool, self._wrapping, now)

    async def last_destroyed(self, subject: str) -> int:
        """The number of the last key of a person that was destroyed; 0 where none was."""
        number: int = await self._pool.fetchval(
            "SELECT coalesce(max(number), 0) FROM personal_key WHERE subject = $1 AND destroyed_at IS NOT NULL", subject
        )
        return number

    async def rewrap(self) -> int:
        """Wrap with the newest key what is wrapped with an older one; returns how many there were. Others may do the same at once."""
        count = 0
        while rows := await self._pool.fetch(
            "SELECT subject, number, wrapped FROM personal_key WHERE wrapped_by <> $1 LIMIT $2",
            self._wrapping.newest, REWRAPPED_AT_ONCE,
        ):  # fmt: skip
            wrapped = [self._wrapping.wrap(self._wrapping.unwrap(row["wrapped"])) for row in rows]
            await self._pool.execute(
                "UPDATE personal_key k SET wrapped = n.wrapped, wrapped_by = $4 FROM unnest($1::text[], $2::int[], $3::bytea[])"
                " AS n (subject, number, wrapped) WHERE (k.subject, k.number) = (n.subject, n.number) AND k.destroyed_at IS NULL",
                [row["subject"] for row in rows], [row["number"] for row in rows], wrapped, self._wrapping.newest,
            )  # fmt: skip
            count += len(rows)
        return count


async def destroy(connection: Connection, subjects: Collection[str], now: datetime) -> None:
    """Destroy every key of these persons, in the transaction that appends their erasure."""
    await connection.execute(_DESTROY, sorted(subjects), now)


async def hold(connection: Connection, used: Mapping[str, int]) -> bool:
    """Keep keys from being destroyed until the transaction ends; returns whether none of them is destroyed already."""
    held = await connection.fetch(_HOLD, list(used), list(used.values()))
    return len(held) == len(used)
