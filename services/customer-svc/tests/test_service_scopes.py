"""Data scopes over HTTP: a person is shown the customers in its reach, by every list and every question."""

from datetime import UTC, datetime

import httpx

from chassis.runtime import Runtime
from chassis.testing.client import bearer
from chassis.testing.passing import pass_until
from standing_parts.issuer import Issuer

from .running import JANUARY, ask, merged_and_ordered, order, send

ACCESS = {
    "departments": {"sales": None, "east": "sales", "west": "sales"},
    "roles": {
        "seller": {"scope": "own", "operations": ["read"]},
        "manager": {"scope": "department", "operations": ["read"]},
        "director": {"scope": "department_and_below", "operations": ["read"]},
        "auditor": {"scope": "all", "operations": ["read"]},
    },
    "people": {
        "li.na": {"department": "east", "role": "seller"},
        "han.lei": {"department": "east", "role": "manager"},
        "wang.fang": {"department": "west", "role": "seller"},
        "zhou.min": {"department": "sales", "role": "director"},
        "sales-desk": {"department": "west", "role": "seller"},
        "guo.wei": {"department": "sales", "role": "auditor"},
    },
}
REACHED = {
    "li.na": {"C-1"},
    "han.lei": {"C-1"},
    "wang.fang": {"C-2", "C-2b"},
    "zhou.min": {"C-1", "C-2", "C-2b", "C-9"},
    "sales-desk": {"C-9"},
    "guo.wei": {"C-1", "C-2", "C-2b", "C-9"},
    "stranger": set[str](),
}
"""li.na has C-1, wang.fang C-2, which C-2b was merged into; C-9 was registered by nobody, so it is the sales desk's."""


async def told_of_several_owners(client: httpx.AsyncClient) -> None:
    await merged_and_ordered(client)
    await send(client, "POST", "/v1/orders", order(30, "C-9", JANUARY, 100))
    for customer_id, owner_id in (("C-1", "li.na"), ("C-2", "wang.fang")):
        file = {"customer_id": customer_id, "name": customer_id, "owner_id": owner_id, "registered_on": "2024-01-01"}
        await send(client, "POST", "/v1/customers", file)
        account = {"owner_id": owner_id, "sponsor_id": "zhou.min", "emphasis": "price", "because": "large"}
        await send(client, "PUT", f"/v1/customers/{customer_id}/key-account", {**account, "on": "2024-01-05"})
    for customer_id in ("C-1", "C-2b", "C-9"):
        answer = {"survey_id": f"S-{customer_id}", "customer_id": customer_id, "answered_on": "2024-02-01"}
        await send(client, "POST", "/v1/surveys", {**answer, "kind": "rating", "answers": {"rating": "3"}})
        complaint = {"complaint_id": f"CP-{customer_id}", "customer_id": customer_id, "topic": "transport"}
        outcome = {"severity": "general", "description": "came too late", "owner_id": "agent"}
        await send(client, "POST", "/v1/complaints", {**complaint, **outcome, "at": "2024-02-01T02:00:00Z"})
        sale = {"opportunity_id": f"OP-{customer_id}", "customer_id": customer_id, "name": "caps", "owner_id": "agent"}
        worth = {"amount": "800", "currency": "CNY", "expected_on": "2024-09-30", "on": "2024-02-01"}
        await send(client, "POST", "/v1/opportunities", {**sale, **worth})


async def test_a_person_is_shown_the_customers_in_its_reach_by_every_list_and_a_system_all(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await told_of_several_owners(client)
    await pass_until(service, datetime(2024, 6, 1, 1, tzinfo=UTC))
    published = {"document": ACCESS, "effective_from": "2024-01-01", "reason": "who is where"}
    answer = await client.put("/v1/policies/access", json=published, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text

    for path in ("customers", "orders", "surveys", "complaints", "opportunities", "relationships", "retentions"):
        everything = (await ask(client, f"/v1/{path}?limit=100"))["items"]
        assert len({row["customer_id"] for row in everything}) > 1 or path == "retentions", path
        for person, reached in REACHED.items():
            shown = (await ask(client, f"/v1/{path}?limit=100", person))["items"]
            assert shown == [row for row in everything if row["customer_id"] in reached], (path, person)
    for person, reached in REACHED.items():
        lines = (await ask(client, "/v1/reports/abc?currency=CNY&as_of=2024-02-29", person))["customers"]
        assert {line["customer_id"] for line in lines} == reached - {"C-2b"}
        first = await ask(client, "/v1/reports/top?currency=CNY&as_of=2024-02-29&limit=1", person)
        assert [row["customer_id"] for row in first["items"]] == sorted(reached)[:1]
        report = await ask(client, "/v1/reports/key-accounts", person)
        assert report["key_account_count"] == len(reached & {"C-1", "C-2"})
        assert (await ask(client, "/v1/reports/satisfaction", person))["answer_count"] == len(
            reached & {"C-1", "C-2b", "C-9"}
        )

    lines = (await ask(client, "/v1/reports/abc?currency=CNY&as_of=2024-02-29", "wang.fang"))["customers"]
    assert [(line["customer_id"], line["cumulative"]) for line in lines] == [("C-2", "98.86")]
    by_owner = await ask(client, "/v1/reports/customers?by=owner_id", "li.na")
    assert by_owner == {"items": [{"owner_id": "li.na", "customer_count": 1}], "next": None}
    refused = await client.get("/v1/customers/C-2b/value?currency=CNY", headers={"X-Actor": "li.na"})
    assert (refused.status_code, refused.json()["detail"]) == (
        403, "li.na may not read customer C-2: its owner is wang.fang, and it is not shared for that.",
    )  # fmt: skip
    assert (await client.get("/v1/orders/O-21", headers={"X-Actor": "li.na"})).status_code == 403
    assert (await ask(client, "/v1/complaints/CP-C-2b", "wang.fang"))["customer_id"] == "C-2b"


async def test_only_who_has_the_right_to_everybody_reads_all_and_in_a_persons_name_no_more_than_the_person(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    await told_of_several_owners(client)
    published = {"document": ACCESS, "effective_from": "1970-01-01", "reason": "who is where"}
    answer = await client.put("/v1/policies/access", json=published, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text

    async def reads(subject: str, *roles: str, of: str | None = None) -> set[str]:
        headers = {**bearer(issuer.token(subject, roles)), **({"X-Actor": of} if of else {})}
        answer = await client.get("/v1/orders?limit=100", headers=headers)
        assert answer.status_code == 200, answer.text
        return {row["customer_id"] for row in answer.json()["items"]}

    everybody = {"C-1", "C-2", "C-2b", "C-9"}
    assert await reads("erp", "system") == everybody
    assert await reads("iris.vale", "auditor") == everybody
    assert await reads("erp", "system", "delegate", of="li.na") == {"C-1"}
    assert await reads("li.na", "salesperson") == {"C-1"}, "the header left out opens nothing"
    assert await reads("stranger", "salesperson") == set()
    headers = {**bearer(issuer.token("li.na", ["salesperson"])), "X-Actor": "zhou.min"}
    refused = await client.get("/v1/orders", headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-in-that-name")
