"""The progress of each service, read once for all who look at it: fifty viewers cost a service what one costs."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from standing_console.faults import Fault, Refused, ServiceAway
from standing_console.history import History
from standing_console.services import Services

FRESH_S = 2.0
SHARED_S = 30.0
"""How old a reading may be of a service that is read for all who look: it comes anew long before."""
WINDOW_S = 60.0
"""Rates are those of the last minute, or of what of it was seen."""


@dataclass(frozen=True)
class Reading:
    """What ``/v1/admin/progress`` said, ``at`` that second of the monotonic clock, which was ``read_at``."""

    progress: dict[str, Any]
    at: float
    read_at: datetime

    @property
    def events(self) -> int:
        return sum(self.progress["heads"].values())

    @property
    def now(self) -> datetime:
        """The time of the service, which may be a simulated one."""
        return datetime.fromisoformat(self.progress["now"])

    def handled(self, topic: str) -> int:
        """How many messages of a topic were handled, those that came again included."""
        partitions = self.progress["inbox"].get(topic, {}).values()
        return sum(each["handled"] + each["repeated"] for each in partitions)

    def lags(self, positions: dict[str, int]) -> dict[str, int]:
        """Partition → how many events a follower of the log has before it."""
        return {p: max(0, head - positions.get(p, 0)) for p, head in self.progress["heads"].items()}

    @property
    def behind(self) -> int:
        """How many events that follower of the log has before it that has the most."""
        followers = (self.progress["relay"], *self.progress["read_models"].values())
        return max(sum(self.lags(positions).values()) for positions in followers)

    def projected(self, name: str, positions: dict[str, int] | None = None) -> int:
        """How many events a read model has taken."""
        taken = positions if positions is not None else self.progress["read_models"].get(name, {})
        return sum(taken.values())


@dataclass
class Readings:
    """The last readings of each service, and what hindered one; ``clock`` is monotonic, in seconds.

    ``polled`` are the services that are read at each beat of the live overview.
    """

    services: Services
    utc: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic
    history: History = field(default_factory=History)
    polled: set[str] = field(default_factory=set)
    _by_service: dict[str, deque[Reading]] = field(default_factory=lambda: defaultdict(deque))
    _reading: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    _faults: dict[str, tuple[float, Fault]] = field(default_factory=dict)

    def shared_s(self, service: str) -> float:
        """How old a reading may be for those who are told when there is a new one."""
        return SHARED_S if service in self.polled else FRESH_S

    def keep(self, service: str, fault: Fault) -> None:
        """Note a fault that is of the service, and not of whoever asked."""
        noted = self._faults.get(service)
        if (noted is None or noted[1] is not fault) and (
            isinstance(fault, ServiceAway) or (isinstance(fault, Refused) and fault.status >= 500)
        ):
            self._faults[service] = self.clock(), fault

    def raise_noted(self, service: str, within_s: float) -> None:
        """Raises the fault that was met within that time, if nothing was read since: the others need not meet it too."""
        noted = self._faults.get(service)
        if noted is not None and self.clock() - noted[0] < within_s:
            raise noted[1].with_traceback(None)

    async def latest(self, token: str, service: str, within_s: float = FRESH_S) -> Reading:
        """A reading that is at most that old. The caller has made sure that the viewer may see it. Raises Fault."""
        async with self._reading[service]:
            seen = self._by_service[service]
            if seen and self.clock() - seen[-1].at < within_s:
                return seen[-1]
            self.raise_noted(service, within_s)  # what somebody met for whom this one waited
            try:
                progress = await self.services.look(token, service, "/v1/admin/progress")
            except Fault as fault:
                self.keep(service, fault)
                raise
            self._faults.pop(service, None)
            reading = Reading(progress, self.clock(), self.utc())
            seen.append(reading)
            self.history.note(service, reading.read_at, reading.at, reading.events, reading.behind)
            while len(seen) > 2 and reading.at - seen[1].at >= WINDOW_S:
                seen.popleft()
            return reading

    def rate(self, service: str, amount: Callable[[Reading], int]) -> float | None:
        """By how much an amount grew a second, over the window; None before there are two readings."""
        seen = self._by_service[service]
        if len(seen) < 2 or seen[-1].at - seen[0].at < FRESH_S / 2:
            return None
        return max(0, amount(seen[-1]) - amount(seen[0])) / (seen[-1].at - seen[0].at)
