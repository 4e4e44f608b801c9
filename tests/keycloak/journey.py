"""Standing with a real Keycloak as its issuer: `make keycloak`. Each test is a step of what people, partners and services do there.

The realm is that of `realm.json`, as docs/securing.md describes it. Not part of `make test`: to fetch it and to start it takes minutes.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI

from chassis.http.identity.identified import identity_of
from chassis.runtime import Runtime
from chassis.service_tokens import ServiceTokens
from chassis.testing.client import app_of, client_of
from standing_parts.choose import PassedOver
from supplier_svc.service import SERVICE

from .browser import Browser
from .server import REALM_FILE, Keycloak, start_keycloak

pytestmark = pytest.mark.timeout(1_200)
WEB, ANOTHER_PROGRAM = "standing-web", "payroll"
Start = Callable[..., Awaitable[Runtime]]


@pytest.fixture(scope="session")
def keycloak() -> Iterator[Keycloak]:
    try:
        started = start_keycloak()
    except PassedOver as reason:
        pytest.skip(f"Keycloak cannot be had here: {reason}")
    yield started
    started.stop()


@pytest.fixture(scope="session")
async def issuer(keycloak: Keycloak) -> str:
    """The realm, made anew."""
    await keycloak.import_realm()
    return keycloak.issuer


@pytest.fixture
async def app(start_service: Start, issuer: str, tmp_path: Path) -> FastAPI:
    """A service that takes the tokens of that realm, with the settings of docs/securing.md."""
    secret = tmp_path / "services"
    secret.write_text(secret_of("services") + "\n")
    runtime = await start_service(
        SERVICE, auth_issuer=issuer, auth_roles_claim="realm_access.roles", client_id="services",
        client_secret_file=secret, roles=frozenset({"http", "project"}),
    )  # fmt: skip
    return app_of(runtime)


@pytest.fixture
async def browser(issuer: str) -> AsyncIterator[Browser]:
    opened = Browser(issuer, WEB)
    yield opened
    await opened.close()


def secret_of(client_id: str) -> str:
    (found,) = [
        each["secret"] for each in json.loads(REALM_FILE.read_text())["clients"] if each["clientId"] == client_id
    ]
    return str(found)


async def signed_in(browser: Browser, name: str) -> dict[str, Any]:
    return await browser.sign_in(name, f"{name}-password")


async def asked(app: FastAPI, token: str, path: str = "/v1/me", method: str = "GET", **more: Any) -> httpx.Response:
    async with client_of(app, token=token) as client:
        return await client.request(method, path, **more)


async def test_a_person_signs_in_and_may_do_what_the_roles_of_the_realm_grant(app: FastAPI, browser: Browser) -> None:
    assert await browser.without_pkce() == "invalid_request"
    li = (await signed_in(browser, "li"))["access_token"]
    header = jwt.get_unverified_header(li)
    assert (header["alg"], header["typ"]) == ("RS256", "at+jwt"), "the switch of the client"
    me = (await asked(app, li)).json()
    assert (me["subject"], me["client_id"], "buyer" in me["roles"]) == ("li", WEB, True), me
    assert (await asked(app, li, "/v1/suppliers")).status_code == 200
    refused = await asked(app, li, "/v1/policies/roles", "PUT", json={})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/no-right")
    signed = await asked(app, li, "/v1/suppliers/S-015/contracts", "POST", json={})
    assert signed.status_code == 422, "a buyer signs contracts, but not an empty one"


async def test_a_person_of_quality_may_do_other_things(app: FastAPI, issuer: str) -> None:
    browser = Browser(issuer, WEB)
    wang = (await signed_in(browser, "wang"))["access_token"]
    await browser.close()
    assert (await asked(app, wang, "/v1/suppliers")).status_code == 200
    refused = await asked(app, wang, "/v1/suppliers/S-015/contracts", "POST", json={})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/no-right")


async def test_a_partner_sees_what_is_about_the_ids_of_the_attribute_and_nothing_else(
    app: FastAPI, browser: Browser
) -> None:
    foundry = (await signed_in(browser, "foundry"))["access_token"]
    assert (await asked(app, foundry)).json()["partner"] == {"supplier_id": ["S-015"]}
    assert (await asked(app, foundry, "/v1/suppliers/S-015/grades")).status_code in (200, 404)
    for path, code in (("/v1/suppliers/S-016/grades", "another-partner"), ("/v1/suppliers", "not-for-partners")):
        refused = await asked(app, foundry, path)
        assert (refused.status_code, refused.json()["type"]) == (403, f"/problems/{code}")


async def test_a_service_gets_its_own_token_and_reads_the_feed_with_it(app: FastAPI) -> None:
    settings = app.state.runtime.settings
    tokens = ServiceTokens.of(settings)
    assert tokens is not None
    token = await tokens.token()
    assert await tokens.token() == token, "it is kept until it is about to expire"
    me = (await asked(app, token)).json()
    assert (me["subject"], me["client_id"], "service" in me["roles"]) == ("service-account-services", "services", True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service", auth=tokens) as http:
        assert (await http.get("/v1/log", params={"partition": 0, "after": 0, "limit": 1})).status_code == 200
        assert (await http.get("/v1/suppliers")).status_code == 403


async def test_a_token_is_refreshed_and_after_the_logout_it_is_not(app: FastAPI, browser: Browser) -> None:
    tokens = await signed_in(browser, "li")
    again = (await browser.refresh(tokens["refresh_token"])).raise_for_status().json()
    assert again["access_token"] != tokens["access_token"]
    assert (await asked(app, again["access_token"])).json()["subject"] == "li"
    await browser.sign_out(again["id_token"])
    refused = await browser.refresh(again["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


async def test_what_is_no_access_token_for_this_installation_is_refused(app: FastAPI, issuer: str) -> None:
    browser = Browser(issuer, WEB)
    tokens = await signed_in(browser, "li")
    await browser.close()
    elsewhere = Browser(issuer, ANOTHER_PROGRAM)
    payroll = await signed_in(elsewhere, "li")
    await elsewhere.close()
    for token, why in (
        (payroll["access_token"], "it is for another audience"),
        (tokens["id_token"], "it is no access token"),
        (tokens["refresh_token"], "its algorithm is none of"),
    ):
        refused = await asked(app, token)
        assert (refused.status_code, refused.json()["type"]) == (401, "/problems/token-not-accepted")
        assert why in refused.json()["detail"]
        assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


async def test_a_new_key_is_fetched_once_and_tokens_of_the_former_one_go_on_serving(
    app: FastAPI, keycloak: Keycloak, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = identity_of(app).keys
    assert keys is not None
    fetch, fetched = keys._read, []

    async def counted() -> Any:
        fetched.append(1)
        return await fetch()

    monkeypatch.setattr(keys, "_read", counted)
    before = await signed_in(browser, "li")
    assert (await asked(app, before["access_token"])).status_code == 200
    assert len(fetched) == 1
    await rotate(keycloak)
    after = (await browser.refresh(before["refresh_token"])).raise_for_status().json()["access_token"]
    kids = [jwt.get_unverified_header(token)["kid"] for token in (before["access_token"], after)]
    assert kids[0] != kids[1]
    for _ in range(3):
        assert (await asked(app, after)).status_code == 200
        assert (await asked(app, before["access_token"])).status_code == 200
    unseen = (await browser.refresh(before["refresh_token"])).raise_for_status().json()["access_token"]
    assert (await asked(app, unseen)).status_code == 200
    assert len(fetched) == 2


async def rotate(keycloak: Keycloak) -> None:
    """Let the realm sign with a new key; the former one stays for what it has signed."""
    realm = (await keycloak.asked("GET", "/admin/realms/standing")).raise_for_status().json()
    key = {
        "name": "made by the journey", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider",
        "parentId": realm["id"],
        "config": {"priority": ["200"], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"], "keySize": ["2048"]},
    }  # fmt: skip
    (await keycloak.asked("POST", "/admin/realms/standing/components", key)).raise_for_status()
