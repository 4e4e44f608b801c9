"""One thing by itself: its events in order and the state at any version, as known now or then, over HTTP on real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import orjson
import pytest

from chassis.commands import Accepted, Request
from chassis.handling.audit_questions import recorded
from chassis.policies import PublishPolicy
from chassis.runtime import Runtime
from chassis.storage.log import Batch, NewEvent, meta_json
from chassis.testing.client import app_of, client_of
from contracts.personal import Clear

from .contacts import BOOK_SERVICE, AddContact, Contact
from .running import Start, asking
from .toy import Fill, Seal
from .toy_api import OPEN_JAR_SERVICE

WRITES = frozenset({"http"})
PATH = "/v1/admin/streams"


@pytest.fixture
async def jars(start_service: Start) -> Runtime:
    """A jar that was filled in January, February and March, and sealed in April."""
    running = await start_service(OPEN_JAR_SERVICE, roles=WRITES)
    for month, command in enumerate((Fill("J-1", 4), Fill("J-1", 9), Fill("J-1", 7), Seal("J-1")), 1):
        now = datetime(2024, month, 1, 12, tzinfo=UTC)
        await running.move_clock(now)
        reply = await running.executor.submit(Request(command, None, now, f"month-{month}"))
        assert isinstance(reply, Accepted)
    return running


@pytest.fixture
async def client(jars: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_of(jars)) as client:
        yield client


async def read(client: httpx.AsyncClient, path: str = PATH, **query: Any) -> dict[str, Any]:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(client: httpx.AsyncClient, path: str = PATH, **query: Any) -> tuple[int, str]:
    answer = await client.get(path, params=query)
    return answer.status_code, answer.json()["detail"]


async def test_the_events_of_a_thing_come_in_order_a_page_at_a_time(client: httpx.AsyncClient) -> None:
    first = await read(client, stream="jar-J-1", limit=3)
    rest = await read(client, stream="jar-J-1", limit=3, after=first["next"])
    assert (first["kind"], first["newest_version"], first["next"], rest["next"]) == ("jar", 4, "3", None)
    events = [*first["items"], *rest["items"]]
    assert [each["headers"]["ce_version"] for each in events] == ["1", "2", "3", "4"]
    assert [each["data"].get("amount") for each in events] == [4, 9, 7, None]
    assert events[3]["headers"]["ce_type"] == "jar.JarSealed"
    assert {"ce_id", "ce_position", "ce_time", "ce_recordedtime"} <= events[3]["headers"].keys()
    journey = await read(client, f"/v1/admin/journey/{events[1]['headers']['ce_correlationid']}")
    assert journey["items"] == [events[1]], "as the journey shows it"
    assert (await read(client, stream="jar-J-1", after=99))["items"] == []


async def test_the_state_is_that_of_any_version(client: httpx.AsyncClient) -> None:
    states = [await read(client, f"{PATH}/state", stream="jar-J-1", version=n) for n in (1, 2, 3, 4)]
    assert [each["folded"] for each in states] == [
        {"level": 4, "sealed": False}, {"level": 13, "sealed": False}, {"level": 20, "sealed": False}, {"level": 20, "sealed": True},
    ]  # fmt: skip
    assert await read(client, f"{PATH}/state", stream="jar-J-1") == states[-1]
    assert states[1] == {
        "stream": "jar-J-1", "kind": "jar", "version": 2, "newest_version": 4, "folded": {"level": 13, "sealed": False}, "cut": [],
    }  # fmt: skip


async def test_as_known_at_an_instant_there_is_only_what_was_recorded_until_then(client: httpx.AsyncClient) -> None:
    then = {"stream": "jar-J-1", "as_known_at": "2024-02-20"}
    assert len((await read(client, **then))["items"]) == 2
    assert (await read(client, f"{PATH}/state", **then))["folded"] == {"level": 13, "sealed": False}
    assert await refused(client, f"{PATH}/state", **then, version=3) == (
        404, "There is no version 3 of jar-J-1; the newest that is known is 2.",
    )  # fmt: skip
    assert await refused(client, stream="jar-J-1", as_known_at="2023-12-31T00:00:00Z") == (
        404, "Nothing of jar-J-1 was known at 2023-12-31T00:00:00+00:00.",
    )  # fmt: skip


async def test_what_there_is_not_is_said_in_a_sentence(jars: Runtime, client: httpx.AsyncClient) -> None:
    assert (await read(client, f"{PATH}/kinds"))["items"] == [{"kind": "jar"}, {"kind": "policy"}]
    for path in (PATH, f"{PATH}/state"):
        assert await refused(client, path, stream="J-1") == (
            404, "There is no stream J-1. Write its kind, a hyphen and the id; the kinds are jar, policy.",
        )  # fmt: skip
    for version in ("0", "-1", "x", "1_0", str(2**31)):
        status, detail = await refused(client, f"{PATH}/state", stream="jar-J-1", version=version)
        assert (status, detail.startswith("version: ")) == (422, True)
    assert (await refused(client, stream="jar-J-1", after="x"))[0] == 400
    assert (await refused(client, stream="jar-J-1", as_known_at="yesterday"))[0] == 422
    assert (await refused(client, stream="jar-\n"))[0] == 422
    await jars.log.append(Batch(jars.clock.now(), [stored_alone(jars, "lid-L-1")]))
    assert len((await read(client, stream="lid-L-1"))["items"]) == 1
    assert await refused(client, f"{PATH}/state", stream="lid-L-1") == (
        404, "No state is made of lid-L-1: this service folds jar, policy.",
    )  # fmt: skip


def stored_alone(jars: Runtime, stream: str) -> NewEvent:
    """An event of a kind about which nothing is decided any more."""
    data = orjson.dumps({"jar": "L-1"}).decode()
    meta, at = meta_json(None, "ann", "default", None), jars.clock.now()
    id = "018f3a2b-7c4d-7e5f-8a9b-0c1d2e3f4a5b"
    return NewEvent(jars.log.partition(stream), stream, 1, "jar.JarSealed", 1, data, meta, id, "old", at)


async def test_a_policy_has_a_stream_like_every_thing(jars: Runtime, client: httpx.AsyncClient) -> None:
    command = PublishPolicy("jar", {"holds": 50}, date(2024, 5, 1), "smaller jars", 1)
    assert isinstance(await jars.executor.submit(asking(command)), Accepted)
    [event] = (await read(client, stream="policy-jar"))["items"]
    assert event["data"]["document"] == {"holds": 50}
    assert (await read(client, f"{PATH}/state", stream="policy-jar"))["folded"]["version"] == 2


async def test_a_stream_that_is_longer_than_what_is_folded_at_once_is_folded_whole(
    jars: Runtime, client: httpx.AsyncClient
) -> None:
    data, at = orjson.dumps({"jar": "J-2", "amount": 1}).decode(), jars.clock.now()
    meta, partition = meta_json(None, "ann", "default", None), jars.log.partition("jar-J-2")
    many = [
        NewEvent(
            partition, "jar-J-2", n, "jar.JarFilled", 1, data, meta, f"018f3a2b-7c4d-7e5f-8a9b-{n:012}", "long", at
        )
        for n in range(1, 1_204)
    ]
    await jars.log.append(Batch(at, many))
    for version in (500, 501, 1_000, 1_203):
        found = await read(client, f"{PATH}/state", stream="jar-J-2", version=version)
        assert found["folded"]["level"] == version
    assert len((await read(client, stream="jar-J-2", limit=500))["items"]) == 200


async def test_who_looks_at_a_thing_is_recorded(jars: Runtime, client: httpx.AsyncClient) -> None:
    await read(client, stream="jar-J-1")
    await read(client, f"{PATH}/state", stream="jar-J-1", version=2)
    rows = await recorded(jars.database.pool, 0, 10)
    assert sorted((row["action"], row["things"], row["detail"]) for row in rows) == [
        ("state of a stream read", ["streams/jar-J-1"], {"version": 2}),
        ("stream read", ["streams/jar-J-1"], {"first": 1, "last": 4}),
    ]


async def test_what_tells_of_a_person_stands_sealed_in_events_and_state_also_for_who_may_open_it(
    start_service: Start,
) -> None:
    book = await start_service(BOOK_SERVICE, roles=WRITES)
    person = Contact(contact_id="K-1", name=Clear("Ann Example"))
    assert isinstance(await book.executor.submit(asking(AddContact("C-1", person))), Accepted)
    async with client_of(app_of(book)) as client:
        [event] = (await read(client, stream="book-C-1"))["items"]
        found = await read(client, f"{PATH}/state", stream="book-C-1")
    name = event["data"]["contact"]["name"]
    assert name["subject"] == "contact:C-1/K-1"
    assert found["folded"]["contacts"]["K-1"]["name"] == name


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_an_instant_beyond_the_calendar_is_its_beginning_or_its_end(start_service: Start, instant: str) -> None:
    jars = await start_service(OPEN_JAR_SERVICE)
    await jars.executor.submit(asking(Fill("J-1", 1)))
    async with client_of(app_of(jars)) as client:
        for path in ("/v1/admin/streams", "/v1/admin/streams/state"):
            answer = await client.get(path, params={"stream": "jar-J-1", "as_known_at": instant})
            assert answer.status_code == (404 if instant.startswith("0001") else 200), answer.text
