"""A customer's own token: what it may say of a complaint, and what it is told of others."""

from typing import Any

import httpx
import pytest

from chassis.testing.client import bearer
from standing_parts.issuer import Issuer

from .running import JANUARY, merged_and_ordered, order, send

COMPLAINT = {
    "complaint_id": "CP-1", "customer_id": "C-1", "topic": "transport", "severity": "general", "description": "came too late",
}  # fmt: skip


@pytest.fixture
async def partner(client: httpx.AsyncClient, issuer: Issuer) -> dict[str, str]:
    """The headers of C-1, where C-1 has the order O-0 and C-9 the order O-30."""
    await merged_and_ordered(client)
    await send(client, "POST", "/v1/orders", order(30, "C-9", JANUARY, 100))
    return bearer(issuer.token("them", ["partner"], partner={"customer_id": ["C-1"]}))


async def opened(client: httpx.AsyncClient, partner: dict[str, str], **more: Any) -> httpx.Response:
    return await client.post("/v1/complaints", json={**COMPLAINT, **more}, headers=partner)


@pytest.mark.parametrize(("field", "value"), [("at", "2020-01-01T00:00:00Z"), ("owner_id", "li.na")])
async def test_a_partner_says_neither_when_it_was_received_nor_who_answers_for_it(
    client: httpx.AsyncClient, partner: dict[str, str], field: str, value: str
) -> None:
    refused = await opened(client, partner, **{field: value})
    assert (refused.status_code, refused.json()["detail"]) == (
        403, f"A partner's token does not set {field}; leave it out, it is set when the complaint is received.",
    )  # fmt: skip


async def test_a_partner_names_an_order_of_its_own_and_learns_nothing_of_others(
    client: httpx.AsyncClient, partner: dict[str, str]
) -> None:
    sentences = set()
    for order_id in ("O-30", "O-404"):
        refused = await opened(client, partner, order_id=order_id)
        assert refused.status_code == 422, refused.text
        sentences.add(refused.json()["detail"].replace(order_id, "it"))
    assert sentences == {"order_id: customer C-1 has no order it; leave it out or name one of yours."}
    taken = await opened(client, partner, order_id="O-0")
    assert taken.status_code == 200, taken.text
    assert (await opened(client, partner, order_id="O-0")).json()["events"] == [], "a repeat records nothing"


async def test_once_the_policy_names_people_a_partner_still_has_what_is_its_own(
    client: httpx.AsyncClient, partner: dict[str, str]
) -> None:
    """Scopes divide customers among the company's people; a partner is bound by its token."""
    people = {"li.na": {"department": "sales", "role": "seller"}}
    roles = {"seller": {"scope": "own", "operations": ["read"]}}
    document = {"departments": {"sales": None}, "roles": roles, "people": people}
    published = {"document": document, "effective_from": "1970-01-01", "reason": "who is where"}
    answer = await client.put("/v1/policies/access", json=published, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    taken = await opened(client, partner)
    assert taken.status_code == 200, taken.text
    shown = await client.get(
        "/v1/complaints?customer_id=C-1",
        headers={**partner, "Consistency-Token": taken.headers["Consistency-Token"]},
    )
    assert [each["complaint_id"] for each in shown.json()["items"]] == ["CP-1"]
