"""How followers learn that there is work: signals that wake whoever waits, instead of polling."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


class Waiter:
    """Waits until there is work to do."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._waiting = False

    @property
    def idle(self) -> bool:
        """Whether it waits and has not been woken."""
        return self._waiting and not self._woken.is_set()

    def wake(self) -> None:
        self._woken.set()

    def clear(self) -> None:
        """Forget wake-ups so far; the caller is about to look at everything up to now."""
        self._woken.clear()

    async def wait(self, timeout_s: float) -> bool:
        """Wait until woken (True) or until the timeout; a wake-up since the last wait counts too."""
        self._waiting = True
        try:
            async with asyncio.timeout(timeout_s):
                await self._woken.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting = False
        self._woken.clear()
        return True


class Signal:
    """Wakes those who wait for one kind of change; a waiter that gets no signal looks again after its own poll interval."""

    def __init__(self) -> None:
        self._waiters: list[Waiter] = []

    def waiter(self) -> Waiter:
        waiter = Waiter()
        self.add(waiter)
        return waiter

    def add(self, waiter: Waiter) -> None:
        self._waiters.append(waiter)

    def remove(self, waiter: Waiter) -> None:
        self._waiters.remove(waiter)

    def notify(self) -> None:
        for waiter in self._waiters:
            waiter.wake()

    @property
    def all_idle(self) -> bool:
        """Whether every waiter has finished its work."""
        return all(waiter.idle for waiter in self._waiters)


@dataclass(frozen=True)
class Signals:
    """``grown``: the log has grown. ``projected``: the read models have caught up with it. ``published``: the broker has.
    ``taken``: the inbox has moved. ``listed``: by name of a to-do list: its rows, or the time, have changed.

    Whoever depends on a follower waits for its signal, and queries the database only when the answer may have changed. ``visible``
    is what this process knows without a query: the positions that all live read models have reached, of the partitions it projects.
    """

    grown: Signal = field(default_factory=Signal)
    projected: Signal = field(default_factory=Signal)
    published: Signal = field(default_factory=Signal)
    taken: Signal = field(default_factory=Signal)
    listed: defaultdict[str, Signal] = field(default_factory=lambda: defaultdict(Signal))
    visible: dict[int, int] = field(default_factory=dict)

    def on_notify(self, *_: Any) -> None:
        self.grown.notify()

    def notify(self) -> None:
        """A change that concerns every follower: who leads, which builds exist."""
        for signal in (self.grown, self.projected, self.published, self.taken):
            signal.notify()
        self.on_time()

    def on_time(self) -> None:
        """The clock was moved: any timer may be due."""
        for signal in self.listed.values():
            signal.notify()

    @contextlib.contextmanager
    def followed(self) -> Iterator[Waiter]:
        """A temporary waiter that is woken when a follower has caught up or the inbox has moved."""
        waiter, signals = Waiter(), (self.projected, self.published, self.taken)
        for signal in signals:
            signal.add(waiter)
        try:
            yield waiter
        finally:
            for signal in signals:
                signal.remove(waiter)
