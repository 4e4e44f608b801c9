"""Rewards and penalties on real PostgreSQL and Kafka, over HTTP: a share for a month, orders stopped and restored."""

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
from supplier_svc.testing import delivery, inspection


class Running:
    """The service, its clock and the way in over HTTP."""

    def __init__(self, runtime: Runtime, client: httpx.AsyncClient) -> None:
        self.runtime, self.client = runtime, client

    async def move_to(self, day: str) -> None:
        await pass_until(self.runtime, datetime.fromisoformat(day).replace(tzinfo=UTC))

    async def post(self, path: str, body: Any, expected: int = 200) -> Any:
        answer = await self.client.post(f"/v1/{path}", json=body)
        assert answer.status_code == expected, answer.text
        await at_rest(self.runtime)
        return answer.json()

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(f"/v1/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def shares(self, item_id: str) -> dict[str, str]:
        allocation = await self.get(f"items/{item_id}/allocation")
        return {
            each["supplier_id"]: f"{Decimal(each['share_percent']):f}".removesuffix(".00")
            for each in allocation["sources"]
        }


@pytest.fixture
async def running(start_service: Any) -> AsyncIterator[Running]:
    """S-1 is an A and S-2 a B for the item bolt; S-1 alone has the item nut."""
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as client:
        started = Running(runtime, client)
        await started.move_to("2024-05-20")
        for supplier_id in ("S-1", "S-2"):
            for n in range(20):
                lot = delivery(f"{supplier_id}-{n}", supplier_id=supplier_id).delivery
                await client.post("/v1/deliveries", json=lot.model_dump(mode="json"))
        alone = delivery("N-1", item_id="nut").delivery
        await client.post("/v1/deliveries", json=alone.model_dump(mode="json"))
        found = inspection("I-1", "major", supplier_id="S-2", lot_id="L-S-2-1").inspection
        await client.post("/v1/inspections", json=found.model_dump(mode="json"))
        await started.move_to("2024-06-02")
        yield started


async def test_a_larger_share_runs_for_a_month_and_orders_are_stopped_and_restored(running: Running) -> None:
    assert await running.shares("bolt") == {"S-1": "70", "S-2": "30"}
    reward = {
        "reward_id": "RW-1", "kind": "larger_share", "months": 1, "because": "it helped us out", "granted_on": "2024-06-02",
    }  # fmt: skip
    await running.post("suppliers/S-2/rewards", reward)
    assert await running.shares("bolt") == {"S-1": "60", "S-2": "40"}
    [adjustment] = (await running.get("items/bolt/allocation"))["adjustments"]
    assert adjustment == {"supplier_id": "S-2", "points": "10.00", "incentive_id": "RW-1", "ends_on": "2024-07-01"}
    [row] = (await running.get("settlements", effect_status="running"))["items"]
    assert (row["settlement_id"], row["points"], row["starts_on"], row["ends_on"]) == (
        "RW-1", "10", "2024-06-02", "2024-07-01",
    )  # fmt: skip

    stop = {"penalty_id": "PN-1", "kind": "orders_stopped", "because": "it sent rust", "charged_on": "2024-06-02"}
    refused = await running.post("suppliers/S-1/penalties", stop, 409)
    assert refused["detail"] == "Item nut would have no source left; say accept_no_source to stop all the same."
    await running.post("suppliers/S-1/penalties", {**stop, "item_ids": ["bolt"]})
    assert await running.shares("bolt") == {"S-2": "100", "S-1": "0"}
    assert (await running.get("items/bolt/allocation"))["is_sole_source"] is True
    assert await running.shares("nut") == {"S-1": "100"}
    refused = await running.post("suppliers/S-1/rewards", {**reward, "item_ids": ["bolt"], "reward_id": "RW-2"}, 409)
    assert refused["detail"] == "Supplier S-1 may not get orders now; a larger share would have no effect."
    await running.post("suppliers/S-1/incentives/PN-1/end", {"reason": "the next lots were sound", "by": "li.na"})
    assert await running.shares("bolt") == {"S-1": "60", "S-2": "40"}
    again = await running.post("suppliers/S-1/incentives/PN-1/end", {"reason": "the next lots were sound"}, 409)
    assert again["detail"] == "Incentive PN-1 is not running."

    await running.move_to("2024-07-01")
    assert await running.shares("bolt") == {"S-1": "60", "S-2": "40"}
    await running.move_to("2024-07-02")
    assert (await running.get("items/bolt/allocation"))["adjustments"] == []
    ended = (await running.get("settlements", effect_status="ended"))["items"]
    assert [(each["settlement_id"], each["ended_because"], each["ended_on"]) for each in ended] == [
        ("PN-1", "withdrawn", "2024-06-02"), ("RW-1", "expired", "2024-07-02"),
    ]  # fmt: skip
