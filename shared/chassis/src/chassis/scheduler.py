"""Turns what is due into commands: to-do lists are the timers, so time is data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from uuid_utils import uuid7

from chassis.clock import Clock
from chassis.database import Database
from chassis.executor import Executor
from chassis.followers import Leadership, Wakeups, forever, nap
from chassis.inbox import Item, Unit
from chassis.progress import Progress
from chassis.read_models import Caused, Desk, TodoList
from chassis.requests import Request
from chassis.service import Service
from chassis.settings import Settings

_log = structlog.get_logger()

LOOK_EVERY_S = 0.5


class Scheduler:
    """For each partition that this process leads, fires the due rows of every to-do list, oldest first.

    It looks only when the read models have caught up with the log, so that a row which its facts have removed is not fired again.
    """

    def __init__(
        self, service: Service, database: Database, executor: Executor, progress: Progress, leadership: Leadership,
        wakeups: Wakeups, clock: Clock, settings: Settings,
    ) -> None:  # fmt: skip
        self._service = service
        self._database = database
        self._executor = executor
        self._progress = progress
        self._leadership = leadership
        self._clock = clock
        self._settings = settings
        self._sleeper = wakeups.sleeper()
        self._fired: dict[str, dict[tuple[Any, ...], datetime]] = {}
        self.stuck: dict[str, int] = {}

    async def run(self) -> None:
        if self._service.todo_lists:
            await forever(f"scheduler {self._service.name}", self._step)

    async def _step(self) -> None:
        if not self._leadership.held or not await self._progress.projected():
            await nap(self._sleeper, 0.01 if self._leadership.held else LOOK_EVERY_S)
            return
        worked = False
        for todo in self._service.todo_lists:
            worked |= await self._work_on(todo)
        if not worked:
            await nap(self._sleeper, LOOK_EVERY_S)

    async def _work_on(self, todo: TodoList[Any]) -> bool:
        now = self._clock.now()
        table = todo.table
        fired = self._fired.setdefault(todo.name, {})
        rows = await self._database.rows(
            select(table)
            .where(table.c.due_at <= now, table.c.partition.in_(sorted(self._leadership.held)))
            .order_by(table.c.due_at, *(table.c[name] for name in todo.key), table.c.partition)
            .limit(todo.batch_max + len(fired))
        )
        present = {_identity(todo, row): row["due_at"] for row in rows}
        for gone in [key for key, due_at in fired.items() if present.get(key) != due_at]:
            del fired[gone]
        fresh = [row for row in rows if fired.get(_identity(todo, row)) != row["due_at"]]
        self.stuck[todo.name] = len(rows) - len(fresh)
        if not fresh:
            return False
        first_due = fresh[0]["due_at"]
        together = [row for row in fresh if row["due_at"] == first_due]
        asked = await self._commands(todo, [todo.row(**_without_partition(row)) for row in together], now)
        requests = [self._request(todo, command, first_due) for command in asked]
        for start in range(0, len(requests), self._settings.group_commit_max):
            part = requests[start : start + self._settings.group_commit_max]
            replies = await self._executor.execute(Unit(tuple(Item((request,)) for request in part)))
            for reply in (reply for each in replies for reply in each):
                if getattr(reply, "code", None):
                    _log.error("a due command was refused", todo=todo.name, reply=str(reply))
        fired.update({_identity(todo, row): row["due_at"] for row in together})
        return True

    def _request(self, todo: TodoList[Any], asked: Any, due_at: datetime) -> Request:
        caused = asked if isinstance(asked, Caused) else Caused(asked)
        return Request(
            caused.command,
            None,
            due_at,
            caused.correlation_id or str(uuid7()),
            caused.causation_id,
            actor=f"timer/{todo.name}",
        )

    async def _commands(self, todo: TodoList[Any], rows: Sequence[Any], now: datetime) -> Sequence[Any]:
        if todo.command is not None:
            return [Caused.by(row, todo.command(row)) for row in rows]
        assert todo.perform is not None
        return await todo.perform(rows, Desk(now, self._executor.policies, self._database.rows))


def _identity(todo: TodoList[Any], row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["partition"], *(row[name] for name in todo.key))


def _without_partition(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "partition"}
