"""Recalls by lot in a running service: over HTTP, with what is built later, and each id at one supplier."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from contracts.erp import LotBuilt, LotRef
from supplier_svc.service import SERVICE
from supplier_svc.testing import delivery

L7 = (
    delivery("D-1", "2024-05-10", lot_id="L-7", quantity=Decimal(200), plant_id="north"),
    delivery("D-2", "2024-05-13", lot_id="L-7", quantity=Decimal(100), plant_id="south"),
)


def ref(name: str) -> LotRef:
    """``P-9/F-3``: lot F-3 of item P-9."""
    item_id, lot_id = name.split("/")
    return LotRef(item_id=item_id, lot_id=lot_id)


def built(name: str, *components: str, quantity: int = 50, on: str = "2024-05-20") -> LotBuilt:
    return LotBuilt(
        **ref(name).model_dump(),
        components=tuple(ref(each) for each in components),
        quantity=Decimal(quantity),
        built_on=date.fromisoformat(on),
    )


@pytest.fixture
async def client(start_service: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Any]]:
    runtime = await start_service(SERVICE)
    await runtime.move_clock(datetime(2024, 6, 2, tzinfo=UTC))
    async with client_of(app_of(runtime)) as http:
        yield http, runtime


async def test_over_http_a_recall_reaches_what_was_built_before_and_after_it(
    client: tuple[httpx.AsyncClient, Any],
) -> None:
    http, runtime = client

    async def post(path: str, body: Any, status: int = 200) -> Any:
        answer = await http.post(f"/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        await at_rest(runtime)
        return answer.json()

    for each in L7:
        await post("/deliveries", each.delivery.model_dump(mode="json"))
    await post("/lots", built("P-9/F-3", "bolt/L-7").model_dump(mode="json"))
    await post("/lots", built("M-1/X-1", "P-9/F-3", quantity=5).model_dump(mode="json"))
    await post("/lots", built("bolt/L-7", "M-1/X-1").model_dump(mode="json"), 422)
    body = {
        "recall_id": "R-1", "supplier_id": "S-1", "item_id": "bolt", "lot_ids": ["L-7"], "reason": "the thread breaks",
        "severity": "critical", "remedy": "replace", "called_on": "2024-06-03",
    }  # fmt: skip
    await runtime.move_clock(datetime(2024, 6, 3, tzinfo=UTC))
    await post("/recalls", {**body, "lot_ids": ["L-9"]}, 404)
    await post("/recalls", body)
    called = (await http.get("/v1/recalls/R-1")).json()
    assert [each["item_id"] for each in called["sold"]] == ["bolt", "P-9", "M-1"]
    assert (called["received"], called["not_shipped"], called["percent"]) == ("300", "300", "0.00")

    await runtime.move_clock(datetime(2024, 6, 5, tzinfo=UTC))
    await post("/lots", built("Q-1/G-1", "M-1/X-1", on="2024-06-05", quantity=7).model_dump(mode="json"))
    await pass_until(runtime, datetime(2024, 6, 6, tzinfo=UTC))
    wider = (await http.get("/v1/recalls/R-1")).json()
    assert [each["recall_id"] for each in wider["sold"]] == ["R-1", "R-1-2", "R-1-3", "R-1-4"]
    assert wider["widened_because"] == "Lot X-1, which is called back, was built into lot G-1 of Q-1."
    assert [
        each["recall_id"] for each in (await http.get("/v1/recalls", params={"status": "open"})).json()["items"]
    ] == ["R-1"]
    assert (await http.get("/v1/recalls/R-9")).status_code == 404


async def test_over_http_a_recalls_id_and_those_of_its_sold_items_are_one_suppliers(
    client: tuple[httpx.AsyncClient, Any],
) -> None:
    http, runtime = client
    for number, supplier_id in enumerate(("S-1", "S-2"), start=1):
        received = L7[0].delivery.model_copy(update={"supplier_id": supplier_id, "delivery_id": f"D-{number}"})
        answer = await http.post("/v1/deliveries", json=received.model_dump(mode="json"))
        assert answer.status_code == 200, answer.text
    await runtime.move_clock(datetime(2024, 6, 3, 12, tzinfo=UTC))

    async def calls(supplier_id: str, recall_id: str, called_on: str = "2024-06-03") -> httpx.Response:
        body = {
            "recall_id": recall_id, "supplier_id": supplier_id, "item_id": "bolt", "lot_ids": ["L-7"],
            "reason": "the thread breaks", "severity": "critical", "remedy": "replace", "called_on": called_on,
        }  # fmt: skip
        return await http.post("/v1/recalls", json=body)

    future = await calls("S-1", "R-1", "2024-06-04")
    assert (future.status_code, future.json()["detail"]) == (
        422,
        "Recall R-1 is called on 2024-06-04, which lies in the future; today is 2024-06-03. Correct called_on.",
    )
    assert (await calls("S-1", "R-1", "2024-05-09")).status_code == 422, "it was not received yet"
    assert (await calls("S-1", "R-1")).status_code == 200
    assert (await calls("S-1", "R-1")).json()["events"] == [], "the same recall again"
    for recall_id in ("R-1", "R-1-2"):
        second = await calls("S-2", recall_id)
        assert (second.status_code, second.json()["type"]) == (409, "/problems/known-of-another-supplier")
        assert f"Recall {recall_id} is known of supplier S-1, so it is none of S-2." in second.json()["detail"]
    assert (await calls("S-2", "R-2")).status_code == 200
