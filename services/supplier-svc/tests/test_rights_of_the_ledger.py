"""Who may read persons in the ledger, who may approve a restricted partner, and that nobody signs for another: with real tokens."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from standing_parts.issuer import Issuer
from supplier_svc.policies.qualification import ALL_CLAUSES
from supplier_svc.service import SERVICE
from supplier_svc.supplier.state.qualification import GATES
from supplier_svc.testing import SURVEY

ROLES = {"bo": "buyer", "gao": "quality-manager", "audra": "auditor", "carl": "approver"}
APPROVER = ("supplier.*.read", "supplier.qualification.approve")
REGISTRATION = {
    "supplier_id": "S-1", "registered_on": "2024-01-02",
    "file": {"name": "Reddoit", "business_owner": "Canary Owner", "owner_phone": "+49 000 777"},
}  # fmt: skip


class People:
    """Each person sends with a token of their own."""

    def __init__(self, runtime: Any, clients: Mapping[str, httpx.AsyncClient]) -> None:
        self.runtime, self.clients = runtime, clients

    async def send(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        answer = await self.clients[who].request(method, path, json=body)
        await at_rest(self.runtime)
        return answer

    async def done(self, who: str, path: str, body: Any) -> None:
        answer = await self.send(who, "POST", path, body)
        assert answer.status_code < 300, answer.text


@pytest.fixture
async def people(start_service: Any, issuer: Issuer) -> AsyncIterator[People]:
    runtime = await start_service(SERVICE)
    await runtime.move_clock(datetime(2024, 1, 5, tzinfo=UTC))
    async with AsyncExitStack() as stack:
        app = app_of(runtime)
        tokens = {name: issuer.token(name, [role]) for name, role in ROLES.items()}
        tokens["root"] = issuer.token("root", ["administrator"])
        tokens["them"] = issuer.token("them", ["partner", "buyer"], partner={"supplier_id": "S-1"})
        clients = {name: await stack.enter_async_context(client_of(app, token=token)) for name, token in tokens.items()}
        yield People(runtime, clients)


async def test_persons_in_the_ledger_open_by_right_and_the_export_is_recorded(people: People) -> None:
    await people.done("bo", "/v1/suppliers", REGISTRATION)
    opened = (await people.send("bo", "GET", "/v1/partners/ledger?owner=canary")).json()["items"]
    assert [(row["applicant"], row["owner_name"], row["owner_phone"]) for row in opened] == [
        ("bo", "Canary Owner", "+49 000 777")
    ]
    closed = (await people.send("audra", "GET", "/v1/partners/ledger")).json()["items"]
    assert closed[0]["owner_name"].keys() == {"sealed", "subject", "key"}
    refused = await people.send("audra", "GET", "/v1/partners/ledger?owner=canary")
    assert (refused.status_code, "personal.open" in refused.json()["detail"]) == (403, True)
    for who, name in (("bo", "Canary Owner"), ("audra", "")):
        table = await people.send(who, "GET", "/v1/partners/ledger?format=csv")
        assert [row["owner_name"] for row in csv.DictReader(io.StringIO(table.text))] == [name]
    actions = (await people.send("root", "GET", "/v1/admin/actions?limit=500")).json()["items"]
    looks = [(each["actor"], each["action"]) for each in actions]
    assert {("bo", "report exported"), ("audra", "report exported"), ("bo", "personal.opened")} <= set(looks)
    assert (await people.send("them", "GET", "/v1/partners/ledger")).status_code == 403
    assert (await people.send("them", "GET", "/v1/partner-ratings")).status_code == 403


async def test_nobody_applies_or_rates_as_another(people: People) -> None:
    as_another = {**REGISTRATION, "applicant": "wu"}
    assert (await people.send("bo", "POST", "/v1/suppliers", as_another)).status_code == 403
    await people.done("bo", "/v1/suppliers", REGISTRATION)
    rating = {"rating": "C", "rated_on": "2024-01-05", "rated_by": "wu"}
    assert (await people.send("bo", "POST", "/v1/suppliers/S-1/ratings", rating)).status_code == 403


async def test_only_a_head_approves_a_restricted_partner_all_the_same(people: People) -> None:
    policy = (await people.send("root", "GET", "/v1/policies/roles")).json()
    roles = {"roles": {**policy["document"]["roles"], "approver": list(APPROVER)}}
    body = {"document": roles, "effective_from": "1900-01-01", "reason": "approvals go to a clerk"}
    sent = await people.clients["root"].put("/v1/policies/roles", json=body, headers={"If-Match": '"1"'})
    assert sent.status_code < 300, sent.text
    await people.done("bo", "/v1/suppliers", REGISTRATION)
    await people.done("gao", "/v1/suppliers/S-1/certificates", {
        "certificate_id": "uscc", "kind": "unified_social_credit_code", "number": "91350100M000100Y43",
        "holder": "Reddoit", "valid_to": "2030-01-01",
    })  # fmt: skip
    await people.done("gao", "/v1/suppliers/S-1/reviews", {"reviewed_on": "2024-01-03"})
    for gate in GATES:
        body = {"gate": gate, "outcome": "passed", "decided_on": "2024-01-04", "evidence": ["report"]}
        if gate == "survey":
            body["survey"] = SURVEY.model_dump(mode="json")
        await people.done("gao", "/v1/suppliers/S-1/gates", body)
    for kind in ("supply", "quality_assurance", "after_sales"):
        await people.done("bo", "/v1/suppliers/S-1/contracts", {
            "contract_id": kind, "kind": kind, "clauses": list(ALL_CLAUSES), "starts_on": "2024-01-01",
            "ends_on": "2025-01-01",
        })  # fmt: skip
    await pass_until(people.runtime, datetime(2024, 1, 6, tzinfo=UTC))
    restricted = {"rating": "D", "rated_on": "2024-01-05", "because": "it is slow to answer"}
    await people.done("gao", "/v1/suppliers/S-1/ratings", restricted)
    approval = {"approved_on": "2024-01-06", "because": "all gates passed", "despite": "the only maker of the part"}
    sentence = "S-1 is rated D; a head must say why it is approved all the same."
    for who, body in (("carl", approval), ("root", {**approval, "despite": None})):
        refused = await people.send(who, "POST", "/v1/suppliers/S-1/approval", body)
        assert (refused.status_code, refused.json()["detail"]) == (409, sentence), refused.text
    await people.done("root", "/v1/suppliers/S-1/approval", approval)
