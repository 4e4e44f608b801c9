"""Timers beside an event that was set aside: those that do not need what lacks it go on."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import exists, select

from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from chassis.timers import DueCommand, TimerContext, TodoList
from chassis.timing.needs import Needs

from .breakable import NO_KAFKA, WHY, Breakable, fill, listed, projected, rows_of, service_with
from .running import NOW, Start, asking, become
from .toy import JARS, SEALS, JarSealed, PlanSeal, Seal, SealDue


async def test_timers_go_on_that_do_not_need_the_read_model_which_lacks_an_event(start_service: Start) -> None:
    trial = Breakable({"J-3"})
    fragile = trial.by_evolve()
    looked: list[int] = []

    async def look(rows: Sequence[SealDue], context: TimerContext) -> Sequence[DueCommand]:
        looked.append(len(await context.rows(select(fragile.table))))
        return [DueCommand.by(row, Seal(row.jar)) for row in rows]

    looking: TodoList[SealDue] = replace(SEALS, name="looking", command=None, perform=look)
    jars = await start_service(service_with(JARS, fragile, SEALS, looking), roles=NO_KAFKA)
    await fill(jars, "J-1", "J-3")
    await jars.executor.submit(asking(PlanSeal("J-9", NOW)))
    await jars.move_clock(NOW + timedelta(hours=1))
    await become(lambda: sealed(jars), {"J-9"})
    async with client_of(app_of(jars)) as client:

        async def warnings() -> list[str]:
            return list((await client.get("/readyz")).json()["warnings"])

        await jars.executor.submit(asking(PlanSeal("J-8", NOW + timedelta(hours=2))))
        await jars.move_clock(NOW + timedelta(hours=3))
        await become(lambda: sealed(jars), {"J-8", "J-9"})
        assert looked == [], "what reads the incomplete read model has waited"
        (row,) = await listed(client)
        accepted = await client.post(f"/v1/admin/set-aside/{row['set_aside_id']}/acceptance", json=WHY)
        assert accepted.json()["status"] == "accepted"
        await jars.executor.submit(asking(PlanSeal("J-7", NOW + timedelta(hours=4))))
        await jars.move_clock(NOW + timedelta(hours=5))
        await eventually(lambda: asyncio.sleep(0, looked), bool)
        assert not [each for each in await warnings() if "fragile" in each]
        again = await client.post(f"/v1/admin/set-aside/{row['set_aside_id']}/acceptance", json=WHY)
        assert again.status_code == 409


async def sealed(jars: Runtime) -> set[str]:
    rows = await jars.database.pool.fetch("SELECT data FROM event WHERE type = 'jar.JarSealed'")
    return {JarSealed.model_validate_json(row["data"]).jar for row in rows}


def test_what_a_timer_needs_is_found_in_every_kind_of_query() -> None:
    other = replace(JARS, name="others")
    needs = Needs(None, (JARS, other, SEALS))  # type: ignore[arg-type]
    a, b = JARS.table, other.table
    alias, cte, subquery = b.alias("x"), select(b.c.jar).cte("c"), select(b.c.jar).subquery()
    queries = (
        select(a.c.jar, b.c.level).join(b, a.c.jar == b.c.jar),
        select(a).where(exists().where(b.c.jar == a.c.jar)),
        select(a).where(a.c.jar.in_(select(b.c.jar))),
        select(a, alias).where(alias.c.jar == a.c.jar),
        select(a, cte).where(cte.c.jar == a.c.jar),
        select(a, subquery).where(subquery.c.jar == a.c.jar),
        select(a.c.jar, select(b.c.level).where(b.c.jar == a.c.jar).scalar_subquery()),
        select(a.c.jar).union_all(select(b.c.jar)),
    )
    assert [needs.read_by(query) for query in queries] == [{"jars", "others"}] * len(queries)
    assert needs.read_by(select(a)) == {"jars"}


async def test_a_read_model_that_fails_on_too_many_events_stands_still_and_other_timers_go_on(
    start_service: Start,
) -> None:
    trial = Breakable({"J-3"})
    fragile = trial.by_evolve()
    jars = await start_service(service_with(JARS, fragile, SEALS), roles=NO_KAFKA, set_aside_max=3)
    await fill(jars, *["J-3"] * 5)
    await jars.executor.submit(asking(PlanSeal("J-9", NOW)))
    await jars.move_clock(NOW + timedelta(hours=1))
    await become(lambda: sealed(jars), {"J-9"})
    async with client_of(app_of(jars)) as client:
        assert len(await listed(client)) == 3
        assert (
            "read model fragile: OverflowError: date value out of range"
            in (await client.get("/readyz")).json()["reasons"]
        )
        trial.broken.clear()
        await projected(jars)
        assert (await rows_of(jars, fragile))["J-3"] == 2
        await eventually(lambda: client.get("/readyz"), lambda answer: answer.status_code == 200)


async def test_a_due_row_whose_work_fails_stops_no_other_row_and_no_other_list(start_service: Start) -> None:
    def seal(row: SealDue) -> Seal:
        if row.jar == "J-bad":
            raise OverflowError("date value out of range")
        return Seal(row.jar)

    async def each(rows: Sequence[SealDue], _: TimerContext) -> Sequence[DueCommand]:
        return [DueCommand.by(row, seal(row)) for row in rows]

    lists = (replace(SEALS, name="a", command=seal), replace(SEALS, name="b", command=None, perform=each), SEALS)
    jars = await start_service(service_with(JARS, *lists), roles=NO_KAFKA)
    for name in ("J-1", "J-bad", "J-2", "J-3"):
        await jars.executor.submit(asking(PlanSeal(name, NOW)))
    await jars.move_clock(NOW + timedelta(hours=1))
    await become(lambda: sealed(jars), {"J-1", "J-2", "J-3", "J-bad"})

    only = (
        replace(SEALS, name="a", version=2, command=seal),
        replace(SEALS, name="b", version=2, command=None, perform=each),
    )
    await jars.stop()
    jars = await start_service(service_with(JARS, *only), roles=NO_KAFKA, instance="2")
    for name in ("K-1", "J-bad", "K-2"):
        await jars.executor.submit(asking(PlanSeal(name, NOW + timedelta(hours=2))))
    await jars.move_clock(NOW + timedelta(hours=3))
    await become(lambda: sealed(jars), {"J-1", "J-2", "J-3", "J-bad", "K-1", "K-2"})
    await become(lambda: asyncio.sleep(0, set(jars.scheduler.faults)), {"timer a", "timer b"})
    async with client_of(app_of(jars)) as client:
        warnings = (await client.get("/readyz")).json()["warnings"]
        assert "timer a: 1 due rows failed, OverflowError: date value out of range" in warnings
