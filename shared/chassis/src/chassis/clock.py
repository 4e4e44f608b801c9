"""Time is injected: the wall clock, or a simulated one that a driver moves for all services."""

from datetime import UTC, datetime
from typing import Protocol

import asyncpg


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

    async def move_to(self, instant: datetime) -> datetime:
        """Move forward; an instant in the past changes nothing. Returns the current time."""
        self._now = max(self._now, instant.astimezone(UTC))
        await self._pool.execute(
            "INSERT INTO simulated_clock (id, now) VALUES (1, $1) ON CONFLICT (id) DO UPDATE"
            " SET now = greatest(simulated_clock.now, excluded.now)",
            self._now,
        )
        return self._now
