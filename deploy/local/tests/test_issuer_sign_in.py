"""Signing in at the local issuer over HTTP: authorization code with PKCE, refresh, and every wrong turn of them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from requests_oauthlib import OAuth2Session

from standing_parts.issuer import Client, Issuer, Person
from standing_parts.issuer.grants import CODE_LIFETIME_S, SIGN_IN_LIFETIME_S, s256

LI = Person("li.wei", "Li Wei", ("buyer",), department="castings")
EVA = Person("eva.lind", "Eva Lind", ("credit-controller",))
SUPPLIER = Person("s-015", "Foundry", ("partner",), partner={"supplier_id": ["S-015"]})
WEB = Client("web", redirect_uris=("https://web.example/back?from=issuer",))
LOCAL_WEB = Client("local-web", redirect_uris=("http://127.0.0.1:9000/back",))
DESKTOP = Client("desktop", redirect_uris=("http://127.0.0.1/back", "http://[::1]:80/back"), public=True)
CALLBACK = "http://127.0.0.1:4567/callback"
VERIFIER = "v" * 43


class Clock:
    """The seconds since the epoch, which a test can let pass."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Issuer]:
    issuer = Issuer.start(tmp_path_factory.mktemp("issuer"), [LI, EVA, SUPPLIER], [WEB, LOCAL_WEB, DESKTOP], now=clock)
    yield issuer
    issuer.stop()


@pytest.fixture
def browser(served: Issuer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url) as client:
        yield client


def wanted(**changes: str | None) -> dict[str, str]:
    parameters: dict[str, str | None] = {
        "client_id": "standing-cli",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile",
        "state": "st&te",
        "nonce": "n-1",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def click(browser: httpx.Client, page: httpx.Response, person: str) -> httpx.Response:
    """Press the button of a person, with what the form of the page holds."""
    assert page.status_code == 200, page.text
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    assert f'name="person" value="{person}"' in page.text
    action = re.search(r'<form method="post" action="([^"]*)">', page.text)
    assert action is not None
    form = {name: unescape(value) for name, value in hidden}
    return browser.post(action[1], data={**form, "person": person}, headers={"Sec-Fetch-Site": "same-origin"})


def answer_of(response: httpx.Response) -> dict[str, str]:
    """What was put into the address that the browser is sent back to."""
    assert response.status_code == 303, response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


def code_for(browser: httpx.Client, person: str = "li.wei", **changes: str | None) -> str:
    page = browser.get("/authorize", params=wanted(prompt="login", **changes))
    return answer_of(click(browser, page, person))["code"]


def redeem(browser: httpx.Client, code: str, **changes: str | None) -> httpx.Response:
    form: dict[str, str | None] = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "standing-cli",
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        **changes,
    }
    return browser.post("/token", data={name: value for name, value in form.items() if value is not None})


def refresh(browser: httpx.Client, token: str, **more: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "standing-cli", **more}
    return browser.post("/token", data=form)


def refused(response: httpx.Response, error: str, status: int = 400) -> str:
    """The description of an error answer of RFC 6749."""
    assert (response.status_code, response.json()["error"]) == (status, error), response.text
    assert response.headers["cache-control"] == "no-store"
    return str(response.json()["error_description"])


def claims_of(served: Issuer, token: str, audience: str) -> dict[str, Any]:
    key = jwt.PyJWKClient(f"{served.url}/jwks").get_signing_key_from_jwt(token)
    claims: dict[str, Any] = jwt.decode(token, key, ["ES256"], audience=audience, issuer=served.url)
    return claims


def test_a_public_client_library_signs_in_refreshes_and_asks_who_it_is(
    served: Issuer, browser: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # loopback
    metadata = browser.get("/.well-known/openid-configuration").json()
    session = OAuth2Session("standing-cli", redirect_uri=CALLBACK, scope=["openid", "profile"], pkce="S256")
    address, _ = session.authorization_url(metadata["authorization_endpoint"], nonce="n-9")
    back = click(browser, browser.get(address), "s-015")
    first = session.fetch_token(
        metadata["token_endpoint"], authorization_response=back.headers["location"], include_client_id=True
    )
    assert (first["token_type"], first["expires_in"]) == ("Bearer", 900)
    access = claims_of(served, first["access_token"], "standing")
    assert (access["sub"], access["client_id"], access["roles"]) == ("s-015", "standing-cli", ["partner"])
    assert access["partner"] == {"supplier_id": ["S-015"]}
    assert access["scope"] == "openid profile"
    identity = claims_of(served, first["id_token"], "standing-cli")
    assert (identity["sub"], identity["nonce"], identity["name"]) == ("s-015", "n-9", "Foundry")
    about = session.get(metadata["userinfo_endpoint"]).json()
    assert about == {
        "sub": "s-015",
        "name": "Foundry",
        "roles": ["partner"],
        "tenant": "default",
        "partner": {"supplier_id": ["S-015"]},
    }
    second = session.refresh_token(metadata["token_endpoint"], client_id="standing-cli")
    assert second["refresh_token"] != first["refresh_token"]
    assert claims_of(served, second["access_token"], "standing")["sub"] == "s-015"
    assert claims_of(served, second["id_token"], "standing-cli")["auth_time"] == identity["auth_time"]


def test_both_discovery_documents_name_endpoints_that_answer(served: Issuer, browser: httpx.Client) -> None:
    documents = [
        browser.get(f"/.well-known/{each}").json() for each in ("openid-configuration", "oauth-authorization-server")
    ]
    assert documents[0] == documents[1]
    assert documents[0]["issuer"] == served.url
    for name, address in documents[0].items():
        if name.endswith(("_endpoint", "_uri")):
            assert httpx.get(address).status_code in {200, 400, 401, 405}, name


def test_the_answer_names_state_and_issuer_and_is_added_to_a_query_that_is_there(
    served: Issuer, browser: httpx.Client
) -> None:
    page = browser.get("/authorize", params=wanted(client_id="web", redirect_uri=WEB.redirect_uris[0]))
    back = click(browser, page, "li.wei")
    assert back.headers["location"].startswith("https://web.example/back?from=issuer&code=")
    assert answer_of(back)["state"] == "st&te"
    assert answer_of(back)["iss"] == served.url


def test_a_code_is_good_for_one_use_and_its_second_use_ends_what_came_of_the_first(browser: httpx.Client) -> None:
    code = code_for(browser)
    tokens = redeem(browser, code).json()
    assert "was used before" in refused(redeem(browser, code), "invalid_grant")
    refused(refresh(browser, tokens["refresh_token"]), "invalid_grant")


def test_a_code_is_good_for_a_minute(browser: httpx.Client, clock: Clock) -> None:
    code = code_for(browser)
    clock.ahead += CODE_LIFETIME_S
    try:
        assert "expired" in refused(redeem(browser, code), "invalid_grant")
    finally:
        clock.ahead = 0.0


def test_a_wrong_verifier_has_one_guess(browser: httpx.Client) -> None:
    code = code_for(browser)
    assert "code_verifier" in refused(redeem(browser, code, code_verifier="w" * 43), "invalid_grant")
    refused(redeem(browser, code), "invalid_grant")


def test_a_code_needs_its_verifier(browser: httpx.Client) -> None:
    assert "code_verifier is missing" in refused(
        redeem(browser, code_for(browser), code_verifier=None), "invalid_request"
    )


def test_a_code_is_of_no_use_to_another_client_or_for_another_address(browser: httpx.Client) -> None:
    code = code_for(browser)
    refused(redeem(browser, code, client_id="desktop"), "invalid_grant")
    assert "redirect_uri" in refused(redeem(browser, code, redirect_uri=CALLBACK + "/"), "invalid_grant")


@pytest.mark.parametrize(
    ("client", "uri", "why"),
    [
        ("standing-cli", "https://evil.example/callback", "not registered"),
        ("standing-cli", "http://127.0.0.1.evil.example/callback", "not registered"),
        ("standing-cli", "http://127.0.0.1@evil.example/callback", "not registered"),
        ("standing-cli", "http://evil.example@127.0.0.1/callback", "not registered"),
        ("standing-cli", "http://127.0.0.1:4567/callback/more", "not registered"),
        ("standing-cli", "http://127.0.0.1:4567/callback?more=1", "not registered"),
        ("standing-cli", "http://127.0.0.1:4567/callback#part", "not registered"),
        ("standing-cli", "http://127.0.0.1:99999/callback", "not registered"),
        ("standing-cli", "http://127.0.0.1:4567\\@evil.example/callback", "not registered"),
        ("standing-cli", " http://127.0.0.1:4567/callback", "not registered"),
        ("standing-cli", "http://127.0.0.1:4567/call\nback", "not registered"),
        ("standing-cli", "http://127.0.0.1:4567/callback\u2028", "not registered"),
        ("standing-cli", "http://localhost:4567/callback", "not registered"),
        ("standing-cli", "https://127.0.0.1:4567/callback", "not registered"),
        ("standing-cli", None, "not registered"),
        ("web", "https://web.example/back", "not registered"),
        ("web", "https://web.example:8443/back?from=issuer", "not registered"),
        ("local-web", "http://127.0.0.1:9001/back", "not registered"),
        ("elsewhere", CALLBACK, "No client"),
        (None, CALLBACK, "No client"),
    ],
)
def test_a_foreign_address_is_shown_an_error_and_never_sent_to(
    browser: httpx.Client, client: str | None, uri: str | None, why: str
) -> None:
    for response in (
        browser.get("/authorize", params=wanted(client_id=client, redirect_uri=uri)),
        browser.post("/sign-in", data={**wanted(client_id=client, redirect_uri=uri), "person": "li.wei"}),
    ):
        assert response.status_code == 400
        assert "location" not in response.headers
        assert why in response.text


@pytest.mark.parametrize(
    ("client", "uri"),
    [
        ("standing-cli", "http://127.0.0.1/callback"),
        ("standing-cli", "http://127.0.0.1:51234/callback"),
        ("standing-cli", "http://[::1]:51234/callback"),
        ("desktop", "http://127.0.0.1:1/back"),
        ("desktop", "http://[::1]/back"),
    ],
)
def test_a_public_client_comes_back_on_any_port_of_loopback(browser: httpx.Client, client: str, uri: str) -> None:
    code = code_for(browser, client_id=client, redirect_uri=uri)
    assert redeem(browser, code, client_id=client, redirect_uri=uri).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "x.y.z"}, "request_not_supported"),
        ({"request_uri": "https://web.example/request"}, "request_uri_not_supported"),
    ],
)
def test_an_error_of_the_client_goes_back_to_it(
    served: Issuer, browser: httpx.Client, changes: dict[str, str | None], error: str
) -> None:
    response = browser.get("/authorize", params=wanted(**changes))
    assert response.headers["location"].startswith(CALLBACK)
    answer = answer_of(response)
    assert answer["error"] == error
    assert answer["error_description"]
    assert (answer["state"], answer["iss"]) == ("st&te", served.url)
    assert "code" not in answer


def test_a_parameter_that_is_there_twice_is_refused(browser: httpx.Client) -> None:
    query = httpx.QueryParams(wanted()).add("client_id", "web")
    assert "client_id is there twice" in refused(browser.get("/authorize", params=query), "invalid_request")


def test_who_is_signed_in_is_not_bothered_again(browser: httpx.Client) -> None:
    click(browser, browser.get("/authorize", params=wanted()), "eva.lind")
    silent = answer_of(browser.get("/authorize", params=wanted(prompt="none")))
    access = redeem(browser, silent["code"]).json()["access_token"]
    assert jwt.decode(access, options={"verify_signature": False})["sub"] == "eva.lind"
    posted = browser.post("/authorize", data=wanted())
    assert "code" in answer_of(posted)


def test_scripts_and_other_sites_do_not_get_at_the_cookie_of_a_sign_in(served: Issuer, browser: httpx.Client) -> None:
    set_cookie = click(browser, browser.get("/authorize", params=wanted()), "eva.lind").headers["set-cookie"]
    name, *attributes = (part.strip().lower() for part in set_cookie.split(";"))
    assert {"httponly", "samesite=lax", "path=/"} <= set(attributes)
    # Cookies are sent to every port of a host, so each issuer of the machine has its own.
    assert name.startswith(f"standing-issuer-{served.url.rpartition(':')[2]}=")


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "60"}])
def test_a_client_can_have_the_person_chosen_anew(browser: httpx.Client, clock: Clock, changes: dict[str, str]) -> None:
    click(browser, browser.get("/authorize", params=wanted()), "eva.lind")
    clock.ahead += 61
    try:
        assert "Who are you?" in browser.get("/authorize", params=wanted(**changes)).text
        assert "code" in answer_of(browser.get("/authorize", params=wanted()))
    finally:
        clock.ahead = 0.0


def test_a_sign_in_ends_after_half_a_day_and_its_refresh_tokens_with_it(browser: httpx.Client, clock: Clock) -> None:
    tokens = redeem(browser, code_for(browser)).json()
    clock.ahead += SIGN_IN_LIFETIME_S
    try:
        assert answer_of(browser.get("/authorize", params=wanted(prompt="none")))["error"] == "login_required"
        refused(refresh(browser, tokens["refresh_token"]), "invalid_grant")
    finally:
        clock.ahead = 0.0


def test_a_refresh_token_that_is_used_again_ends_the_grant(browser: httpx.Client) -> None:
    first = redeem(browser, code_for(browser)).json()["refresh_token"]
    second = refresh(browser, first).json()["refresh_token"]
    third = refresh(browser, second).json()["refresh_token"]
    assert "was used before" in refused(refresh(browser, first), "invalid_grant")
    refused(refresh(browser, third), "invalid_grant")


def test_a_refresh_token_is_of_no_use_to_another_client(browser: httpx.Client) -> None:
    token = redeem(browser, code_for(browser)).json()["refresh_token"]
    refused(refresh(browser, token, client_id="desktop"), "invalid_grant")
    assert refresh(browser, token).status_code == 200


def test_a_refresh_can_ask_for_less_and_never_for_more(browser: httpx.Client) -> None:
    tokens = redeem(browser, code_for(browser, scope="openid profile unknown")).json()
    assert tokens["scope"] == "openid profile"
    less = refresh(browser, tokens["refresh_token"], scope="profile").json()
    assert less["scope"] == "profile"
    assert "id_token" not in less
    refused(refresh(browser, less["refresh_token"], scope="openid offline_access"), "invalid_scope")
    assert "id_token" in refresh(browser, less["refresh_token"], scope="openid").json()


def test_without_openid_there_is_no_id_token_and_no_userinfo(served: Issuer, browser: httpx.Client) -> None:
    tokens = redeem(browser, code_for(browser, scope=None)).json()
    assert {"id_token", "scope"}.isdisjoint(tokens)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    response = browser.get("/userinfo", headers=bearer)
    refused(response, "insufficient_scope", 403)
    assert response.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'
    of_a_client = {"Authorization": f"Bearer {served.token('web', scope='openid')}"}
    refused(browser.get("/userinfo", headers=of_a_client), "insufficient_scope", 403)


def test_a_client_learns_the_name_when_it_asks_for_the_profile(served: Issuer, browser: httpx.Client) -> None:
    for scope, name in (("openid profile", "Li Wei"), ("openid", None)):
        tokens = redeem(browser, code_for(browser, scope=scope)).json()
        assert claims_of(served, tokens["id_token"], "standing-cli").get("name") == name
        about = browser.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
        assert (about.get("name"), about["roles"], about["department"]) == (name, ["buyer"], "castings")


def test_userinfo_takes_no_other_token(served: Issuer, browser: httpx.Client) -> None:
    tokens = redeem(browser, code_for(browser)).json()
    assert browser.get("/userinfo").headers["www-authenticate"] == "Bearer"
    for wrong in (
        tokens["id_token"],
        served.token("li.wei", scope="openid", lifetime_s=-1),
        served.token("li.wei", scope="openid", aud="elsewhere"),
        Issuer.open(served.folder).token("li.wei", scope="openid", iss="http://127.0.0.1:1"),
        tokens["access_token"][:-8] + "AAAAAAAA",
        "nonsense",
    ):
        refused(browser.get("/userinfo", headers={"Authorization": f"Bearer {wrong}"}), "invalid_token", 401)


def test_a_restart_forgets_sign_ins_and_keeps_keys(tmp_path: Path) -> None:
    issuer = Issuer.start(tmp_path, [LI])
    with httpx.Client(base_url=issuer.url) as browser:
        tokens = redeem(browser, code_for(browser)).json()
        issuer.stop()
        with pytest.raises(httpx.TransportError):
            browser.get("/jwks")
        issuer.start_again()
        refused(refresh(browser, tokens["refresh_token"]), "invalid_grant")
        assert answer_of(browser.get("/authorize", params=wanted(prompt="none")))["error"] == "login_required"
        assert claims_of(issuer, tokens["access_token"], "standing")["sub"] == "li.wei"
    issuer.stop()
