"""Clients of the local issuer that act for themselves, and how they prove who they are."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import httpx
import jwt
import pytest
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError
from requests_oauthlib import OAuth2Session

from standing_parts.issuer import Client, Issuer, Person

ODD = Client("odd.one", secret="p:ss wörd%&+", roles=("service", "system"), tenant="north")
LI = Person("li.wei", "Li Wei", ("buyer",))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    clients = [Client("standing", roles=("system",)), ODD]
    issuer = Issuer.start(tmp_path_factory.mktemp("issuer"), [LI], clients, lifetime_s=5)
    yield issuer
    issuer.stop()


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}


def ask(served: Issuer, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
    return httpx.post(f"{served.url}/token", data={"grant_type": "client_credentials", **form}, headers=headers)


@pytest.mark.parametrize("in_form", [True, False], ids=["client_secret_post", "client_secret_basic"])
def test_a_public_client_library_is_given_a_token_for_itself(
    served: Issuer, monkeypatch: pytest.MonkeyPatch, in_form: bool
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # loopback
    client = served.client("standing")
    session = OAuth2Session(client=BackendApplicationClient("standing"))
    proof = {"client_secret": client.secret, "include_client_id": True}
    how = proof if in_form else {"auth": (client.client_id, client.secret)}
    tokens = session.fetch_token(f"{served.url}/token", **how)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 5)
    assert "refresh_token" not in tokens
    key = jwt.PyJWKClient(f"{served.url}/jwks").get_signing_key_from_jwt(tokens["access_token"])
    claims = jwt.decode(tokens["access_token"], key, ["ES256"], audience="standing", issuer=served.url)
    assert (claims["sub"], claims["client_id"], claims["roles"]) == ("standing", "standing", ["system"])
    assert claims["exp"] - claims["iat"] == 5


def test_name_and_secret_in_the_header_are_form_encoded(served: Issuer) -> None:
    answer = ask(served, basic("odd.one", "p%3Ass+w%C3%B6rd%25%26%2B"))
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["roles"], claims["tenant"]) == ("odd.one", ["service", "system"], "north")
    assert answer.headers["cache-control"] == "no-store"
    assert ask(served, client_id="odd.one", client_secret=ODD.secret).status_code == 200
    scheme, _, encoded = basic("odd.one", "p%3Ass+w%C3%B6rd%25%26%2B")["Authorization"].partition(" ")
    assert ask(served, {"Authorization": f"{scheme} {encoded[:4]}?{encoded[4:]}"}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {}),
        ({}, {"client_id": "standing"}),
        ({}, {"client_id": "standing", "client_secret": "wrong"}),
        ({}, {"client_id": "nobody", "client_secret": "wrong"}),
        ({}, {"client_id": "standing-cli", "client_secret": "anything"}),
        (basic("standing", "wrong"), {}),
        (basic("standing", ""), {}),
        (basic("standing-cli", "anything"), {}),
        ({"Authorization": "Basic ???"}, {}),
        ({"Authorization": "Basic c3RhbmRpbmc="}, {}),
        ({"Authorization": "Basic /////w=="}, {}),
        ({"Authorization": "Bearer x"}, {"client_id": "standing"}),
    ],
)
def test_a_client_that_does_not_prove_itself_is_refused(
    served: Issuer, headers: dict[str, str], form: dict[str, str]
) -> None:
    answer = ask(served, headers, **form)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


def test_a_public_client_library_reports_a_wrong_secret(served: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # loopback
    session = OAuth2Session(client=BackendApplicationClient("standing"))
    with pytest.raises(InvalidClientError):
        session.fetch_token(f"{served.url}/token", auth=("standing", "wrong"))


def test_a_client_proves_itself_in_one_way(served: Issuer) -> None:
    secret = served.client("standing").secret
    for form in ({"client_secret": secret}, {"client_id": "odd.one"}):
        answer = ask(served, basic("standing", secret), **form)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "password", "username": "li.wei", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "guessed.token"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": "x", "code_verifier": "x"}, "invalid_grant"),
    ],
)
def test_what_a_public_client_may_not_or_cannot_have_is_an_error(
    served: Issuer, form: dict[str, str], error: str
) -> None:
    answer = httpx.post(f"{served.url}/token", data={"client_id": "standing-cli", **form})
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_body_that_is_no_form_or_too_large_a_one_is_refused(served: Issuer) -> None:
    answer = httpx.post(f"{served.url}/token", json={"grant_type": "client_credentials"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    answer = ask(served, client_id="x" * 70_000)
    assert (answer.status_code, answer.json()["error"]) == (413, "invalid_request")
    assert httpx.get(f"{served.url}/token").status_code == 405


def test_a_name_of_another_machine_is_not_answered(served: Issuer) -> None:
    for host, status in (("127.0.0.1", 200), ("localhost", 200), ("evil.example", 400)):
        assert httpx.get(f"{served.url}/jwks", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:8001", True),
        ("http://localhost:5173", True),
        ("https://evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("null", False),
    ],
)
def test_scripts_of_this_machine_may_read_answers_and_no_others(served: Issuer, origin: str, allowed: bool) -> None:
    answer = httpx.get(f"{served.url}/jwks", headers={"Origin": origin})
    assert answer.headers.get("access-control-allow-origin") == (origin if allowed else None)
    for path, method in (("userinfo", "GET"), ("token", "POST")):
        preflight = {
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization",
        }
        assert (httpx.options(f"{served.url}/{path}", headers=preflight).status_code == 200) is allowed
