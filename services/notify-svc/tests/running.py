"""A running notify-svc in simulated time, as a test drives it: commands in, time moved on, rows out."""

import json
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from chassis.commands import Accepted, Reply, Request
from chassis.policies import Policy, PublishPolicy
from chassis.runtime import Runtime
from chassis.storage.log import Batch, NewEvent, meta_json
from chassis.testing.passing import at_rest, pass_until
from contracts import Event
from notify_svc.reactions import request_notices
from notify_svc.read_models import notification
from notify_svc.rules.samples import envelope_of


@dataclass
class Running:
    """The service and how to speak to it."""

    runtime: Runtime

    @property
    def now(self) -> datetime:
        return self.runtime.clock.now()

    async def move_to(self, instant: datetime) -> None:
        """Set the clock and let everything that is due happen, each thing at its own instant."""
        await pass_until(self.runtime, instant)

    async def move_by(self, **duration: float) -> None:
        await self.move_to(self.now + timedelta(**duration))

    async def settled(self) -> None:
        await at_rest(self.runtime)

    async def do(self, *commands: Any) -> list[Reply]:
        return [await self.runtime.executor.submit(Request(command, None, self.now, "test")) for command in commands]

    async def publish(self, document: Policy) -> None:
        latest = self.runtime.executor.policies.latest(document.NAME)
        command = PublishPolicy(document.NAME, document, date(2000, 1, 1), "for the test", latest.version)
        [reply] = await self.do(command)
        assert isinstance(reply, Accepted), reply

    async def tell(self, event: Event, event_id: str = "E-1", happened_at: datetime | None = None) -> None:
        """An event of another service, which was recorded now and happened now or earlier."""
        at = happened_at or self.now
        envelope = replace(envelope_of(event), id=event_id, occurred_at=at, recorded_at=self.now)
        await self.do(*request_notices(event, envelope, self.runtime.executor.policies))

    async def of_before(self, stream: str, event_type: str, data: dict[str, Any]) -> str:
        """An event that stands in the log as an older release wrote it; its id."""
        event_id, log = str(uuid.uuid4()), self.runtime.log
        version = len(await log.read_streams([stream])) + 1
        await log.append(
            Batch(
                self.now,
                [
                    NewEvent(
                        log.partition(stream), stream, version, event_type, 1, json.dumps(data),
                        meta_json(None, "ann", "default", None), event_id, "journey-0", self.now,
                    )
                ],
            )
        )  # fmt: skip
        await self.runtime.executor.refresh_policies()
        await self.settled()
        return event_id

    async def notices(self, **wanted: Any) -> list[dict[str, Any]]:
        """Rows of the read model, the first asked for first."""
        table = notification.MODEL.table
        query = select(table).where(*(table.c[name] == value for name, value in wanted.items()))
        return await self.runtime.read(query.order_by(*notification.ORDER))
