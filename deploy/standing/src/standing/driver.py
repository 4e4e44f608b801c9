"""Simulated time: one clock for all services, moved only to the next instant at which something is due or a fact happens, and only
when everything has caught up."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.service import Service
from standing.actors import Action, Clients
from standing.facts import Fact
from standing.publisher import NothingSent, Publisher
from standing.services import Client

QUIET_WITHIN_S = 120.0
REPEATED_AT_ONCE = 5_000


class NotQuiet(Exception):
    """The services did not catch up; what is missing is in the message."""


@dataclass
class Driver:
    """Feeds facts, and lets people act, in time order, and waits for the services in between."""

    clients: Sequence[Client]
    publisher: Publisher | NothingSent
    on_progress: Callable[[int, datetime], None] = lambda done, now: None
    _heads: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """The heads of the logs in the latest readings."""

    async def run(self, facts: Sequence[Fact], until: datetime, actions: Sequence[Action] = ()) -> None:
        """Send all facts and take all actions, and let everything happen that is due up to ``until``.

        At one instant, what is due comes first, then actions are taken, then facts are sent.
        """
        readings = await self.quiet()
        clock = max(_instant(reading["now"]) for reading in readings)
        done = acted = 0
        while True:
            due = min((_instant(r["next_due"]) for r in readings if r["next_due"]), default=None)
            fact_at = facts[done].time if done < len(facts) else None
            act_at = actions[acted].time if acted < len(actions) else None
            upcoming = min((at for at in (fact_at, act_at) if at is not None), default=None)
            timers_at = None
            if due is not None and due <= (upcoming or until) and due <= until:
                clock = timers_at = max(clock, due)
            elif act_at is not None and act_at == upcoming:
                clock = await self._move(max(clock, act_at))
                actors = Clients({client.name: client for client in self.clients}, clock)
                while acted < len(actions) and actions[acted].time == act_at:
                    await actions[acted].do(actors)
                    acted += 1
            elif upcoming is not None:
                batch = self._batch(facts, done, clock, min((at for at in (due, act_at) if at), default=None))
                clock = await self._move(max(clock, batch[-1].time))
                await self.publisher.send(batch)
                done += len(batch)
            else:
                break
            readings = await self.quiet(timers_at)
            self.on_progress(done, clock)
        await self._move(max(clock, until))
        await self.quiet()

    def _batch(self, facts: Sequence[Fact], done: int, clock: datetime, next_at: datetime | None) -> Sequence[Fact]:
        """The facts until the day ends or something else happens; facts older than the clock do not move it and are sent many at a time."""
        first = facts[done].time
        if first <= clock:
            end, most = clock + timedelta(microseconds=1), REPEATED_AT_ONCE
        else:
            midnight = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=1)
            end, most = min(midnight, next_at) if next_at is not None else midnight, len(facts)
        stop = done + 1
        while stop < len(facts) and stop - done < most and facts[stop].time < end:
            stop += 1
        return facts[done:stop]

    async def _move(self, instant: datetime) -> datetime:
        await asyncio.gather(*(client.move_clock(instant) for client in self.clients))
        return instant

    async def quiet(self, now: datetime | None = None) -> list[dict[str, Any]]:
        """Wait until every log, relay, consumer, read model and timer has caught up with every other one; with ``now`` all clocks
        are moved there first.

        A service waits for the heads of the others as of their latest readings; it is queried again only when one of those has moved
        on. Services that no other one listens to come last, when the others have come to rest.
        """
        listened_to = {source.owner for client in self.clients for source in client.service.sources}
        deadline = time.monotonic() + QUIET_WITHIN_S
        readings: dict[str, dict[str, Any]] = {}
        waited_for: dict[str, dict[str, Mapping[Any, int]]] = {}
        while True:
            self._heads |= {name: reading["heads"] for name, reading in readings.items()}
            awaited = {client.name: self._awaited(client.service) for client in self.clients}
            restless = [
                client
                for client in self.clients
                if waited_for.get(client.name) != awaited[client.name] or not _at_rest(readings[client.name])
            ]
            if not restless:
                return [readings[client.name] for client in self.clients]
            if time.monotonic() > deadline:
                missing = [
                    f"{r['service']}: heads {r['heads']}, inbox {r['inbox']}, due {r['due']}" for r in readings.values()
                ]
                raise NotQuiet(
                    f"Not caught up within {QUIET_WITHIN_S:.0f} s; see the services' logs. " + "; ".join(missing)
                )
            queried = [client for client in restless if now or client.name in listened_to] or restless
            for reading in await asyncio.gather(*(client.settled(awaited[client.name], now) for client in queried)):
                readings[reading["service"]] = reading
            now = None
            waited_for |= {client.name: awaited[client.name] for client in queried}

    def _awaited(self, service: Service) -> dict[str, Mapping[Any, int]]:
        return {
            source.topic: self._heads.get(source.owner, {})
            if source.owner
            else self.publisher.ends.get(source.topic, {})
            for source in service.sources
        }


def _at_rest(reading: Mapping[str, Any]) -> bool:
    return bool(reading["quiet"] and reading["reached"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
