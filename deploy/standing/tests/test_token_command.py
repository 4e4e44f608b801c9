"""``standing token``: what it prints opens a service of that home, for that role, for that long."""

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
from typer.testing import CliRunner, Result

from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from standing.cli import app
from standing.people import CLIENTS, PEOPLE
from standing.services import ALL
from standing_parts.issuer import Issuer

Start = Callable[..., Awaitable[Runtime]]
CREDIT = next(service for service in ALL if service.name == "credit-svc")


@dataclass(frozen=True)
class Home:
    path: Path
    issuer: Issuer

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, ["token", *arguments, "--home", str(self.path)])

    def token(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        assert done.stdout.count("\n") == 1, "only the token is printed"
        return done.stdout.strip()

    def claims(self, *arguments: str) -> dict[str, object]:
        """What the printed token says."""
        found: dict[str, object] = jwt.decode(self.token(*arguments), options={"verify_signature": False})
        return found


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    issuer = Issuer.start(tmp_path / "issuer", PEOPLE, CLIENTS)
    yield Home(tmp_path, issuer)
    issuer.stop()


async def test_a_printed_token_opens_what_its_role_may_and_nothing_else(start_service: Start, home: Home) -> None:
    runtime = await start_service(CREDIT, auth_issuer=home.issuer.url)
    body = {"document": {}, "effective_from": "2025-01-01", "reason": "tried"}
    async with client_of(app_of(runtime), token=home.token("--as", "auditor")) as http:
        me = (await http.get("/v1/me")).json()
        assert (me["subject"], me["roles"], me["verified"]) == ("auditor", ["auditor"], True)
        assert (await http.get("/v1/policies")).status_code == 200
        refused = await http.put("/v1/policies/limits", json=body, headers={"If-Match": '"1"'})
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/no-right")
    async with client_of(app_of(runtime), token=home.token("--as", "sun")) as http:
        me = (await http.get("/v1/me")).json()
        assert (me["subject"], me["name"], me["roles"]) == ("sun", "Sun Yi", ["head-of-credit"])
    async with client_of(app_of(runtime), token="") as http:
        assert (await http.get("/v1/me")).status_code == 401


async def test_a_token_of_another_home_is_not_taken(start_service: Start, home: Home) -> None:
    runtime = await start_service(CREDIT)
    async with client_of(app_of(runtime), token=home.token("--as", "administrator")) as http:
        answer = await http.get("/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-not-accepted")


def test_a_partner_is_bound_to_the_ids_that_are_named(home: Home) -> None:
    arguments = ("--partner", "supplier_id=S-015", "--partner", "supplier_id=S-016", "--partner", "customer_id=C-007")
    claims = home.claims("--as", "partner", *arguments)
    assert claims["roles"] == ["partner"]
    assert claims["partner"] == {"supplier_id": ["S-015", "S-016"], "customer_id": ["C-007"]}
    assert claims["sub"] == "partner-S-015-S-016-C-007", "partners are told apart"
    assert home.claims("--as", "supplier.s-001")["partner"] == {"supplier_id": ["S-001"]}
    assert "partner" not in home.claims("--as", "auditor")


def test_a_partner_who_is_not_named_is_asked_for(home: Home) -> None:
    done = home.run("--as", "partner")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("Whose partner? Name it, as --partner supplier_id=S-015")
    done = home.run("--as", "partner", "--partner", "S-015")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "'S-015' names no partner; write --partner supplier:S-015, --partner supplier_id=S-015"
    )


def test_an_unknown_role_is_refused_with_those_that_there_are(home: Home) -> None:
    done = home.run("--as", "emperor")
    assert (done.exit_code, done.stdout) == (2, ""), "nothing goes into the header of a request"
    assert done.stderr.startswith("There is no role 'emperor'. Roles: administrator, auditor, ")
    assert "credit-controller" in done.stderr
    assert "People: li, shen, " in done.stderr


def test_a_home_without_an_issuer_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["token", "--as", "auditor", "--home", str(tmp_path)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"No local issuer was ever started in {tmp_path}")


def test_a_token_lives_an_hour_or_as_long_as_is_said_and_no_longer_than_a_day(home: Home) -> None:
    assert home.claims("--as", "auditor")["exp"] == pytest.approx(time.time() + 3600, abs=30)
    assert home.claims("--as", "auditor", "--for", "1440")["exp"] == pytest.approx(time.time() + 86_400, abs=30)
    assert home.run("--as", "auditor", "--for", "1441").exit_code == 2
    assert home.run("--as", "auditor", "--for", "0").exit_code == 2
