"""The HTTP edge: every error is a problem document, every write may be repeated, every read may require a write to be visible."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy

from chassis import runtime as runtime_module
from chassis.runtime import Runtime
from chassis.storage.database import Database
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually

from .running import Start, become
from .toy import COUNT_SERVICE
from .toy_api import OPEN_JAR_SERVICE

OPEN = frozenset({"http", "project", "relay"})


@pytest.fixture
async def jars(start_service: Start) -> Runtime:
    return await start_service(OPEN_JAR_SERVICE, roles=OPEN)


@pytest.fixture
async def client(jars: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_of(jars)) as opened:
        yield opened


NUL_CURSOR = r'["\u0000"]'


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def get(path: str, **headers: str) -> dict[str, Any]:
    return {"method": "GET", "url": path, "headers": {name.replace("_", "-"): text for name, text in headers.items()}}


def post(path: str, body: object = None, **headers: str) -> dict[str, Any]:
    return {**get(path, **headers), "method": "POST", "json": body}


HUGE = str(2**63)
FILLS = "/v1/jars/J-1/fills"
NOT_OURS = "not one that this list returned"
PROBLEMS: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "no such path": (get("/v1/lids"), 404, "no-such-path", "There is nothing at GET /v1/lids"),
    "no such method": ({**get("/v1/jars"), "method": "DELETE"}, 405, "method-not-allowed", "this path takes GET"),
    "no such jar": (get("/v1/jars/J-9"), 404, "not-found", "There is no jar J-9."),
    "field missing": (post(FILLS, {}), 422, "invalid-input", "amount: Field required"),
    "not JSON": (
        {**get(FILLS, content_type="application/json"), "method": "POST", "content": b"{"},
        422, "invalid-input", "body: is not valid JSON: Expecting property name",
    ),
    "of another kind": (
        {**get(FILLS), "method": "POST", "data": {"amount": 1}}, 415, "not-json", "Content-Type: application/json; this one came as",
    ),
    "of no kind": ({**get(FILLS), "method": "POST", "content": b"{}"}, 415, "not-json", "this one came without a Content-Type."),
    "fact against its contract": (
        post("/v1/pourings", {"jar": "J", "amount": 1, "poured_on": "2013-02-30"}), 422, "invalid-input", "poured_on: ",
    ),
    "refused": (post(FILLS, {"amount": 101}), 409, "overflow", "Jar J-1 holds 100; 101 more would overflow it."),
    "event against its contract": (
        post("/v1/jars/%01/fills", {"amount": 1}), 422, "against-contract", "JarFilled would violate its contract: jar: String",
    ),
    "event too large": (post("/v1/jars/J-1/labels"), 413, "event-too-large", "at most 900000 fit into a message"),
    "decider breaks": (post("/v1/jars/J-1/drops"), 500, "internal-error", "Deciding failed: AssertionError"),
    "route breaks": (get("/v1/averages"), 500, "internal-error", "The service failed (ZeroDivisionError)"),
    "value no table holds": (get(f"/v1/levels?least={HUGE}"), 422, "invalid-input", "a value that no table can hold"),
    "cursor not ours": (get("/v1/jars?after=?"), 400, "bad-cursor", NOT_OURS),
    "cursor of another list": (get(f"/v1/jars?after={cursor('[1,2]')}"), 400, "bad-cursor", NOT_OURS),
    "cursor of another type": (get(f"/v1/jars?after={cursor('[null]')}"), 400, "bad-cursor", NOT_OURS),
    "cursor no table holds": (get(f"/v1/jars?after={cursor(NUL_CURSOR)}"), 400, "bad-cursor", NOT_OURS),
    "page too long": (get("/v1/jars?limit=501"), 422, "invalid-input", "limit: Input should be less than or equal to 500"),
    "token not ours": (get("/v1/jars", consistency_token=f"0:{HUGE}"), 400, "bad-token", "must look like 2:41,5:7"),
    "token of the future": (get("/v1/jars", consistency_token="0:9"), 503, "not-yet-visible", "have not reached it"),
    "partition unknown": (get("/v1/log?partition=77"), 404, "no-partition", "The log has partitions 0 to "),
    "a question that a rule refuses": (get("/v1/jars/J-1/fills/possible?amount=9000"), 422, "overflow", "J-1"),
    "position no table holds": (get(f"/v1/log?partition=0&after={HUGE}"), 400, "bad-cursor", "The cursor in 'after' is not"),
    "id no table holds": (get(f"/v1/admin/parked/{HUGE}"), 422, "invalid-input", "parked_id: Input should be"),
    "no such read model": (post("/v1/admin/projections/lids/rebuilds"), 409, "not-possible", "no read model lids"),
    "journey with a tab": (
        post(FILLS, {"amount": 1}, x_correlation_id="a\tb"), 422, "invalid-input", "X-Correlation-Id: Write it without control characters",
    ),
}  # fmt: skip


async def test_every_error_is_a_problem_document_that_says_what_to_change(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_module, "TOKEN_WAIT_S", 0.05)
    seen: dict[str, tuple[int, str]] = {}
    for name, (request, _, _, part) in PROBLEMS.items():
        answer = await client.request(**request)
        assert answer.headers["content-type"] == "application/problem+json", (name, answer.text)
        document = answer.json()
        assert document["status"] == answer.status_code
        assert part in document["detail"], (name, document)
        seen[name] = (answer.status_code, document["type"])
    assert seen == {name: (status, f"/problems/{code}") for name, (_, status, code, _) in PROBLEMS.items()}


async def test_an_invalid_field_is_named_with_its_rule(client: httpx.AsyncClient) -> None:
    document = (await client.post("/v1/jars/J-1/fills", json={"amount": 0})).json()
    rule = {"field": "amount", "rule": "greater_than_equal", "detail": "Input should be greater than or equal to 1"}
    assert document["errors"] == [rule]


async def test_while_the_database_is_away_clients_are_asked_to_retry(jars: Runtime, client: httpx.AsyncClient) -> None:
    jars.database.pool.terminate()
    for answer in (
        await client.post("/v1/jars/J-1/fills", json={"amount": 1}),
        await client.get("/v1/admin/parked"),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.json()["type"] == "/problems/database-away"
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.headers["Retry-After"], ready.json()["status"]) == (503, "2", "not ready")
    assert "The database does not answer (InterfaceError: pool is closed)." in ready.json()["reasons"]
    assert (await client.get("/livez")).json() == {"status": "alive"}


async def test_a_question_that_waits_for_a_connection_in_vain_is_to_come_again(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_connection(*_: Any) -> Any:
        raise sqlalchemy.exc.TimeoutError("QueuePool limit of size 8 overflow 0 reached")

    monkeypatch.setattr(Database, "rows", no_connection)
    answer = await client.get("/v1/jars")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/database-away")


async def test_the_same_idempotency_key_gives_the_same_answer(client: httpx.AsyncClient) -> None:
    keyed = {"Idempotency-Key": "k-1"}
    first = await client.post("/v1/jars/J-1/fills", json={"amount": 60}, headers=keyed)
    again = await client.post("/v1/jars/J-1/fills", json={"amount": 60}, headers=keyed)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (
        200, {"stream": "jar-J-1", "version": 1, "events": ["jar.JarFilled"]},
    )  # fmt: skip
    refused = {"Idempotency-Key": "k-2"}
    answers = [await client.post("/v1/jars/J-1/fills", json={"amount": 50}, headers=refused) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [409, 409]
    other = await client.post("/v1/jars/J-2/fills", json={"amount": 60}, headers=keyed)
    assert other.json()["stream"] == "jar-J-2"


async def test_an_idempotency_key_with_another_body_is_refused_and_changes_nothing(client: httpx.AsyncClient) -> None:
    keyed = {"Idempotency-Key": "k-1"}
    first = await client.post("/v1/jars/J-1/fills", json={"amount": 2}, headers=keyed)
    others = [await client.post("/v1/jars/J-1/fills", json={"amount": n}, headers=keyed) for n in range(3, 53)]
    assert {(answer.status_code, answer.json()["type"]) for answer in others} == {
        (422, "/problems/idempotency-key-reused")
    }
    assert 'jar.JarFilled {"jar":"J-1","amount":2}' in others[0].json()["detail"]
    query = await client.post("/v1/jars/J-1/fills?dry=1", json={"amount": 2}, headers=keyed)
    assert query.status_code == 422
    spaced = {**keyed, "content-type": "application/json"}
    again = await client.post("/v1/jars/J-1/fills", content=b'{ "amount" : 2 }', headers=spaced)
    assert again.json() == first.json()


async def test_an_idempotency_key_belongs_to_its_caller(client: httpx.AsyncClient) -> None:
    versions = []
    for actor in ("ann", "bob", "ann"):
        headers = {"Idempotency-Key": "k-1", "X-Actor": actor}
        versions.append(
            (await client.post("/v1/jars/J-1/fills", json={"amount": 1}, headers=headers)).json()["version"]
        )
    assert versions == [1, 2, 1]


async def test_a_read_with_the_token_of_a_write_sees_that_write(client: httpx.AsyncClient) -> None:
    for n in range(1, 31):
        written = await client.post("/v1/jars/J-1/fills", json={"amount": 1})
        token = {"Consistency-Token": written.headers["Consistency-Token"]}
        assert (await client.get("/v1/jars/J-1", headers=token)).json() == {"jar": "J-1", "level": n}


async def test_a_repeated_write_returns_a_token_that_shows_it(client: httpx.AsyncClient) -> None:
    keyed = {"Idempotency-Key": "k-1"}
    await client.post("/v1/jars/J-1/fills", json={"amount": 1}, headers=keyed)
    again = await client.post("/v1/jars/J-1/fills", json={"amount": 1}, headers=keyed)
    token = {"Consistency-Token": again.headers["Consistency-Token"]}
    assert (await client.get("/v1/jars/J-1", headers=token)).json() == {"jar": "J-1", "level": 1}


async def test_pages_show_every_jar_once_while_jars_come_and_change(client: httpx.AsyncClient) -> None:
    async def fill(jar: str) -> dict[str, str]:
        written = await client.post(f"/v1/jars/{jar}/fills", json={"amount": 1})
        return {"Consistency-Token": written.headers["Consistency-Token"]}

    there = [f"J-{n:02}" for n in range(25)]
    tokens = [await fill(jar) for jar in there]
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        answer = await client.get("/v1/jars", params={"limit": "7", **after}, headers=tokens[-1])
        page = answer.json()
        seen += [row["jar"] for row in page["items"]]
        assert len(page["items"]) <= 7
        if page["next"] is None:
            break
        after = {"after": page["next"]}
        tokens += [await fill(f"A-{len(seen)}"), await fill(seen[0]), await fill(f"Z-{len(seen)}")]
    assert [jar for jar in seen if jar.startswith("J-")] == there
    assert seen == sorted(set(seen))
    assert not [jar for jar in seen if jar.startswith("A-")], "what comes in front of the cursor is not seen any more"


async def test_a_service_shows_its_health_metrics_and_schemas(
    jars: Runtime, client: httpx.AsyncClient, start_service: Start
) -> None:
    written = await client.post("/v1/jars/J-1/fills", json={"amount": 1})
    await eventually(jars.reading, lambda reading: reading.quiet)
    assert (await client.get("/livez")).status_code == 200
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "reasons": [], "warnings": []})
    metrics = (await client.get("/metrics")).text
    partition = written.headers["Consistency-Token"].split(":")[0]
    assert f'standing_log_head{{partition="{partition}",service="jar-svc"}} 1.0' in metrics
    assert f'standing_lag{{follower="relay",partition="{partition}",service="jar-svc"}} 0.0' in metrics
    channels = str((await client.get("/asyncapi.json")).json()["channels"])
    assert "jar.events" in channels
    assert "plant.pourings" in channels
    assert "/v1/jars/{jar}/fills" in (await client.get("/openapi.json")).json()["paths"]
    async with client_of(app_of(await start_service(COUNT_SERVICE, roles=OPEN))) as other:
        assert (await other.get("/readyz")).status_code == 200, "a service without timers and policies is ready too"
        assert (await other.get("/metrics")).status_code == 200


async def test_an_overloaded_service_answers_429_with_retry_after(start_service: Start) -> None:
    jars = await start_service(OPEN_JAR_SERVICE, roles=OPEN, waiting_max=1)
    async with client_of(app_of(jars)) as client:
        calls = [client.post(f"/v1/jars/J-{n}/fills", json={"amount": 1}) for n in range(40)]
        answers = await asyncio.gather(*calls)
    turned_away = [answer for answer in answers if answer.status_code == 429]
    assert turned_away
    assert {answer.status_code for answer in answers} == {200, 429}
    assert turned_away[0].headers["Retry-After"] == "1"
    assert turned_away[0].json()["detail"] == "1 commands are waiting already. Try again in a second."


async def test_requests_beyond_the_concurrency_limit_get_429(
    start_service: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    jars = await start_service(OPEN_JAR_SERVICE, roles=OPEN, http_requests_max=4)
    submit, works_on = jars.executor.submit, asyncio.Event()

    async def when_it_works_on(asked: Any) -> Any:
        await works_on.wait()
        return await submit(asked)

    monkeypatch.setattr(jars.executor, "submit", when_it_works_on)

    async def in_work(client: httpx.AsyncClient, requests: int) -> None:
        line = f'standing_http_in_work{{service="jar-svc"}} {requests}.0'
        await become(lambda: has_line(client, line), True)

    async with client_of(app_of(jars)) as client:
        let_in = [asyncio.create_task(client.post(f"/v1/jars/J-{n}/fills", json={"amount": 1})) for n in range(4)]
        await in_work(client, 4)
        for path in ("/livez", "/readyz", "/metrics", "/v1/admin/progress", "/v1/log?partition=0"):
            assert (await client.get(path)).status_code != 429, "operators get through"
        turned_away = [await client.get("/v1/jars"), await client.post("/v1/jars/J-9/fills", json={"amount": 1})]
        assert {answer.status_code for answer in turned_away} == {429}
        assert {answer.headers["Retry-After"] for answer in turned_away} == {"1"}
        assert turned_away[0].json()["detail"].startswith("4 requests are in progress already")
        works_on.set()
        assert {answer.status_code for answer in await asyncio.gather(*let_in)} == {200}
        assert (await client.get("/v1/jars")).status_code == 200, "who was let in makes room again"
        await in_work(client, 0)


async def has_line(client: httpx.AsyncClient, line: str) -> bool:
    return line in (await client.get("/metrics")).text.splitlines()


async def test_a_policy_has_a_schema_of_its_documents(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/v1/policies/jar/schema")).json()
    assert schema["description"] == "What a jar takes."
    assert schema["properties"] == {
        "holds": {"default": 100, "description": "At most.", "title": "Holds", "type": "integer"}
    }
    unknown = await client.get("/v1/policies/lid/schema")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "There is no policy lid.")


async def test_a_policy_is_changed_by_whoever_read_its_newest_version(client: httpx.AsyncClient) -> None:
    def version(**document: object) -> dict[str, object]:
        return {"document": document, "effective_from": "2024-01-01", "reason": "bigger jars"}

    read = await client.get("/v1/policies/jar")
    assert (read.headers["ETag"], read.json()["document"]) == ('"1"', {"holds": 100})
    for headers, document, status, code in (
        ({}, {"holds": 200}, 428, "if-match-needed"),
        ({"If-Match": '"7"'}, {"holds": 200}, 412, "policy-moved-on"),
        ({"If-Match": '"1"'}, {"holds": "many"}, 422, "policy-cannot-work"),
        ({"If-Match": '"1"'}, {"lids": 1}, 422, "policy-cannot-work"),
    ):
        refused = await client.put("/v1/policies/jar", json=version(**document), headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{code}")
    unknown = await client.put("/v1/policies/lid", json=version(), headers={"If-Match": '"1"'})
    assert unknown.json()["detail"] == "There is no policy lid; this service has jar, personal-ids, roles."
    assert (await client.post("/v1/jars/J-1/fills", json={"amount": 150})).status_code == 409
    published = await client.put("/v1/policies/jar", json=version(holds=200), headers={"If-Match": '"1"'})
    assert published.status_code == 200
    assert (await client.post("/v1/jars/J-1/fills", json={"amount": 150})).status_code == 200
    assert (await client.get("/v1/policies/jar")).headers["ETag"] == '"2"'
    assert (await client.get("/v1/policies/jar", params={"version": 1})).json()["document"] == {"holds": 100}
    listed = (await client.get("/v1/policies")).json()["items"]
    assert [(policy["name"], policy["version"]) for policy in listed] == [("jar", 2), ("personal-ids", 1), ("roles", 1)]
    late = await client.put("/v1/policies/jar", json=version(holds=300), headers={"If-Match": '"1"'})
    assert late.status_code == 412
