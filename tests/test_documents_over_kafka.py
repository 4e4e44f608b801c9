"""What topics say of one document under two partners counts once: the second is parked with a sentence, by every service."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.facts import Fact, publish
from chassis.testing.waiting import eventually
from contracts import Event, erp
from standing.services import ALL

from .test_documents_of_partners import DOORS, OF_OUR_OWN, PARTNERS, Door, of, samples

AT = datetime(2024, 6, 15, 12, tzinfo=UTC)
OF_ITS_STREAM = {erp.OrderDelivered, erp.OrderCancelled, erp.OrderReturned}
"""They say of an order what they say, whomever they name: the order is its customer's."""
OF_A_KNOWN_CONTRACT = {erp.ContractChanged, erp.ContractCancelled}
"""They follow on a contract that was signed, and on none of another partner's."""
CLAIMING = [service for service in ALL if service.claims]


def _is_of_suppliers(door: Door) -> bool:
    return door.service.name == "supplier-svc"


def fact(door: Door, partner: str, kind: int) -> Fact:
    """Of documents of its own, so that no kind of fact is about another one's."""
    event: Event = of(partner, next(samples(door.event)))
    named = [name for name in type(event).model_fields if name.endswith("_id") and name not in PARTNERS]
    own = event.model_copy(update={name: f"{id}-{kind}" for name in named if (id := getattr(event, name)) is not None})
    if isinstance(own, erp.ContractSigned):
        own = own.model_copy(update={"kind": "purchase" if _is_of_suppliers(door) else "sale"})
    topic = next(topic for topic, events in erp.TOPICS.items() if door.event in events)
    return Fact.of(topic, partner, f"{partner}/1", own)


@pytest.mark.parametrize("service", CLAIMING, ids=lambda service: service.name)
async def test_the_second_partner_of_each_kind_of_fact_is_parked_with_the_first_ones_name(
    service: Any, start_service: Callable[..., Awaitable[Runtime]], settings: Settings
) -> None:
    doors = [door for door in DOORS if door.service.name == service.name and door.event in erp.EVENTS]
    doors = [door for door in doors if door.event not in OF_ITS_STREAM | OF_OUR_OWN | OF_A_KNOWN_CONTRACT]
    running = await start_service(service)
    # A partner of its own for each kind, so that nothing waits behind another one's message.
    firsts = [fact(door, f"A-{n}", n) for n, door in enumerate(doors)]
    await publish(settings.kafka, firsts, settings.topic_prefix)

    async def taken() -> int:
        reading = await running.reading()
        return sum(p["handled"] for topic in reading.inbox.values() for p in topic.values())

    async with client_of(app_of(running)) as client:

        async def parked() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = (await client.get("/v1/admin/parked", params={"limit": 100})).json()["items"]
            return rows

        assert await eventually(taken, lambda count: count == len(firsts)), await parked()
        events = await running.database.pool.fetchval("SELECT count(*) FROM event")
        await publish(settings.kafka, [fact(door, f"B-{n}", n) for n, door in enumerate(doors)], settings.topic_prefix)
        rows = await eventually(parked, lambda found: len(found) == len(doors))
        refused = {row["key"]: (row["code"], row["reason"]) for row in rows}
        for n, door in enumerate(doors):
            code, reason = refused[f"B-{n}"]
            named = next(iter(PARTNERS & set(door.event.model_fields))).removesuffix("_id")
            party = "supplier" if _is_of_suppliers(door) else "customer"
            partner = party if named == "party" else named
            if code.startswith("known-of-another"):
                assert f"is known of {partner} A-{n}, so it is none of B-{n}" in reason, door.event
            else:
                assert f"A-{n}" in reason, f"{door.event}: {reason}"
        assert await running.database.pool.fetchval("SELECT count(*) FROM event") == events, "nothing counts twice"
