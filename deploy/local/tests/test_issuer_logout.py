"""Signing out at the local issuer: at once for a client that shows its ID token, else after a question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from standing_parts.issuer import Client, Issuer, Person
from standing_parts.issuer.grants import s256

VERIFIER = "v" * 43
BACK = "https://web.example/back"
BYE = "https://web.example/bye"
WEB = Client("web", secret="web-secret", redirect_uris=(BACK,), post_logout_redirect_uris=(BYE,))
OTHER = Client("other", redirect_uris=(BACK,))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    issuer = Issuer.start(tmp_path_factory.mktemp("issuer"), [Person("li.wei", "Li Wei")], [WEB, OTHER])
    yield issuer
    issuer.stop()


@pytest.fixture
def browser(served: Issuer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url) as client:
        yield client


REQUEST = {
    "client_id": "web",
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "openid",
    "code_challenge": s256(VERIFIER),
    "code_challenge_method": "S256",
}


@pytest.fixture
def tokens(browser: httpx.Client) -> dict[str, str]:
    """What the client `web` has of Li Wei, who is signed in with `browser`."""
    back = browser.post("/sign-in", data={**REQUEST, "person": "li.wei"})
    (code,) = parse_qs(urlsplit(back.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    found: dict[str, str] = browser.post("/token", data=form, auth=("web", "web-secret")).json()
    return found


def is_signed_in(browser: httpx.Client) -> bool:
    answer = browser.get("/authorize", params={**REQUEST, "prompt": "none"}).headers["location"]
    assert ("code=" in answer) != ("error=login_required" in answer)
    return "code=" in answer


def refreshes(browser: httpx.Client, tokens: dict[str, str]) -> bool:
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    return browser.post("/token", data=form, auth=("web", "web-secret")).status_code == 200


def test_a_client_that_shows_its_id_token_signs_the_person_out_and_has_them_back(
    browser: httpx.Client, tokens: dict[str, str]
) -> None:
    assert is_signed_in(browser)
    hint = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, "state": "s&1"}
    answer = browser.get("/logout", params=hint)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BYE}?state=s%261")
    assert not is_signed_in(browser)
    assert not refreshes(browser, tokens)


def test_signing_out_takes_the_cookie_and_also_the_sign_in_behind_it(
    served: Issuer, browser: httpx.Client, tokens: dict[str, str]
) -> None:
    cookies = dict(browser.cookies)
    assert len(cookies) == 1
    assert browser.post("/logout", data={"id_token_hint": tokens["id_token"]}).status_code == 200
    assert not browser.cookies
    with httpx.Client(base_url=served.url, cookies=cookies) as thief:
        assert not is_signed_in(thief)


def test_an_expired_id_token_still_signs_out(tmp_path_factory: pytest.TempPathFactory) -> None:
    issuer = Issuer.start(tmp_path_factory.mktemp("short"), [Person("li.wei", "Li Wei")], [WEB], lifetime_s=-10)
    with httpx.Client(base_url=issuer.url) as browser:
        back = browser.post("/sign-in", data={**REQUEST, "person": "li.wei"})
        (code,) = parse_qs(urlsplit(back.headers["location"]).query)["code"]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        expired = browser.post("/token", data=form, auth=("web", "web-secret")).json()["id_token"]
        assert browser.get("/logout", params={"id_token_hint": expired}).status_code == 200
        assert not is_signed_in(browser)
    issuer.stop()


@pytest.mark.parametrize(
    "changes",
    [
        {"post_logout_redirect_uri": "https://evil.example/"},
        {"post_logout_redirect_uri": BYE + "/more"},
        {"client_id": "other"},
        {"id_token_hint": "nonsense"},
    ],
)
def test_a_sign_out_with_a_foreign_address_client_or_token_does_nothing(
    browser: httpx.Client, tokens: dict[str, str], changes: dict[str, str]
) -> None:
    hint = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE, **changes}
    answer = browser.get("/logout", params=hint)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert is_signed_in(browser)
    assert refreshes(browser, tokens)


def test_an_access_token_is_no_hint(browser: httpx.Client, tokens: dict[str, str]) -> None:
    assert browser.get("/logout", params={"id_token_hint": tokens["access_token"]}).status_code == 400
    assert is_signed_in(browser)


def test_without_a_hint_the_person_is_asked(browser: httpx.Client, tokens: dict[str, str]) -> None:
    page = browser.get("/logout", params={"client_id": "web", "post_logout_redirect_uri": BYE, "state": "s1"})
    assert page.status_code == 200
    assert "You are signed in as <strong>Li Wei</strong>" in page.text
    assert is_signed_in(browser)
    form = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text))
    answer = browser.post("/sign-out", data={name: unescape(value) for name, value in form.items()})
    assert answer.headers["location"] == f"{BYE}?state=s1"
    assert not is_signed_in(browser)
    assert not refreshes(browser, tokens)


def test_a_form_of_another_page_signs_nobody_out_and_nobody_in(browser: httpx.Client, tokens: dict[str, str]) -> None:
    for site in ("cross-site", "same-site", "none"):
        foreign = {"Sec-Fetch-Site": site}
        for path, form in (("/sign-out", {"client_id": "web"}), ("/sign-in", {**REQUEST, "person": "li.wei"})):
            answer = browser.post(path, data=form, headers=foreign)
            assert answer.status_code == 400
            assert "sent from another page" in answer.text
    assert is_signed_in(browser)


def test_who_is_not_signed_in_is_not_asked(browser: httpx.Client) -> None:
    assert "You are signed out" in browser.get("/logout").text
    to = {"client_id": "web", "post_logout_redirect_uri": BYE}
    assert browser.get("/logout", params=to).headers["location"] == BYE
    assert browser.get("/logout", params={"post_logout_redirect_uri": BYE}).status_code == 400
