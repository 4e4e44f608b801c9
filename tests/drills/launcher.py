"""``python -m tests.drills.launcher supplier_svc``: a service's process that does harm to itself when it is told to.

DRILL_FILES names two files: ``.pid`` is written at the start; SIGUSR1 makes the process read from ``.point`` what it is armed for:
the name of a point at which it kills itself (POINTS), or a way to behave badly for a while. Nothing here is part of a service;
the points are found by wrapping the functions between which they lie.
"""

import asyncio
import datetime
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chassis import clock
from chassis.handling import executor
from chassis.inbox import consumer
from chassis.main import run
from chassis.processors import builds, leadership, projection_writer, projector, relay, setting_aside
from chassis.storage import log

FILES = os.environ.get("DRILL_FILES", "")
SLOW_S = 0.7

POINTS = {
    "appending": "after the append, before the commit",
    "committed": "after the commit, before anybody is told",
    "publishing": "after the commit, before the publish",
    "published": "after the publish, before the relay's checkpoint",
    "projecting": "rows written, before the checkpoint of the read models",
    "acting": "after a timer's work, before its facts are written",
    "rebuilding": "in the middle of a rebuild",
    "switching": "while switching to a new build, before the commit",
}

armed = ""
passes = 0


def arm(*_: Any) -> None:
    """``.point`` holds a point and, where the process shall pass it some times before, how often: ``appending 3``."""
    global armed, passes
    told = Path(f"{FILES}.point").read_text().strip()
    point, times = (*told.split(" "), "0")[:2]
    armed, passes = (point, int(times)) if point in POINTS else (told, 0)


def ends_at(point: str) -> bool:
    """Whether this is the end: armed for this point, and passed often enough."""
    global passes
    if armed != point:
        return False
    passes -= 1
    return passes < 0


def end(point: str) -> None:
    """At once; ``.died`` says that it was meant, for this may be long after it was armed and nobody waits for it any more."""
    Path(f"{FILES}.died").write_text(point)
    os.kill(os.getpid(), signal.SIGKILL)


def here(point: str) -> None:
    if ends_at(point):
        end(point)


def before(module: Any, name: str, point: str, when: Callable[..., bool] = lambda *_: True) -> None:
    around = getattr(module, name)

    async def wrapped(*arguments: Any, **named: Any) -> Any:
        if when(*arguments):
            here(point)
        return await around(*arguments, **named)

    setattr(module, name, wrapped)


def after(module: Any, name: str, point: str) -> None:
    around = getattr(module, name)

    async def wrapped(*arguments: Any, **named: Any) -> Any:
        result = await around(*arguments, **named)
        here(point)
        return result

    setattr(module, name, wrapped)


def killed_while_appending() -> None:
    """An append is one statement and commits by itself; to die in between, it is put into a transaction of its own."""
    around = log.Log.append

    async def append(self: log.Log, batch: log.Batch, connection: Any = None) -> dict[int, int]:
        if batch.events and ends_at("appending"):
            async with self.database.pool.acquire() as own, own.transaction():
                await around(self, batch, own)
                end("appending")
        return await around(self, batch, connection)

    log.Log.append = append  # type: ignore[method-assign]


def slow() -> None:
    around = consumer.PartitionConsumer._take_once

    async def take(self: Any, *arguments: Any) -> None:
        if armed == "slow":
            await asyncio.sleep(SLOW_S)
        await around(self, *arguments)

    consumer.PartitionConsumer._take_once = take  # type: ignore[assignment, method-assign]


def leads_everything() -> None:
    """Two relays, two projectors and two schedulers at once: this process believes that it leads all partitions."""
    around = leadership.Leadership.held

    def held(self: Any) -> frozenset[int]:
        return frozenset(range(self._locks._partitions)) if armed == "usurping" else around.__get__(self)

    leadership.Leadership.held = property(held)  # type: ignore[assignment, method-assign]


def wrong_clock() -> None:
    """``clock -3600``: all clocks of this process are so many seconds off."""
    around, wall = clock.SimulatedClock.now, time.time

    def skew_s() -> float:
        return float(armed.removeprefix("clock ")) if armed.startswith("clock ") else 0.0

    def now(self: Any) -> datetime.datetime:
        return around(self) + datetime.timedelta(seconds=skew_s())

    clock.SimulatedClock.now = now  # type: ignore[method-assign]
    time.time = lambda: wall() + skew_s()


def install() -> None:
    killed_while_appending()
    after(log.Log, "append", "committed")
    before(relay.Relay, "_publish", "publishing")
    before(relay.Relay, "_store", "published", lambda _, moved: bool(moved))
    before(projection_writer, "_move_checkpoints", "projecting", lambda _, moves: bool(moves))
    for module in (projector, setting_aside):
        before(module, "apply", "rebuilding", lambda _, writers, *__: writers[0].build.state == "building")
    before(builds, "point_view", "switching", lambda _, build: build.number > 1)
    before(
        executor.Executor, "execute", "acting", lambda _, unit, *__: all(item.message is None for item in unit.items)
    )
    slow()
    leads_everything()
    wrong_clock()


def main() -> None:
    signal.signal(signal.SIGUSR1, arm)
    install()
    Path(f"{FILES}.pid").write_text(str(os.getpid()))
    service = importlib.import_module(f"{sys.argv[1]}.service").SERVICE
    run(service)


if __name__ == "__main__":
    main()
