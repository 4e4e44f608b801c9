"""Every route of every service: who is let in, by kind of token, by role, and as a partner. New routes are covered by themselves."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from chassis.http.identity.rights import ANY_PARTNER, OPEN, Guards, guards_of
from chassis.roles import ME, Roles
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.testing.client import app_of, client_of
from standing.services import ALL
from standing_parts.issuer import Issuer

MATRIX = Path(__file__).with_name("rights.yaml")
ROLES_READ_BY_NOBODY = {"administrator", "auditor", "delegate", "monitor", "operator", "service"}
OTHERS_ID = "OTHER-1"


def guards(service: Service) -> Guards:
    """What each route of a service of its own needs; the chassis' are the same in all."""
    return guards_of(route for router in service.routes for route in router.routes)


def granted(service: Service) -> dict[str, dict[str, Any]]:
    """Route → right and the roles of the business that have it, by the version of the policy that is delivered."""
    roles: Roles = service.policy_book().latest(Roles.NAME).document
    return {
        f"{method} {path}": {
            "right": needed.right,
            "roles": [role for role in roles.granting(needed.right) if role not in ROLES_READ_BY_NOBODY],
            **({"partner": needed.partner} if needed.partner else {}),
        }
        for (method, path), needed in sorted(guards(service).items(), key=lambda each: (each[0][1], each[0][0]))
    }


def test_the_matrix_of_roles_and_routes_is_the_one_that_was_agreed() -> None:
    """To change it on purpose: ``python -m tests.api.rights`` writes it from the policies; read the difference."""
    agreed = yaml.safe_load(MATRIX.read_text())
    for service in ALL:
        assert granted(service) == agreed[service.name], service.name


@pytest.fixture(params=ALL, ids=lambda service: service.name)
async def running(request: pytest.FixtureRequest, start_service: Any) -> Runtime:
    runtime: Runtime = await start_service(request.param, roles=frozenset({"http"}))
    return runtime


def every_route(app: Any) -> Iterator[tuple[str, str, Any]]:
    """Method, a path with ids filled in, and what it needs."""
    for (method, path), needed in app.state.guards.items():
        filled = path
        while "{" in filled:
            before, _, rest = filled.partition("{")
            filled = before + OTHERS_ID + rest.partition("}")[2]
        yield method, filled, needed


async def asked(client: httpx.AsyncClient, method: str, path: str, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
    return await client.request(method, path, headers=headers, **body)  # type: ignore[arg-type]


def refused_by_right(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and answer.json()["type"] == "/problems/no-right"


async def test_no_route_is_open(running: Runtime, issuer: Issuer) -> None:
    good = issuer.token("a", ["administrator"])
    tokens = {
        "none": "",
        "expired": issuer.token("a", ["administrator"], lifetime_s=-600),
        "not yet": issuer.token("a", ["administrator"], nbf=4_000_000_000),
        "wrong issuer": issuer.token("a", ["administrator"], iss="https://elsewhere.example"),
        "wrong audience": issuer.token("a", ["administrator"], aud="payroll"),
        "an ID token": issuer.token("a", ["administrator"], typ="JWT"),
        "tampered": good[:-6] + ("A" * 6 if not good.endswith("AAAAAA") else "B" * 6),
        "no token at all": "administrator",
    }
    app = app_of(running)
    tried = 0
    async with client_of(app, token="") as client:
        for method, path, _ in every_route(app):
            for kind, token in tokens.items():
                answer = await asked(client, method, path, token)
                assert answer.status_code == 401, (method, path, kind, answer.status_code)
                assert answer.headers["WWW-Authenticate"].startswith("Bearer"), (method, path, kind)
                tried += 1
            no_role = await asked(client, method, path, issuer.token("a", ["nobody"]))
            right = app.state.guards[
                next(key for key in app.state.guards if key[0] == method and matches(key[1], path))
            ]
            assert refused_by_right(no_role) == (right.right != ME), (method, path, no_role.status_code)
        for path in OPEN:
            assert (await client.get(path)).status_code in (200, 503)
    assert tried >= 400


def matches(template: str, path: str) -> bool:
    parts, filled = template.split("/"), path.split("/")
    return len(parts) == len(filled) and all(t == f or t.startswith("{") for t, f in zip(parts, filled, strict=True))


async def test_each_role_does_what_the_matrix_says_and_nothing_else(running: Runtime, issuer: Issuer) -> None:
    """Every cell, over HTTP: a role without the right is refused before anything of the request is looked at."""
    app = app_of(running)
    roles: Roles = running.executor.policies.latest(Roles.NAME).document
    async with client_of(app, token="") as client:
        for role in roles.roles:
            token = issuer.token(f"a-{role}", [role])
            for method, path, needed in every_route(app):
                answer = await asked(client, method, path, token)
                may = role in roles.granting(needed.right) or needed.right == ME
                assert refused_by_right(answer) != may, (role, method, path, answer.status_code)
                assert answer.status_code != 401, (role, method, path)


async def test_a_partner_sees_its_own_and_nothing_of_others(running: Runtime, issuer: Issuer) -> None:
    """With every right that there is, a token that is bound to partners opens their own documents only, by path, query and body."""
    bound = {"supplier_id": ["OWN-1"], "customer_id": ["OWN-1"], "recipient": ["OWN-1"]}
    token = issuer.token("them", ["administrator", "partner"], partner=bound)
    app = app_of(running)
    async with client_of(app, token=token) as client:
        for method, path, needed in every_route(app):
            body = json.dumps({needed.partner: OTHERS_ID}).encode() if needed.partner else b"{}"
            arguments = {"content": body} if method in ("POST", "PUT", "PATCH") else {}
            headers = {"Content-Type": "application/json"}
            others = await client.request(method, path, headers=headers, **arguments)  # type: ignore[arg-type]
            if needed.partner == ANY_PARTNER:
                assert others.status_code == 200
                continue
            assert others.status_code == 403, (method, path, others.status_code)
            assert others.json()["type"] in ("/problems/not-for-partners", "/problems/another-partner")
            if needed.partner is None:
                continue
            own_path = path.replace(OTHERS_ID, "OWN-1", 1)
            if f"{{{needed.partner}" not in key_of(app, method, path):
                own_path += f"?{needed.partner}=OWN-1" if method == "GET" else ""
                arguments = {"json": {needed.partner: "OWN-1"}} if arguments else {}
            own = await client.request(method, own_path, **arguments)  # type: ignore[arg-type]
            refusals = ("/problems/not-for-partners", "/problems/another-partner", "/problems/no-right")
            assert own.status_code != 403 or own.json()["type"] not in refusals, (method, own_path, own.text)


def key_of(app: Any, method: str, path: str) -> str:
    return next(template for verb, template in app.state.guards if verb == method and matches(template, path))


async def test_a_partner_whose_claim_is_of_another_shape_sees_nothing(running: Runtime, issuer: Issuer) -> None:
    app = app_of(running)
    for claim in ("OWN-1", ["OWN-1"], {"supplier_id": 7}):
        async with client_of(app, token=issuer.token("them", ["administrator"], partner=claim)) as client:
            for method, path, needed in every_route(app):
                if needed.partner != ANY_PARTNER:
                    assert (await client.request(method, path, json={})).status_code == 403, (claim, method, path)


async def test_a_partner_whose_account_was_given_no_ids_sees_nothing(running: Runtime, issuer: Issuer) -> None:
    app = app_of(running)
    for claim in (None, {}):
        async with client_of(app, token=issuer.token("them", ["partner", "administrator"], partner=claim)) as client:
            for method, path, needed in every_route(app):
                if needed.partner != ANY_PARTNER:
                    answer = await client.request(method, path, json={})
                    assert answer.status_code == 403, (claim, method, path, answer.status_code)


async def test_a_partner_is_named_where_the_route_takes_it_and_nowhere_else(running: Runtime, issuer: Issuer) -> None:
    """Its own id in a body that no route reads, or in a query beside the body, does not open lists and writes about all others."""
    bound = {field: ["OWN-1"] for field in ("supplier_id", "customer_id", "recipient")}
    app, tried = app_of(running), 0
    async with client_of(app, token=issuer.token("them", ["administrator", "partner"], partner=bound)) as client:
        for method, path, needed in every_route(app):
            field = needed.partner
            if field in (None, ANY_PARTNER):
                continue
            own, others = {field: "OWN-1"}, {field: OTHERS_ID}
            elsewhere = (
                {"json": own} if method == "GET" else {"json": others, "params": own},
                {"json": own, "params": others} if method == "GET" else {"json": {}, "params": own},
            )
            for given in elsewhere:
                answer = await client.request(method, path, **given)  # type: ignore[arg-type]
                assert answer.status_code == 403, (method, path, given, answer.text)
                assert answer.json()["type"] == "/problems/another-partner", (method, path, given)
                tried += 1
    assert tried >= 4


async def test_a_partner_whose_id_has_a_slash_is_let_in_to_its_own(running: Runtime, issuer: Issuer) -> None:
    bound = {field: ["OWN/1"] for field in ("supplier_id", "customer_id", "recipient")}
    app = app_of(running)
    async with client_of(app, token=issuer.token("them", ["administrator", "partner"], partner=bound)) as client:
        for method, path, needed in every_route(app):
            if needed.partner and f"{{{needed.partner}" in key_of(app, method, path):
                own = await client.request(method, path.replace(OTHERS_ID, "OWN%2F1", 1), json={})
                assert own.status_code != 403, (method, path, own.text)
