"""A bad lot over two services and Kafka: its recall reaches exactly the customers who got it, and what comes back is counted in both."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx

from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.facts import Fact, publish
from chassis.testing.waiting import eventually
from contracts import Event, erp
from customer_svc.service import SERVICE as CUSTOMERS
from supplier_svc.service import SERVICE as SUPPLIERS

Start = Callable[..., Awaitable[Runtime]]
MAY, JUNE = date(2024, 5, 10), date(2024, 6, 3)


def received(delivery_id: str, lot_id: str, quantity: int) -> erp.GoodsReceived:
    return erp.GoodsReceived(
        delivery_id=delivery_id, supplier_id="S-1", item_id="bolt", lot_id=lot_id, quantity=Decimal(quantity), promised_on=MAY,
        received_on=MAY, unit_price=Decimal(1), currency="CNY", plant_id="north",
    )  # fmt: skip


def lots(*of: tuple[str, str, int]) -> tuple[erp.LotQuantity, ...]:
    return tuple(erp.LotQuantity(item_id=item, lot_id=lot, quantity=Decimal(quantity)) for item, lot, quantity in of)


def sold(order_id: str, customer_id: str, item_id: str, quantity: int, lot_id: str | None) -> list[Event]:
    """An order and its delivery; without ``lot_id`` the warehouse does not know which lot it was of."""
    line = erp.OrderLine(item_id=item_id, quantity=Decimal(quantity), unit_price=Decimal(2))
    ordered = erp.OrderSubmitted(
        order_id=order_id,
        customer_id=customer_id,
        ordered_on=MAY,
        currency="CNY",
        lines=(line,),
        total=Decimal(2 * quantity),
    )
    shipped = lots((item_id, lot_id, quantity)) if lot_id else ()
    return [ordered, erp.OrderDelivered(order_id=order_id, customer_id=customer_id, delivered_on=JUNE, lots=shipped)]


class House:
    """Both services, and the ERP that sends them facts."""

    def __init__(self, settings: Settings, supplier: httpx.AsyncClient, customer: httpx.AsyncClient) -> None:
        self.settings, self.supplier, self.customer = settings, supplier, customer
        self.sent = 0

    async def send(self, *events: Event) -> None:
        """Facts of one partner share a key, so that they come in this order."""
        for event in events:
            self.sent += 1
            topic = next(topic for topic, kinds in erp.TOPICS.items() if type(event) in kinds)
            key = getattr(event, "customer_id", None) or getattr(event, "supplier_id", None) or event.item_id  # type: ignore[attr-defined]
            fact = Fact.of(topic, key, f"F-{self.sent}", event)
            await publish(self.settings.kafka, [fact], self.settings.topic_prefix)

    async def of_supplier(self, recall_id: str = "R-1") -> dict[str, Any]:
        answer = await self.supplier.get(f"/v1/recalls/{recall_id}")
        return answer.json() if answer.status_code == 200 else {}

    async def of_customers(self, recall_id: str = "R-1") -> dict[str, Any]:
        answer = await self.customer.get(f"/v1/recalls/{recall_id}")
        return answer.json() if answer.status_code == 200 else {}

    async def holders(self, recall_id: str = "R-1") -> dict[str, tuple[str, Decimal]]:
        """Customer → the basis, and what it still has."""
        answer = await self.customer.get(f"/v1/recalls/{recall_id}/customers")
        found = answer.json().get("items", []) if answer.status_code == 200 else []
        return {each["customer_id"]: (each["basis"], Decimal(each["open"])) for each in found}

    async def call(self, *lot_ids: str) -> None:
        body = {
            "recall_id": "R-1", "supplier_id": "S-1", "item_id": "bolt", "lot_ids": lot_ids, "reason": "the thread breaks",
            "severity": "critical", "remedy": "replace", "called_on": f"{JUNE}",
        }  # fmt: skip

        async def known() -> int:
            return (await self.supplier.get("/v1/suppliers/S-1")).status_code

        await eventually(known, lambda status: status == 200)
        answer = await self.supplier.post("/v1/recalls", json=body)
        assert answer.status_code == 200, answer.text


async def house(start_service: Start, settings: Settings) -> House:
    """On the day of the recall."""
    running = [await start_service(service) for service in (SUPPLIERS, CUSTOMERS)]
    for runtime in running:
        await runtime.move_clock(datetime(2024, 6, 3, 12, tzinfo=UTC))
    return House(settings, *(client_of(app_of(runtime)) for runtime in running))


async def test_lot_l7_built_in_late_shipment_named_and_shipments_unknown(
    start_service: Start, settings: Settings
) -> None:
    of = await house(start_service, settings)
    async with of.supplier, of.customer:
        await of.send(received("D-1", "L-7", 200), received("D-2", "L-7", 100), received("D-3", "L-8", 500))
        await of.send(
            erp.LotBuilt(
                item_id="P-9",
                lot_id="F-3",
                components=(erp.LotRef(item_id="bolt", lot_id="L-7"),),
                quantity=Decimal(50),
                built_on=MAY,
            )
        )
        await of.send(*sold("O-1", "C-1", "bolt", 120, "L-7"), *sold("O-2", "C-2", "bolt", 80, "L-7"))
        await of.send(*sold("O-3", "C-3", "bolt", 90, "L-8"), *sold("O-4", "C-4", "P-9", 20, "F-3"))

        async def ready() -> int:
            return len((await of.customer.get("/v1/orders")).json()["items"])

        assert await eventually(ready, lambda count: count == 4)
        await of.call("L-7")

        named = await eventually(of.holders, lambda found: len(found) == 2)
        assert named == {"C-1": ("shipped", Decimal(120)), "C-2": ("shipped", Decimal(80))}, "not C-3, who got L-8"
        first = await eventually(of.of_supplier, lambda row: Decimal(row.get("shipped", 0)) == 220)
        assert (first["received"], first["not_shipped"], first["sold"][0]["not_shipped"]) == ("300", "100", "100")

        async def of_product() -> dict[str, tuple[str, Decimal]]:
            return await of.holders("R-1-2")

        assert await eventually(of_product, bool) == {"C-4": ("shipped", Decimal(20))}, (
            "L-7 was built into what C-4 got"
        )

        back = erp.OrderReturned(
            return_id="RET-1", order_id="O-1", customer_id="C-1", returned_on=JUNE, amount=Decimal(240), currency="CNY",
            reason="recall", lots=lots(("bolt", "L-7", 120)),
        )  # fmt: skip
        await of.send(back, back)
        row = await eventually(of.of_customers, lambda row: Decimal(row["back"]) == 120)
        assert (row["shipped"], row["back"], row["open"], row["percent"]) == ("200", "120", "80", "60.00")
        again = await eventually(of.of_supplier, lambda row: Decimal(row["back"]) == 120)
        assert (again["sold"][0]["percent"], again["sold"][0]["open"]) == ("60.00", "80")

        await of.send(*sold("O-9", "C-9", "bolt", 10, "L-7"))
        late = await eventually(of.holders, lambda found: "C-9" in found)
        assert late == {
            "C-1": ("shipped", Decimal(0)),
            "C-2": ("shipped", Decimal(80)),
            "C-9": ("shipped", Decimal(10)),
        }
        assert (
            Decimal((await eventually(of.of_supplier, lambda row: Decimal(row["shipped"]) == 230))["not_shipped"]) == 90
        )


async def test_shipments_unknown_who_got_the_item_since_the_lot_came_is_named_as_possible(
    start_service: Start, settings: Settings
) -> None:
    of = await house(start_service, settings)
    async with of.supplier, of.customer:
        await of.send(
            received("D-1", "L-7", 200), *sold("O-1", "C-1", "bolt", 70, None), *sold("O-2", "C-2", "nut", 5, None)
        )

        async def delivered() -> int:
            rows = (await of.customer.get("/v1/orders")).json()["items"]
            return sum(row["status"] == "delivered" for row in rows)

        assert await eventually(delivered, lambda count: count == 2)
        await of.call("L-7")
        assert await eventually(of.holders, bool) == {"C-1": ("possible", Decimal(70))}
        row = await eventually(of.of_customers, lambda row: row.get("customer_count") == 1)
        assert (row["shipped"], row["possible"], row["customer_count"]) == ("0", "70", 1)


async def test_a_complaint_about_a_recalled_lot_comes_back_with_its_8d_while_the_recall_goes_on(
    start_service: Start, settings: Settings
) -> None:
    """Both are heard from one topic by one service, so that neither may silence the other."""
    of = await house(start_service, settings)
    async with of.supplier, of.customer:
        await of.send(received("D-1", "L-7", 200), *sold("O-1", "C-1", "bolt", 70, "L-7"))
        opened = {
            "complaint_id": "X-1", "customer_id": "C-1", "topic": "product_quality", "severity": "general",
            "description": "it breaks", "owner_id": "li", "at": "2024-06-03T08:00:00Z",
        }  # fmt: skip
        cause = {
            "supplier_id": "S-1", "item_id": "bolt", "lot_id": "L-7", "severity": "minor", "quantity": "5",
            "code": "crack", "description": "a crack", "traced_on": f"{JUNE}",
        }  # fmt: skip
        answer = await of.customer.post("/v1/complaints", json=opened)
        assert answer.status_code == 200, answer.text

        async def found() -> int:
            return (await of.customer.get("/v1/complaints/X-1")).status_code

        await eventually(found, lambda status: status == 200)
        answer = await of.customer.post("/v1/complaints/X-1/traces", json=cause)
        assert answer.status_code == 200, answer.text
        await of.call("L-7")

        async def actions() -> list[str]:
            row = (await of.customer.get("/v1/complaints/X-1")).json()
            return [each["action_id"] for each in row.get("actions") or []]

        assert await eventually(actions, bool) == ["CA-X-1"]
        assert await eventually(of.holders, bool) == {"C-1": ("shipped", Decimal(70))}
        row = await eventually(of.of_supplier, lambda found: Decimal(found.get("shipped", 0)) == 70)
        assert row["not_shipped"] == "130"
