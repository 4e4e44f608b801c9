"""Events that something cannot take: set aside for it alone, loudly; an operator accepts that, or undoes it; nothing else stands still."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import exists, select

from chassis.read_models import ReadModel
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.testing.client import app_of, client_of
from chassis.testing.serving import listening
from chassis.testing.waiting import eventually
from chassis.timers import DueCommand, TimerContext, TodoList
from chassis.timing.needs import Needs
from contracts import Envelope

from .running import NOW, Start, asking, become, levels, totals
from .toy import COUNT_SERVICE, JAR_SERVICE, JARS, SEALS, Fill, JarFilled, JarRow, JarSealed, PlanSeal, Seal, SealDue

WHY = {"reason": "decided at the morning round", "actor": "ann"}
NO_KAFKA = frozenset({"http", "project", "schedule"})


@dataclass
class Breakable:
    """Read models that fail on the jars in ``broken``, each in its own way, until they are mended."""

    broken: set[str]

    def by_evolve(self) -> ReadModel[JarRow]:
        return replace(JARS, name="fragile", evolve=self._evolve)

    def by_keys(self) -> ReadModel[JarRow]:
        def keys(event: Any, around: Envelope) -> Any:
            if event.jar in self.broken:
                raise KeyError(event.jar)
            return JARS.keys(event, around)

        return replace(JARS, name="fragile", keys=keys)

    def by_a_value_that_no_column_holds(self) -> ReadModel[JarRow]:
        def evolve(
            key: tuple[str], row: JarRow | None, event: JarFilled | JarSealed, around: Envelope
        ) -> JarRow | None:
            after = JARS.evolve(key, row, event, around)
            return replace(after, level=2**80) if after and key[0] in self.broken else after

        return replace(JARS, name="fragile", evolve=evolve)

    def by_text_that_no_column_holds(self) -> ReadModel[JarRow]:
        def evolve(
            key: tuple[str], row: JarRow | None, event: JarFilled | JarSealed, around: Envelope
        ) -> JarRow | None:
            after = JARS.evolve(key, row, event, around)
            return replace(after, jar="\x00") if after and key[0] in self.broken else after

        return replace(JARS, name="fragile", evolve=evolve)

    def _evolve(
        self, key: tuple[str], row: JarRow | None, event: JarFilled | JarSealed, around: Envelope
    ) -> JarRow | None:
        if key[0] in self.broken:
            raise OverflowError("date value out of range")
        return JARS.evolve(key, row, event, around)


def service_with(*models: ReadModel[Any]) -> Service:
    return replace(JAR_SERVICE, read_models=models)


async def fill(jars: Runtime, *names: str) -> None:
    for name in names:
        await jars.executor.submit(asking(Fill(name, 1)))


async def projected(jars: Runtime) -> None:
    await eventually(jars.reading, lambda reading: not reading.projection_lag)


async def rows_of(jars: Runtime, model: ReadModel[Any]) -> dict[str, int]:
    return {row["jar"]: row["level"] for row in await jars.read(select(model.table))}


async def listed(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/v1/admin/set-aside", params=query)).json()["items"]
    return items


async def difference(client: httpx.AsyncClient, name: str) -> tuple[int, int]:
    compared = (await client.post(f"/v1/admin/projections/{name}/comparisons")).json()
    return compared["only_rebuilt"], compared["only_live"]


WAYS: list[Callable[[Breakable], ReadModel[JarRow]]] = [
    Breakable.by_evolve, Breakable.by_keys, Breakable.by_a_value_that_no_column_holds, Breakable.by_text_that_no_column_holds,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_a_read_model_that_cannot_take_one_event_goes_on_without_it_and_says_so(
    start_service: Start, way: Callable[[Breakable], ReadModel[JarRow]]
) -> None:
    trial = Breakable({"J-3"})
    fragile = way(trial)
    jars = await start_service(service_with(JARS, fragile, SEALS), roles=NO_KAFKA)
    await fill(jars, *(f"J-{n % 5}" for n in range(50)), "J-3")
    await projected(jars)
    assert await rows_of(jars, fragile) == {f"J-{n}": 10 for n in (0, 1, 2, 4)}
    assert (await levels(jars))["J-3"] == 11
    async with client_of(app_of(jars)) as client:
        found = await listed(client)
        assert [row["name"] for row in found] == ["fragile"] * 11
        assert {(row["kind"], row["state"], row["type"], row["set_aside_by"]) for row in found} == {
            ("read model", "waiting", "jar.JarFilled", "standing")
        }
        ready = (await client.get("/readyz")).json()
        assert any("read model fragile does without 11 events" in warning for warning in ready["warnings"]), ready
        gauges = (await client.get("/metrics")).text
        assert 'standing_set_aside{service="jar-svc",state="waiting"} 11.0' in gauges
        actions = (await client.get("/v1/admin/actions")).json()["items"]
        assert [action["action"] for action in actions] == ["set aside"] * 11
        assert await difference(client, "fragile") == (0, 0)
        # After a release that mends it, the events are taken after all.
        trial.broken.clear()
        for row in found:
            await eventually(lambda row=row: undone(client, row["id"]), bool)  # type: ignore[misc]
        await become(lambda: rows_of(jars, fragile), await levels(jars))
        assert await listed(client) == []
        assert len(await listed(client, everything=True)) == 11
        assert await difference(client, "fragile") == (0, 0)
        last = (await client.get("/v1/admin/actions", params={"limit": 500})).json()["items"][-1]
        assert (last["action"], last["actor"], last["reason"]) == ("undone", "ann", WHY["reason"])


async def test_an_event_that_fails_again_when_it_is_undone_is_set_aside_again(start_service: Start) -> None:
    fragile = Breakable({"J-3"}).by_evolve()
    jars = await start_service(service_with(JARS, fragile), roles=NO_KAFKA)
    await fill(jars, "J-1", "J-3")
    await projected(jars)
    async with client_of(app_of(jars)) as client:
        (first,) = await listed(client)
        assert (await client.post(f"/v1/admin/set-aside/{first['id']}/undoing", json=WHY)).json()["build"] == 2

        async def numbers() -> list[int]:
            return [row["id"] for row in await listed(client)]

        found = await eventually(numbers, bool)
        assert found != [first["id"]]

        async def live() -> list[int]:
            items = (await client.get("/v1/admin/projections")).json()["items"]
            return [item["build"] for item in items if item["name"] == "fragile" and item["state"] == "live"]

        await become(live, [2])
        assert await rows_of(jars, fragile) == {"J-1": 1}
        assert await difference(client, "fragile") == (0, 0)


async def undone(client: httpx.AsyncClient, number: int) -> bool:
    """Whether it could be undone now; while a build is under way it is refused."""
    return (await client.post(f"/v1/admin/set-aside/{number}/undoing", json=WHY)).status_code == 200


async def test_an_event_that_cannot_be_read_any_more_is_set_aside_for_what_handles_it(
    start_service: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    jars = await start_service(service_with(JARS, SEALS), roles=NO_KAFKA)
    await fill(jars, "J-1")
    await projected(jars)
    await jars.executor.submit(asking(Fill("J-2", 1)))
    await projected(jars)
    unreadable = await start_service(
        service_with(replace(JARS, version=2), SEALS), roles=frozenset({"http"}), instance="2"
    )
    await jars.stop()
    await jars_with_text_as_amount(unreadable)
    newer = await start_service(service_with(replace(JARS, version=2), SEALS), roles=NO_KAFKA, instance="3")
    await eventually(newer.reading, lambda reading: bool(reading.set_aside))
    async with client_of(app_of(newer)) as client:
        (row,) = await listed(client)
        assert (row["name"], row["type"]) == ("jars", "jar.JarFilled")
        assert "amount" in row["cause"]


async def jars_with_text_as_amount(runtime: Runtime) -> None:
    """An event as an older version wrote it, which the contract of today does not read."""
    async with runtime.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            'UPDATE event SET data = \'{"jar": "J-2", "amount": "much"}\' WHERE stream = \'jar-J-2\''
        )


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
        accepted = await client.post(f"/v1/admin/set-aside/{row['id']}/acceptance", json=WHY)
        assert accepted.json()["set_aside"]["state"] == "accepted"
        await jars.executor.submit(asking(PlanSeal("J-7", NOW + timedelta(hours=4))))
        await jars.move_clock(NOW + timedelta(hours=5))
        await eventually(lambda: asyncio.sleep(0, looked), bool)
        assert not [each for each in await warnings() if "fragile" in each]
        again = await client.post(f"/v1/admin/set-aside/{row['id']}/acceptance", json=WHY)
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


async def test_an_operator_sets_aside_an_event_that_a_read_model_has_taken_already(start_service: Start) -> None:
    jars = await start_service(service_with(JARS, SEALS), roles=NO_KAFKA)
    await fill(jars, "J-1", "J-2", "J-2")
    await projected(jars)
    (stored,) = await jars.log.read_streams(["jar-J-1"])
    event = {
        "kind": "read model", "name": "jars", "partition": stored.envelope.partition, "position": stored.envelope.position, **WHY,
    }  # fmt: skip
    async with client_of(app_of(jars)) as client:
        for wrong, said in (
            ({"name": "lids"}, "There is no read model lids; there are jars, seals."),
            ({"name": "seals"}, "seals does not handle jar.JarFilled, so there is nothing to set aside."),
            ({"position": 999}, f"The log has no event at position 999 of partition {stored.envelope.partition}."),
        ):
            refused = await client.post("/v1/admin/set-aside", json={**event, **wrong})
            assert (refused.status_code, refused.json()["detail"]) == (409, said)
        made = await client.post("/v1/admin/set-aside", json=event)
        assert (made.status_code, made.json()["build"], made.json()["set_aside"]["state"]) == (201, 2, "accepted")
        await become(lambda: levels(jars), {"J-2": 2})
        assert await difference(client, "jars") == (0, 0)
        assert (await client.post("/v1/admin/set-aside", json=event)).status_code == 409
        number = made.json()["set_aside"]["id"]
        assert (await client.post(f"/v1/admin/set-aside/{number}/undoing", json=WHY)).json()["build"] == 3
        await become(lambda: levels(jars), {"J-1": 1, "J-2": 2})
        assert (await client.post("/v1/admin/set-aside/999/undoing", json=WHY)).status_code == 404


# --- listeners -------------------------------------------------------------------------------------


@asynccontextmanager
async def listener(start_service: Start, broken: set[str]) -> AsyncIterator[tuple[Runtime, Runtime]]:
    """jar-svc and count-svc, whose decider fails on the jars in ``broken``."""

    def decide(command: Any, total: int, policies: Any) -> Any:
        if command.jar in broken:
            raise ZeroDivisionError(f"nobody thought of {command.jar}")
        return COUNT_SERVICE.deciders[0].decide(command, total, policies)

    jars = await start_service(JAR_SERVICE)
    counter = replace(COUNT_SERVICE, deciders=(replace(COUNT_SERVICE.deciders[0], decide=decide),))
    async with listening(jars) as url:
        yield jars, await start_service(counter, peers={"jar-svc": url})


async def test_an_event_is_set_aside_for_one_listener_and_taken_after_all_when_that_is_undone(
    start_service: Start,
) -> None:
    broken = {"J-3"}
    async with listener(start_service, broken) as (jars, counts), client_of(app_of(counts)) as client:
        await fill(jars, "J-1", "J-3", "J-2")
        await become(lambda: totals(counts), {"J-1": 1, "J-2": 1})

        async def parked(state: str) -> list[str]:
            items = (await client.get("/v1/admin/parked", params={"state": state})).json()["items"]
            return [item["key"] for item in items]

        await become(lambda: parked("parked"), ["jar-J-3"])
        (stored,) = await jars.log.read_streams(["jar-J-3"])
        event = {
            "kind": "listener", "name": "jar.events", "partition": stored.envelope.partition,
            "position": stored.envelope.position, **WHY,
        }  # fmt: skip
        made = await client.post("/v1/admin/set-aside", json=event)
        assert made.status_code == 201, made.text
        assert (await parked("parked"), await parked("discarded")) == ([], ["jar-J-3"])
        broken.clear()
        await fill(jars, "J-3", "J-3")
        await become(lambda: totals(counts), {"J-1": 1, "J-2": 1, "J-3": 2})
        number = made.json()["set_aside"]["id"]
        undone = await client.post(f"/v1/admin/set-aside/{number}/undoing", json=WHY)
        assert (undone.status_code, undone.json()["handled"]) == (200, 1)
        await become(lambda: totals(counts), {"J-1": 1, "J-2": 1, "J-3": 3})
        handled = await client.post("/v1/admin/set-aside", json=event)
        assert handled.status_code == 409
        assert "has handled or discarded this event" in handled.json()["detail"]
        other = await client.post("/v1/admin/set-aside", json={**event, "name": "lid.events"})
        assert other.json()["detail"] == "count-svc does not listen to lid.events; it listens to jar.events."


async def test_a_listener_passes_over_an_event_that_was_set_aside_before_it_came(
    start_service: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listener(start_service, set()) as (jars, counts), client_of(app_of(counts)) as client:
        await fill(jars, "J-1")
        await become(lambda: totals(counts), {"J-1": 1})
        (first,) = await jars.log.read_streams(["jar-J-1"])
        held = asyncio.Event()
        executing = counts.executor.execute

        async def wait(*arguments: Any) -> Any:
            await held.wait()
            return await executing(*arguments)

        monkeypatch.setattr(counts.executor, "execute", wait)
        await fill(jars, "J-1", "J-1")
        event = {
            "kind": "listener", "name": "jar.events", "partition": first.envelope.partition,
            "position": first.envelope.position + 1, **WHY,
        }  # fmt: skip
        made = await client.post("/v1/admin/set-aside", json=event)
        assert made.status_code == 201, made.text
        held.set()
        await become(lambda: totals(counts), {"J-1": 2})
        inbox = (await counts.reading()).inbox["jar.events"][first.envelope.partition]
        assert inbox["position"] == first.envelope.position + 2
        undone = await client.post(f"/v1/admin/set-aside/{made.json()['set_aside']['id']}/undoing", json=WHY)
        assert undone.json()["handled"] == 1
        await become(lambda: totals(counts), {"J-1": 3})
