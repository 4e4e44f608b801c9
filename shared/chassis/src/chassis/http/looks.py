"""The state of a service as it was last read: health checks answer from it at once, however many ask and however slow the database is."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from chassis.health import Health
from chassis.runtime import Runtime
from chassis.storage.database import AWAY, why_away

WAIT_S = 1.0
"""How long a caller waits for a fresh reading before it is answered with the last one."""
STALE_S = 10.0
"""An older reading says nothing any more."""


@dataclass(frozen=True)
class Look:
    """One reading: what makes no progress, what an operator should look at."""

    reasons: list[str]
    warnings: list[str]
    at: float = field(default_factory=time.monotonic)


class Looks:
    """At most one reading of each kind is under way; whoever asks meanwhile gets its result."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._last: Look | None = None
        self._since = time.monotonic()
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def latest(self) -> Look:
        """The present state, or the last one known; of a database that is away or lets nobody in, the reason."""
        try:
            if await self._shared("readiness", self._look):
                assert self._last is not None
                return self._last
        except AWAY as error:
            return Look([why_away(error)], [])
        age = time.monotonic() - (self._last.at if self._last else self._since)
        if self._last is not None and age < STALE_S:
            return self._last
        return Look([f"The state of the service has not been readable for {age:.0f} s."], [])

    async def measure(self) -> None:
        """Set the gauges; those of a reading that takes too long stay as they are. Raises what the reading raised."""
        await self._shared("gauges", self._health.measure)

    async def _look(self) -> None:
        self._last = Look(await self._health.reasons(), await self._health.warnings())

    async def _shared(self, name: str, read: Callable[[], Awaitable[None]]) -> bool:
        """Whether the reading ended in time."""
        task = self._under_way.get(name)
        if task is None or task.done():
            task = self._under_way[name] = asyncio.create_task(_as_coroutine(read), name=name)
        done, _ = await asyncio.wait([task], timeout=WAIT_S)
        if done:
            task.result()
        return bool(done)


async def _as_coroutine(read: Callable[[], Awaitable[None]]) -> None:
    await read()


_BY_HEALTH: WeakKeyDictionary[Health, Looks] = WeakKeyDictionary()


def looks_of(runtime: Runtime) -> Looks:
    """The looks at one runtime, shared by all who ask."""
    found = _BY_HEALTH.get(runtime.health)
    if found is None:
        found = _BY_HEALTH[runtime.health] = Looks(runtime.health)
    return found
