"""An installation asks everybody who they are: people by the token that the command prints, services and the command by their own."""

import asyncio
import json
import shutil
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from chassis.testing.waiting import eventually
from standing.cli import app
from standing.installation import Installation
from standing.issuing import FOLDER
from standing.running import STATE_FILE, Running
from standing.services import DoesNotAnswer

from .conftest import running

pytestmark = pytest.mark.parts
CUSTOMER = {"customer_id": "C-1", "name": "One", "owner_id": "chen", "registered_on": "2024-01-01"}


async def command(*words: str) -> tuple[int, str]:
    """The exit code, and all that was printed."""
    done = await asyncio.to_thread(CliRunner().invoke, app, words)
    return done.exit_code, done.output.strip()


async def test_people_services_and_the_command_come_in_by_tokens_and_nobody_else_does(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with running(home) as installation:
        await _by_the_printed_token(installation)
        await _the_command_says_what_it_lacks(home)
        await _services_ask_each_other(installation)
        await _the_secrets_are_in_the_home_alone(home)


async def _by_the_printed_token(installation: Installation) -> None:
    customers = installation.client("customer-svc").base_url + "/v1/customers"
    home = ("--home", str(installation.home))
    code, auditor = await command("token", "--as", "auditor", *home)
    assert code == 0, auditor
    code, chen = await command("token", "--as", "chen", *home)
    assert code == 0, chen
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        assert (await http.get(customers)).status_code == 401
        assert (await http.get(customers, headers=_bearer(auditor))).status_code == 200
        refused = await http.post(customers, json=CUSTOMER, headers=_bearer(auditor))
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/no-right")
        done = await http.post(customers, json=CUSTOMER, headers=_bearer(chen))
        assert done.status_code == 200, done.text
        in_anothers_name = {**_bearer(chen), "X-Actor": "guo"}
        refused = await http.post(customers, json=CUSTOMER, headers=in_anothers_name)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-in-that-name")


async def _the_command_says_what_it_lacks(home: Path) -> None:
    """The state of a home names the client as which the command asks; another one is refused with what to set."""
    assert (await command("parked", "summary", "--home", str(home)))[0] == 0
    running_now = Running.find(home)
    assert running_now.login["STANDING_CLIENT_ID"] == "standing"
    weaker = {
        **running_now.login,
        "STANDING_CLIENT_ID": "services",
        "STANDING_CLIENT_SECRET_FILE": str(home.absolute() / FOLDER / "secrets" / "services"),
    }
    state = (home / STATE_FILE).read_text()
    (home / STATE_FILE).write_text(json.dumps({**json.loads(state), "login": weaker}))
    code, printed = await command("parked", "summary", "--home", str(home))
    assert code == 2
    assert "services lacks the right" in printed
    assert "STANDING_CLIENT_SECRET_FILE name; it needs the roles administrator and delegate" in printed
    (home / STATE_FILE).write_text(state)


async def _services_ask_each_other(installation: Installation) -> None:
    """credit-svc reads the feed of customer-svc from the beginning, without Kafka, by the token of the services."""
    customer, credit = installation.client("customer-svc"), installation.client("credit-svc")
    heads = (await customer.progress())["heads"]
    assert sum(heads.values()) >= 1
    reading = await credit.settled({customer.service.topic: heads})
    assert reading["reached"], reading
    with pytest.raises(DoesNotAnswer, match="401"):
        async with httpx.AsyncClient(trust_env=False) as http:
            await type(credit)(credit.service, credit.base_url, http).get("/v1/log", partition=0)


async def _the_secrets_are_in_the_home_alone(home: Path) -> None:
    secrets = {file.name: file.read_text() for file in (home / FOLDER / "secrets").iterdir()}
    assert set(secrets) == {"standing", "services", "monitor"}
    written = (home / STATE_FILE).read_text() + "".join(log.read_text() for log in home.glob("*.log"))
    assert [name for name, secret in secrets.items() if secret in written] == []


async def test_a_home_that_never_had_an_issuer_gets_one_at_its_next_start_and_has_its_data(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = await Installation.start(home, "simulated", print)
    if not first.kafka.real:
        await first.discard()
        pytest.skip("needs a real broker: the mock cluster has none of the topics after a restart")
    try:
        customer = first.client("customer-svc")
        await customer.act("POST", "/v1/customers", CUSTOMER, "chen", "register")
    finally:
        await first.stop()
    shutil.rmtree(home / FOLDER)
    async with running(home) as second:
        customer = second.client("customer-svc")
        # The read model may have to catch up first.
        [row] = await eventually(lambda: customer.pages("/v1/files"), bool, within_s=60)
        assert row["customer_id"] == "C-1"
        code, token = await command("token", "--as", "auditor", "--home", str(home))
        assert code == 0, token


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
