"""Messages that cannot be handled: parked with a reason, in order per key, retried or discarded by an operator."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from chassis.handling.audit import Operator
from chassis.handling.parking_lot import InboxState
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.facts import Fact, publish
from chassis.testing.waiting import eventually
from standing_parts import Kafka

from .running import POURINGS, Sent, Start, become, levels, pour, send, sent
from .toy import JAR_SERVICE

WHY = {"reason": "the plant has bigger jars now", "actor": "ann"}


def poured(jar: str, value: str) -> Sent:
    """A pouring with valid headers whose value is this text."""
    return sent(Fact(POURINGS, jar, f"{jar}/1", "plant.Poured", value.encode()))


def pouring(jar: str, **data: object) -> Sent:
    """A pouring of one litre, with more or other fields."""
    return poured(jar, json.dumps({"jar": jar, "amount": 1, **data}))


def structured(jar: str, **data: object) -> Sent:
    document = {
        "specversion": "1.0", "id": f"{jar}/1", "source": "/erp", "type": "plant.Poured", "time": "2024-05-01T08:00:00Z",
        "subject": None, "data": {"jar": jar, **data},
    }  # fmt: skip
    return (
        jar.encode(),
        json.dumps(document).encode(),
        [("content-type", b"application/cloudevents+json; charset=UTF-8")],
    )


TAKES = "'plant.Spilled' is not an event of this topic; it carries plant.Poured."
MALFORMED: dict[str, tuple[Sent, str, str]] = {
    "not-json": (poured("not-json", '{"jar": "J'), "invalid", "plant.Poured is not valid JSON: "),
    "no-amount": (poured("no-amount", '{"jar": "J"}'), "invalid", "amount: Field required"),
    "text": (poured("text", '{"jar": "J", "amount": "7"}'), "invalid", "amount: Input should be a valid integer"),
    "nan": (
        pouring("nan", price="NaN"),
        "invalid",
        "price: Input should be a number in plain digits, such as 1234.50 (got 'NaN')",
    ),
    "no-such-day": (
        pouring("no-such-day", poured_on="2013-02-30"),
        "invalid",
        "poured_on: Input should be a valid date",
    ),
    "currency": (pouring("currency", currency="XXY"), "invalid", "'XXY' is not an ISO 4217 currency code"),
    "other": (sent(pour("other", 1), ce_type=b"plant.Spilled"), "unknown-type", TAKES),
    "newer": (sent(pour("newer", 1), ce_dataschema=b"plant.Poured/9"), "unknown-version", "Version 9 of plant.Poured"),
    "large": (pouring("large", note="x" * 2_000_000), "too-large", "at most 1000000 are accepted"),
    "no-value": ((b"no-value", b"", sent(pour("no-value", 1))[2]), "empty", "The message has no value"),
    "no-id": (sent(pour("no-id", 1), drop=["ce_id"]), "not-a-cloudevent", "'id' is missing (header ce_id)"),
    "no-headers": ((b"no-headers", b'{"jar": "J", "amount": 1}', []), "not-a-cloudevent", "'id' is missing"),
    "no-zone": (sent(pour("no-zone", 1), ce_time=b"2024-05-01T08:00:00"), "not-a-cloudevent", "without a time zone"),
    "year-0": (
        sent(pour("year-0", 1), ce_time=b"0001-01-01T00:00:00+14:00"),
        "not-a-cloudevent",
        "outside the years 1 to 9999 in UTC",
    ),
    "latin-1": (sent(pour("latin-1", 1), ce_id="ü".encode("latin-1")), "not-a-cloudevent", "'id' is not UTF-8"),
    "nul-in-id": (sent(pour("nul-in-id", 1), ce_id=b"a\x00b"), "not-a-cloudevent", "'id' has control characters"),
    "long-id": (sent(pour("long-id", 1), ce_id=b"y" * 9000), "not-a-cloudevent", "has 9000 characters; at most 300"),
    "0x006a6172ff": ((b"\x00jar\xff", *poured("J", "?")[1:]), "invalid", "is not valid JSON"),
    "overflow": (sent(pour("overflow", 1, 101)), "overflow", "Jar overflow holds 100; 101 more would overflow it."),
}


async def test_every_malformed_message_is_parked_with_a_reason_that_a_person_understands(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    good = [
        sent(pour("J-1", 1)),
        structured("J-2", amount=2),
        (None, *sent(pour("J-3", 1))[1:]),
        sent(pour("J-4", 1), traceparent=b"\xff\xfe", x_note=b"\xff"),
    ]
    await send(settings, POURINGS, [*(message for message, _, _ in MALFORMED.values()), *good])
    await become(lambda: levels(jars), {"J-1": 1, "J-2": 2, "J-3": 1, "J-4": 1})
    parked = await eventually(lambda: jars.parked.listed("parked", 0, 100), lambda rows: len(rows) == len(MALFORMED))
    seen = {row["key"]: (row["code"], row["reason"]) for row in parked}
    assert {key: code for key, (code, _) in seen.items()} == {key: code for key, (_, code, _) in MALFORMED.items()}
    unclear = {key: seen[key][1] for key, (_, _, part) in MALFORMED.items() if part not in seen[key][1]}
    assert unclear == {}
    assert jars.faults() == {}


async def parked_at(client: httpx.AsyncClient, status: str = "parked") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/v1/admin/parked", params={"status": status})).json()["items"]
    return items


async def waiting_ids(client: httpx.AsyncClient, count: int) -> list[int]:
    rows = await eventually(lambda: parked_at(client), lambda rows: len(rows) == count)
    return [row["parked_id"] for row in rows]


async def raise_the_limit(client: httpx.AsyncClient, holds: int, version: int) -> None:
    answer = await client.put(
        "/v1/policies/jar",
        json={"document": {"holds": holds}, "effective_from": "2024-01-01", "reason": "bigger jars"},
        headers={"If-Match": f'"{version}"'},
    )
    assert answer.status_code == 200, answer.text


async def amounts(runtime: Runtime, jar: str) -> list[int]:
    stored = await runtime.log.read_streams([f"jar-{jar}"])
    return [json.loads(row.data)["amount"] for row in stored]


async def test_later_messages_of_the_key_wait_in_order_and_other_keys_go_on(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(
        settings.kafka, [pour("J-1", n, amount) for n, amount in enumerate((60, 50, 5))], settings.topic_prefix
    )
    await become(lambda: levels(jars), {"J-1": 60})
    await publish(settings.kafka, [pour("J-1", 3, 1), *(pour(f"K-{n}", 1) for n in range(20))], settings.topic_prefix)
    await become(lambda: levels(jars), {"J-1": 60, **{f"K-{n}": 1 for n in range(20)}})
    parked = await eventually(lambda: jars.parked.listed("parked", 0, 100), lambda rows: len(rows) == 3)
    assert [row["code"] for row in parked] == ["overflow", "waits-behind", "waits-behind"]
    assert [json.loads(row["value"])["amount"] for row in parked] == [50, 5, 1]


async def test_after_the_policy_has_changed_a_retry_handles_the_key_in_order(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(
        settings.kafka, [pour("J-1", n, amount) for n, amount in enumerate((60, 50, 5))], settings.topic_prefix
    )
    async with client_of(app_of(jars)) as client:
        first, second = await waiting_ids(client, 2)
        shown = (await client.get(f"/v1/admin/parked/{first}")).json()
        assert (shown["reason"], shown["attempt_count"]) == ("Jar J-1 holds 100; 50 more would overflow it.", 1)
        tried = (await client.post(f"/v1/admin/parked/{second}/retry", json=WHY)).json()
        assert (tried["handled_count"], tried["still_parked"]) == (0, [first, second])
        shown = (await client.get(f"/v1/admin/parked/{first}")).json()
        assert shown["attempt_count"] == 2
        await raise_the_limit(client, 200, version=1)
        done = (await client.post(f"/v1/admin/parked/{second}/retry", json=WHY)).json()
        assert (done["handled_count"], done["still_parked"]) == (2, [])
        assert (done["message"]["status"], done["message"]["attempt_count"]) == ("retried", 2), (
            "what waits behind is not tried"
        )
        assert [row["parked_id"] for row in await parked_at(client, "retried")] == [first, second]
    assert await amounts(jars, "J-1") == [60, 50, 5]
    await publish(settings.kafka, [pour("J-1", 9, 7)], settings.topic_prefix)
    await become(lambda: levels(jars), {"J-1": 122})


async def test_a_key_that_a_grown_topic_sends_elsewhere_waits_in_line_all_the_same(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(pour("J-1", 0, 60)), sent(pour("J-1", 1, 50))], partition=0)
    async with client_of(app_of(jars)) as client:
        await waiting_ids(client, 1)
        await send(settings, POURINGS, [sent(pour("J-1", 2, 5)), sent(pour("J-2", 3, 1))], partition=1)
        await become(lambda: levels(jars), {"J-1": 60, "J-2": 1})
        second = (await waiting_ids(client, 2))[1]
        await raise_the_limit(client, 200, version=1)
        done = (await client.post(f"/v1/admin/parked/{second}/retry", json=WHY)).json()
        assert (done["handled_count"], done["still_parked"]) == (2, [])
    assert await amounts(jars, "J-1") == [60, 50, 5]
    await send(settings, POURINGS, [sent(pour("J-1", 4, 7))], partition=1)
    await become(lambda: levels(jars), {"J-1": 122, "J-2": 1})


async def test_a_refusal_in_the_middle_of_a_retry_leaves_the_rest_parked(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    facts = [pour("J-1", n, amount) for n, amount in enumerate((60, 50, 500, 5))]
    await publish(settings.kafka, facts, settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        first, second, third = await waiting_ids(client, 3)
        await raise_the_limit(client, 200, version=1)
        tried = (await client.post(f"/v1/admin/parked/{first}/retry", json=WHY)).json()
        assert (tried["message"]["status"], tried["still_parked"]) == ("retried", [second, third])
        assert await amounts(jars, "J-1") == [60, 50]
        assert [row["code"] for row in await parked_at(client)] == ["overflow", "waits-behind"]


async def test_a_message_that_arrives_while_its_key_is_parked_stays_behind_the_retry(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [pour("J-1", 1, 101)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        (first,) = await waiting_ids(client, 1)
        found = await jars.parked.waiting(first)
        await publish(settings.kafka, [pour("J-1", 2, 2)], settings.topic_prefix)
        await waiting_ids(client, 2)
        await raise_the_limit(client, 200, version=1)
        # A retry that looked before the second message came.
        await jars.parked.attempt(found, Operator(**WHY))
        assert await amounts(jars, "J-1") == [101]
        (second,) = await waiting_ids(client, 1)
        assert (await client.post(f"/v1/admin/parked/{second}/retry", json=WHY)).json()["still_parked"] == []
    assert await amounts(jars, "J-1") == [101, 2]


async def test_two_concurrent_retries_act_once(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [pour("J-1", n, 60) for n in range(3)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        first, _ = await waiting_ids(client, 2)
        await raise_the_limit(client, 200, version=1)
        answers = await asyncio.gather(*(client.post(f"/v1/admin/parked/{first}/retry", json=WHY) for _ in range(4)))
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert 200 in {answer.status_code for answer in answers}
    assert await amounts(jars, "J-1") == [60, 60, 60]


async def test_a_discarded_message_stays_on_record_and_frees_its_key(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [pour("J-1", 1, 101), pour("J-1", 2, 2)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        first, second = await waiting_ids(client, 2)
        why = {"reason": "counted twice in the plant", "actor": "ann"}
        assert (await client.post(f"/v1/admin/parked/{first}/discard", json={"reason": "x"})).status_code == 422
        gone = (await client.post(f"/v1/admin/parked/{first}/discard", json=why)).json()
        assert (gone["status"], gone["resolution"], gone["resolved_by"]) == ("discarded", why["reason"], "ann")
        again = await client.post(f"/v1/admin/parked/{first}/discard", json=why)
        assert (again.status_code, again.json()["type"]) == (409, "/problems/not-parked")
        assert (await client.post(f"/v1/admin/parked/{second}/retry", json=WHY)).json()["still_parked"] == []
        assert (await client.get("/v1/admin/parked/999999")).status_code == 404
    await become(lambda: levels(jars), {"J-1": 2})


async def test_a_message_is_parked_once_whatever_restarts(
    start_service: Start, settings: Settings, real_kafka: Kafka
) -> None:
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [poured("J-1", "?")])
    async with client_of(app_of(jars)) as client:
        await waiting_ids(client, 1)
    await jars.stop()
    again = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [pour("J-2", 1)], settings.topic_prefix)
    await become(lambda: levels(again), {"J-2": 1})
    assert (await again.reading()).parked == 1


@pytest.mark.parametrize(
    ("position", "kafka_offset", "dense", "next_offset"),
    [
        (0, -1, True, 0),
        (137, 136, True, 137),  # each position at its offset
        (137, 137, True, 137),  # a record of others before: in a new topic position 138 lies at offset 137
        (137, 40, True, 41),  # a topic that begins later than its log
        (137, 137, False, 138),
    ],
)
def test_the_next_event_of_a_topic_that_was_created_anew_is_fetched_whatever_lay_in_the_former_one(
    position: int, kafka_offset: int, dense: bool, next_offset: int
) -> None:
    state = InboxState(position, kafka_offset, None, 0, frozenset())
    assert state.next_offset(dense) == next_offset
