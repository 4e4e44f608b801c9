"""What all followers of the log share: being woken when it grows, and leading a partition alone."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import asyncpg
import structlog

_log = structlog.get_logger()

LEADER_LOCK_CLASS = 7_310_002


class Wakeups:
    """Wakes followers on NOTIFY; without one they look again after their own poll interval."""

    def __init__(self) -> None:
        self._sleepers: list[asyncio.Event] = []

    def sleeper(self) -> asyncio.Event:
        """An event of one's own that is set whenever something may have happened."""
        event = asyncio.Event()
        self._sleepers.append(event)
        return event

    def wake(self) -> None:
        for event in self._sleepers:
            event.set()

    def on_notify(self, *_: Any) -> None:
        self.wake()


async def nap(sleeper: asyncio.Event, timeout_s: float) -> None:
    """Wait until woken or until the timeout."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await sleeper.wait()
    sleeper.clear()


class Leadership:
    """Which partitions this process leads: one advisory lock per partition, on a connection of its own.

    The lock goes with the connection, so a process that dies or loses it leads nothing; what a paused one still does is refused by the
    compare-and-set of every checkpoint.
    """

    def __init__(self, dsn: str, partitions: int, wakeups: Wakeups, retry_s: float = 1.0) -> None:
        self._dsn = dsn
        self._partitions = partitions
        self._wakeups = wakeups
        self._retry_s = retry_s
        self.held: frozenset[int] = frozenset()

    async def run(self) -> None:
        while True:
            try:
                await self._lead()
            except Exception as error:  # whatever it was: a process that ended here would follow nothing for ever
                _log.warning("leadership lost", error=f"{type(error).__name__}: {error}")
            self.held = frozenset()
            await asyncio.sleep(self._retry_s)

    async def _lead(self) -> None:
        connection = await asyncpg.connect(self._dsn, timeout=10, command_timeout=10)
        try:
            await connection.add_listener("log", self._wakeups.on_notify)
            while True:
                missing = [p for p in range(self._partitions) if p not in self.held]
                rows = await connection.fetch(
                    "SELECT p, pg_try_advisory_lock($1, p) AS won FROM unnest($2::int[]) p", LEADER_LOCK_CLASS, missing
                )
                won = frozenset(row["p"] for row in rows if row["won"])
                if won:
                    self.held |= won
                    self._wakeups.wake()
                await asyncio.sleep(self._retry_s)
        finally:
            connection.terminate()


async def forever(name: str, step: Callable[[], Awaitable[None]], backoff_max_s: float = 5.0) -> None:
    """Run a step again and again; a fault is logged and retried with a growing, capped pause. It never gives up and never skips."""
    pause_s = 0.1
    while True:
        try:
            await step()
            pause_s = 0.1
        except asyncio.CancelledError:
            raise
        except Exception as error:
            _log.warning(
                "follower fault",
                follower=name,
                error=f"{type(error).__name__}: {error}",
                retry_in_s=pause_s,
                exc_info=error,
            )
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, backoff_max_s)


async def end(tasks: Collection[asyncio.Task[Any]], within_s: float = 30.0) -> None:
    """Cancel tasks until they have ended. Once is not enough: libraries underneath may swallow a cancellation."""
    deadline = asyncio.get_running_loop().time() + within_s
    pending = {task for task in tasks if not task.done()}
    while pending and asyncio.get_running_loop().time() < deadline:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1.0)
    for task in pending:
        _log.error("a task does not end", task=task.get_name())
