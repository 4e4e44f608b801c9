"""What made something due, and the span of doing it: in the same trace while that is fresh, else in a new one with a link to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import orjson

from chassis import tracing
from chassis.clock import Clock
from chassis.commands import Request
from chassis.hops import CORRELATION, Hop
from chassis.sorts import Attributes, Sort
from chassis.storage.database import Database
from chassis.tracing import Trace, w3c_trace

SAME_ACTIVITY = timedelta(minutes=1)
"""What is due at once is done within this and belongs to the activity that made it due; what was waited for is another one."""


class Cause(NamedTuple):
    """The decision that an event is of, and when that was."""

    trace: Trace
    decided_at: datetime


class Causes:
    """Finds the causes of due rows in the log, and begins the spans of the work on them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, sort: Sort, causes: Sequence[tuple[str | None, str | None]]) -> list[Hop]:
        """A hop for each (id of the event that made it due, correlation id); the caller ends them."""
        if not tracing.enabled():
            return [Hop(Trace()) for _ in causes]
        found = await self._of({id for id, _ in causes if id is not None})
        fresh = self._clock.now() - SAME_ACTIVITY
        return [self._begin(sort, found.get(id or ""), fresh, {CORRELATION: c} if c else {}) for id, c in causes]

    async def within_hops(self, name: str, requests: Sequence[Request]) -> tuple[list[Request], list[Hop]]:
        """Due commands, each as a consequence of a hop of its own."""
        if not tracing.enabled():
            return list(requests), []
        causes = [(request.causation_id, request.correlation_id) for request in requests]
        hops = await self.begin(Sort.of(name), causes)
        return [in_trace(request, hop.trace) for request, hop in zip(requests, hops, strict=True)], hops

    @staticmethod
    def _begin(sort: Sort, cause: Cause | None, fresh: datetime, own: Attributes) -> Hop:
        if cause is None:
            return Hop.begin(sort, Trace(), own)
        if cause.decided_at >= fresh:
            return Hop.begin(sort, cause.trace, own)
        return Hop.begin(sort, Trace(), own, [cause.trace.parent])

    async def _of(self, ids: set[str]) -> dict[str, Cause]:
        """Only ids of events of this log are found; rows may name others."""
        wanted = [id for id in ids if _is_uuid(id)]
        if not wanted:
            return {}
        rows = await self._database.pool.fetch(
            "SELECT event_id, meta, recorded_at FROM event WHERE event_id = ANY($1::uuid[])", wanted
        )
        found = dict[str, Cause]()
        for row in rows:
            meta = orjson.loads(row["meta"])
            found[str(row["event_id"])] = Cause(
                w3c_trace(meta.get("traceparent"), meta.get("tracestate")), row["recorded_at"]
            )
        return found


def in_trace(request: Request, trace: Trace) -> Request:
    """The request as a consequence of what stands there in a trace; unchanged where nothing does."""
    return request._replace(traceparent=trace.parent, tracestate=trace.state) if trace.parent else request


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
