"""Every administrative route and every look at what is not everybody's, in all services: one row for each that succeeds, else none."""

from typing import Any

import pytest
from prometheus_client import REGISTRY

from chassis.handling.audit_questions import recorded
from chassis.http.app import build_app
from chassis.http.identity.rights import Guards
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.testing.client import app_of, client_of
from standing.services import ALL
from standing_parts.issuer import Issuer
from tests.api import notice_recipes  # noqa: F401 (its recipes join the others)
from tests.api.acts import Acts
from tests.api.recipes import DONE

SHOW_NOTHING = {
    "GET /v1/log/places": "ids and heads, which say nothing of what events hold",
    "GET /v1/admin/progress": "positions",
    "GET /v1/admin/projections": "positions and states",
    "GET /v1/admin/proofs": "positions, and what came of a proof",
    "GET /v1/admin/parked/summary": "counts",
    "GET /v1/admin/streams/kinds": "what things there are at all",
    "GET /v1/personal/subjects/{subject}": "keys, holds and erasures, never a text",
    "GET /v1/personal/erasures": "who wants whom erased since when and why, never a text",
    "GET /v1/admin/look-alikes": "ids of streams, which every list of the business shows",
}
"""Administrative questions that are not recorded, and why."""
PAGES = {"application/json", "application/schema+json", "text/html"}
"""What is read where it is shown; anything else is a file to take along."""
UNOFFERED = {
    "notify-svc": {
        "POST /v1/admin/parked/{parked_id}/edit", "POST /v1/policies/{name}/backtests", "PUT /v1/policies/{name}/shadow",
        "DELETE /v1/policies/{name}/shadow",
    },
}  # fmt: skip
"""Acts that a service refuses to everybody."""


OF_NOTICES = ("notify.endpoints.", "notify.templates.test", "notify.notifications.redrive")
"""How notices reach people is administered; what a recipient does with one is business."""
OF_MANY = {
    "POST /v1/endpoints/resealings": "services/notify-svc/tests/test_running_api.py",
    "POST /v1/redrives": "services/notify-svc/tests/test_running_api.py",
}
"""Acts of many at once, a row for each thing, by the test that counts them: they need read models."""


def is_audited(method: str, path: str, right: str) -> bool:
    """By its right: what changes how the service runs or decides, what shows payloads and personal data."""
    if method != "GET":
        return right.startswith(("admin.", "policies.", "backtests.", "personal.", *OF_NOTICES))
    return right.startswith(("admin.", "log.", "personal."))


def exports(service: Service) -> set[str]:
    """The routes that answer files for other programs."""

    async def never() -> Runtime:
        raise AssertionError("only the routes are looked at")

    paths = build_app(service, never).openapi()["paths"]
    return {
        f"GET {path}"
        for path, operations in paths.items()
        if not set(operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})) <= PAGES
    }


def audited(service: Service, guards: Guards) -> list[str]:
    by_right = {
        f"{method} {path}" for (method, path), needed in guards.items() if is_audited(method, path, needed.right)
    }
    wanted = (by_right | exports(service)) - SHOW_NOTHING.keys() - OF_MANY.keys()
    return sorted(wanted, key=[*DONE, *sorted(wanted - set(DONE))].index)  # in the order in which they can be done


@pytest.fixture(params=ALL, ids=lambda service: service.name)
async def running(request: pytest.FixtureRequest, start_service: Any) -> Runtime:
    runtime: Runtime = await start_service(request.param, roles=frozenset({"http"}))
    return runtime


async def count(running: Runtime) -> int:
    number: int = await running.database.pool.fetchval("SELECT count(*) FROM operator_action WHERE actor = 'ann'")
    return number


async def test_every_administrative_act_and_every_look_writes_one_row(running: Runtime, issuer: Issuer) -> None:
    """A new route of these rights needs its recipe in ``recipes``; a question that shows nothing is named in SHOW_NOTHING."""
    token = issuer.token("ann", ["administrator"], client_id="console")
    app, name = app_of(running), running.service.name
    routes = audited(running.service, app.state.guards)
    assert [route for route in routes if route not in DONE] == [], "nobody has said how these are done"
    reason = "asked by the auditor"
    async with client_of(app, {"X-Reason": reason, "User-Agent": "walker/1 " + "x" * 300}, token=token) as client:
        acts = Acts(running, client)
        await acts.begin()
        for route in routes:
            before = await count(running)
            answer = await DONE[route](acts)
            rows = await count(running) - before
            if route in UNOFFERED.get(name, set()):
                assert answer.status_code == 409, (route, answer.text)
                assert rows == 0, route
                continue
            assert answer.status_code in (200, 202), (route, answer.text)
            assert rows == 1, (route, rows)
    shown = await recorded(running.database.pool, 0, 500)
    mine = [row for row in shown if row["actor"] == "ann"]
    assert {(row["subject"], row["client"], row["address"], row["agent"]) for row in mine} == {
        ("ann", "console", "127.0.0.1", ("walker/1 " + "x" * 300)[:200])
    }
    assert [row["action"] for row in mine if not row["things"] and row["action"] not in EMPTY_LISTS] == []
    assert [row["action"] for row in mine if not row["reason"]] == []
    changed = [row for row in mine if row["kind"] == "act" and row["action"] not in WITHOUT_A_CHANGE]
    assert [row["action"] for row in changed if row["before"] is None and row["after"] is None] == []
    assert {row["kind"] for row in mine} == {"act", "look"}


EMPTY_LISTS = {"id looked up"}
WITHOUT_A_CHANGE = {
    "back-test requested",
    "erasure proposed",
    "erasure withdrawn",
    "person erased",
    "legal hold placed",
    "legal hold lifted",
}
"""What the latter change is a person's data, of which no row has any."""


def denied(service: str, right: str) -> float:
    return (
        REGISTRY.get_sample_value("standing_denied_total", {"service": service, "right": right, "code": "no-right"})
        or 0.0
    )


async def test_who_is_refused_leaves_no_row_and_is_counted_by_right(running: Runtime, issuer: Issuer) -> None:
    app, name = app_of(running), running.service.name
    guards: Guards = app.state.guards
    async with client_of(app, token=issuer.token("mallory", ["nobody"])) as client:
        for route in audited(running.service, guards):
            method, path = route.split(" ", 1)
            right = guards[method, path].right
            before = denied(name, right)
            answer = await client.request(method, path.replace("{parked_id}", "1").replace("{set_aside_id}", "1"))
            assert (answer.status_code, denied(name, right) - before) == (403, 1.0), route
    assert await running.database.pool.fetchval("SELECT count(*) FROM operator_action") == 0


async def test_no_row_no_answer(start_service: Any) -> None:
    """Whoever looks while nothing can be recorded sees nothing."""
    running: Runtime = await start_service(ALL[0], roles=frozenset({"http"}))
    async with client_of(app_of(running)) as client:
        assert (await client.get("/v1/log", params={"partition": 0})).status_code == 200
        await running.database.pool.execute("ALTER TABLE operator_action_pending RENAME TO elsewhere")
        assert (await client.get("/v1/log", params={"partition": 0})).status_code >= 500
        await running.database.pool.execute("ALTER TABLE elsewhere RENAME TO operator_action_pending")


async def test_an_auditor_asks_who_did_what_and_is_not_recorded_for_it(start_service: Any, issuer: Issuer) -> None:
    running: Runtime = await start_service(ALL[0], roles=frozenset({"http"}))
    app = app_of(running)
    why = {"reason": "the price list was wrong"}
    async with client_of(app, {"X-Actor": "bob"}) as client:
        read = await client.get("/v1/policies/roles")
        body = {**why, "document": read.json()["document"], "effective_from": "2024-01-01"}
        for _ in range(2):  # sent twice, done once
            sent = {"If-Match": read.headers["ETag"], "Idempotency-Key": "once"}
            assert (await client.put("/v1/policies/roles", json=body, headers=sent)).status_code == 200
        stale = await client.put("/v1/policies/roles", json=body, headers={"If-Match": read.headers["ETag"]})
        assert stale.status_code == 412
        assert (await client.get("/v1/log", params={"partition": 0})).status_code == 200
    async with client_of(app, token=issuer.token("eve", ["auditor"])) as client:

        async def asked(**query: Any) -> list[dict[str, Any]]:
            answer = await client.get("/v1/admin/actions", params=query)
            assert answer.status_code == 200, answer.text
            items: list[dict[str, Any]] = answer.json()["items"]
            return items

        (published,) = await asked(kind="act")
        assert (published["actor"], published["subject"], published["reason"]) == ("bob", "tests", why["reason"])
        assert (published["action"], published["things"]) == ("policy published", ["policies/roles"])
        assert (published["before"]["version"], published["after"]["version"]) == (1, 2)
        assert await asked(person="tests", thing="policies/roles") == [published]
        assert [row["action"] for row in await asked(kind="look")] == ["log read"]
        at = published["done_at"]
        assert published not in await asked(before_at=at)
        assert published in await asked(from_at=at)
        (first,) = (page := (await client.get("/v1/admin/actions", params={"limit": 1})).json())["items"]
        assert [first, *await asked(after=page["next"])] == await asked()
        newest = {"sort": "-operator_action_id", "limit": 1}
        (last,) = (page := (await client.get("/v1/admin/actions", params=newest)).json())["items"]
        assert [last, *await asked(**newest, after=page["next"])] == (await asked())[::-1]
        for mixed in ({"after": page["next"]}, {**newest, "after": page["next"].removeprefix("-")}):
            answer = await client.get("/v1/admin/actions", params=mixed)
            assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-cursor"), "of the other order"
        assert len(await asked()) == 2, "asking leaves no row"
        assert (await client.get("/v1/admin/actions", params={"kind": "glance"})).status_code == 422
    async with client_of(app, token=issuer.token("operator-1", ["operator"])) as client:
        assert (await client.get("/v1/admin/actions")).status_code == 200
    async with client_of(app, token=issuer.token("carl", ["buyer"])) as client:
        assert (await client.get("/v1/admin/actions")).status_code == 403
