"""Ratings of partners on real PostgreSQL and Kafka, over HTTP: due, overdue, given, and what a D does to the shares."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from supplier_svc.service import SERVICE
from supplier_svc.testing import delivery


class Running:
    """The service, its clock and the way in over HTTP."""

    def __init__(self, runtime: Runtime, client: httpx.AsyncClient) -> None:
        self.runtime, self.client = runtime, client

    async def move_to(self, day: str) -> None:
        await pass_until(self.runtime, datetime.fromisoformat(day).replace(tzinfo=UTC))

    async def post(self, path: str, body: Any, expected: int = 200) -> Any:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == expected, answer.text
        await at_rest(self.runtime)
        return answer.json()

    async def items(self, path: str, **params: Any) -> list[dict[str, Any]]:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
async def running(start_service: Any) -> AsyncIterator[Running]:
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as client:
        yield Running(runtime, client)


async def test_a_rating_is_due_overdue_given_and_restricts_until_a_better_one(running: Running) -> None:
    await running.move_to("2025-01-02")
    for supplier_id in ("S-1", "S-2"):
        await running.post("/v1/suppliers/adoptions", {
            "supplier_id": supplier_id, "file": {"name": f"Works of {supplier_id}"}, "approved_on": "2025-01-01",
            "approved_by": "chen", "because": "traded since 2015",
        })  # fmt: skip
        fact = delivery(f"D-{supplier_id}", on="2025-01-02", supplier_id=supplier_id).delivery
        await running.post("/v1/deliveries", fact.model_dump(mode="json"))
    assert not await running.items("/v1/partner-ratings", status="due")

    await running.move_to("2025-04-02")
    due = await running.items("/v1/partner-ratings", status="due")
    assert [(row["supplier_id"], row["due_on"], row["suggested"]) for row in due] == [
        ("S-1", "2025-04-01", "C"), ("S-2", "2025-04-01", "C"),
    ]  # fmt: skip
    assert due[0]["factors"][0]["name"] == "standing"

    await running.move_to("2025-05-02")
    assert len(await running.items("/v1/partner-ratings", status="overdue")) == 2
    suggested = (await running.client.get("/v1/suppliers/S-1/ratings/suggestion")).json()
    assert (suggested["suggested"], suggested["as_of"]) == ("C", "2025-05-02")
    assert [each["code"] for each in suggested["sentences"]["factors.1.summary"]] == ["standing-insufficient"]
    rated = {"rating": "D", "rated_on": "2025-05-02", "rated_by": "wu"}
    early = await running.post("/v1/suppliers/S-1/ratings", {**rated, "rated_on": "2025-05-03"}, expected=422)
    assert early["detail"] == "rated_on: 2025-05-03 has not come yet; today is 2025-05-02."
    nobody = await running.post("/v1/suppliers/S-9/ratings", {**rated, "because": "a typing error"}, expected=404)
    assert nobody["detail"].startswith("There is no supplier S-9")
    refused = await running.post("/v1/suppliers/S-1/ratings", rated, expected=409)
    assert refused["detail"] == "The record of S-1 suggests C, not D; say why it is rated otherwise."
    await running.post("/v1/suppliers/S-1/ratings", {**rated, "because": "its books are closed to us"})
    await running.post("/v1/suppliers/S-2/ratings", {**rated, "rating": "C"})
    restricted = await running.items("/v1/partner-ratings", rating="D")
    assert [(row["supplier_id"], row["due_on"], row["status"]) for row in restricted] == [
        ("S-1", "2026-05-02", "current"),
    ]
    assert "no_prepayment" in restricted[0]["restrictions"]
    assert await shares(running) == {"S-1": 20, "S-2": 80}
    named = {"supplier_id": "S-1", "named_on": "2025-05-02", "because": "second source"}
    refused = await running.post("/v1/items/nut/sources", named, expected=409)
    assert refused["detail"] == "S-1 is rated D, restricted; it cannot become a source of another item."

    await running.post("/v1/suppliers/S-1/ratings", {**rated, "rating": "C"})
    assert await shares(running) == {"S-1": 50, "S-2": 50}


async def shares(running: Running) -> dict[str, Decimal]:
    answer = await running.client.get("/v1/items/bolt/allocation")
    return {each["supplier_id"]: Decimal(each["share_percent"]) for each in answer.json()["sources"]}
