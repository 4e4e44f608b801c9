"""Events that something cannot take: set aside for it alone, loudly; an operator accepts that, or undoes it; nothing else stands still."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from chassis.read_models import ReadModel
from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually

from .breakable import NO_KAFKA, WAYS, WHY, Breakable, difference, fill, listed, projected, rows_of, service_with
from .running import Start, asking, become, levels
from .toy import JARS, SEALS, Fill, JarRow


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
        assert {(row["kind"], row["status"], row["type"], row["set_aside_by"]) for row in found} == {
            ("read model", "waiting", "jar.JarFilled", "standing")
        }
        ready = (await client.get("/readyz")).json()
        assert any("read model fragile does without 11 events" in warning for warning in ready["warnings"]), ready
        gauges = (await client.get("/metrics")).text
        assert 'standing_set_aside{service="jar-svc",state="waiting"} 11.0' in gauges
        actions = (await client.get("/v1/admin/actions", params={"kind": "act"})).json()["items"]
        assert [action["action"] for action in actions] == ["set aside"] * 11
        assert await difference(client, "fragile") == (0, 0)
        # After a release that mends it, the events are taken after all.
        trial.broken.clear()
        for row in found:
            await eventually(lambda row=row: undone(client, row["set_aside_id"]), bool)  # type: ignore[misc]
        await become(lambda: rows_of(jars, fragile), await levels(jars))
        assert await listed(client) == []
        assert len(await listed(client, everything=True)) == 11
        assert await difference(client, "fragile") == (0, 0)
        last = (await client.get("/v1/admin/actions", params={"limit": 500, "action": "undone"})).json()["items"][-1]
        assert (last["action"], last["actor"], last["reason"]) == ("undone", "ann", WHY["reason"])


async def test_an_event_that_fails_again_when_it_is_undone_is_set_aside_again(start_service: Start) -> None:
    fragile = Breakable({"J-3"}).by_evolve()
    jars = await start_service(service_with(JARS, fragile), roles=NO_KAFKA)
    await fill(jars, "J-1", "J-3")
    await projected(jars)
    async with client_of(app_of(jars)) as client:
        (first,) = await listed(client)
        assert (await client.post(f"/v1/admin/set-aside/{first['set_aside_id']}/undoing", json=WHY)).json()[
            "build"
        ] == 2

        async def numbers() -> list[int]:
            return [row["set_aside_id"] for row in await listed(client)]

        found = await eventually(numbers, bool)
        assert found != [first["set_aside_id"]]

        async def live() -> list[int]:
            items = (await client.get("/v1/admin/projections")).json()["items"]
            return [item["build"] for item in items if item["name"] == "fragile" and item["status"] == "live"]

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
        assert (made.status_code, made.json()["build"], made.json()["status"]) == (200, 2, "accepted")
        await become(lambda: levels(jars), {"J-2": 2})
        assert await difference(client, "jars") == (0, 0)
        assert (await client.post("/v1/admin/set-aside", json=event)).status_code == 409
        number = made.json()["set_aside_id"]
        assert (await client.post(f"/v1/admin/set-aside/{number}/undoing", json=WHY)).json()["build"] == 3
        await become(lambda: levels(jars), {"J-1": 1, "J-2": 2})
        assert (await client.post("/v1/admin/set-aside/999/undoing", json=WHY)).status_code == 404


# --- listeners -------------------------------------------------------------------------------------
