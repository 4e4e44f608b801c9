"""Who comes in and what they may do: no route is open, roles give rights, nobody acts in another's name unless they may."""

from dataclasses import replace
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import APIRouter, FastAPI

from chassis.errors import UsageError
from chassis.http.app import build_app
from chassis.http.identity import issuer_keys
from chassis.http.identity.rights import UnguardedRoute
from chassis.roles import RUNNING, Granted, Roles
from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from standing_parts.issuer import Issuer

from .running import Start
from .toy_api import OPEN_JAR_SERVICE

ROLES = {**RUNNING, "filler": ("jars.*",), "reader": ("jars.read",)}


class JarRoles(Roles):
    roles: Granted = ROLES


SERVICE = replace(OPEN_JAR_SERVICE, policies=(*[p for p in OPEN_JAR_SERVICE.policies if p is not Roles], JarRoles))


@pytest.fixture
async def jars(start_service: Start) -> Runtime:
    return await start_service(SERVICE, roles=frozenset({"http", "project", "relay"}))


@pytest.fixture
def app(jars: Runtime) -> FastAPI:
    return app_of(jars)


async def asked(app: FastAPI, token: str, method: str = "GET", path: str = "/v1/jars", **more: Any) -> httpx.Response:
    async with client_of(app, token=token) as client:
        return await client.request(method, path, **more)


async def test_a_request_without_a_token_is_answered_401_with_how_to_get_one(app: FastAPI) -> None:
    answer = await asked(app, "")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="standing"'
    assert "standing token --as ROLE" in answer.json()["detail"]


async def test_a_token_that_does_not_count_is_answered_401_with_the_reason(app: FastAPI, issuer: Issuer) -> None:
    answer = await asked(app, issuer.token("li.wei", ["reader"], lifetime_s=-600))
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert "it has expired" in answer.json()["detail"]


async def test_a_request_with_two_tokens_is_refused_whichever_of_them_counts(app: FastAPI, issuer: Issuer) -> None:
    """A proxy that let it pass may have looked at the first, where the last one would count here."""
    good, other = f"Bearer {issuer.token('a', ['reader'])}", "Bearer other"
    async with client_of(app, token="") as client:
        for both in ([good, other], [other, good], [good, good]):
            answer = await client.get("/v1/jars", headers=[("Authorization", each) for each in both])
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Authorization"), answer.text


async def test_a_body_of_a_stranger_is_not_read(app: FastAPI) -> None:
    answer = await asked(app, "", "POST", "/v1/jars/J-1/fills", content=b"x" * 500_000)
    assert answer.status_code == 401


async def test_what_a_role_grants_is_done_and_what_it_does_not_is_403_with_the_role_that_would(
    app: FastAPI, issuer: Issuer
) -> None:
    fill = {"method": "POST", "path": "/v1/jars/J-1/fills", "json": {"amount": 1}}
    assert (await asked(app, issuer.token("a", ["reader"]))).status_code == 200
    refused = await asked(app, issuer.token("a", ["reader"]), **fill)
    assert refused.status_code == 403
    assert refused.json()["detail"] == ("a lacks the right jars.write; it comes with the role administrator or filler.")
    assert (await asked(app, issuer.token("a", ["reader", "filler"]), **fill)).status_code == 200
    assert (await asked(app, issuer.token("a", ["unknown"]))).status_code == 403


async def test_a_new_version_of_the_roles_counts_from_the_next_request_on(
    jars: Runtime, app: FastAPI, issuer: Issuer
) -> None:
    token, administrator = issuer.token("a", ["reader"]), issuer.token("b", ["administrator"])
    document = {"roles": {**RUNNING, "reader": ["policies.read"]}}
    change = {"document": document, "effective_from": "1970-01-01", "reason": "readers read policies only"}
    assert (await asked(app, token)).status_code == 200
    published = await asked(app, administrator, "PUT", "/v1/policies/roles", json=change, headers={"If-Match": '"1"'})
    assert published.status_code == 200, published.text
    assert (await asked(app, token)).status_code == 403
    assert (await asked(app, token, path="/v1/policies")).status_code == 200


async def test_roles_that_nobody_could_change_any_more_or_with_rights_that_are_none_are_refused(
    app: FastAPI, issuer: Issuer
) -> None:
    for document, reason in (
        ({"roles": {"reader": ["jars.read"]}}, "nobody could change this policy any more"),
        ({"roles": {**RUNNING, "reader": ["jars.raed"]}}, "jars.raed is no right of this service"),
    ):
        change = {"document": document, "effective_from": "1970-01-01", "reason": "a try"}
        refused = await asked(
            app,
            issuer.token("b", ["administrator"]),
            "PUT",
            "/v1/policies/roles",
            json=change,
            headers={"If-Match": '"1"'},
        )
        assert (refused.status_code, reason in refused.json()["detail"]) == (422, True), refused.text


async def test_whoever_publishes_rules_gives_and_takes_no_right_that_they_lack(app: FastAPI, issuer: Issuer) -> None:
    """Who may change the rules of their trade does not become an administrator by it, for themselves or others, from whichever day on."""

    async def published(version: int, role: str, roles: dict[str, Any], on: str = "1970-01-01") -> httpx.Response:
        change = {"document": {"roles": roles}, "effective_from": on, "reason": "a try"}
        token, headers = issuer.token("a", [role]), {"If-Match": f'"{version}"'}
        return await asked(app, token, "PUT", "/v1/policies/roles", json=change, headers=headers)

    ruled = {**ROLES, "ruler": ("jars.*", "policies.*")}
    assert (await published(1, "administrator", ruled)).status_code == 200
    for role, granted, right in (
        ("ruler", ("*",), "admin.clock.move"),
        ("ruler", ("jars.*", "policies.*", "act-as"), "act-as"),
        ("reader", ("jars.read", "log.read"), "log.read"),
        ("operator", (), "admin.clock.move"),
    ):
        refused = await published(2, "ruler", {**ruled, role: granted})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/right-not-held"), refused.text
        assert refused.json()["right"] == right
    assert (await published(2, "ruler", {**ruled, "reader": ("jars.*",)})).status_code == 200
    assert (
        await published(3, "administrator", {**ruled, "ruler": ("*", "act-as")}, on="2999-01-01")
    ).status_code == 200
    forward = await published(4, "ruler", {**ruled, "ruler": ("*", "act-as")})
    assert forward.json()["type"] == "/problems/right-not-held"


async def test_nobody_acts_in_anothers_name_but_a_system_that_may(jars: Runtime, app: FastAPI, issuer: Issuer) -> None:
    fill = {"method": "POST", "path": "/v1/jars/J-1/fills", "json": {"amount": 1}, "headers": {"X-Actor": "the.boss"}}
    refused = await asked(app, issuer.token("li.wei", ["administrator"]), **fill)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-in-that-name")
    assert (await asked(app, issuer.token("erp", ["filler", "delegate"]), **fill)).status_code == 200
    own = {**fill, "headers": {}}
    assert (await asked(app, issuer.token("li.wei", ["filler"]), **own)).status_code == 200
    stored = await jars.log.after(jars.log.partition("jar-J-1"), 0, 10)
    actors = [(each.envelope.actor, each.envelope.client) for each in stored]
    assert actors == [("the.boss", "standing-cli for erp"), ("li.wei", "standing-cli")]


async def test_of_readyz_strangers_learn_only_whether_it_is_ready(app: FastAPI, issuer: Issuer) -> None:
    stranger = await asked(app, "", path="/readyz")
    assert (stranger.status_code, set(stranger.json())) == (200, {"status"})
    nonsense = await asked(app, "nonsense", path="/readyz")
    assert (nonsense.status_code, set(nonsense.json())) == (200, {"status"})
    operator = await asked(app, issuer.token("op", ["operator"]), path="/readyz")
    assert set(operator.json()) == {"status", "reasons", "warnings"}
    assert (await asked(app, "", path="/livez")).status_code == 200
    assert (await asked(app, "", path="/metrics")).status_code == 401


async def test_one_learns_who_one_is_and_what_one_may_do(app: FastAPI, issuer: Issuer) -> None:
    me = (await asked(app, issuer.token("li.wei", ["reader"], name="Li Wei"), path="/v1/me")).json()
    assert (me["subject"], me["name"], me["roles"], me["client_id"]) == ("li.wei", "Li Wei", ["reader"], "standing-cli")
    assert me["rights"] == ["jars.read", "me.read"]


async def test_a_token_of_another_tenant_is_refused(app: FastAPI, issuer: Issuer) -> None:
    refused = await asked(app, issuer.token("a", ["reader"], tenant="other"))
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/other-tenant")


async def test_while_the_issuer_is_away_known_keys_serve_and_then_callers_are_asked_to_come_back(
    start_service: Start, issuer: Issuer
) -> None:
    runtime = await start_service(SERVICE, roles=frozenset({"http", "project"}), auth_keys_kept_s=10_000.0)
    app, token = app_of(runtime), issuer.token("a", ["reader"])
    assert (await asked(app, token)).status_code == 200
    issuer.stop()
    try:
        assert (await asked(app, issuer.token("b", ["reader"]))).status_code == 200
        fresh = app_of(runtime)  # as after a restart: it has no keys yet
        away = await asked(fresh, token)
        assert (away.status_code, away.json()["type"]) == (503, "/problems/issuer-away")
    finally:
        issuer.start_again()


async def test_a_key_that_the_issuer_has_begun_to_sign_with_is_fetched(app: FastAPI, issuer: Issuer) -> None:
    assert (await asked(app, issuer.token("a", ["reader"]))).status_code == 200
    issuer.rotate_keys()
    assert (await asked(app, issuer.token("a", ["reader"]))).status_code == 200


async def test_a_key_that_is_not_known_is_503_as_long_as_the_issuer_cannot_be_asked_for_it(
    app: FastAPI, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also right after the keys were fetched: the token counts, and a caller that is told otherwise would give up."""
    monkeypatch.setattr(issuer_keys, "RETRY_S", 0.0)
    before = issuer.token("a", ["reader"])
    assert (await asked(app, before)).status_code == 200
    issuer.stop()
    try:
        issuer.rotate_keys()
        fresh = issuer.token("a", ["reader"])
        for _ in range(2):
            away = await asked(app, fresh)
            assert (away.status_code, away.json()["type"]) == (503, "/problems/issuer-away")
            assert away.headers["Retry-After"]
        assert (await asked(app, issuer.token("b", ["reader"]))).status_code == 503
        assert (await asked(app, before)).status_code == 200
    finally:
        issuer.start_again()
    assert (await asked(app, fresh)).status_code == 200


async def test_a_key_that_the_issuer_does_not_have_is_401_and_one_that_it_may_have_made_since_is_503(
    app: FastAPI, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await asked(app, issuer.token("a", ["reader"]))).status_code == 200
    claims = jwt.decode(issuer.token("a", ["reader"]), options={"verify_signature": False})
    strange = ec.generate_private_key(ec.SECP256R1())
    forged = jwt.encode(claims, strange, "ES256", {"typ": "at+jwt", "kid": "forged"})
    for _ in range(2):
        assert (await asked(app, forged)).status_code == 401, "the issuer was asked, and has no such key"
    issuer.rotate_keys()
    assert (await asked(app, issuer.token("a", ["reader"]))).status_code == 503, "it was asked less than a minute ago"
    monkeypatch.setattr(issuer_keys, "UNKNOWN_EVERY_S", 0.0)
    assert (await asked(app, issuer.token("a", ["reader"]))).status_code == 200
    assert (await asked(app, forged)).status_code == 401


def test_a_route_without_a_right_keeps_a_service_from_starting() -> None:
    router = APIRouter()

    @router.get("/v1/open")
    async def open_to_all() -> dict[str, str]:
        return {}

    async def never() -> Runtime:
        raise AssertionError

    with pytest.raises(UnguardedRoute, match="GET /v1/open declares no right"):
        build_app(replace(SERVICE, routes=(router,)), never)
    around = APIRouter()
    around.include_router(router)
    with pytest.raises(UnguardedRoute, match="include its router in the app, so that its rights are seen"):
        build_app(replace(SERVICE, routes=(around,)), never)


async def test_a_service_without_an_issuer_serves_nobody_unless_everybody_was_said_to_come_in(
    start_service: Start,
) -> None:
    """Not only the process refuses to start: an app that is served by other means asks nobody by oversight neither."""
    unnamed = await start_service(SERVICE, roles=frozenset({"http"}), auth_issuer=None)
    with pytest.raises(UsageError, match="STANDING_AUTH_ISSUER"):
        app_of(unnamed)
