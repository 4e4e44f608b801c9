"""Runs effect lists: each lane in order, many lanes at once, beside the timers and without delaying them."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import groupby, takewhile
from typing import Any

import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy import select, tuple_

from chassis.clock import Clock
from chassis.commands import Accepted, Refused, Reply
from chassis.effects import EffectContext, EffectList
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.personal.opening import text_of
from chassis.processors.leadership import Leadership
from chassis.processors.progress import ProgressReader
from chassis.sorts import Sort
from chassis.storage.database import Database
from chassis.storage.signals import Signals
from chassis.tasks import cancel_and_wait, run_forever
from chassis.timers import DueCommand, due_request
from chassis.timing.causes import Causes, in_trace
from chassis.tracing import Trace

_log = structlog.get_logger()

LOOK_EVERY_S, LOOK_AGAIN_S = 0.5, 0.02
LOOK_MAX = 500
PAUSE_AFTER_FAULT_S = 1.0
SEEN_WITHIN_S = 10.0

Row = dict[str, Any]


class EffectRunner:
    """Runs one effect list on the partitions that this process leads."""

    def __init__(
        self, effects: EffectList[Any], database: Database, executor: Executor, progress: ProgressReader,
        leadership: Leadership, signals: Signals, clock: Clock, stuck: dict[str, int],
    ) -> None:  # fmt: skip
        self._stuck = stuck
        self._effects = effects
        self._database = database
        self._executor = executor
        self._progress = progress
        self._leadership = leadership
        self._clock = clock
        self._waiter = signals.listed[effects.name].waiter()
        self._busy: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._tried: dict[tuple[Any, ...], Row] = {}
        self._causes = Causes(database, clock)

    async def run(self) -> None:
        try:
            await run_forever(f"effects {self._effects.name}", self._step)
        finally:
            await cancel_and_wait(self._busy.values())

    async def _step(self) -> None:
        # Cleared before looking, so that a lane that ends during this look causes the next one at once.
        self._waiter.clear()
        self._busy = {place: task for place, task in self._busy.items() if not task.done()}
        if not self._leadership.held:
            await self._waiter.wait(LOOK_EVERY_S)
            return
        projected, due = await self._progress.due(self._effects)
        # A row that left the list is forgotten even if no other is due: it may come back as it was.
        started = self._start(await self._candidates() if due else ())
        idle = due > 0 and not self._busy
        # Rows that an event not yet projected will change are not stuck.
        self._stuck[self._effects.name] = due if idle and projected else 0
        if not started:
            await self._waiter.wait(LOOK_AGAIN_S if idle and not projected else LOOK_EVERY_S)

    def _start(self, rows: Sequence[Row]) -> int:
        """Start the lanes that are free; a row that was tried and has not changed since holds up its lane."""
        present = {self._identity(row): row for row in rows}
        self._tried = {key: row for key, row in self._tried.items() if present.get(key) == row}
        places = Counter(pool for pool, _ in self._busy)
        started = 0
        ordered = sorted(rows, key=lambda row: (row["pool"], row["lane"]))  # stable: the order within a lane stays
        for place, lane in groupby(ordered, key=lambda row: (row["pool"], row["lane"])):
            workable = list(takewhile(lambda row: self._identity(row) not in self._tried, lane))[
                : self._effects.lane_max
            ]
            if workable and place not in self._busy and places[place[0]] < self._effects.pool_max:
                self._busy[place] = asyncio.create_task(self._work(workable), name=f"lane {place}")
                places[place[0]] += 1
                started += 1
        return started

    async def _candidates(self) -> list[Row]:
        """Due rows of free lanes, in order, without those behind a row of their lane that waits for a later instant."""
        now, table = self._clock.now(), self._effects.table
        ahead = table.alias("ahead")
        in_order = ("queued_at", *self._effects.then_by, *self._effects.key)
        waits_ahead = (
            select(1)
            .where(
                ahead.c.lane == table.c.lane, ahead.c.pool == table.c.pool, ahead.c.queued_at <= now, ahead.c.due_at > now,
                tuple_(*(ahead.c[name] for name in in_order)) < tuple_(*(table.c[name] for name in in_order)),
            )
            .exists()
        )  # fmt: skip
        query = (
            select(table)
            .where(table.c.due_at <= now, table.c.partition.in_(sorted(self._leadership.held)), ~waits_ahead)
            .order_by(*(table.c[name] for name in in_order), table.c.partition)
            .limit(LOOK_MAX + len(self._tried))
        )
        if self._busy:
            query = query.where(tuple_(table.c.pool, table.c.lane).not_in(list(self._busy)))
        return await self._database.rows(query)

    async def _work(self, rows: Sequence[Row]) -> None:
        """Process rows of one lane until ``act`` returns False; each row sees the consequences of the one before in the read models."""
        try:
            for row in rows:
                until: dict[int, int] = {}
                due_row = self._effects.row_of(row)
                assert self._effects.act is not None
                due = (getattr(due_row, "causation_id", None), getattr(due_row, "correlation_id", None))
                (hop,) = await self._causes.begin(Sort.of(f"deliver {self._effects.name}", SpanKind.CLIENT), [due])
                with hop:
                    go_on = await self._effects.act(due_row, self._context(until, hop.trace))
                self._tried[self._identity(row)] = row
                await self._seen(until)
                if not go_on:
                    break
        except Exception as error:
            # The outcome is unknown; the row is unchanged and is tried again.
            _log.error("an effect failed", effects=self._effects.name, exc_info=error)
            await asyncio.sleep(PAUSE_AFTER_FAULT_S)
        finally:
            self._waiter.wake()

    def _context(self, until: dict[int, int], trace: Trace) -> EffectContext:
        async def do(commands: Sequence[DueCommand]) -> Sequence[Reply]:
            actor = f"effect/{self._effects.name}"
            items = tuple(WorkItem((in_trace(due_request(due, actor), trace),)) for due in commands)
            replies = [reply for each in await self._executor.execute(UnitOfWork(items)) for reply in each]
            for reply in replies:
                if isinstance(reply, Accepted):
                    until.update({p: max(position, until.get(p, 0)) for p, position in reply.positions.items()})
                elif isinstance(reply, Refused):
                    _log.error("the command of an effect was refused", effects=self._effects.name, detail=reply.detail)
            return replies

        return EffectContext(
            self._clock.now, lambda: self._executor.policies, self._database.rows, do,
            partial(text_of, self._executor.personal_keys),
        )  # fmt: skip

    async def _seen(self, positions: dict[int, int]) -> None:
        """Wait for the read models, for a limited time: a row that has not changed by then is held back by ``_tried``."""
        await self._progress.wait_visible(positions, SEEN_WITHIN_S, sound=True)

    def _identity(self, row: Row) -> tuple[Any, ...]:
        return (row["partition"], *(row[name] for name in self._effects.key))
