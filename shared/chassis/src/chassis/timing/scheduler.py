"""Turns due rows of to-do lists into commands: timers are data."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from chassis.clock import Clock
from chassis.commands import Refused
from chassis.effects import EffectList
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.processors.leadership import Leadership
from chassis.processors.progress import ProgressReader
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.storage.signals import Signals, Waiter
from chassis.tasks import cancel_and_wait, run_forever
from chassis.timers import DueCommand, TimerContext, TodoList, due_request
from chassis.timing.effect_runner import EffectRunner

_log = structlog.get_logger()

LOOK_EVERY_S = 0.5
LOOK_AGAIN_S = 0.05
"""While read models are behind. The projector of this process signals when it has caught up; another replica's does not."""


class Scheduler:
    """Fires the due rows of every to-do list, oldest first, on the partitions that this process leads.

    It looks only when the read models have reached the heads of the log, so that a row already removed by an event is not fired again.
    """

    def __init__(
        self, service: Service, database: Database, executor: Executor, progress: ProgressReader, leadership: Leadership,
        signals: Signals, clock: Clock, settings: Settings,
    ) -> None:  # fmt: skip
        self._service = service
        self._database = database
        self._executor = executor
        self._progress = progress
        self._leadership = leadership
        self._clock = clock
        self._settings = settings
        self._waiter = Waiter()
        self._behind = signals.projected.waiter()
        self._fired: dict[str, dict[tuple[Any, ...], datetime]] = {}
        self.stuck: dict[str, int] = {}
        self._timers = tuple(todo for todo in service.todo_lists if not isinstance(todo, EffectList))
        self._effects = tuple(
            EffectRunner(todo, database, executor, progress, leadership, signals, clock, self.stuck)
            for todo in service.todo_lists
            if isinstance(todo, EffectList)
        )
        for todo in self._timers:
            signals.listed[todo.name].add(self._waiter)

    async def run(self) -> None:
        """Timers one after the other; effect lists run beside them, so that no timer waits for another system."""
        timers = [run_forever(f"scheduler {self._service.name}", self._step)] if self._timers else []
        await asyncio.gather(*timers, *(runner.run() for runner in self._effects))

    async def _step(self) -> None:
        if not self._leadership.held:
            await self._waiter.wait(LOOK_EVERY_S)
            return
        self._behind.clear()
        due_lists = await self._progress.due_lists()
        if due_lists is None:
            await self._behind.wait(LOOK_AGAIN_S)
            return
        timers = [todo for todo in self._timers if todo.name in due_lists]
        for todo in self._timers:
            if todo.name not in due_lists:
                # Fired rows stay recorded: a build that is switched to may still show a row that is done.
                self.stuck.pop(todo.name, None)
        now = self._clock.now()
        due = {todo.name: await self._due(todo, now) for todo in timers}
        ordered = [rows[0]["due_at"] for todo in timers if todo.in_time_order and (rows := due[todo.name])]
        worked = False
        for todo in timers:
            rows = due[todo.name]
            if todo.in_time_order:
                rows = [row for row in rows if row["due_at"] == min(ordered)]
            if rows:
                await self._work_on(todo, rows[: todo.batch_max], now)
                worked = True
        if not worked:
            await self._waiter.wait(LOOK_EVERY_S)

    async def _due(self, todo: TodoList[Any], now: datetime) -> list[dict[str, Any]]:
        """Rows that are due and have not been fired with this due instant."""
        fired = self._fired.setdefault(todo.name, {})
        rows = await self._database.rows(
            select(todo.table)
            .where(todo.table.c.due_at <= now, todo.table.c.partition.in_(sorted(self._leadership.held)))
            .order_by(todo.table.c.due_at, *(todo.table.c[name] for name in todo.key), todo.table.c.partition)
            .limit(todo.batch_max + len(fired))
        )
        present = {_identity(todo, row): row["due_at"] for row in rows}
        for gone in [key for key, due_at in fired.items() if present.get(key) != due_at]:
            del fired[gone]
        self.stuck[todo.name] = len(fired)
        return [row for row in rows if _identity(todo, row) not in fired]

    async def _work_on(self, todo: TodoList[Any], rows: Sequence[dict[str, Any]], now: datetime) -> None:
        due = [todo.row(**_without_partition(row)) for row in rows]
        async for commands in one_ahead(self._commands(todo, due, now)):
            await self._execute(todo, commands)
        self._fired[todo.name].update({_identity(todo, row): row["due_at"] for row in rows})

    async def _execute(self, todo: TodoList[Any], commands: Sequence[DueCommand]) -> None:
        requests = [due_request(due, f"timer/{todo.name}") for due in commands]
        units = [UnitOfWork(tuple(WorkItem((request,)) for request in part)) for part in self._parts(requests)]
        for replies in await asyncio.gather(*(self._executor.execute(unit) for unit in units)):
            for reply in (reply for each in replies for reply in each):
                if isinstance(reply, Refused):
                    _log.error("a due command was refused", todo=todo.name, code=reply.code, detail=reply.detail)

    async def _commands(
        self, todo: TodoList[Any], rows: Sequence[Any], now: datetime
    ) -> AsyncIterator[Sequence[DueCommand]]:
        """The commands of due rows, part by part. Those of a generator's part may be executed in any order; a list keeps its order."""
        listed: Sequence[DueCommand]
        if todo.command is not None:
            listed = [DueCommand.by(row, todo.command(row)) for row in rows]
        else:
            assert todo.perform is not None
            database = self._database
            context = TimerContext(now, self._executor.policies, database.rows, database.batches, database.materialised)
            performed = todo.perform(rows, context)
            if isinstance(performed, AsyncIterator):
                async for part in performed:
                    yield part
                return
            listed = await performed
        for part in self._parts(listed):
            yield part

    def _parts(self, all_: Sequence[Any]) -> Iterator[Sequence[Any]]:
        """Slices no larger than one transaction."""
        size = self._settings.group_commit_max
        return (all_[start : start + size] for start in range(0, len(all_), size))


async def one_ahead(parts: AsyncIterator[Sequence[DueCommand]]) -> AsyncIterator[Sequence[DueCommand]]:
    """The same parts in the same order; the next one is computed while the one before is executed."""
    coming = asyncio.ensure_future(anext(parts, None))
    try:
        while (part := await coming) is not None:
            coming = asyncio.ensure_future(anext(parts, None))
            yield part
    finally:
        await cancel_and_wait([coming])


def _identity(todo: TodoList[Any], row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["partition"], *(row[name] for name in todo.key))


def _without_partition(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "partition"}
