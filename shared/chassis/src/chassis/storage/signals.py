"""What all followers of the log share: being woken when it grows, and never giving up."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog

_log = structlog.get_logger()


class Sleeper:
    """Somebody who naps until there is something to do."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._napping = False

    @property
    def resting(self) -> bool:
        """Whether it naps, and nothing has happened since."""
        return self._napping and not self._rung.is_set()

    def wake(self) -> None:
        self._rung.set()

    def look(self) -> None:
        """What happened until now is about to be looked at."""
        self._rung.clear()

    async def nap(self, timeout_s: float) -> bool:
        """Wait until woken (True) or until the timeout; what happened while awake counts too."""
        self._napping = True
        try:
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        except TimeoutError:
            return False
        finally:
            self._napping = False
        self._rung.clear()
        return True


class Bell:
    """Wakes those who wait for one kind of thing; whoever hears nothing looks again after its own poll interval."""

    def __init__(self) -> None:
        self._sleepers: list[Sleeper] = []

    def sleeper(self) -> Sleeper:
        sleeper = Sleeper()
        self.add(sleeper)
        return sleeper

    def add(self, sleeper: Sleeper) -> None:
        self._sleepers.append(sleeper)

    def remove(self, sleeper: Sleeper) -> None:
        self._sleepers.remove(sleeper)

    def ring(self) -> None:
        for sleeper in self._sleepers:
            sleeper.wake()

    @property
    def heard(self) -> bool:
        """Whether everybody who heard it has done what there was to do."""
        return all(sleeper.resting for sleeper in self._sleepers)


@dataclass(frozen=True)
class Wakeups:
    """``grown``: the log has grown. ``projected``: the read models have caught up with it, and so has the broker: ``published``.
    ``taken``: the inbox has moved. ``listed``: the rows of a to-do list, by its name, have changed, or time has.

    Who looks at what followers made waits for them, and asks the database only when the answer may have changed. ``shown`` is what
    this process knows itself: the positions that all live read models have passed, of the partitions that it projects.
    """

    grown: Bell = field(default_factory=Bell)
    projected: Bell = field(default_factory=Bell)
    published: Bell = field(default_factory=Bell)
    taken: Bell = field(default_factory=Bell)
    listed: defaultdict[str, Bell] = field(default_factory=lambda: defaultdict(Bell))
    shown: dict[int, int] = field(default_factory=dict)

    def on_notify(self, *_: Any) -> None:
        self.grown.ring()

    def ring(self) -> None:
        """Something that concerns all of them has changed: who leads, which builds there are."""
        for bell in (self.grown, self.projected, self.published, self.taken):
            bell.ring()
        self.on_time()

    def on_time(self) -> None:
        """The clock was moved: anything may be due."""
        for bell in self.listed.values():
            bell.ring()

    @contextlib.contextmanager
    def followed(self) -> Iterator[Sleeper]:
        """A sleeper, for a while, that any follower's catching up wakes, and the inbox's."""
        sleeper, bells = Sleeper(), (self.projected, self.published, self.taken)
        for bell in bells:
            bell.add(sleeper)
        try:
            yield sleeper
        finally:
            for bell in bells:
                bell.remove(sleeper)


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
