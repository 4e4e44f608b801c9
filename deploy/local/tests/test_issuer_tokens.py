"""Tokens of the local issuer as a service checks them: by the published keys, over HTTP, with PyJWT."""

from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from standing_parts import PartError
from standing_parts.issuer import Client, Issuer, Person
from standing_parts.issuer.keys import LONGEST_LIFETIME_S, Keys, thumbprint

LI = Person("li.wei", "Li Wei", ("buyer", "quality-engineer"), department="castings")
SUPPLIER = Person("s-015", "Foundry", ("partner",), partner={"supplier_id": ["S-015"]}, tenant="north")
SYSTEM = Client("standing", roles=("system",))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Issuer]:
    issuer = Issuer.start(tmp_path / "issuer", [LI, SUPPLIER], [SYSTEM])
    yield issuer
    issuer.stop()


def checked(issuer: Issuer, token: str, audience: str = "standing") -> dict[str, Any]:
    """The claims of a token, checked as a service checks it: discovery, key set, signature, issuer, audience, times."""
    metadata = httpx.get(f"{issuer.url}/.well-known/openid-configuration").json()
    assert metadata["issuer"] == issuer.url
    key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    claims: dict[str, Any] = jwt.decode(token, key, ["ES256"], audience=audience, issuer=issuer.url)
    assert {"iss", "aud", "sub", "client_id", "iat", "exp", "jti"} <= claims.keys()
    return claims


def test_a_token_of_a_person_carries_who_it_is_and_what_they_are(running: Issuer) -> None:
    token = running.token("li.wei")
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    claims = checked(running, token)
    assert claims["sub"] == "li.wei"
    assert claims["client_id"] == "standing-cli"
    assert claims["roles"] == ["buyer", "quality-engineer"]
    assert (claims["name"], claims["tenant"], claims["department"]) == ("Li Wei", "default", "castings")
    assert claims["exp"] - claims["iat"] == 900
    assert "partner" not in claims
    assert claims["jti"] != checked(running, running.token("li.wei"))["jti"]


def test_a_token_of_a_partner_is_bound_to_its_ids(running: Issuer) -> None:
    claims = checked(running, running.token("s-015"))
    assert claims["partner"] == {"supplier_id": ["S-015"]}
    assert claims["tenant"] == "north"


def test_roles_and_claims_that_are_named_replace_those_that_are_known(running: Issuer) -> None:
    claims = checked(running, running.token("li.wei", ["auditor"], client_id="erp", tenant="south", name=None))
    assert (claims["roles"], claims["client_id"], claims["tenant"]) == (["auditor"], "erp", "south")
    assert "name" not in claims


def test_somebody_unknown_has_the_roles_that_are_named_and_no_others(running: Issuer) -> None:
    assert checked(running, running.token("nobody"))["roles"] == []
    assert checked(running, running.token("nobody", ["buyer"]))["roles"] == ["buyer"]


def test_a_token_of_a_client_is_of_that_client(running: Issuer) -> None:
    claims = checked(running, running.token("standing"))
    assert (claims["sub"], claims["client_id"], claims["roles"]) == ("standing", "standing", ["system"])


def test_an_expired_token_can_be_had_and_is_refused(running: Issuer) -> None:
    token = running.token("li.wei", lifetime_s=-1)
    with pytest.raises(jwt.ExpiredSignatureError):
        checked(running, token)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["iat"] <= claims["exp"]


def test_no_token_outlives_the_key_that_signed_it(running: Issuer) -> None:
    with pytest.raises(ValueError, match="No token lives longer than 86400 s"):
        running.token("li.wei", lifetime_s=LONGEST_LIFETIME_S + 1)


def test_keys_and_address_survive_a_restart(tmp_path: Path) -> None:
    first = Issuer.start(tmp_path, [LI])
    token, url = first.token("li.wei"), first.url
    first.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/jwks")
    second = Issuer.start(tmp_path, [LI])
    assert second.url == url
    assert checked(second, token)["sub"] == "li.wei"
    second.stop()
    second.start_again()
    assert checked(second, token)["sub"] == "li.wei"
    second.stop()


def test_a_caller_that_never_finishes_does_not_hold_up_the_end(running: Issuer) -> None:
    with socket.create_connection(("127.0.0.1", int(running.url.rpartition(":")[2]))) as caller:
        form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100"
        caller.sendall(b"POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n" + form + b"\r\n\r\n")
        assert b"100 Continue" in caller.recv(100)  # so it is at work on this request
        threads = [each for each in threading.enumerate() if each.name == f"local-issuer {running.url}"]
        running.stop()
        assert len(threads) == 1
        assert not threads[0].is_alive()
    running.stop()


def test_a_port_can_be_named_and_one_that_is_taken_is_an_error(tmp_path: Path, running: Issuer) -> None:
    port = int(running.url.rpartition(":")[2])
    with pytest.raises(PartError, match=f"cannot have port {port} of 127.0.0.1"):
        Issuer.start(tmp_path / "other", [LI], port=port)
    running.stop()
    other = Issuer.start(tmp_path / "other", [LI], port=port)
    assert other.url == running.url
    other.stop()


def test_after_a_rotation_new_tokens_have_the_new_key_and_old_ones_stay_valid(running: Issuer) -> None:
    before = running.token("li.wei")
    kid = running.rotate_keys()
    after = running.token("li.wei")
    assert jwt.get_unverified_header(after)["kid"] == kid != jwt.get_unverified_header(before)["kid"]
    assert checked(running, before)["sub"] == checked(running, after)["sub"] == "li.wei"


def test_tokens_live_as_long_as_was_said_when_it_was_started_again(running: Issuer) -> None:
    def lives_s() -> int:
        secret = running.client("standing").secret
        form = {"grant_type": "client_credentials", "client_id": "standing", "client_secret": secret}
        answer = httpx.post(f"{running.url}/token", data=form).raise_for_status().json()
        claims = checked(running, answer["access_token"])
        assert answer["expires_in"] == claims["exp"] - claims["iat"] == running.lifetime_s
        return running.lifetime_s

    before_s = lives_s()
    running.start_again(7)
    assert lives_s() == 7 != before_s
    running.start_again()
    assert lives_s() == 7


def test_a_former_key_leaves_the_set_when_no_token_of_it_can_be_valid(tmp_path: Path) -> None:
    time = 1_000_000.0
    keys = Keys(tmp_path, lambda: time)
    keys.make_missing()
    first = keys.signing().kid
    second = keys.rotate()
    time += LONGEST_LIFETIME_S - 1
    third = keys.rotate()
    assert [key["kid"] for key in keys.key_set()["keys"]] == [first, second, third]
    time += 1
    assert [key["kid"] for key in keys.key_set()["keys"]] == [second, third]
    time += LONGEST_LIFETIME_S
    assert [key["kid"] for key in keys.key_set()["keys"]] == [third]
    keys.rotate()
    assert len(json.loads((tmp_path / "keys.json").read_text())) == 2


def test_the_key_set_has_no_private_part_and_its_names_are_thumbprints(running: Issuer) -> None:
    (key,) = httpx.get(f"{running.url}/jwks").json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert key["kid"] == thumbprint(key)


def test_a_thumbprint_is_that_of_rfc_7638_for_the_key_of_rfc_7517() -> None:
    key = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }
    assert thumbprint(key) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"


def test_what_is_secret_can_be_read_by_its_owner_only(running: Issuer) -> None:
    assert stat.S_IMODE(running.folder.stat().st_mode) == 0o700
    for path in (running.folder / "keys.json", running.secret_file("standing"), running.folder / "directory.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    secret = running.client("standing").secret
    assert len(secret) >= 32
    assert secret == running.secret_file("standing").read_text().strip()
    assert secret not in repr(running.client("standing"))
    assert secret not in (running.folder / "directory.json").read_text()


def test_a_secret_that_was_made_stays_and_one_that_is_named_replaces_it(tmp_path: Path) -> None:
    def secret_with(client: Client) -> str:
        issuer = Issuer.start(tmp_path, [LI], [client])
        issuer.stop()
        return issuer.client("standing").secret

    made = secret_with(SYSTEM)
    assert secret_with(SYSTEM) == made
    assert secret_with(Client("standing", secret="named")) == "named"
    assert secret_with(SYSTEM) == "named"


def test_another_process_signs_with_the_keys_of_the_folder_while_the_issuer_runs(running: Issuer) -> None:
    other = Issuer.open(running.folder)
    assert checked(running, other.token("s-015"))["partner"] == {"supplier_id": ["S-015"]}
    assert other.people == running.people == (LI, SUPPLIER)
    assert other.client("standing") == running.client("standing")
    other.rotate_keys()
    assert checked(running, other.token("li.wei"))["sub"] == "li.wei"


def test_a_folder_where_no_issuer_was_started_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(PartError, match="No local issuer was ever started in"):
        Issuer.open(tmp_path)


@pytest.mark.parametrize(
    ("people", "clients", "why"),
    [
        ([LI, LI, Person("li.wei", "Li Two")], [], "'li.wei' is twice"),
        ([Person("standing", "Stan Ding")], [SYSTEM], "both a person and a client"),
        ([], [Client("../keys")], "cannot be a client_id"),
        ([], [SYSTEM, Client("standing", secret="x")], "'standing' is twice"),
    ],
)
def test_names_that_cannot_be_told_apart_are_an_error(
    tmp_path: Path, people: list[Person], clients: list[Client], why: str
) -> None:
    with pytest.raises(PartError, match=why):
        Issuer.start(tmp_path, people, clients)


@pytest.mark.parametrize("ask", [lambda one: one.client("erp"), lambda one: one.secret_file("erp")])
def test_an_unknown_client_is_an_error(running: Issuer, ask: Callable[[Issuer], object]) -> None:
    with pytest.raises(PartError, match="There is no client 'erp'"):
        ask(running)
    with pytest.raises(PartError, match="'standing-cli' is a public one and has no secret"):
        running.secret_file("standing-cli")


def test_the_issuer_of_the_tests_is_one_and_runs(issuer: Issuer) -> None:
    assert checked(issuer, issuer.token("eva.lind"))["roles"] == ["credit-controller"]
    assert {role for person in issuer.people for role in person.roles} >= {"buyer", "head-of-credit", "partner"}
