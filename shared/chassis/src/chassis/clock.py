"""Time is injected: the wall clock, or a simulated one that a driver moves for all services."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Protocol

import asyncpg

Note = Callable[[Any, datetime, datetime], Awaitable[None]]
"""Writes beside a move of the clock, on its connection: the time before, and after."""


class Clock(Protocol):
    """``now`` is an aware instant in UTC."""

    def now(self) -> datetime: ...


class WallClock:
    """The time of the machine, for live services."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """Stands still until it is moved and never goes back. Stored in the database, so that a restart continues from it;
    a process that missed some moves cannot set the others back."""

    START = datetime(1970, 1, 1, tzinfo=UTC)

    def __init__(self, pool: asyncpg.Pool, now: datetime) -> None:
        self._pool = pool
        self._now = now

    @staticmethod
    async def load(pool: asyncpg.Pool) -> "SimulatedClock":
        stored = await pool.fetchval("SELECT now FROM simulated_clock")
        return SimulatedClock(pool, stored or SimulatedClock.START)

    def now(self) -> datetime:
        return self._now

    async def move_to(self, instant: datetime, note: Note | None = None) -> datetime:
        """Move forward; an instant in the past changes nothing. Returns the current time.

        ``note`` is called within the transaction, with the time before and after.
        """
        before, wanted = self._now, max(self._now, instant.astimezone(UTC))
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO simulated_clock (id, now) VALUES (1, $1) ON CONFLICT (id) DO UPDATE"
                " SET now = greatest(simulated_clock.now, excluded.now)",
                wanted,
            )
            if note is not None:
                await note(connection, before, wanted)
        self._now = max(self._now, wanted)
        return self._now
