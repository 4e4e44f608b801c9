"""Queries as of an instant, over HTTP on real PostgreSQL; and what a candidate policy would have decided."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime

import httpx
import pytest

from chassis.commands import Request
from chassis.policies import PolicyBook
from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually

from .running import Start
from .toy import Fill, JarPolicy, JarPolicyShadowed, JarPolicyShadowEnded
from .toy_api import OPEN_JAR_SERVICE

OPEN = frozenset(("http", "project", "schedule"))
BACKTEST_S = 120.0
"""A back-test runs in a process of its own, after everything else that the machine has to do."""


@pytest.fixture
async def jars(start_service: Start) -> Runtime:
    return await start_service(OPEN_JAR_SERVICE, roles=OPEN)


@pytest.fixture
async def client(jars: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_of(jars)) as client:
        yield client


async def fill(jars: Runtime, jar: str, amount: int, recorded: datetime, occurred: datetime | None = None) -> None:
    await jars.move_clock(recorded)
    await jars.executor.submit(Request(Fill(jar, amount), None, occurred or recorded, "test"))


def day(month: int, number: int = 1) -> datetime:
    return datetime(2024, month, number, 12, tzinfo=UTC)


async def test_a_query_is_answered_from_what_was_known_at_the_instant(jars: Runtime, client: httpx.AsyncClient) -> None:
    await fill(jars, "J-1", 4, day(1))
    await fill(jars, "J-2", 9, day(2))
    await fill(jars, "J-1", 7, day(3))

    async def known(at: str) -> dict[str, object]:
        answer = (await client.get("/v1/jars/J-1/known", params={"as_known_at": at})).json()
        assert isinstance(answer, dict)
        return answer

    assert await known("2023-12-31") == {"rows": [], "state": 0, "all": {}, "big": {}}
    assert await known("2024-01-01") == {"rows": [4], "state": 4, "all": {"J-1": 4}, "big": {}}
    assert await known("2024-02-01T11:59:59Z") == await known("2024-01-01"), "an instant before it was recorded"
    assert await known("2024-02-01T12:00:00Z") == {
        "rows": [4],
        "state": 4,
        "all": {"J-1": 4, "J-2": 9},
        "big": {"J-2": 9},
    }
    assert await known("2024-03-01T13:00:00+01:00") == {
        "rows": [11], "state": 11, "all": {"J-1": 11, "J-2": 9}, "big": {"J-1": 7, "J-2": 9},
    }  # fmt: skip
    now = (await client.get("/v1/jars/J-1/known")).json()
    assert now == await known("2024-03-01")


@pytest.mark.parametrize("instant", ["2024-02-01T12:00:00", "1706745600", "yesterday", "2024-02-30", ""])
async def test_a_malformed_instant_is_a_422_with_a_sentence(client: httpx.AsyncClient, instant: str) -> None:
    answer = await client.get("/v1/jars/J-1/known", params={"as_known_at": instant})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-input")


async def test_a_candidate_is_tried_on_history_and_changes_nothing(jars: Runtime, client: httpx.AsyncClient) -> None:
    for month in range(1, 7):
        await fill(jars, "J-1", 10, day(month))
        await fill(jars, f"J-{month}", 3, day(month))
    heads = await jars.log.heads()

    async def tried(holds: int, starts_on: str, ends_on: str) -> dict[str, object]:
        requested = await client.post(
            "/v1/policies/jar/backtests",
            json={"document": {"holds": holds}, "starts_on": starts_on, "ends_on": ends_on},
            headers={"X-Actor": "ann"},
        )
        assert requested.status_code == 202
        assert requested.json()["status"] in ("waiting", "running", "done")
        where = requested.headers["Location"]

        async def look() -> dict[str, object]:
            found = (await client.get(where)).json()
            assert isinstance(found, dict)
            return found

        return await eventually(look, lambda found: found["status"] in ("done", "failed"), BACKTEST_S)

    done = await tried(25, "2024-01-01", "2024-12-31")
    assert done["report"] == {"fills": 12, "refused": {"J-1": 4}}
    assert (done["read_count"], done["event_count"], done["requested_by"]) == (12, 12, "ann")
    assert (await tried(1000, "2024-01-01", "2024-12-31"))["report"] == {"fills": 12, "refused": {}}
    assert (await tried(25, "2024-06-01", "2024-06-30"))["report"] == {"fills": 2, "refused": {}}
    failed = await tried(0, "2024-01-01", "2024-12-31")
    assert (failed["status"], failed["error"]) == ("failed", "ZeroDivisionError: a jar that holds nothing")
    first = (await client.get("/v1/policies/jar/backtests", params={"limit": 3})).json()
    rest = (await client.get("/v1/policies/jar/backtests", params={"after": first["next"]})).json()
    assert [each["status"] for each in first["items"] + rest["items"]] == ["failed", "done", "done", "done"]
    assert rest["next"] is None
    assert (await client.get("/v1/policies/jar/backtests", params={"after": "none"})).status_code == 400
    assert await jars.log.heads() == heads, "nothing is changed by a back-test"


async def test_a_backtest_that_cannot_run_is_refused_with_a_reason(client: httpx.AsyncClient) -> None:
    period = {"starts_on": "2024-01-01", "ends_on": "2024-12-31"}
    for name, body, status, code in (
        ("lid", {"document": {}, **period}, 404, "unknown-policy"),
        ("jar", {"document": {"holds": "many"}, **period}, 422, "policy-cannot-work"),
        ("jar", {"document": {}, "starts_on": "2025-01-01", "ends_on": "2024-12-31"}, 422, "invalid-input"),
    ):
        refused = await client.post(f"/v1/policies/{name}/backtests", json=body)
        assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{code}")
    assert (await client.get("/v1/policies/jar/backtests/none")).status_code == 404


async def test_a_backtest_requested_twice_with_one_key_runs_once(client: httpx.AsyncClient) -> None:
    body = {"document": {}, "starts_on": "2024-01-01", "ends_on": "2024-12-31"}
    for _ in range(2):
        assert (await client.post("/v1/policies/jar/backtests", json=body, headers={"Idempotency-Key": "b-1"})).json()[
            "backtest_id"
        ] == "b-1"
    assert len((await client.get("/v1/policies/jar/backtests")).json()["items"]) == 1


async def test_a_backtest_interrupted_by_a_crash_begins_again(start_service: Start) -> None:
    first = await start_service(replace(OPEN_JAR_SERVICE, backtests=()), roles=OPEN)
    await fill(first, "J-1", 60, day(1))
    await first.database.pool.execute(
        "INSERT INTO backtest (id, policy, document, starts_on, ends_on, asked_by, asked_at, state, events_read, events_all)"
        " VALUES ('b-1', 'jar', '{\"holds\": 50}', '2024-01-01', '2024-12-31', 'ann', now(), 'running', 1, 1)"
    )
    await first.stop()
    async with client_of(app_of(await start_service(OPEN_JAR_SERVICE, roles=OPEN, instance="2"))) as client:

        async def look() -> dict[str, object]:
            found = (await client.get("/v1/policies/jar/backtests/b-1")).json()
            assert isinstance(found, dict)
            return found

        assert (await eventually(look, lambda found: found["status"] == "done", BACKTEST_S))["report"] == {
            "fills": 1,
            "refused": {"J-1": 1},
        }


async def test_a_candidate_runs_beside_the_live_policy_until_it_is_ended(
    jars: Runtime, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/v1/policies/jar/shadow")).status_code == 404
    bigger = {"document": {"holds": 500}, "reason": "would bigger jars do?"}
    begun = await client.put("/v1/policies/jar/shadow", json=bigger)
    assert (begun.status_code, begun.json()["events"]) == (200, ["jar.PolicyShadowed"])
    assert (await client.put("/v1/policies/jar/shadow", json=bigger)).json()["events"] == [], "it runs already"
    assert (await client.get("/v1/policies/jar/shadow")).json() == {
        "name": "jar",
        "shadow": 1,
        "document": {"holds": 500},
    }
    assert (await client.get("/v1/policies/jar")).json()["document"] == {"holds": 100}, "the live one decides"
    running = jars.executor.policies.shadow(JarPolicy)
    assert running is not None
    assert (running.version, running.document.holds) == (1, 500)
    await jars.executor.refresh_policies()
    assert jars.executor.policies.shadow(JarPolicy) == running, "as another replica reads it"
    other = await client.put("/v1/policies/jar/shadow", json={"document": {"holds": 1}, "reason": "or smaller ones?"})
    assert other.json()["events"] == ["jar.PolicyShadowed"]
    ended = await client.delete("/v1/policies/jar/shadow", params={"reason": "seen enough"})
    assert ended.json()["events"] == ["jar.PolicyShadowEnded"]
    assert (await client.delete("/v1/policies/jar/shadow", params={"reason": "seen enough"})).json()["events"] == []
    assert jars.executor.policies.shadow(JarPolicy) is None
    for method in ("put", "delete"):
        unknown = await client.request(
            method,
            "/v1/policies/lid/shadow",
            json=bigger if method == "put" else None,
            params={"reason": "why not"} if method == "delete" else None,
        )
        assert unknown.json()["detail"] == "There is no policy lid; this service has jar, personal-ids, roles."


def test_a_backtest_uses_a_book_with_the_candidate_as_the_only_version() -> None:
    book = PolicyBook.of([JarPolicy])
    tried = book.with_only(JarPolicy(holds=7))
    assert tried.at(JarPolicy, date(1999, 1, 1)).document.holds == 7
    assert tried.at(JarPolicy, date(1999, 1, 1)).version == 2, "as it would be published"
    assert book.at(JarPolicy, date(1999, 1, 1)).document.holds == 100


def test_a_candidate_is_part_of_the_book_from_its_event_to_its_end() -> None:
    book = PolicyBook.of([JarPolicy]).after(
        JarPolicyShadowed(name="jar", shadow=1, document={"holds": 5}, reason="try")
    )
    assert book.shadow(JarPolicy) is not None
    assert book.after(JarPolicyShadowEnded(name="jar", shadow=1, reason="seen")).shadow(JarPolicy) is None
