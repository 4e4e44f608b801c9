"""Turns due rows of to-do lists into commands: timers are data."""

import asyncio
import time
import typing
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog

from chassis.clock import Clock
from chassis.commands import Refused
from chassis.effects import EffectList
from chassis.errors import ConcurrentWrite, Overloaded
from chassis.handling.executor import Executor
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.hops import ending
from chassis.processors.due import Moment
from chassis.processors.leadership import Leadership
from chassis.processors.progress import ProgressReader
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.database import Database, passes
from chassis.storage.fence import LogHalted
from chassis.storage.signals import Signals, Waiter
from chassis.tasks import cancel_and_wait, run_forever
from chassis.timers import DueCommand, TodoList, due_request
from chassis.timing.causes import Causes
from chassis.timing.effect_runner import EffectRunner
from chassis.timing.needs import Incomplete, Needs

_log = structlog.get_logger()

LOOK_EVERY_S = 0.5
LOOK_AGAIN_S = 0.05
"""While read models are behind. The projector of this process signals when it has caught up; another replica's does not."""
FAILED_AGAIN_S = 60.0
"""A row whose work failed is tried again after this, or when its due instant changes."""

Identity = tuple[Any, ...]
"""The partition and the key of a row."""


class Failure(NamedTuple):
    """Why the work on a row failed, and when it is tried again, on the monotonic clock."""

    error: str
    retry_at: float


class Scheduler:
    """Fires the due rows of every to-do list, oldest first, on the partitions that this process leads.

    It looks only when the read models have reached the heads of the log, so that a row already removed by an event is not fired again.
    A row whose work fails stops no other row, and a list that needs an incomplete read model stops no other list.
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
        self._fired: dict[str, dict[Identity, dict[str, Any]]] = {}
        self._failed: dict[str, dict[Identity, Failure]] = {}
        self._waits: dict[str, Incomplete] = {}
        self._needs = Needs(database, service.read_models)
        self._causes = Causes(database, clock)
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
        self._needs.incomplete = due_lists.incomplete
        self._waits = {name: wait for name, wait in self._waits.items() if wait.names & due_lists.incomplete}
        for todo in self._timers:
            if todo.regions is not None and todo.regions.name in due_lists.incomplete:
                self._waits[todo.name] = Incomplete(frozenset((todo.regions.name,)))
        timers = [todo for todo in self._timers if todo.name in due_lists.names and todo.name not in self._waits]
        for todo in self._timers:
            if todo not in timers:
                # Fired rows stay recorded: a build that is switched to may still show a row that is done.
                self.stuck.pop(todo.name, None)
        at = Moment.of(self._clock.now(), self._executor.policies)
        due = {todo.name: await self._due(todo, at) for todo in timers}
        if any(due.values()) and await self._progress.live_builds() != due_lists.builds:
            return  # switched meanwhile, to a build that may still show a row that is done
        ordered = [rows[0]["due_at"] for todo in timers if todo.in_time_order and (rows := due[todo.name])]
        worked = False
        for todo in timers:
            rows = due[todo.name]
            if todo.in_time_order:
                rows = [row for row in rows if row["due_at"] == min(ordered)]
            if rows:
                worked = await self._work_on(todo, rows[: todo.batch_max], at.now) or worked
        if not worked:
            await self._waiter.wait(LOOK_EVERY_S)

    async def _due(self, todo: TodoList[Any], at: Moment) -> list[dict[str, Any]]:
        """Rows that are due, with the instant since which they are, and have not been fired with it."""
        fired, failed = self._fired.setdefault(todo.name, {}), self._failed.setdefault(todo.name, {})
        for again in [key for key, failure in failed.items() if time.monotonic() >= failure.retry_at]:
            fired.pop(again, None)
            del failed[again]
        held = todo.table.c.partition.in_(sorted(self._leadership.held))
        found = await self._database.rows(at.due_rows(todo).where(held).limit(todo.batch_max + len(fired)))
        rows = sorted(
            ({**row, "due_at": at.due_at(todo, row)} for row in found),
            key=lambda row: typing.cast(datetime, row["due_at"]),
        )
        present = {_identity(todo, row): row for row in rows}
        # As a whole: within a moment a row may be done and be due again at the same instant, by another event.
        for gone in [key for key, row in fired.items() if present.get(key) != row]:
            del fired[gone]
            failed.pop(gone, None)
        self.stuck[todo.name] = len(fired)
        return [row for row in rows if _identity(todo, row) not in fired]

    @property
    def faults(self) -> dict[str, str]:
        """The lists that wait for a read model, and those with rows whose work failed, with the reason."""
        failed = {
            f"timer {name}": f"{len(rows)} due rows failed, {next(iter(rows.values())).error}"
            for name, rows in self._failed.items()
            if rows
        }
        return failed | {f"timer {name}": str(wait) for name, wait in self._waits.items()}

    async def _work_on(self, todo: TodoList[Any], rows: Sequence[dict[str, Any]], now: datetime) -> bool:
        """Work on due rows in order; of rows that fail together, each that fails alone is left for later. False: the list waits."""
        try:
            due = [todo.row_of(row) for row in rows]
            async for commands in one_ahead(self._commands(todo, due, now)):
                await self._execute(todo, commands, rows[0]["due_at"])
        except Incomplete as wait:
            _log.warning("a timer waits", todo=todo.name, reason=str(wait))
            self._waits[todo.name] = wait
            return False
        except Exception as error:
            if passes(error) or isinstance(error, ConcurrentWrite | Overloaded | LogHalted):
                raise  # whatever the row is; it is repeated as it is
            if len(rows) > 1:
                half = len(rows) // 2
                return await self._work_on(todo, rows[:half], now) and await self._work_on(todo, rows[half:], now)
            _log.error("the work on a due row failed", todo=todo.name, row=_identity(todo, rows[0]), exc_info=error)
            failure = Failure(f"{type(error).__name__}: {error}", time.monotonic() + FAILED_AGAIN_S)
            self._failed[todo.name][_identity(todo, rows[0])] = failure
        self._fired[todo.name].update({_identity(todo, row): row for row in rows})
        return True

    async def _execute(self, todo: TodoList[Any], commands: Sequence[DueCommand], due_at: datetime) -> None:
        # Rows by day that are worked on together began at the same instant.
        due_requests = [due_request(due, f"timer/{todo.name}", due_at) for due in commands]
        requests, hops = await self._causes.within_hops(f"fire {todo.name}", due_requests)
        units = [UnitOfWork(tuple(WorkItem((request,)) for request in part)) for part in self._parts(requests)]
        with ending(hops):
            done = await asyncio.gather(*(self._executor.execute(unit) for unit in units))
        for replies in done:
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
            performed = todo.perform(rows, self._needs.context(now, self._executor.policies))
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


def _identity(todo: TodoList[Any], row: dict[str, Any]) -> Identity:
    return (row["partition"], *(row[name] for name in todo.key))
