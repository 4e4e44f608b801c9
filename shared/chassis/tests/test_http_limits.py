"""No caller can take the service from the others: what a request may take is bounded by kind, bytes and time."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from chassis import runtime as runtime_module
from chassis.http.connections import HEADERS_BYTES_MAX, HEADERS_MAX, PunctualConnection
from chassis.runtime import Runtime
from chassis.testing.client import app_of, bearer, client_of
from chassis.testing.serving import listening
from chassis.testing.waiting import eventually

from .running import Start
from .toy_api import OPEN_JAR_SERVICE

OPEN = frozenset({"http", "project"})
FILL = "/v1/jars/J-1/fills"


async def connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def answered(reader: asyncio.StreamReader) -> tuple[int, dict[str, Any]]:
    """Status and problem document of an answer after which the connection is closed."""
    async with asyncio.timeout(30):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(int(length.split()[1]))
    assert b"connection: close" in head
    assert b"content-type: application/problem+json" in head
    return int(head.split()[1]), json.loads(body)


def opening(*headers: str, path: str = FILL) -> bytes:
    token = f"Authorization: {bearer()['Authorization']}"
    lines = (f"POST {path} HTTP/1.1", "Host: jars", token, "Content-Type: application/json", *headers, "", "")
    return "\r\n".join(lines).encode()


async def keys_known(client: httpx.AsyncClient) -> None:
    """The issuer's keys are fetched and the token is checked, so that requests sent at once are in work at once."""
    assert (await client.get("/v1/me")).status_code == 200


@pytest.fixture
async def url(start_service: Start) -> AsyncIterator[str]:
    runtime = await start_service(OPEN_JAR_SERVICE, roles=OPEN, http_requests_max=4, http_body_s=1.5)
    async with listening(runtime) as url:
        yield url


async def test_a_body_that_is_announced_too_large_is_refused_unread(url: str) -> None:
    reader, writer = await connected(url)
    writer.write(opening("Content-Length: 100000000"))
    status, problem = await answered(reader)
    assert (status, problem["type"]) == (413, "/problems/body-too-large")
    assert problem["detail"] == "The body is larger than 1000000 bytes, the most that is read."


async def test_a_body_without_end_is_refused_at_the_bound(url: str) -> None:
    reader, writer = await connected(url)
    writer.write(opening("Transfer-Encoding: chunked"))
    sent, chunk = 0, b"10000\r\n" + b" " * 65_536 + b"\r\n"
    answer = asyncio.create_task(answered(reader))
    while not answer.done():
        try:
            writer.write(chunk)
            await writer.drain()
        except ConnectionError:
            break
        sent += 65_536
        await asyncio.sleep(0)
    assert (await answer)[0] == 413
    assert sent > 1_000_000


async def test_who_sends_too_much_in_one_go_still_reads_the_answer(url: str) -> None:
    async with httpx.AsyncClient(base_url=url, headers=bearer(), timeout=60) as client:
        answer = await client.post(FILL, content=b" " * 5_000_000, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert (await client.post(FILL, json={"amount": 1})).status_code == 200


async def test_slow_bodies_hold_no_place_and_end_in_time(url: str) -> None:
    slow = [await connected(url) for _ in range(200)]
    for _, writer in slow:
        writer.write(opening("Content-Length: 1000") + b"{")
        await writer.drain()
    async with httpx.AsyncClient(base_url=url, headers=bearer(), timeout=60) as client:
        for _ in range(5):
            assert (await client.get("/v1/jars")).status_code == 200
            assert (await client.post(FILL, json={"amount": 1})).status_code == 200
    answers = await asyncio.gather(*(answered(reader) for reader, _ in slow))
    assert {(status, problem["type"]) for status, problem in answers} == {(408, "/problems/body-too-slow")}


async def test_all_bodies_together_have_a_bound(start_service: Start) -> None:
    runtime = await start_service(OPEN_JAR_SERVICE, roles=OPEN, http_bodies_bytes_max=300_000)
    async with listening(runtime) as url:
        held = [await connected(url) for _ in range(2)]
        for _, writer in held:
            writer.write(opening("Content-Length: 200000") + b" " * 149_000)
            await writer.drain()
        async with httpx.AsyncClient(base_url=url, headers=bearer(), timeout=60) as client:

            async def posted() -> httpx.Response:
                return await client.post(FILL, content=b" " * 10_000, headers={"Content-Type": "application/json"})

            refused = await eventually(posted, lambda answer: answer.status_code != 422)
            assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests")
            for _, writer in held:
                writer.close()
            freed = await eventually(posted, lambda answer: answer.status_code != 429)
            assert freed.status_code == 422, "whoever leaves makes room"
            assert (await client.post(FILL, json={"amount": 1})).status_code == 200


async def test_headers_that_do_not_come_end_the_connection(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PunctualConnection, "headers_within_s", 0.5)
    begun = time.monotonic()
    silent, slow, after_another = [await connected(url) for _ in range(3)]
    slow[1].write(b"GET /v1/jars HTTP/1.1\r\nHost: jars\r\nX-")
    after_another[1].write(b"GET /livez HTTP/1.1\r\nHost: jars\r\n\r\n")
    assert b"200 OK" in await after_another[0].readline()
    after_another[1].write(b"\r\n")
    assert await asyncio.wait_for(silent[0].read(), 5) == b"", "nothing was said, so nothing is answered"
    assert await answered(slow[0]) == (
        408,
        {
            "type": "/problems/headers-too-slow", "title": "headers too slow", "status": 408,
            "detail": "The headers did not arrive within 0.5 seconds.",
        },
    )  # fmt: skip
    rest = await asyncio.wait_for(after_another[0].read(), 5)
    assert b"alive" in rest
    assert time.monotonic() - begun < 4


async def test_a_connection_that_is_used_again_is_not_cut(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PunctualConnection, "headers_within_s", 0.3)
    reader, writer = await connected(url)
    for _ in range(2):
        writer.write(b"GET /livez HTTP/1.1\r\nHost: jars\r\n\r\n")
        assert b"200 OK" in await reader.readline()
        while await reader.readline() != b"\r\n":
            pass
        await reader.readexactly(len('{"status":"alive"}'))
        await asyncio.sleep(0.6)


async def test_headers_without_end_are_refused(url: str) -> None:
    reader, writer = await connected(url)
    writer.write(b"GET /v1/jars HTTP/1.1\r\nHost: jars\r\nX-Long: " + b"x" * (HEADERS_BYTES_MAX + 1))
    status, problem = await answered(reader)
    assert (status, problem["type"]) == (431, "/problems/headers-too-large")


@pytest.mark.parametrize(("count", "status"), [(HEADERS_MAX, 200), (HEADERS_MAX + 1, 431)])
async def test_a_request_has_no_more_headers_than_are_read(url: str, count: int, status: int) -> None:
    headers = bearer() | {f"X-{number}": "1" for number in range(count - 2)}
    host = url.removeprefix("http://").split(":")[0]
    reader, writer = await connected(url)
    lines = ("GET /v1/jars HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items()))
    writer.write("\r\n".join((*lines, "", "")).encode())
    assert int((await asyncio.wait_for(reader.readline(), 30)).split()[1]) == status
    writer.close()


async def test_reads_that_wait_for_a_write_have_a_bound_of_their_own(
    start_service: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_module, "TOKEN_WAIT_S", 1.0)
    runtime = await start_service(OPEN_JAR_SERVICE, roles=OPEN, http_requests_max=4, http_waiting_max=4)
    async with client_of(app_of(runtime)) as client:
        await keys_known(client)
        future = {"Consistency-Token": "0:99"}
        waiting = []
        for _ in range(12):
            waiting.append(asyncio.create_task(client.get("/v1/jars", headers=future)))
            await asyncio.sleep(0.01)
        for _ in range(10):
            assert (await client.get("/v1/jars")).status_code == 200, "who does not wait is answered"
        answers = await asyncio.gather(*waiting)
    assert sorted(answer.status_code for answer in answers) == [429] * 8 + [503] * 4
    assert {answer.json()["type"] for answer in answers} == {"/problems/too-many-waiting", "/problems/not-yet-visible"}


async def test_operators_and_consumers_of_the_feed_have_bounds_too(start_service: Start) -> None:
    runtime = await start_service(OPEN_JAR_SERVICE, roles=OPEN, http_operators_max=3, http_feed_max=2)
    async with client_of(app_of(runtime)) as client:
        await keys_known(client)
        unreached = {"inbox": {"plant.pourings": {"0": 99}}, "within_s": 1}
        settled = [client.post("/v1/admin/settled", json=unreached) for _ in range(20)]
        feeds = [client.get("/v1/log?partition=0") for _ in range(20)]
        answers, fed, alive = await asyncio.gather(
            asyncio.gather(*settled),
            asyncio.gather(*feeds),
            asyncio.gather(client.get("/livez"), client.get("/v1/jars")),
        )
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 17
    assert sorted(answer.status_code for answer in fed) == [200] * 2 + [429] * 18
    assert [answer.status_code for answer in alive] == [200, 200]


async def test_health_is_read_once_however_many_ask(start_service: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime: Runtime = await start_service(OPEN_JAR_SERVICE, roles=OPEN)
    read, readings = runtime.health.reasons, []

    async def counted() -> list[str]:
        readings.append(1)
        return await read()

    async with client_of(app_of(runtime)) as client:
        await eventually(lambda: client.get("/readyz"), lambda answer: answer.status_code == 200)
        monkeypatch.setattr(runtime.health, "reasons", counted)
        answers = await asyncio.gather(*(client.get("/readyz") for _ in range(100)))
        assert {answer.status_code for answer in answers} == {200}
        assert len(readings) == 1


async def test_while_the_state_cannot_be_read_health_answers_what_was_last_known_and_then_that_it_is_not(
    start_service: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime: Runtime = await start_service(OPEN_JAR_SERVICE, roles=OPEN)
    async with client_of(app_of(runtime)) as client:
        await eventually(lambda: client.get("/readyz"), lambda answer: answer.status_code == 200)
        monkeypatch.setattr("chassis.http.looks.WAIT_S", 0.1)
        connections = [await runtime.database.pool.acquire() for _ in range(runtime.database.pool.get_max_size())]
        try:
            begun = time.monotonic()
            known = await client.get("/readyz")
            assert (known.status_code, time.monotonic() - begun < 1) == (200, True)
            monkeypatch.setattr("chassis.http.looks.STALE_S", 0.2)
            await asyncio.sleep(0.3)
            stale = await client.get("/readyz")
            assert (stale.status_code, "has not been readable for" in stale.json()["reasons"][0]) == (503, True)
            assert (await client.get("/metrics")).status_code == 200
        finally:
            for connection in connections:
                await runtime.database.pool.release(connection)
