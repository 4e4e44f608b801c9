"""A back-test in processes of its own, at a lower priority: the service that it was requested of answers meanwhile."""

import asyncio
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, NamedTuple

import orjson

from chassis.backtests import Backtest, PartedReplay, Replay, Trial
from chassis.garbage import collect_garbage_seldom
from chassis.processors.replay import LogReplay
from chassis.storage.database import AWAY, Database
from chassis.storage.log import Log

NICE = 10
PROCESSES = len(os.sched_getaffinity(0))
_READ = "UPDATE backtest SET events_read = events_read + $2, events_all = greatest(events_all, events_read + $2) WHERE id = $1"


@dataclass(frozen=True)
class BacktestTask:
    """All that the processes need to know."""

    id: str
    backtest: Backtest
    trial: Trial
    service: str
    partitions: int
    dsn: str = field(repr=False)


class Outcome(NamedTuple):
    """The report as JSON, or why there is none; ``is_away``: because the database was unreachable, so that the same may succeed later."""

    report: bytes | None = None
    error: str | None = None
    is_away: bool = False


async def outcome_of(task: BacktestTask) -> Outcome:
    """Runs a back-test to its end in another process; that one ends when this one does, or gives up."""
    # The event loop's own way forks, which halts a process of some gigabytes for a tenth of a second and more.
    process = await asyncio.to_thread(_start)
    try:
        answer = await asyncio.to_thread(_exchange, process, pickle.dumps(sys.path) + pickle.dumps(task))
        code = await asyncio.to_thread(process.wait)
    finally:
        if process.poll() is None:
            process.kill()
            await asyncio.to_thread(process.wait)
    if not answer:
        return Outcome(error=f"The process of the back-test ended with code {code} before it had an answer.")
    outcome: Outcome = pickle.loads(answer)
    return outcome


def _start() -> subprocess.Popen[bytes]:
    command = (sys.executable, "-c", f"from {__name__} import main; main()")
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> bytes:
    """What the process answers; its input stays open, for it ends when that does."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):  # it has ended already, and its code says so
        process.stdin.write(request)
        process.stdin.flush()
    return process.stdout.read()


def main() -> None:
    """Reads a task from standard input and writes its outcome to standard output; ends when the input ends."""
    os.nice(NICE)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed is no answer
    sys.path += [path for path in pickle.load(sys.stdin.buffer) if path not in sys.path]
    task: BacktestTask = pickle.load(sys.stdin.buffer)
    collect_garbage_seldom()
    threading.Thread(target=_end_with, args=(sys.stdin.fileno(),), daemon=True).start()
    with answers:
        pickle.dump(_outcome(task), answers)


def _end_with(requester: int) -> None:
    os.read(requester, 1)  # blocks until the other end is closed: nothing more is sent
    os._exit(1)


def _outcome(task: BacktestTask) -> Outcome:
    try:
        return Outcome(report=_report(task))
    except AWAY as error:
        return Outcome(error=_text(error), is_away=True)
    except Exception as error:  # a candidate that its own rules cannot handle must not be retried for ever
        return Outcome(error=_text(error))


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _report(task: BacktestTask) -> bytes:
    replay = task.backtest.begin(task.trial)
    if not isinstance(replay, PartedReplay):
        asyncio.run(_take(task, replay))
        return _json(replay)
    shares = [range(first, task.partitions, PROCESSES) for first in range(min(PROCESSES, task.partitions))]
    with ProcessPoolExecutor(len(shares), get_context("spawn")) as pool:
        others = [pool.submit(_part, task, share) for share in shares[1:]]
        asyncio.run(_take_bare(task, replay, shares[0]))
        for other in others:
            replay.join(other.result())
    return _json(replay)


def _json(replay: Replay | PartedReplay) -> bytes:
    return orjson.dumps(orjson.loads(replay.report().model_dump_json()))


def _part(task: BacktestTask, partitions: Iterable[int]) -> Any:
    """What one more process finds in its partitions; it has the priority of the process that started it."""
    collect_garbage_seldom()
    replay = task.backtest.begin(task.trial)
    assert isinstance(replay, PartedReplay)
    asyncio.run(_take_bare(task, replay, partitions))
    return replay.part()


async def _take(task: BacktestTask, replay: Replay) -> None:
    async with _history(task) as (log, database):
        async for batch in log.events(task.backtest.handles):
            for event, envelope in batch:
                replay.take(event, envelope)
            await database.pool.execute(_READ, task.id, len(batch))


async def _take_bare(task: BacktestTask, replay: PartedReplay, partitions: Iterable[int]) -> None:
    async with _history(task) as (log, database):
        for partition in partitions:
            async for batch in log.bare_events(task.backtest.handles, partition):
                for event, occurred_at in batch:
                    replay.take(event, occurred_at)
                await database.pool.execute(_READ, task.id, len(batch))
            replay.settle()


@asynccontextmanager
async def _history(task: BacktestTask) -> AsyncIterator[tuple[LogReplay, Database]]:
    """The log with its events read as the back-test's types, and the database that it is in."""
    database = await Database.open(task.dsn, task.partitions, f"{task.service}/back-test")
    try:
        yield LogReplay(task.backtest.types, Log(database, task.service)), database
    finally:
        await database.close()
