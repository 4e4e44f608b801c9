"""Group commit: units of work that arrive while a transaction is in flight share the next one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.commands import Reply
from chassis.errors import Overloaded
from chassis.handling.units import UnitOfWork
from chassis.tasks import cancel_and_wait

Replies = list[list[Reply]]
"""For each item of the units, in order, the replies of its commands."""


@dataclass(frozen=True)
class _Job:
    unit: UnitOfWork
    done: asyncio.Future[Replies]


@dataclass
class _Group:
    """Jobs that are written together; ``streams`` are those of their commands, computed when first needed."""

    jobs: list[_Job]
    streams: set[str] | None = None


class GroupCommit:
    """Passes groups of units to ``write``, which returns their replies or fails as a whole.

    Groups are written one after the other. While one is being written, a full group that shares no stream with it is already decided; a
    smaller one waits and grows.
    """

    def __init__(
        self,
        write: Callable[[Sequence[UnitOfWork]], Awaitable[Replies]],
        streams: Callable[[UnitOfWork], set[str]],
        size_max: int,
        waiting_max: int,
    ) -> None:
        self._write = write
        self._streams = streams
        self._size_max = size_max
        self._waiting: asyncio.Queue[_Job] = asyncio.Queue(waiting_max)
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.Future[Replies]] = set()
        self._moved_at = 0.0

    def start(self) -> None:
        self._follow(self._run(), "group commit")

    async def stop(self) -> None:
        """Cancel what is in flight; the callers still waiting are cancelled too, and cannot know whether their unit was written."""
        await cancel_and_wait(self._tasks)
        for done in list(self._open):
            done.cancel()
        while self._waiting.full():  # a caller may be waiting for a place
            self._waiting.get_nowait()
            await asyncio.sleep(0)

    @property
    def waiting(self) -> int:
        """Units that wait for a transaction; at most ``waiting_max``."""
        return self._waiting.qsize()

    @property
    def stalled_s(self) -> float:
        """For how long no write has ended, well or badly, although somebody waits for one."""
        return time.monotonic() - self._moved_at if self._open else 0.0

    async def submit(self, unit: UnitOfWork, patient: bool) -> Replies:
        """The replies, once they are durable. A patient caller waits for a place; an impatient one gets Overloaded."""
        if not self._open:
            self._moved_at = time.monotonic()
        job = _Job(unit, asyncio.get_running_loop().create_future())
        self._open.add(job.done)
        job.done.add_done_callback(self._open.discard)
        if patient:
            await self._waiting.put(job)
        else:
            try:
                self._waiting.put_nowait(job)
            except asyncio.QueueFull as full:
                job.done.cancel()
                raise Overloaded(f"{self._waiting.maxsize} commands are waiting already.") from full
        return await job.done

    async def _run(self) -> None:
        ahead = _Group([])
        writing: asyncio.Task[None] | None = None
        while True:
            group = _Group([await self._waiting.get()])
            full = self._fill(group.jobs)
            if writing is not None and not (full and self._apart(group, ahead)):
                await asyncio.wait([writing])
                self._fill(group.jobs)
            deciding = self._follow(self._commit(group.jobs), "commit")
            if writing is not None:
                await asyncio.wait([writing])
            ahead, writing = group, deciding

    def _follow(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _fill(self, jobs: list[_Job]) -> bool:
        """Fill the group from the queue; returns whether it is full."""
        size = sum(len(job.unit.items) for job in jobs)
        while size < self._size_max and not self._waiting.empty():
            jobs.append(self._waiting.get_nowait())
            size += len(jobs[-1].unit.items)
        return size >= self._size_max

    def _apart(self, group: _Group, ahead: _Group) -> bool:
        try:
            return self._streams_of(group).isdisjoint(self._streams_of(ahead))
        except Exception:
            return False  # an unknown command; its caller gets the error when it is written

    def _streams_of(self, group: _Group) -> set[str]:
        if group.streams is None:
            group.streams = set().union(*(self._streams(job.unit) for job in group.jobs))
        return group.streams

    async def _commit(self, jobs: Sequence[_Job]) -> None:
        try:
            replies = await self._write([job.unit for job in jobs])
        except Exception as error:
            if len(jobs) > 1:
                # One job's failure must not fail those that only shared its transaction.
                for job in jobs:
                    await self._commit([job])
            elif not jobs[0].done.done():
                jobs[0].done.set_exception(error)
            return
        finally:
            self._moved_at = time.monotonic()
        for job in jobs:
            if not job.done.done():
                job.done.set_result(replies[: len(job.unit.items)])
            replies = replies[len(job.unit.items) :]
