"""Follows the log for erasures of persons, and has the service end what it has of them beside texts (``Service.forget``).

An erasure stays to be done until its commands have succeeded: across crashes, restarts and restores, where it may come again.
"""

import asyncio
from typing import Any

import asyncpg
import orjson
import structlog

from chassis.commands import Refused
from chassis.errors import ConcurrentWrite
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.processors.leadership import Leadership
from chassis.storage.database import passes
from chassis.storage.fence import LogHalted
from chassis.tasks import Backoff
from chassis.timers import DueCommand, due_request
from contracts.persons import DataSubjectErased

_log = structlog.get_logger()

ACTOR = "effect/erasures"
LOOK_EVERY_S = 1.0
POSITIONS_AT_ONCE = 10_000
"""Of each partition."""

_PLACES = (
    "SELECT h.partition, coalesce(f.position, 0) AS since, least(h.head, coalesce(f.position, 0) + $2) AS until FROM log_partition h"
    " LEFT JOIN erasure_follower f USING (partition) WHERE h.partition = ANY($1::int[]) AND h.head > coalesce(f.position, 0)"
)
_ERASED = (
    "SELECT e.partition, e.position, e.data, e.event_id::text, e.correlation_id, e.recorded_at"
    " FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS part (partition, since, until) JOIN event e"
    " ON e.partition = part.partition AND e.position > part.since AND e.position <= part.until"
    " WHERE e.type = ANY($4) ORDER BY e.partition, e.position"
)
_MOVE = (
    "INSERT INTO erasure_follower AS f (partition, position) SELECT * FROM unnest($1::int[], $2::bigint[])"
    " ON CONFLICT (partition) DO UPDATE SET position = EXCLUDED.position WHERE f.position < EXCLUDED.position"
)


class ErasureFollower:
    """Works on the partitions that this process leads. What fails is tried again; it holds up nobody else's erasure."""

    def __init__(self, executor: Executor, leadership: Leadership) -> None:
        self._executor = executor
        self._leadership = leadership
        service = executor.service
        self._types = [name for kind in service.events if issubclass(kind, DataSubjectErased) for name in kind.types()]
        self.fault: str | None = None

    @property
    def is_needed(self) -> bool:
        """Whether the service does anything after an erasure."""
        return self._executor.service.forget is not None and bool(self._types)

    async def run(self) -> None:
        backoff = Backoff(max_s=30.0)
        while True:
            try:
                more = await self.step()
            except Exception as error:
                if not passes(error) and not isinstance(error, ConcurrentWrite | LogHalted):  # which other parts report
                    self.fault = f"{type(error).__name__}: {error}"
                    _log.warning("erasures are not followed", exc_info=error)
                await backoff.pause()
                continue
            if self.fault is not None:
                await backoff.pause()
                continue
            backoff.reset()
            if not more:
                await asyncio.sleep(LOOK_EVERY_S)

    async def step(self) -> bool:
        """Follow the erasures at the next positions of every partition; whether there were any positions.

        ``fault`` is the sentence about the first one that could not be followed; all before it in its partition are done.
        """
        pool = self._executor.log.database.followers
        places = await pool.fetch(_PLACES, sorted(self._leadership.held), POSITIONS_AT_ONCE)
        since, until = ({row["partition"]: row[name] for row in places} for name in ("since", "until"))
        fault = None
        if places:
            arguments = list(until), list(since.values()), list(until.values()), self._types
            for erased in await pool.fetch(_ERASED, *arguments):
                if (why := await self._follow(erased)) is not None:
                    fault = fault or why
                    until[erased["partition"]] = min(until[erased["partition"]], erased["position"] - 1)
            await pool.execute(_MOVE, list(until), list(until.values()))
        self.fault = fault
        return bool(places)

    async def _follow(self, erased: asyncpg.Record) -> str | None:
        """Why not all that follows an erasure was done; None where it was."""
        service, keys = self._executor.service, self._executor.personal_keys
        assert service.forget is not None
        assert keys is not None
        data: dict[str, Any] = orjson.loads(erased["data"])
        subject = data["subject"]
        commands = service.forget(subject, await keys.last_destroyed(subject))
        causes = erased["recorded_at"], erased["correlation_id"], erased["event_id"]
        items = tuple(WorkItem((due_request(DueCommand(command, *causes), ACTOR),)) for command in commands)
        for replies in await self._executor.execute(UnitOfWork(items)) if items else ():
            for reply in replies:
                if isinstance(reply, Refused):
                    _log.error("what follows an erasure was refused", subject=subject, detail=reply.detail)
                    return f"{subject} was erased, and what follows was refused: {reply.detail}"
        return None
