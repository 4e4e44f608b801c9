"""Rebuilds under load: interrupted and resumed, partition by partition, with timers running, and nothing done twice."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.processors import builds as chassis_builds
from chassis.processors import projector, setting_aside
from chassis.processors.build_tables import Build
from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.timers import DueCommand, TimerContext, TodoList

from .running import NOW, Start, asking, become
from .toy import JAR_SERVICE, JARS, SEALS, Fill, PlanSeal, Seal, SealDue

PROJECTS = frozenset({"http", "project"})


async def fill(jars: Runtime, times: int) -> None:
    await asyncio.gather(*(jars.executor.submit(asking(Fill(f"J-{n % 40}", 1))) for n in range(times)))


async def compared(jars: Runtime, name: str) -> tuple[int, int]:
    async with client_of(app_of(jars)) as client:
        comparison = (await client.post(f"/v1/admin/projections/{name}/comparisons")).json()
    return comparison["only_rebuilt"], comparison["only_live"]


async def states(jars: Runtime, name: str = "jars") -> dict[int, str]:
    rows = await jars.database.pool.fetch("SELECT build, state FROM projection_build WHERE name = $1", name)
    return {row["build"]: row["state"] for row in rows}


async def test_a_build_that_was_interrupted_goes_on_from_its_checkpoints(
    start_service: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(one, 400)
    monkeypatch.setattr(projector, "BUILD_BATCH", 5)
    applied, applying = Counter[int](), setting_aside.apply
    half_way = asyncio.Event()

    async def counted(pool: object, writers: Sequence[object], stored: Sequence[object], events: object) -> None:
        if writers[0].build.state == "building":  # type: ignore[attr-defined]
            if applied.total() >= 200 and not half_way.is_set():
                half_way.set()
                await asyncio.Event().wait()  # here it is cancelled
            applied.update(row.envelope.partition for row in stored)  # type: ignore[attr-defined]
        await applying(pool, writers, stored, events)  # type: ignore[arg-type]

    monkeypatch.setattr(setting_aside, "apply", counted)
    await one.builds.start("jars", one.clock.now())
    one.projector.changed()
    await half_way.wait()
    await one.stop()
    builds = await (other := await start_service(JAR_SERVICE, roles=frozenset({"http"}), instance="2")).builds.load()
    assert 0 < sum(sum(build.positions.values()) for build in builds if build.state == "building") < 400
    assert len([p for p, count in applied.items() if count]) > 1, "partitions are built beside each other"
    await other.stop()
    again = await start_service(JAR_SERVICE, roles=PROJECTS, instance="3")
    await become(lambda: states(again), {1: "retired", 2: "live"})
    assert applied.total() <= 400 + projector.BUILD_PARALLEL * 5, "what was built before is not built again"
    assert await compared(again, "jars") == (0, 0)


async def test_a_process_that_dies_at_the_switch_leaves_the_old_build_live_and_another_switches(
    start_service: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(one, 50)
    pointing, at_the_switch = chassis_builds.point_view, asyncio.Event()

    async def never(connection: object, build: Build) -> None:
        at_the_switch.set()
        raise ConnectionError("as if the process had died before the commit")

    monkeypatch.setattr(chassis_builds, "point_view", never)
    await one.builds.start("jars", one.clock.now())
    one.projector.changed()
    await at_the_switch.wait()
    assert await states(one) == {1: "live", 2: "building"}
    await one.stop()
    monkeypatch.setattr(chassis_builds, "point_view", pointing)
    other = await start_service(JAR_SERVICE, roles=PROJECTS, instance="2")
    await become(lambda: states(other), {1: "retired", 2: "live"})
    assert await compared(other, "jars") == (0, 0)


async def test_rebuilding_a_list_of_what_is_due_fires_nothing_twice(start_service: Start) -> None:
    worked_on: Counter[str] = Counter()

    async def seal(rows: Sequence[SealDue], _: TimerContext) -> Sequence[DueCommand]:
        worked_on.update(row.jar for row in rows)
        return [DueCommand.by(row, Seal(row.jar)) for row in rows]

    effects: TodoList[SealDue] = replace(SEALS, command=None, perform=seal, batch_max=7)
    jars = await start_service(replace(JAR_SERVICE, read_models=(JARS, effects)), roles=PROJECTS | {"schedule"})
    due = [PlanSeal(f"J-{n}", NOW + timedelta(hours=n)) for n in range(60)]
    await asyncio.gather(*(jars.executor.submit(asking(each)) for each in due))

    async def rebuild_again_and_again() -> None:
        for number in range(2, 7):
            await jars.builds.start("seals", jars.clock.now())
            jars.projector.changed()
            await become(lambda number=number: live(jars), number)

    rebuilding = asyncio.create_task(rebuild_again_and_again())
    for hours in range(0, 60, 3):
        await jars.move_clock(NOW + timedelta(hours=hours))
        await become(lambda: rows_due(jars), 0)
    await jars.move_clock(NOW + timedelta(hours=60))
    await rebuilding
    await become(lambda: sealed(jars), 60)
    assert worked_on == Counter({f"J-{n}": 1 for n in range(60)})


async def live(jars: Runtime) -> int:
    return next(build for build, state in (await states(jars, "seals")).items() if state == "live")


async def rows_due(jars: Runtime) -> int:
    return (await jars.reading()).due["seals"]


async def sealed(jars: Runtime) -> int:
    count: int = await jars.database.pool.fetchval("SELECT count(*) FROM event WHERE type = 'jar.JarSealed'")
    return count
