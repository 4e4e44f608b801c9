"""A running service on which acts and looks are tried: what they need to be possible."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from chassis.handling.set_aside import EventAt, Target
from chassis.runtime import Runtime
from chassis.storage.log import Batch, NewEvent, meta_json

GOLDEN = Path(__file__).parents[2] / "shared" / "contracts" / "golden"
EVENT_ID, JOURNEY = "018f3a2b-7c4d-7e5f-8a9b-0c1d2e3f4a5b", "journey-1"
WHY = {"reason": "decided at the morning round"}


@dataclass
class Acts:
    """A running service with one event in its log, and its client."""

    running: Runtime
    http: httpx.AsyncClient
    parked: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    @property
    def pool(self) -> Any:
        return self.running.database.pool

    async def begin(self) -> None:
        """Write the event: one that the first read model handles."""
        event = self.running.service.read_models[0].handles[0]
        data = (GOLDEN / f"{event.TYPE}.v{event.VERSION}.json").read_text()
        new = NewEvent(
            0, "walk-1", 1, event.TYPE, event.VERSION, data, meta_json(None, "ann", "default", None), EVENT_ID, JOURNEY,
            self.running.clock.now(),
        )  # fmt: skip
        await self.running.log.append(Batch(self.running.clock.now(), [new]))

    async def a_parked(
        self, topic: str | None = None, value: bytes = b"{}", headers: dict[str, str] | None = None
    ) -> int:
        """One more parked message, under a key of its own."""
        self.parked += 1
        number: int = await self.pool.fetchval(
            "INSERT INTO parked (source, partition, position, key, headers, value, type, code, reason, parked_at)"
            " VALUES ($1, 0, $2, $3, $4, $5, '', $6, 'a test', $7) RETURNING id",
            topic or self.running.service.sources[0].topic, self.parked, f"K-{self.parked}", json.dumps(headers or {}), value,
            f"code-{self.parked}", self.running.clock.now(),
        )  # fmt: skip
        return number

    async def a_set_aside(self, position: int) -> int:
        """One more event set aside by itself, which waits for a decision."""
        builds = self.running.builds
        target = Target("read model", self.model, builds.model(self.model).version)
        event = EventAt(0, position, EVENT_ID[:-1] + str(position), "walk.Walked")
        await builds.set_aside.add_fault(target, event, "a test", 100, self.running.clock.now())
        number: int = await self.pool.fetchval("SELECT max(id) FROM set_aside")
        return number

    @property
    def model(self) -> str:
        return self.running.service.read_models[0].name

    @property
    def other_model(self) -> str:
        """One that has nothing to do with the event."""
        written = self.running.service.read_models[0].handles[0]
        return next(each.name for each in self.running.service.read_models if written not in each.handles)

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.http.post(path, json=body)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def retire(self) -> None:
        """Let the build of the other model that is under way be one from before, to which it can be rolled back."""
        await self.pool.execute(
            "UPDATE projection_build SET state = 'retired' WHERE name = $1 AND state = 'building'", self.other_model
        )
