"""What supplier-svc publishes of complaints, from Kafka: of an unknown one it is parked, and what comes twice counts once."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from chassis.inbox.published import headers_of
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing import envelope
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from contracts import Event, supplier
from customer_svc.service import SERVICE

from .running import send
from .test_complaint_causes import action_opened, step

CONTAINED_ON = date(2025, 3, 5)
COMPLAINT = {
    "complaint_id": "X-1", "customer_id": "C-1", "topic": "product_quality", "severity": "general", "owner_id": "li",
    "description": "it leaks",
}  # fmt: skip
CAUSE = {
    "supplier_id": "S-1", "item_id": "bolt", "lot_id": "L-1", "severity": "minor", "quantity": "5", "code": "crack",
    "description": "a crack", "traced_on": "2025-03-03",
}  # fmt: skip


async def publish(settings: Settings, *events: tuple[int, str, Event]) -> None:
    """Each with its position in the first partition and the supplier that it is of."""
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka, acks="all") as producer:
        for position, supplier_id, event in events:
            stream = f"supplier-{supplier_id}"
            around = envelope(position, stream, source="/supplier-svc", type=event.TYPE, partition=0)
            await producer.send_and_wait(
                settings.topic_prefix + supplier.TOPIC, event.model_dump_json().encode(), key=stream.encode(),
                partition=0, headers=headers_of(around),
            )  # fmt: skip


@pytest.mark.parts
async def test_an_unknown_complaint_is_parked_and_what_comes_again_changes_nothing(
    start_service: Callable[..., Awaitable[Runtime]], settings: Settings
) -> None:
    running = await start_service(SERVICE)
    async with client_of(app_of(running)) as client:
        await send(client, "POST", "/v1/complaints", COMPLAINT)
        await send(client, "POST", "/v1/complaints/X-1/traces", CAUSE)
        unknown = action_opened("S-9").model_copy(update={"complaint_ids": ("X-9",)})
        known = [(2, "S-1", action_opened()), (3, "S-1", step("containment", CONTAINED_ON, "Blocked."))]
        await publish(settings, (1, "S-9", unknown), *known)

        async def row() -> dict[str, Any]:
            found: dict[str, Any] = (await client.get("/v1/complaints/X-1")).json()
            return found

        async def parked() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = (await client.get("/v1/admin/parked")).json()["items"]
            return rows

        assert (await eventually(row, lambda found: bool(found["reports"])))["actions"][0]["next_step"] == "cause"
        [waiting] = await eventually(parked, bool)
        assert (waiting["code"], waiting["reason"]) == (
            "complaint-unknown",
            "There is no complaint X-9; open it first.",
        )
        count = "SELECT count(*) FROM event"
        before = await running.database.pool.fetchval(count)
        last = (4, "S-1", step("cause", CONTAINED_ON))
        await publish(settings, *known, last)
        await eventually(row, lambda found: found["actions"][0]["next_step"] == "action")
        assert await running.database.pool.fetchval(count) == before + 1
