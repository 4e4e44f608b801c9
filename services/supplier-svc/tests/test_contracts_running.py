"""Contracts on the real parts: from Kafka and over HTTP, through their reminders to their end."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from chassis.testing.client import app_of, client_of
from chassis.testing.facts import Fact, publish
from chassis.testing.passing import at_rest, pass_until
from chassis.testing.waiting import eventually
from contracts import erp
from supplier_svc.service import SERVICE
from supplier_svc.testing import delivery

SUPPLY = {
    "contract_id": "K-1",
    "kind": "supply",
    "clauses": ["trial"],
    "starts_on": "2024-07-01",
    "ends_on": "2025-06-30",
}


async def test_a_contract_that_ends_is_reminded_of_and_shown_where_nobody_renews_it(
    start_service: Any, kafka: Any, unique_prefix: str
) -> None:
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as client:

        async def move_to(day: str) -> None:
            await pass_until(runtime, datetime.fromisoformat(day).replace(tzinfo=UTC))

        async def post(path: str, body: Any, status: int = 200) -> Any:
            found = await client.post(f"/v1/{path}", json=body, headers={"X-Actor": "li"})
            assert found.status_code == status, found.text
            await at_rest(runtime)
            return found.json()

        async def get(path: str, **params: Any) -> Any:
            found = await client.get(f"/v1/{path}", params=params)
            assert found.status_code == 200, found.text
            return found.json()

        async def published(kind: str, field: str) -> list[str]:
            log = await get("log", partition=runtime.log.partition("supplier-S-1"), limit=500)
            return [each["data"][field] for each in log["items"] if each["headers"]["ce_type"] == f"supplier.{kind}"]

        await move_to("2025-01-10")
        for supplier_id in ("S-1", "S-2"):
            lot = delivery(f"D-{supplier_id}", on="2025-01-09", supplier_id=supplier_id).delivery
            await post("deliveries", lot.model_dump(mode="json"))
        await post("suppliers/S-1/contracts", SUPPLY)
        await post(
            "suppliers/S-1/contracts", {**SUPPLY, "contract_id": "K-2", "kind": "after_sales", "amount": "100"}, 422
        )
        missing = (await get("suppliers/S-1"))["contracts_missing"]
        assert missing == ["quality_assurance", "after_sales"]

        await move_to("2025-06-25")
        assert await published("ContractExpiring", "reminded_on") == [
            "2025-04-01",
            "2025-05-01",
            "2025-05-31",
            "2025-06-23",
        ]
        ending = (await get("due-actions", within_days=14))["contracts"]
        assert [(each["contract_id"], each["ends_on"]) for each in ending] == [("K-1", "2025-06-30")]
        await move_to("2025-07-02")
        assert await published("ContractExpired", "expired_on") == ["2025-07-01"]
        lacking = (await get("suppliers", contracts_missing="true"))["items"]
        assert {each["supplier_id"]: each["contracts_missing"][0] for each in lacking} == {
            "S-1": "supply",
            "S-2": "supply",
        }
        assert (await get("suppliers", contracts_missing="false"))["items"] == []
        shown = (await get("due-actions"))["contracts_missing"]
        assert shown == [
            {name: each[name] for name in ("supplier_id", "name", "contracts_missing")} for each in lacking
        ]
        of_one = (await get("due-actions", supplier_id="S-2"))["contracts_missing"]
        assert [each["supplier_id"] for each in of_one] == ["S-2"]
        source = {"supplier_id": "S-1", "named_on": "2025-07-02", "because": "a second source"}
        refused = await post("items/nut/sources", source, 409)
        assert refused["detail"] == "Contract supply of S-1 ended on 2025-06-30; sign it before naming a new item."
        await post("items/nut/sources", {**source, "supplier_id": "S-2"})

        signed = erp.ContractSigned(
            contract_id="PC-7", kind="purchase", party_id="S-1", owner_id="li", signed_on=date(2025, 7, 2),
            ends_on=date(2025, 12, 31), currency="CNY", amount=Decimal(5000),
        )  # fmt: skip
        sold = signed.model_copy(update={"contract_id": "SC-1", "kind": "sale", "party_id": "C-1"})
        facts = [Fact.of("erp.contracts", each.party_id, each.contract_id, each) for each in (sold, signed)]
        await publish(kafka.bootstrap, facts, prefix=unique_prefix)

        async def supply() -> Any:
            return (await get("contracts", supplier_id="S-1", kind="supply", since="2025-12"))["items"]

        await eventually(supply, bool)
        await at_rest(runtime)
        [row] = await supply()
        assert (row["contract_id"], row["amount"], row["owner_id"], row["status"]) == ("PC-7", "5000", "li", "signed")
        assert (await get("due-actions", within_days=14))["contracts"] == []
        await post("items/nut/sources", source)
        end = {"terminated_on": "2025-07-02", "because": "given up"}
        early = await post("suppliers/S-1/contracts/PC-7/termination", {**end, "terminated_on": "2025-07-01"}, 422)
        assert early["detail"] == "Contract PC-7 was there from 2025-07-02 on; it cannot end on 2025-07-01."
        await post("suppliers/S-1/contracts/PC-7/termination", end)
        assert (await get("contracts", within_days=0, sort="-ends_on"))["items"][0]["status"] == "terminated"
        await post("suppliers/S-1/contracts/none/termination", end, 404)
