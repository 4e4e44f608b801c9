"""Whose tokens an installation takes: its own issuer's, unless the terminal names another or says that nobody is asked."""

from pathlib import Path

import pytest

from chassis.service_tokens import ServiceTokens
from standing import services
from standing.issuing import FOLDER, environment_of, login_at, start_issuer
from standing.people import COMMAND, PEOPLE, SERVICES
from standing.services import ALL, Client, DoesNotAnswer, connect
from standing_parts.issuer import Issuer
from standing_parts.ports import free_port

ELSEWHERE = {
    "STANDING_AUTH_ISSUER": "https://issuer.example",
    "STANDING_AUTH_AUDIENCE": "prod",
    "STANDING_CLIENT_ID": "cli",
}


@pytest.fixture(autouse=True)
def bare_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*ELSEWHERE, "STANDING_AUTH", "STANDING_CLIENT_SECRET_FILE"):
        monkeypatch.delenv(name, raising=False)


def local_issuer(home: Path) -> Issuer:
    issuer = start_issuer(home, print)
    assert issuer is not None
    return issuer


async def test_by_default_the_issuer_is_that_of_the_home(tmp_path: Path) -> None:
    issuer = local_issuer(tmp_path)
    try:
        given = environment_of(issuer, SERVICES)
        assert (given["STANDING_AUTH_ISSUER"], given["STANDING_CLIENT_ID"]) == (issuer.url, SERVICES)
        assert Path(given["STANDING_CLIENT_SECRET_FILE"]).is_relative_to(tmp_path / FOLDER)
        async with connect(login_at(issuer, COMMAND)) as http:
            assert isinstance(http.auth, ServiceTokens)
            assert await http.auth.token()
    finally:
        issuer.stop()


def test_settings_of_the_terminal_for_another_issuer_do_not_reach_the_services_of_a_local_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = local_issuer(tmp_path)
    issuer.stop()
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)
    given = environment_of(issuer, SERVICES)
    assert "STANDING_AUTH_AUDIENCE" not in given
    assert (given["STANDING_AUTH_ISSUER"], given["STANDING_CLIENT_ID"]) == (issuer.url, SERVICES)
    assert given["PATH"], "the rest of the terminal's environment does"


def test_an_issuer_that_the_terminal_names_is_taken_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)
    printed: list[str] = []
    assert start_issuer(tmp_path, printed.append) is None
    assert printed == ["Issuer: https://issuer.example (STANDING_AUTH_ISSUER)"]
    assert not (tmp_path / FOLDER).exists()
    assert ELSEWHERE.items() <= environment_of(None, SERVICES).items()
    assert login_at(None, COMMAND) == {}, "the command asks by the terminal's settings too"


async def test_who_says_that_nobody_is_asked_gets_no_issuer_and_the_command_sends_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDING_AUTH", "off")
    printed: list[str] = []
    assert start_issuer(tmp_path, printed.append) is None
    assert printed == ["Issuer: none, nobody is asked who they are (STANDING_AUTH=off)"]
    assert environment_of(None, SERVICES)["STANDING_AUTH"] == "off"
    async with connect() as http:
        assert http.auth is None


async def test_a_home_has_its_people_and_secrets_again_at_its_next_start(tmp_path: Path) -> None:
    first = local_issuer(tmp_path)
    token, secret = first.token("sun"), first.secret_file(COMMAND).read_text()
    first.stop()
    second = local_issuer(tmp_path)
    try:
        assert (second.url, second.people) == (first.url, PEOPLE)
        assert second.secret_file(COMMAND).read_text() == secret
        assert Issuer.open(tmp_path / FOLDER).token("sun") != token
    finally:
        second.stop()


async def test_without_a_token_the_command_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "TOKEN_WITHIN_S", 0.2)
    (tmp_path / "secret").write_text("none")
    login = {
        "STANDING_AUTH_ISSUER": f"http://127.0.0.1:{free_port()}",
        "STANDING_CLIENT_ID": "cli",
        "STANDING_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
    }
    async with connect(login) as http:
        with pytest.raises(DoesNotAnswer) as refused:
            await Client(ALL[0], "http://127.0.0.1:1", http).get("/v1/me")
    sentence = str(refused.value)
    assert sentence.startswith(f"{login['STANDING_AUTH_ISSUER']} gives no token: ")
    assert "STANDING_AUTH_ISSUER, STANDING_CLIENT_ID and STANDING_CLIENT_SECRET_FILE name" in sentence
