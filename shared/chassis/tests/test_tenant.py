"""An installation holds one tenant's data: others' messages are parked, its own carry its name."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from chassis.errors import UsageError
from chassis.inbox import published
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually

from .running import POURINGS, Sent, Start, asking, become, levels, pour, send, sent, totals
from .toy import COUNT_SERVICE, JAR_SERVICE, Fill
from .toy_api import OPEN_JAR_SERVICE

OURS = "acme"


def structured(jar: str, tenant: str) -> Sent:
    document = {
        "specversion": "1.0", "id": f"{jar}/s", "source": "/erp", "type": "plant.Poured", "time": "2024-05-01T08:00:00Z",
        "tenant": tenant, "data": {"jar": jar, "amount": 1},
    }  # fmt: skip
    return jar.encode(), json.dumps(document).encode(), [("content-type", b"application/cloudevents+json")]


async def parked(runtime: Runtime, count: int) -> list[Mapping[str, Any]]:
    return await eventually(lambda: runtime.parked.listed("parked", 0, 100), lambda rows: len(rows) == count)


async def test_messages_of_another_tenant_are_parked_and_hold_up_nobody(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, tenant=OURS)
    messages = [
        sent(pour("J-1", 1), ce_tenant=b"globex"),
        sent(pour("J-1", 2), ce_tenant=b"acme"),
        sent(pour("J-1", 3)),
        structured("J-1", "globex"),
        structured("J-2", OURS),
        sent(pour("J-3", 1), ce_tenant=b"ACME"),
        sent(pour("J-4", 1), ce_tenant=b"\xff" * 400),
        sent(pour("J-5", 1), ce_tenant=b"default"),
    ]
    await send(settings, POURINGS, messages)
    await become(lambda: levels(jars), {"J-1": 2, "J-2": 1})
    rows = await parked(jars, 5)
    assert {row["code"] for row in rows} == {"other-tenant"}
    assert any(
        row["reason"].startswith("ce_tenant is 'globex', and this installation is that of 'acme'") for row in rows
    )
    assert jars.faults() == {}


async def test_what_was_parked_is_handled_once_it_is_known_that_its_sender_means_us(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, tenant=OURS, auth="off")
    await send(settings, POURINGS, [sent(pour("J-1", 1), ce_tenant=b"globex")])
    (row,) = await parked(jars, 1)
    async with client_of(app_of(jars)) as client:
        edit = {"headers": {"ce_tenant": OURS}, "reason": "their template had another's name"}
        answer = await client.post(f"/v1/admin/parked/{row['parked_id']}/edit", json=edit, headers={"X-Actor": "ann"})
        assert answer.status_code == 200, answer.text
    await become(lambda: levels(jars), {"J-1": 1})


async def test_a_command_over_http_carries_the_tenant(start_service: Start) -> None:
    jars = await start_service(OPEN_JAR_SERVICE, tenant=OURS, auth="off", roles=frozenset({"http"}))
    async with client_of(app_of(jars)) as client:
        answer = await client.post("/v1/jars/J-1/fills", json={"amount": 1}, headers={"X-Actor": "ann"})
        assert answer.status_code < 300, answer.text
    (stored,) = await jars.log.read_streams(["jar-J-1"])
    assert stored.envelope.tenant == OURS


async def test_the_commands_events_and_records_of_an_installation_carry_its_tenant(
    start_service: Start, settings: Settings
) -> None:
    jars, counts = await start_service(JAR_SERVICE, tenant=OURS), await start_service(COUNT_SERVICE, tenant=OURS)
    await jars.executor.submit(asking(Fill("J-1", 3)))
    await send(settings, POURINGS, [sent(pour("J-2", 1))])
    await become(lambda: totals(counts), {"J-1": 3, "J-2": 1})
    stored = [*await jars.log.read_streams(["jar-J-1", "jar-J-2"]), *await counts.log.correlated("journey-1")]
    assert len(stored) >= 2
    assert {event.envelope.tenant for event in stored} == {OURS}
    headers = dict(published.headers_of(stored[0].envelope))
    assert headers["ce_tenant"] == OURS.encode()


async def test_an_installation_reads_no_log_of_another_tenant(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, tenant="globex")
    counts = await start_service(COUNT_SERVICE, tenant=OURS)
    await jars.executor.submit(asking(Fill("J-1", 3)))
    (row,) = await parked(counts, 1)
    assert (row["code"], await totals(counts)) == ("other-tenant", {})


async def test_a_log_is_not_opened_for_another_tenant(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, tenant=OURS)
    await jars.executor.submit(asking(Fill("J-1", 3)))
    with pytest.raises(
        UsageError, match=r"is of the tenant acme, and STANDING_TENANT is default\. A log has one tenant"
    ):
        await start_service(JAR_SERVICE, tenant="default")
    again = await start_service(JAR_SERVICE, tenant=OURS)
    await become(lambda: levels(again), {"J-1": 3})
