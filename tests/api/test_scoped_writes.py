"""Every route of every service that writes: whoever has customers of their own writes about no other's. New routes are covered by
themselves: one that has no request in ``scoped_writes`` fails here.
"""

from typing import Any

import httpx
import pytest

from chassis.testing.client import app_of, bearer, client_of
from customer_svc.policies.access import AccessPolicy
from customer_svc.service import SERVICE
from standing.services import ALL
from standing_parts.issuer import Issuer

from .scoped_writes import BODIES, CUSTOMER, IDS, KNOWN, OF_SEVERAL, OTHER_ID, complaint, file, opportunity
from .test_rights import guards

OPERATIONS = ["read", "create", "change", "delete", "share", "assign"]
ACCESS = {
    "departments": {"sales": None},
    "roles": {"seller": {"scope": "own", "operations": OPERATIONS}, "reader": {"scope": "own", "operations": ["read"]}},
    "people": {
        "li.na": {"department": "sales", "role": "seller"},
        "wang.fang": {"department": "sales", "role": "seller"},
        "guo.wei": {"department": "sales", "role": "reader"},
    },
}
WRITING = [key for key in guards(SERVICE) if key[0] != "GET"]


@pytest.fixture
async def client(start_service: Any) -> Any:
    """A client of customer-svc where C-1 is li.na's and C-2, with all that there is of it, wang.fang's."""
    running = await start_service(SERVICE, roles=frozenset({"http", "project"}))
    async with client_of(app_of(running)) as opened:
        for path, body in (*KNOWN, ("/v1/customers", file("C-1", "li.na"))):
            answer = await opened.post(path, json=body)
            assert answer.status_code < 300, answer.text
            opened.headers["Consistency-Token"] = answer.headers["Consistency-Token"]
        published = {"document": ACCESS, "effective_from": "1970-01-01", "reason": "who is where"}
        answer = await opened.put("/v1/policies/access", json=published, headers={"If-Match": '"1"'})
        assert answer.status_code == 200, answer.text
        yield opened


async def asked(client: httpx.AsyncClient, person: str, method: str, path: str) -> httpx.Response:
    body = BODIES[f"{method} {path}"]
    for name, value in IDS.items():
        path = path.replace(f"{{{name}}}", value)
    return await client.request(method, path, json=body, headers={"X-Actor": person})


def test_customers_alone_are_divided_among_people() -> None:
    """In the other services a person has a right for all partners or for none; the partners themselves are bound by ``test_rights``."""
    assert [each.name for each in ALL if AccessPolicy in each.policies] == [SERVICE.name]


def test_a_request_is_known_for_each_route_that_writes() -> None:
    routes = {f"{method} {path}" for method, path in WRITING}
    assert routes - OF_SEVERAL == set(BODIES)


async def test_about_anothers_customer_nothing_is_written_on_any_route(client: httpx.AsyncClient) -> None:
    before = (await client.get("/v1/log?partition=0&limit=1000")).json()
    for route in BODIES:
        method, _, path = route.partition(" ")
        for person in ("li.na", "guo.wei", "stranger"):
            answer = await asked(client, person, method, path)
            assert answer.status_code == 403, (person, route, answer.text)
            for name in (CUSTOMER, "wang.fang"):
                assert name not in answer.json()["detail"], (person, route, answer.text)
    assert (await client.get("/v1/log?partition=0&limit=1000")).json() == before


async def test_the_owner_is_let_in_by_each_of_these_routes(client: httpx.AsyncClient) -> None:
    """Whatever a rule then says to it: the walk above is refused for its reach, not for its requests."""
    for route in BODIES:
        method, _, path = route.partition(" ")
        if OTHER_ID in str(BODIES[route]):
            continue  # merging takes a reach to both
        answer = await asked(client, "wang.fang", method, path)
        assert answer.status_code in (200, 201, 404, 409, 422), (route, answer.text)
        assert answer.json().get("type") != "/problems/invalid-input", (route, answer.text)


async def test_a_merge_takes_a_reach_to_both_customers(client: httpx.AsyncClient) -> None:
    merge = {"because": "one tax number", "merged_on": "2024-02-01"}
    for survivor, merged in (("C-1", CUSTOMER), (CUSTOMER, "C-1")):
        answer = await client.post(
            f"/v1/customers/{survivor}/merges", json={**merge, "merged_id": merged}, headers={"X-Actor": "li.na"}
        )
        assert answer.status_code == 403, answer.text


async def test_a_write_cannot_be_dated_before_anybody_was_named(client: httpx.AsyncClient) -> None:
    """The reach is that of today: the day of a request is the caller's own word."""
    early = {"changed_on": "1960-01-01", "name": "mine"}
    answer = await client.patch(f"/v1/customers/{CUSTOMER}/file", json=early, headers={"X-Actor": "li.na"})
    assert answer.status_code == 403, answer.text


async def test_the_owner_of_a_complaint_works_on_it_whoever_has_the_customer(client: httpx.AsyncClient) -> None:
    for path, body in (("complaints", complaint("CP-7")), ("opportunities", opportunity("OP-7"))):
        answer = await client.post(f"/v1/{path}", json={**body, "owner_id": "li.na"})
        assert answer.status_code == 200, answer.text
    mine = {"X-Actor": "li.na"}
    work = await client.post("/v1/complaints/CP-7/work", json={"at": "2024-02-02T02:00:00Z"}, headers=mine)
    won = {"stage": "won", "because": "signed", "on": "2024-02-02"}
    moved = await client.post("/v1/opportunities/OP-7/stage", json=won, headers=mine)
    assert (work.status_code, moved.status_code) == (200, 200), (work.text, moved.text)


async def test_a_system_writes_about_everybody_and_in_a_persons_name_no_more_than_the_person(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    body = BODIES["POST /v1/orders"]
    for roles, headers, status in ((["system", "delegate"], {"X-Actor": "li.na"}, 403), (["system"], {}, 200)):
        sent = {**bearer(issuer.token("erp", roles)), **headers}
        answer = await client.post("/v1/orders", json=body, headers=sent)
        assert answer.status_code == status, answer.text
