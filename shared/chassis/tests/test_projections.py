"""Read models: built beside the live one, switched, rolled back, compared; one that fails stops no other; nothing is counted twice."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from chassis.errors import UsageError
from chassis.read_models import ReadModel
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.storage import connecting
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from contracts import Envelope

from .running import Start, asking, become, leads, led, levels
from .toy import JAR_SERVICE, JARS, SEALS, Fill, JarRow

PROJECTS = frozenset({"http", "project"})


async def fill(jars: Runtime, times: int, jars_count: int = 7) -> None:
    await asyncio.gather(*(jars.executor.submit(asking(Fill(f"J-{n % jars_count}", 1))) for n in range(times)))


async def projected(jars: Runtime) -> None:
    await eventually(jars.reading, lambda reading: not reading.projection_lag)


async def builds(client: httpx.AsyncClient, name: str = "jars") -> dict[int, str]:
    items = (await client.get("/v1/admin/projections")).json()["items"]
    return {item["build"]: item["status"] for item in items if item["name"] == name and item["status"] != "retired"}


async def kept(client: httpx.AsyncClient, name: str = "jars") -> dict[int, str]:
    """As ``builds``, with the retired one, to which one can go back."""
    items = (await client.get("/v1/admin/projections")).json()["items"]
    return {item["build"]: item["status"] for item in items if item["name"] == name}


async def sum_of_levels(jars: Runtime) -> int:
    return sum((await levels(jars)).values())


async def test_a_rebuild_takes_over_while_events_keep_coming_and_can_be_taken_back(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(jars, 200)
    async with client_of(app_of(jars)) as client:
        coming = asyncio.create_task(fill(jars, 200))
        started = await client.post("/v1/admin/projections/jars/rebuilds")
        assert (started.status_code, started.json()) == (202, {"name": "jars", "build": 2})
        await become(lambda: builds(client), {2: "live"})
        assert await kept(client) == {1: "retired", 2: "live"}
        await coming
        await become(lambda: sum_of_levels(jars), 400)
        assert (await client.post("/v1/admin/projections/jars/rollback")).json() == {"name": "jars", "build": 1}
        await fill(jars, 50)
        await become(lambda: builds(client), {1: "live"})
        await become(lambda: sum_of_levels(jars), 450)


async def test_only_the_last_retired_build_is_kept(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(jars, 20)
    async with client_of(app_of(jars)) as client:
        for number in (2, 3):
            await client.post("/v1/admin/projections/jars/rebuilds")
            await become(lambda number=number: builds(client), {number: "live"})  # type: ignore[misc]
        assert await jars.database.pool.fetchval("SELECT to_regclass('jars_v1_b1') IS NULL")
        assert (await client.post("/v1/admin/projections/jars/rollback")).json()["build"] == 2
        await become(lambda: builds(client), {2: "live"})
        unknown = await client.post("/v1/admin/projections/lids/rebuilds")
        assert unknown.json()["detail"] == "There is no read model lids; there are jars, seals."


def breaking_on(broken: set[str]) -> Callable[..., JarRow]:
    """Evolves like the jars, but not the jars in ``broken``."""

    def evolve(key: tuple[str], row: JarRow | None, event: Any, around: Envelope) -> JarRow | None:
        if key[0] in broken:
            raise ZeroDivisionError(f"nobody thought of {key[0]}")
        return JARS.evolve(key, row, event, around)

    return evolve  # type: ignore[return-value]


def service_with(*models: ReadModel[Any]) -> Service:
    return replace(JAR_SERVICE, read_models=models)


async def test_a_failing_build_reports_its_fault_and_is_cancelled_without_touching_the_live_one(
    start_service: Start,
) -> None:
    broken: set[str] = set()
    jars = await start_service(service_with(replace(JARS, evolve=breaking_on(broken))), roles=PROJECTS)
    await fill(jars, 21)
    await projected(jars)
    broken.add("J-3")
    async with client_of(app_of(jars)) as client:
        await client.post("/v1/admin/projections/jars/rebuilds")

        async def faults() -> list[str | None]:
            return [item["fault"] for item in (await client.get("/v1/admin/projections")).json()["items"]]

        await become(faults, [None, "ZeroDivisionError: nobody thought of J-3"])
        assert (await client.get("/readyz")).status_code == 200
        second = await client.post("/v1/admin/projections/jars/rebuilds")
        assert second.json()["detail"] == "A build of jars is under way already; cancel it or wait for it."
        assert (await client.delete("/v1/admin/projections/jars/builds/1")).status_code == 409
        assert (await client.delete("/v1/admin/projections/jars/builds/2")).json() == {"name": "jars", "build": 2}
        await become(faults, [None])
        await fill(jars, 2)
        await become(lambda: sum_of_levels(jars), 23)


def counted_in_the_document(key: tuple[str], row: JarRow | None, event: Any, around: Envelope) -> JarRow | None:
    """Another shape of the same row, as of a new version."""
    after = JARS.evolve(key, row, event, around)
    return after and replace(after, last={"fills": after.fills})


async def test_a_new_version_is_a_build_of_its_own_from_the_whole_log(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(jars, 30)
    await projected(jars)
    await jars.stop()
    newer_jars = replace(JARS, version=2, evolve=counted_in_the_document)
    newer = await start_service(service_with(newer_jars, SEALS), roles=PROJECTS)

    async def fills() -> int:
        return sum(row["last"]["fills"] for row in await newer.read(newer_jars.table.select()))

    await become(fills, 30)
    assert await sum_of_levels(newer) == 30, "the view of the version before is still there to go back to"


async def test_rebuilt_equals_live_and_a_row_that_was_tampered_with_is_found(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(jars, 100)
    await projected(jars)
    async with client_of(app_of(jars)) as client:
        same = {"read_model": "jars", "only_rebuilt": 0, "only_live": 0, "same_position": True}
        assert (await client.post("/v1/admin/projections/jars/comparisons")).json() == same
        await jars.database.pool.execute("UPDATE jars_v1_b1 SET level = level + 1 WHERE jar = 'J-1'")
        other = {**same, "only_rebuilt": 1, "only_live": 1}
        assert (await client.post("/v1/admin/projections/jars/comparisons")).json() == other
        assert await builds(client) == {1: "live"}


async def test_many_comparisons_at_once_leave_connections_for_everything_else(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(jars, 300)
    await projected(jars)
    async with client_of(app_of(jars)) as client:
        comparing = [asyncio.create_task(client.post("/v1/admin/projections/jars/comparisons")) for _ in range(15)]
        while not all(task.done() for task in comparing):
            async with asyncio.timeout(20):  # of a busy machine; a pool that is used up answers nobody at all
                await fill(jars, 1)
                await eventually(lambda: client.get("/readyz"), lambda answer: answer.status_code == 200)
                assert (await client.get("/livez")).status_code == 200
        answers = [task.result() for task in comparing]
        assert [answer.status_code for answer in answers] == [200] * 15
        await projected(jars)
        assert await builds(client) == {1: "live"}


async def test_callers_that_leave_during_a_comparison_leave_nothing_behind(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(jars, 50)
    await projected(jars)
    comparing = [asyncio.create_task(jars.projector.compare_with_rebuild("jars", jars.clock.now())) for _ in range(12)]
    await asyncio.sleep(0.05)
    for task in comparing:
        task.cancel()
    await asyncio.gather(*comparing, return_exceptions=True)
    async with asyncio.timeout(10):
        await fill(jars, 20)
        same = await jars.projector.compare_with_rebuild("jars", jars.clock.now())
    assert (same["only_rebuilt"], same["only_live"]) == (0, 0)
    await jars.builds.ensure(jars.clock.now())  # as at the next start
    states = await jars.database.pool.fetch("SELECT state FROM projection_build WHERE name = 'jars'")
    assert [row["state"] for row in states] == ["live"]


async def test_nobody_waits_for_a_connection_without_end(start_service: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "ACQUIRE_WITHIN_S", 0.3)
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    for pool in (jars.database.pool, jars.database.followers):
        held = [await pool.acquire() for _ in range(pool.get_max_size())]
        with pytest.raises(TimeoutError):
            await pool.fetchval("SELECT 1")
        for connection in held:
            await pool.release(connection)
        assert await pool.fetchval("SELECT 1") == 1


async def test_a_process_whose_writes_have_stopped_ending_is_not_alive(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}), write_stalled_after_s=0.5)
    async with client_of(app_of(jars)) as client, jars.database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("LOCK TABLE log_partition IN EXCLUSIVE MODE")
        assert (await client.get("/livez")).json() == {"status": "alive"}
        waiting = asyncio.create_task(fill(jars, 1))

        async def alive() -> int:
            return (await client.get("/livez")).status_code

        await become(alive, 503)
        assert (await client.get("/livez")).json()["reason"].startswith("No write has ended for ")
        await transaction.rollback()
        await waiting
        assert await alive() == 200


async def test_a_failing_read_model_stops_no_other_and_resumes_when_it_is_fixed(start_service: Start) -> None:
    broken = {"J-3"}
    fragile = replace(JARS, name="fragile", evolve=breaking_on(broken))
    # Batches are small, so that the others get far ahead of the failing one.
    jars = await start_service(service_with(JARS, fragile), batch_max=10, set_aside_max=0)
    await fill(jars, 300)
    await become(lambda: sum_of_levels(jars), 300)
    assert jars.faults() == {"read model fragile": "ZeroDivisionError: nobody thought of J-3"}
    async with client_of(app_of(jars)) as client:
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert "read model fragile: ZeroDivisionError: nobody thought of J-3" in ready.json()["reasons"]
        broken.clear()
        await projected(jars)
        fragile_rows = {row["jar"]: row["level"] for row in await jars.read(fragile.table.select())}
        assert fragile_rows == await levels(jars)
        await eventually(lambda: client.get("/readyz"), lambda answer: answer.status_code == 200)


async def test_two_concurrent_projectors_count_nothing_twice(start_service: Start) -> None:
    one = await start_service(JAR_SERVICE, roles=PROJECTS)
    other = await start_service(JAR_SERVICE, roles=PROJECTS, instance="2")
    every = frozenset(range(one.log.partitions))
    for _ in range(5):
        leads(one, every)
        leads(other, every)  # like a process that was suspended while it lost its locks
        await fill(one, 100)
        await projected(one)
    assert await sum_of_levels(one) == 500
    async with client_of(app_of(one)) as client:
        compared = (await client.post("/v1/admin/projections/jars/comparisons")).json()
    assert (compared["only_rebuilt"], compared["only_live"]) == (0, 0)


async def test_a_build_started_in_one_process_is_followed_by_all(start_service: Start) -> None:
    one = await start_service(JAR_SERVICE, roles=PROJECTS, follow_poll_s=0.1)
    other = await start_service(JAR_SERVICE, roles=PROJECTS, instance="2", follow_poll_s=0.1)
    await eventually(one.reading, lambda _: led(one, "project") and led(other, "project"))
    await fill(one, 50)
    async with client_of(app_of(other)) as client:
        await client.post("/v1/admin/projections/jars/rebuilds")
        await become(lambda: builds(client), {2: "live"})
        await fill(one, 50, jars_count=16)
        await become(lambda: sum_of_levels(one), 100)


async def test_a_build_that_is_not_being_built_any_more_is_not_switched_to(start_service: Start) -> None:
    """A process that was suspended at the switch must not bring an old build back."""
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    build = await jars.builds.start("jars", jars.clock.now())
    await jars.builds.cancel("jars", build.number, jars.clock.now())
    with pytest.raises(UsageError, match=f"Build {build.number} of jars is gone"):
        await jars.builds.switch(build, jars.clock.now())
    second = await jars.builds.start("jars", jars.clock.now())
    await jars.builds.switch(second, jars.clock.now())
    with pytest.raises(UsageError, match=f"Build {second.number} of jars is live"):
        await jars.builds.switch(second, jars.clock.now())


async def test_builds_that_nobody_will_follow_again_are_dropped_at_the_next_start(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=PROJECTS)
    await fill(jars, 20)
    await jars.builds.start("jars", jars.clock.now(), "checking")  # as one whose process died
    async with jars.builds.checking("seals", jars.clock.now()) as alive:
        for version in (2, 3):
            newer = replace(JAR_SERVICE, read_models=(replace(JARS, version=version), SEALS))
            await projected(await start_service(newer, roles=PROJECTS, instance=str(version)))
        rows = await jars.database.pool.fetch(
            "SELECT name, version, build, state FROM projection_build ORDER BY 1, 2, 3"
        )
    assert [tuple(row) for row in rows] == [
        ("jars", 2, 1, "live"),
        ("jars", 3, 1, "live"),
        ("seals", 1, 1, "live"),
        ("seals", 1, alive.number, "checking"),
    ]
    tables = await jars.database.pool.fetch(
        "SELECT relname FROM pg_class WHERE relname LIKE 'jars_v%' AND relkind = 'r'"
    )
    assert sorted(row["relname"] for row in tables) == ["jars_v2_b1", "jars_v3_b1"]
