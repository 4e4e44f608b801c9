"""Tasks that run until they are cancelled: faults are retried with a growing pause, and cancellation is awaited."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

_log = structlog.get_logger()


@dataclass
class Backoff:
    """Pauses that double from ``first_s`` to ``max_s`` while something fails, and start again once it has succeeded."""

    max_s: float
    first_s: float = 0.1
    _next_s: float = 0.0

    @property
    def next_s(self) -> float:
        """The pause that ``pause`` will take."""
        return self._next_s or self.first_s

    async def pause(self) -> None:
        pause_s = self.next_s
        self._next_s = min(pause_s * 2, self.max_s)
        await asyncio.sleep(pause_s)

    def reset(self) -> None:
        self._next_s = 0.0


async def run_forever(name: str, step: Callable[[], Awaitable[None]], backoff_max_s: float = 5.0) -> None:
    """Run a step in a loop; a fault is logged and the step retried after a growing, capped pause. Never gives up, never skips."""
    backoff = Backoff(backoff_max_s)
    while True:
        try:
            await step()
            backoff.reset()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            _log.warning(
                "follower failed",
                follower=name,
                error=f"{type(error).__name__}: {error}",
                retry_in_s=backoff.next_s,
                exc_info=error,
            )
            await backoff.pause()


async def cancel_and_wait(tasks: Collection[asyncio.Task[Any]], within_s: float = 30.0) -> None:
    """Cancel tasks until they have ended. Once is not enough: libraries may swallow a cancellation."""
    deadline = asyncio.get_running_loop().time() + within_s
    pending = {task for task in tasks if not task.done()}
    while pending and asyncio.get_running_loop().time() < deadline:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1.0)
    for task in pending:
        _log.error("a task did not end after being cancelled", task=task.get_name())


def stacks() -> dict[str, str]:
    """Where each task of the running loop waits, by its name: frames from the outermost to the innermost, a line each."""
    found = dict[str, str]()
    for number, task in enumerate(sorted(asyncio.all_tasks(), key=lambda task: task.get_name())):
        name = task.get_name()
        found[f"{name} {number}" if name in found else name] = "\n".join(_frames(task))
    return found


def _frames(task: "asyncio.Task[Any]") -> Iterator[str]:
    """A task's own frames end at the coroutine that it awaits, so the chain of awaited ones is walked."""
    waits_for: Any = task.get_coro()
    while waits_for is not None:
        frame = getattr(waits_for, "cr_frame", None) or getattr(waits_for, "ag_frame", None)
        frame = frame or getattr(waits_for, "gi_frame", None)
        if frame is None:
            yield type(waits_for).__name__
        else:
            yield f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_qualname}"
        waits_for = (
            getattr(waits_for, "cr_await", None)
            or getattr(waits_for, "ag_await", None)
            or getattr(waits_for, "gi_yieldfrom", None)
        )


@asynccontextmanager
async def bounded(bound_s: float, late: Exception) -> AsyncIterator[None]:
    """Work that may take so many seconds; raises ``late`` when it takes longer."""
    bound = asyncio.timeout(bound_s)
    try:
        async with bound:
            yield
    except TimeoutError as error:
        if not bound.expired():
            raise
        raise late from error
