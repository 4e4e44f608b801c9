"""An event that one listener cannot take is set aside for it alone, and taken after all when that is undone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.testing.serving import listening

from .breakable import WHY, fill
from .running import Start, become, totals
from .toy import COUNT_SERVICE, JAR_SERVICE


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

        async def parked(status: str) -> list[str]:
            items = (await client.get("/v1/admin/parked", params={"status": status})).json()["items"]
            return [item["key"] for item in items]

        await become(lambda: parked("parked"), ["jar-J-3"])
        (stored,) = await jars.log.read_streams(["jar-J-3"])
        event = {
            "kind": "listener", "name": "jar.events", "partition": stored.envelope.partition,
            "position": stored.envelope.position, **WHY,
        }  # fmt: skip
        made = await client.post("/v1/admin/set-aside", json=event)
        assert made.status_code == 200, made.text
        assert (await parked("parked"), await parked("discarded")) == ([], ["jar-J-3"])
        broken.clear()
        await fill(jars, "J-3", "J-3")
        await become(lambda: totals(counts), {"J-1": 1, "J-2": 1, "J-3": 2})
        number = made.json()["set_aside_id"]
        undone = await client.post(f"/v1/admin/set-aside/{number}/undoing", json=WHY)
        assert (undone.status_code, undone.json()["handled_count"]) == (200, 1)
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
        assert made.status_code == 200, made.text
        held.set()
        await become(lambda: totals(counts), {"J-1": 2})
        inbox = (await counts.reading()).inbox["jar.events"][first.envelope.partition]
        assert inbox["position"] == first.envelope.position + 2
        undone = await client.post(f"/v1/admin/set-aside/{made.json()['set_aside_id']}/undoing", json=WHY)
        assert undone.json()["handled_count"] == 1
        await become(lambda: totals(counts), {"J-1": 3})
