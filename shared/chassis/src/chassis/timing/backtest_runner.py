"""Runs back-tests one after the other, in the leading replica, and again from the start after a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import asyncpg
import orjson
import structlog

from chassis.backtests import Trial
from chassis.clock import Clock
from chassis.handling.audit import Action, Operator, record
from chassis.policies import PolicyBook
from chassis.processors.leadership import Leadership
from chassis.service import Service
from chassis.storage.database import Database
from chassis.storage.signals import Waiter
from chassis.tasks import run_forever
from chassis.timing.backtest_process import BacktestTask, Outcome, outcome_of
from contracts.fields import STORED

_log = structlog.get_logger()

LOOK_EVERY_S = 1.0
LEADS = 0
"""The replica that leads this partition runs the back-tests."""


@dataclass(frozen=True)
class BacktestRequest:
    """A back-test as it was requested."""

    id: str
    policy: str
    document: dict[str, Any]
    starts_on: date
    ends_on: date
    requested_by: str
    requested_at: datetime


_COLUMNS = (
    "id AS backtest_id, policy, document, starts_on, ends_on, asked_by AS requested_by, asked_at AS requested_at, state AS status,"
    " events_read AS read_count, events_all AS event_count, report, error, finished_at"
)


class Backtests:
    """The back-tests of a service: requested over HTTP from any replica, run by one."""

    def __init__(
        self,
        service: Service,
        database: Database,
        policies: Callable[[], PolicyBook],
        leadership: Leadership,
        clock: Clock,
    ) -> None:
        self.offered = {each.policy.NAME: each for each in service.backtests}
        self._service = service
        self._database = database
        self._policies = policies
        self._leadership = leadership
        self._clock = clock
        self._pool = database.pool
        self._requested = Waiter()

    async def submit(self, request: BacktestRequest, by: Operator) -> None:
        """Queue a back-test and record who requested it; a request whose id exists already changes nothing."""
        async with self._pool.acquire() as connection, connection.transaction():
            queued = await connection.fetchval(
                "INSERT INTO backtest (id, policy, document, starts_on, ends_on, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                " ON CONFLICT (id) DO NOTHING RETURNING id",
                request.id, request.policy, request.document, request.starts_on, request.ends_on, request.requested_by,
                request.requested_at,
            )  # fmt: skip
            if queued is not None:
                things = f"policies/{request.policy}", f"backtests/{request.id}"
                await record(connection, request.requested_at, Action(by, "back-test requested", None, {}, things))
        self._requested.wake()

    async def of(self, policy: str, limit: int, after: str | None = None) -> list[dict[str, Any]]:
        """The newest back-tests of a policy, without their reports; only those older than the one with the id ``after``."""
        rows = await self._pool.fetch(
            f"SELECT {_COLUMNS.replace('report, ', '')} FROM backtest WHERE policy = $1 AND ($3::text IS NULL"
            " OR (asked_at, id) < (SELECT asked_at, id FROM backtest WHERE id = $3)) ORDER BY asked_at DESC, id DESC LIMIT $2",
            policy, limit, after,
        )  # fmt: skip
        return [dict(row) for row in rows]

    async def one(self, policy: str, backtest_id: str) -> dict[str, Any] | None:
        row = await self._pool.fetchrow(
            f"SELECT {_COLUMNS} FROM backtest WHERE policy = $1 AND id = $2", policy, backtest_id
        )
        return dict(row) if row else None

    async def run(self) -> None:
        await run_forever("back-tests", self._step)

    async def _step(self) -> None:
        row = None
        if LEADS in self._leadership.held:
            row = await self._pool.fetchrow(
                f"UPDATE backtest SET state = 'running', events_read = 0, events_all = 0 WHERE id = (SELECT id FROM backtest"
                f" WHERE state IN ('waiting', 'running') ORDER BY asked_at, id LIMIT 1) RETURNING {_COLUMNS}"
            )
        if row is None:
            await self._requested.wait(LOOK_EVERY_S)
            return
        outcome = await self._replay(row)
        if outcome.is_away:
            raise ConnectionError(outcome.error)  # the back-test starts again later
        if outcome.error is not None:
            _log.warning("back-test failed", backtest=row["backtest_id"], error=outcome.error)
        await self._finish(row["backtest_id"], outcome)

    async def _replay(self, row: asyncpg.Record) -> Outcome:
        offered = self.offered.get(row["policy"])
        if offered is None:
            return Outcome(error=f"Policy {row['policy']} no longer has a back-test.")
        live = self._policies()
        document = offered.policy.model_validate(row["document"], context=STORED)
        trial = Trial(row["policy"], live, live.with_only(document), row["starts_on"], row["ends_on"])
        types = sorted({name for event in offered.handles for name in event.types()})
        await self._pool.execute(
            "UPDATE backtest SET events_all = (SELECT count(*) FROM event WHERE type = ANY($2)) WHERE id = $1",
            row["backtest_id"], types,
        )  # fmt: skip
        return await outcome_of(
            BacktestTask(
                id=row["backtest_id"], backtest=offered, trial=trial, service=self._service.name,
                partitions=self._database.partitions, dsn=self._database.dsn,
            )
        )  # fmt: skip

    async def _finish(self, backtest_id: str, outcome: Outcome) -> None:
        await self._pool.execute(
            "UPDATE backtest SET state = $2, report = $3, error = $4, finished_at = $5 WHERE id = $1",
            backtest_id,
            "done" if outcome.error is None else "failed",
            None if outcome.report is None else orjson.loads(outcome.report),
            outcome.error,
            self._clock.now(),
        )
