"""Simulated time: one clock for all services, moved only to the next instant at which something is due or a fact happens, and only when
everything has caught up."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.service import Service

from standing.facts import Fact
from standing.publisher import Publisher
from standing.services import Client

QUIET_WITHIN_S = 120.0
REPEATED_AT_ONCE = 5_000
LOOK_EVERY_S = 0.01


class NotQuiet(Exception):
    """The services did not catch up; what is missing is in the message."""


@dataclass
class Driver:
    """Feeds facts in time order and waits for the services in between."""

    clients: Sequence[Client]
    publisher: Publisher
    on_progress: Callable[[int, datetime], None] = lambda done, now: None
    steps: int = 0
    _before: list[dict[str, Any]] = field(default_factory=list)

    async def run(self, facts: Sequence[Fact], until: datetime) -> None:
        """Send all facts and let everything that is due up to ``until`` happen."""
        readings = await self.quiet()
        clock = max(_instant(reading["now"]) for reading in readings)
        done = 0
        while True:
            due = min((_instant(r["next_due"]) for r in readings if r["next_due"]), default=None)
            upcoming = facts[done].time if done < len(facts) else None
            if due is not None and due <= (upcoming or until) and due <= until:
                clock = await self._move(max(clock, due))
            elif upcoming is not None:
                batch = self._batch(facts, done, clock, due)
                clock = await self._move(max(clock, batch[-1].time))
                await self.publisher.send(batch)
                done += len(batch)
            else:
                break
            readings = await self.quiet()
            self.on_progress(done, clock)
        await self._move(max(clock, until))
        await self.quiet()

    def _batch(self, facts: Sequence[Fact], done: int, clock: datetime, due: datetime | None) -> Sequence[Fact]:
        """The facts until the day ends or something is due; facts that lie behind the clock move nothing and go many at a time."""
        first = facts[done].time
        if first <= clock:
            end, most = clock + timedelta(microseconds=1), REPEATED_AT_ONCE
        else:
            midnight = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=1)
            end, most = min(midnight, due) if due is not None else midnight, len(facts)
        stop = done + 1
        while stop < len(facts) and stop - done < most and facts[stop].time < end:
            stop += 1
        return facts[done:stop]

    async def _move(self, instant: datetime) -> datetime:
        await asyncio.gather(*(client.move_clock(instant) for client in self.clients))
        self.steps += 1
        return instant

    async def quiet(self) -> list[dict[str, Any]]:
        """Wait until every log, relay, consumer, read model and timer has caught up, and two looks in a row say so."""
        deadline = time.monotonic() + QUIET_WITHIN_S
        before: list[dict[str, Any]] | None = None
        while True:
            readings = list(await asyncio.gather(*(client.progress() for client in self.clients)))
            missing = self._missing(readings)
            if not missing:
                if before == [reading["heads"] for reading in readings]:
                    return readings
                before = [reading["heads"] for reading in readings]
                continue
            before = None
            if time.monotonic() > deadline:
                raise NotQuiet(f"Not caught up within {QUIET_WITHIN_S:.0f} s: {'; '.join(missing)}. See the services' logs.")
            await asyncio.sleep(LOOK_EVERY_S)

    def _missing(self, readings: Sequence[dict[str, Any]]) -> list[str]:
        heads = {reading["service"]: reading["heads"] for reading in readings}
        told = []
        for client, reading in zip(self.clients, readings, strict=True):
            if not reading["quiet"]:
                told.append(f"{client.name} is busy with its own log")
            for source in client.service.sources:
                expected = heads[source.owner] if source.owner else self.publisher.ends.get(source.topic, {})
                told += _behind(client.service, source.topic, source.owner is not None, expected, reading["inbox"].get(source.topic, {}))
        return told


def _behind(service: Service, topic: str, dense: bool, expected: dict[Any, int], inbox: dict[str, dict[str, int]]) -> list[str]:
    """What of a topic a service has not taken: positions of a dense source, offsets of another system's."""
    told = []
    for partition, end in expected.items():
        at = inbox.get(str(partition), {"position": 0, "kafka_offset": -1})["position" if dense else "kafka_offset"]
        if at < end:
            told.append(f"{service.name} has {topic}[{partition}] up to {at} of {end}")
    return told


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
