"""Roles are the policies of the services; wherever else they are listed, they are the same.

A role that is misspelt somewhere grants nothing there, and nobody sees why.
"""

import json
import re
from pathlib import Path

import pytest

from chassis.roles import RUNNING, Roles
from standing.fault import Fault
from standing.people import CLIENTS, PEOPLE
from standing.services import ALL
from standing.token_command import made
from standing_parts.issuer import Issuer

ROOT = Path(__file__).parents[2]
BY_SERVICE = {
    service.name: frozenset(role for kind in service.policies if issubclass(kind, Roles) for role in kind().roles)
    for service in ALL
}
EVERY = frozenset[str]().union(*BY_SERVICE.values())
OF_PROGRAMS = {"system"}
"""Of an ERP or MES, which is no program of a home."""


def differences(listed: set[str] | frozenset[str], where: str) -> list[str]:
    """One sentence for each role that is in one of both alone."""
    return [
        *(f"{where} has the role {role}, which no policy of a service names." for role in sorted(listed - EVERY)),
        *(f"{where} lacks the role {role}, which the policies name." for role in sorted(EVERY - listed)),
    ]


def test_a_difference_is_named() -> None:
    [misspelt, lacking] = differences((EVERY - {"buyer"}) | {"buyr"}, "a list")
    assert misspelt == "a list has the role buyr, which no policy of a service names."
    assert lacking == "a list lacks the role buyer, which the policies name."


@pytest.mark.parametrize("service", BY_SERVICE)
def test_each_service_has_the_roles_of_running_it_and_no_role_of_people_that_notices_do_not_know(service: str) -> None:
    assert set(RUNNING) <= BY_SERVICE[service]
    alone = BY_SERVICE[service] - BY_SERVICE["notify-svc"]
    assert not alone, f"{service} alone has {sorted(alone)}: everybody of the company reads notices"


def test_the_table_of_the_documentation_has_them_all() -> None:
    text = (ROOT / "docs" / "securing.md").read_text(encoding="utf-8")
    [table] = re.findall(r"^\| role \| \|\n\|---\|---\|\n((?:\|.*\n)+)", text, re.M)
    listed = {role for line in table.splitlines() for role in re.findall(r"`([^`]+)`", line.split("|")[1])}
    assert differences(listed, "docs/securing.md") == []


def test_the_realm_of_keycloak_has_them_all() -> None:
    realm = json.loads((ROOT / "tests" / "keycloak" / "realm.json").read_text(encoding="utf-8"))
    assert differences({role["name"] for role in realm["roles"]["realm"]}, "tests/keycloak/realm.json") == []
    held = {role for user in realm["users"] for role in user.get("realmRoles", ())}
    assert held <= EVERY, held - EVERY


def test_somebody_of_a_home_has_each_of_them() -> None:
    held = {role for each in (*PEOPLE, *CLIENTS) for role in each.roles}
    assert differences(held | OF_PROGRAMS, "deploy/standing/src/standing/people.py") == []


def test_a_token_is_printed_for_each_of_them_and_another_role_is_refused_with_all_of_them(tmp_path: Path) -> None:
    issuer = Issuer.start(tmp_path / "issuer", PEOPLE, CLIENTS)
    try:
        for role in EVERY:
            assert made(tmp_path, role, {"supplier_id": ["S-1"]} if role == "partner" else {}, 5)
        with pytest.raises(Fault) as refused:
            made(tmp_path, "buyr", {}, 5)
    finally:
        issuer.stop()
    [named] = re.findall(r"Roles: (.*?)\. People", str(refused.value))
    assert differences(set(named.split(", ")), "standing token --as") == []


def pages() -> list[Path]:
    return [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").rglob("README.md")]


def test_examples_ask_for_a_token_of_a_role_or_a_person_that_there_is() -> None:
    known = EVERY | {person.subject for person in PEOPLE}
    asked = {(page.name, role) for page in pages() for role in re.findall(r"--as ([a-z][a-z.-]*)", page.read_text())}
    assert asked, "there are examples"
    assert [each for each in sorted(asked) if each[1] not in known] == []
