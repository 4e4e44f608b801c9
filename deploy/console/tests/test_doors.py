"""Who comes into the console, what a browser gets to see, and which forms are taken."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from standing_console.doors import BEGUN_COOKIE
from standing_console.languages import LANGUAGES
from standing_console.screens import SCREENS
from standing_console.security import POLICY, own_path
from standing_console.sessions import COOKIE, Sessions, Tokens
from standing_console.settings import ConsoleSettings
from standing_console.sign_in import PENDING_S
from standing_parts.issuer import Issuer

from .conftest import HOSTILE, URL, Visitor


async def test_a_page_leads_to_the_sign_in_and_back_to_itself(visitor: Visitor) -> None:
    first = await visitor.get("/parked?service=slow-svc")
    assert (first.status_code, first.headers["location"]) == (303, "/login?to=/parked%3Fservice%3Dslow-svc")
    back = await visitor.sign_in(to="/parked%3Fservice%3Dslow-svc")
    assert (back.status_code, back.headers["location"]) == (303, "/parked?service=slow-svc")
    page = await visitor.get("/parked?service=slow-svc")
    assert page.status_code == 200
    assert "Tang Bo" in page.text


async def test_the_cookie_of_a_session_is_for_this_host_alone_and_no_script_reads_it(visitor: Visitor) -> None:
    cookie = (await visitor.sign_in()).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert COOKIE.startswith("__Host-")
    for attribute in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


async def test_no_token_ever_reaches_the_browser(visitor: Visitor) -> None:
    await visitor.sign_in()
    for screen in SCREENS:
        await visitor.get(screen.path)
    await visitor.post("/logout", {"csrf": await visitor.csrf()})
    assert len(visitor.seen) > 10
    assert not [each for each in visitor.seen if "eyJ" in each], "a JWT begins with eyJ"
    assert not [each for each in visitor.inside.cookies.values() if "eyJ" in each]


async def test_a_callback_that_this_browser_did_not_begin_signs_nobody_in(visitor: Visitor) -> None:
    callback = await visitor.code_for("tang")
    visitor.inside.cookies.clear()
    refused = await visitor.get(callback)
    assert refused.status_code == 400
    assert "The sign-in was not completed (state)" in refused.text
    assert '<a class="button" href="/login">' in refused.text
    assert COOKIE not in refused.headers.get("set-cookie", "")


async def test_a_cookie_of_any_bytes_is_that_of_another_browser(visitor: Visitor) -> None:
    callback = await visitor.code_for("tang")
    visitor.inside.cookies.clear()
    refused = await visitor.inside.get(callback, headers={b"Cookie": f"{BEGUN_COOKIE}=é".encode()})
    assert (refused.status_code, "The sign-in was not completed (state)" in refused.text) == (400, True)


async def test_a_callback_is_good_once(visitor: Visitor) -> None:
    callback = await visitor.code_for("tang")
    pending = visitor.inside.cookies[BEGUN_COOKIE]
    assert (await visitor.get(callback)).status_code == 303
    assert (await visitor.get(callback)).status_code == 400
    visitor.inside.cookies.clear()
    again = await visitor.inside.get(callback, headers={"Cookie": f"{BEGUN_COOKIE}={pending}"})
    assert again.status_code == 401, "the issuer knows that the code was used"
    assert '<a class="button" href="/login">' in again.text


async def test_strangers_who_begin_sign_ins_push_out_nobodys(visitor: Visitor) -> None:
    callback = await visitor.code_for("tang")
    issuer = visitor.inside._transport.app.state.console.issuer  # type: ignore[attr-defined]
    for _ in range(20):
        await issuer.begin("/overview")
    assert (await visitor.get(callback)).status_code == 303


async def test_a_sign_in_that_was_begun_long_ago_is_begun_again(visitor: Visitor) -> None:
    issuer = visitor.inside._transport.app.state.console.issuer  # type: ignore[attr-defined]
    now = issuer.clock()
    issuer.clock = lambda: now - PENDING_S - 1
    callback = await visitor.code_for("tang")
    issuer.clock = lambda: now
    assert (await visitor.get(callback)).status_code == 400


async def test_a_page_with_a_very_long_address_is_left_for_the_first_one(visitor: Visitor) -> None:
    begun = await visitor.get(f"/login?to=/overview%3F{'x' * 5_000}")
    assert len(begun.headers["set-cookie"]) < 4_096


async def test_signing_out_ends_the_session_here_and_the_sign_in_at_the_issuer(visitor: Visitor) -> None:
    await visitor.sign_in()
    assert [each for each in visitor.outside.cookies if each.startswith("standing-issuer")]
    out = await visitor.post("/logout", {"csrf": await visitor.csrf()})
    assert (out.status_code, out.headers["location"]) == (303, "/signed-out")
    assert (await visitor.get("/overview")).headers["location"].startswith("/login")
    address = (await visitor.get("/login")).headers["location"]
    assert "Who are you?" in (await visitor.outside.get(address)).text


async def test_a_sign_out_while_the_issuer_is_away_says_what_it_could_not_end(visitor: Visitor, issuer: Issuer) -> None:
    await visitor.sign_in()
    csrf = await visitor.csrf()
    issuer.stop()
    try:
        out = await visitor.post("/logout", {"csrf": csrf})
        assert out.headers["location"] == "/signed-out?here-only"
        assert "did not confirm" in (await visitor.get(out.headers["location"])).text
        assert (await visitor.get("/overview")).headers["location"].startswith("/login")
    finally:
        issuer.start_again()


async def test_tokens_are_renewed_before_they_end_and_a_lost_sign_in_leads_to_the_issuer(
    visitor: Visitor, issuer: Issuer
) -> None:
    issuer.stop()
    issuer.start_again(lifetime_s=1)
    try:
        await visitor.sign_in()
        assert (await visitor.get("/overview")).status_code == 200
        sessions = visitor.inside._transport.app.state.console.sessions  # type: ignore[attr-defined]
        session = sessions.find(visitor.inside.cookies[COOKIE])
        before = session.tokens.access
        session.tokens.good_until = 0
        assert (await visitor.get("/overview")).status_code == 200
        assert session.tokens.access != before
        issuer.stop()
        issuer.start_again(lifetime_s=900)  # it has forgotten the refresh token
        session.tokens.good_until = 0
        panel = await visitor.get("/overview/-/flow", **{"HX-Request": "true"})
        assert (panel.status_code, panel.headers["hx-refresh"]) == (204, "true")
        assert (await visitor.get("/overview")).headers["location"] == "/login?to=/overview"
    finally:
        issuer.stop()
        issuer.start_again(lifetime_s=900)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "", "Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "", "Origin": ""},
    ],
    ids=str,
)
async def test_a_form_of_another_page_is_refused_even_with_the_token(visitor: Visitor, headers: dict[str, str]) -> None:
    await visitor.sign_in()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    form = {"csrf": await visitor.csrf(), "theme": "dark"}
    sent = {"Sec-Fetch-Site": "same-origin", "Origin": URL, **given}
    refused = await visitor.inside.post("/choices", data=form, headers={k: v for k, v in sent.items() if v})
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_a_form_without_the_token_of_the_session_is_refused(visitor: Visitor) -> None:
    await visitor.sign_in()
    former = await visitor.csrf()
    for path in ("/choices", "/logout", "/parked/gone-svc/1/retry", "/read-models/gone-svc/x/rebuild"):
        assert (await visitor.post(path, {"reason": "a reason"})).status_code == 403
        assert (await visitor.post(path, {"csrf": former[:-1]})).status_code == 403
    assert (await visitor.get("/overview")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/overview", "/nothing/here", "/static/nothing.js", "/livez", "/login", "/signed-out"]
)
async def test_every_answer_carries_the_policy(visitor: Visitor, path: str) -> None:
    response = await visitor.get(path)
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert "max-age" in response.headers["strict-transport-security"]


async def test_no_page_has_an_inline_script_or_style(visitor: Visitor) -> None:
    await visitor.sign_in()
    for path in (*(screen.path for screen in SCREENS), "/parked/gone-svc/1", "/nothing"):
        text = (await visitor.get(f"{path}?whole")).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick" not in text
        assert text.count("<script") == text.count("<script defer src=")


async def test_assets_have_names_of_their_content_and_may_be_stored_for_ever(visitor: Visitor) -> None:
    await visitor.sign_in()
    page = (await visitor.get("/overview")).text
    for part in page.split('"'):
        if part.startswith("/static/"):
            asset = await visitor.get(part)
            assert asset.status_code == 200
            assert "immutable" in asset.headers["cache-control"]
    assert page.count("/static/") >= 4


async def test_a_name_is_shown_and_never_run(visitor: Visitor) -> None:
    await visitor.sign_in("eve")
    page = (await visitor.get("/overview")).text
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("service", ["gone-svc", "slow-svc", "broken-svc"])
async def test_every_page_comes_and_says_which_service_is_away_late_or_faulty(visitor: Visitor, service: str) -> None:
    await visitor.sign_in()
    of = {"service": service, "number": "1", "name": "page", "backtest": "B-1"}
    panels = [
        f"{page.path.format(**of)}/-/{panel.name}?service={service}&id=I-1&event=E-1&stream=thing-1&name=page&number=1"
        for screen in SCREENS
        for page in screen.pages
        for panel in page.panels
    ]
    answers = await asyncio.gather(*map(visitor.get, panels))
    assert {(path, answer.status_code) for path, answer in zip(panels, answers, strict=True)} == {
        (path, 200) for path in panels
    }
    silent = [
        path
        for path, answer in zip(panels, answers, strict=True)
        if 'class="fault' in answer.text and service not in answer.text and "three seconds" not in answer.text
    ]
    assert silent == [], "a fault that does not say of which service it is"
    assert sum('class="fault' in answer.text for answer in answers) > len(panels) / 2
    pages = await asyncio.gather(*(visitor.get(screen.path) for screen in SCREENS))
    assert {page.status_code for page in pages} == {200}


async def test_a_page_comes_whole_for_a_browser_without_scripts(visitor: Visitor) -> None:
    await visitor.sign_in()
    page = (await visitor.get("/overview")).text
    assert '<a href="/overview?whole">' in page
    whole = (await visitor.get("/overview?whole")).text
    assert "hx-get" not in whole
    assert "gone-svc does not answer" in whole


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_language_is_a_choice_and_stays(visitor: Visitor, language: str) -> None:
    await visitor.sign_in()
    chosen = await visitor.post("/choices", {"csrf": await visitor.csrf(), "language": language, "back": "/audit"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/audit")
    page = await visitor.get("/audit", **{"Accept-Language": "fr"})
    assert page.headers["content-language"] == language
    assert {"en": "<h1>Audit</h1>", "zh": "<h1>审计</h1>"}[language] in page.text


async def test_what_is_not_there_is_said_in_a_sentence(visitor: Visitor) -> None:
    missing = await visitor.get("/nothing")
    assert missing.status_code == 404
    assert "There is nothing at this address." in missing.text
    await visitor.sign_in()
    panel = await visitor.get("/parked/no-such-svc/-/messages")
    assert "There is nothing at this address." in panel.text


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "", None, "/\t/evil", "javascript:x", "/\n"]
)
def test_a_way_back_leads_nowhere_else(wanted: str | None) -> None:
    assert own_path(wanted) == "/"
    assert own_path("/parked?service=x") == "/parked?service=x"


def test_a_session_ends_after_a_while_without_requests() -> None:
    now = [0.0]
    sessions = Sessions(60, lambda: now[0])
    number = sessions.begin("li", "Li", Tokens("t", 1))
    now[0] = 59
    assert sessions.find(number) is not None
    now[0] = 118
    assert sessions.find(number) is not None
    now[0] = 179
    assert sessions.find(number) is None


def test_a_file_that_is_no_ca_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    environment = {
        **os.environ,
        "STANDING_AUTH_ISSUER": "https://issuer.example",
        "STANDING_PEERS": '{"a-svc": "http://a-svc:1"}',
        "STANDING_AUTH_CA_FILE": str(tmp_path / "ca.pem"),
    }
    command = [sys.executable, "-m", "standing_console"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 2
    assert "ca.pem is no CA" in ended.stderr


def test_a_console_outside_of_this_machine_is_reached_by_https() -> None:
    peers = {"a-svc": "http://a-svc:1"}
    with pytest.raises(ValueError, match="https"):
        ConsoleSettings(auth_issuer="https://i", peers=peers, url="http://console.example")
    with pytest.raises(ValueError, match="no address"):
        ConsoleSettings(auth_issuer="https://i", peers=peers, url="https://console.example/below")
    with pytest.raises(ValueError, match="no address of a trace"):
        ConsoleSettings(auth_issuer="https://i", peers=peers, traces="https://traces.example/")
    assert ConsoleSettings(auth_issuer="https://i", peers=peers, port=8123).callback == "http://127.0.0.1:8123/callback"
