"""What all followers of the log share: being woken when it grows, and never giving up."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog

_log = structlog.get_logger()


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
