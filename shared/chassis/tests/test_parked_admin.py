"""What an operator does about parked messages (edit, retry, discard, in bulk, all audited), and what the producer does meanwhile."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, bearer, client_of
from chassis.testing.facts import Fact, publish
from chassis.testing.serving import listening
from chassis.testing.waiting import eventually
from standing_parts.issuer import Issuer

from .running import POURINGS, Sent, Start, become, handled, levels, pour, send, sent
from .toy import COUNT_SERVICE, JAR_SERVICE

WHY = {"reason": "looked at the plant's paper", "actor": "ann"}
HEAVY = 101  # one litre more than a jar holds


async def parked_at(client: httpx.AsyncClient, status: str = "parked", **chosen: object) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/v1/admin/parked", params={"status": status, **chosen})).json()[
        "items"
    ]
    return items


async def waiting_ids(client: httpx.AsyncClient, count: int) -> list[int]:
    rows = await eventually(lambda: parked_at(client), lambda rows: len(rows) == count)
    return [row["parked_id"] for row in rows]


async def do(client: httpx.AsyncClient, path: str, **body: object) -> Any:
    answer = await client.post(f"/v1/admin/parked/{path}", json={**WHY, **body})
    return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()["detail"])


def bad(jar: str, number: int) -> Fact:
    """A pouring with an unreadable value."""
    return replace(pour(jar, number), value=b'{"jar": "' + jar.encode() + b'"}')


async def actors(jars: Runtime, jar: str) -> list[str]:
    return [row.envelope.actor for row in await jars.log.read_streams([f"jar-{jar}"])]


# --- edit and retry --------------------------------------------------------------------------------


async def test_an_edited_message_is_handled_in_its_place_and_the_original_is_kept(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [bad("J-1", 1), pour("J-1", 2, 5)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        first, _ = await waiting_ids(client, 2)
        done = await do(client, f"{first}/edit", value='{"jar": "J-1", "amount": 7}')
        assert (done["handled_count"], done["still_parked"]) == (2, [])
        message = done["message"]
        assert (message["value"], message["edited"]["value"]) == ('{"jar": "J-1"}', '{"jar": "J-1", "amount": 7}')
        assert [(a["action"], a["actor"], a["reason"]) for a in message["actions"]] == [
            ("edited", "ann", WHY["reason"]), ("retried", "ann", WHY["reason"]),
        ]  # fmt: skip
        edited = message["actions"][0]
        assert edited["after"]["value"] == '{"jar": "J-1", "amount": 7}'
        assert (edited["before"]["value"], edited["things"]) == (message["value"], [f"parked/{message['parked_id']}"])
    await become(lambda: levels(jars), {"J-1": 12})
    assert await actors(jars, "J-1") == ["ann", "/erp"], "an edited message acts in the name of its editor"


async def test_an_edit_may_fix_a_header_and_leave_the_retry_for_later(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(pour("J-1", 1), ce_type=b"plant.Spilled")])
    async with client_of(app_of(jars)) as client:
        (first,) = await waiting_ids(client, 1)
        edited = await do(client, f"{first}/edit", headers={"ce_type": "plant.Poured"}, retry=False)
        assert (edited["handled_count"], edited["message"]["status"]) == (0, "parked")
        assert edited["message"]["headers"]["ce_type"] == "plant.Spilled"
        assert (await do(client, f"{first}/retry"))["handled_count"] == 1
    await become(lambda: levels(jars), {"J-1": 1})


async def test_an_edit_that_would_be_rejected_again_or_changes_the_identity_is_refused(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [bad("J-1", 1)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        (first,) = await waiting_ids(client, 1)
        status, detail = await do(client, f"{first}/edit", value='{"jar": "J-1", "amount": "7"}')
        assert (status, detail[:58]) == (409, "The edited message cannot be handled either: plant.Poured ")
        status, detail = await do(
            client, f"{first}/edit", headers={"ce_id": "another"}, value='{"jar": "J-1", "amount": 7}'
        )
        assert "it was J-1/1 of /erp, it would be another of /erp. Keep its source and id" in detail
        shown = (await client.get(f"/v1/admin/parked/{first}")).json()
        assert ("edited" in shown, shown["actions"]) == (False, [])
        await do(client, f"{first}/discard")
        assert (await do(client, f"{first}/edit", value="{}"))[1].endswith("there is nothing to edit.")


async def test_an_event_of_another_services_log_is_never_edited(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE)
    async with listening(jars) as address:
        counts = await start_service(COUNT_SERVICE, peers={"jar-svc": address})
        async with client_of(app_of(counts)) as client:
            await counts.database.pool.execute(
                "INSERT INTO parked (source, partition, position, key, headers, value, code, reason, parked_at)"
                " VALUES ('jar.events', 0, 1, 'jar-J-1', '{}', '{}', 'refused', 'no', now())"
            )
            (first,) = await waiting_ids(client, 1)
            status, detail = await do(client, f"{first}/edit", value="{}")
    assert (status, detail[:35]) == (409, "This is an event of jar-svc's log, ")


# --- many at once ----------------------------------------------------------------------------------


async def test_a_filter_chooses_what_is_retried_and_each_key_keeps_its_order(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    facts = [fact for jar in ("J-1", "J-2", "J-3") for fact in (pour(jar, 1, HEAVY), pour(jar, 2, 2))]
    await publish(settings.kafka, [*facts, bad("J-4", 1)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        await waiting_ids(client, 7)
        summary = (await client.get("/v1/admin/parked/summary")).json()["items"]
        assert {(row["type"], row["code"], row["message_count"], row["key_count"]) for row in summary} == {
            ("plant.Poured", "overflow", 3, 3), ("plant.Poured", "waits-behind", 3, 3), ("plant.Poured", "invalid", 1, 1),
        }  # fmt: skip
        assert len(await parked_at(client, code="overflow", source=POURINGS)) == 3
        assert [row["key"] for row in await parked_at(client, key="J-2", type="plant.Poured")] == ["J-2", "J-2"]
        await client.put(
            "/v1/policies/jar", headers={"If-Match": '"1"'},
            json={"document": {"holds": 200}, "effective_from": "2024-01-01", "reason": "bigger jars"},
        )  # fmt: skip
        chosen = {"code": "overflow"}
        assert await do(client, "retries", chosen=chosen, limit_count=2) == {
            "key_count": 2, "handled_count": 4, "still_parked_key_count": 0, "changed_key_count": 0,
        }  # fmt: skip
        assert (await do(client, "retries", chosen=chosen))["handled_count"] == 2
        assert (await do(client, "retries", chosen=chosen))["key_count"] == 0
        assert (await do(client, "retries", chosen={}))["still_parked_key_count"] == 1
    await become(lambda: levels(jars), dict.fromkeys(("J-1", "J-2", "J-3"), HEAVY + 2))


async def test_a_filter_discards_with_one_reason_but_never_everything_at_once(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [*(bad(f"J-{n}", 1) for n in range(5)), pour("K-1", 1, HEAVY)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        await waiting_ids(client, 6)
        assert (await do(client, "discards", chosen={}))[0] == 422
        assert await do(client, "discards", chosen={"code": "invalid"}, limit_count=3) == {
            "discarded_count": 3,
            "left_count": 2,
        }
        assert await do(client, "discards", chosen={"older_than_s": 3600}) == {"discarded_count": 0, "left_count": 0}
        assert await do(client, "discards", chosen={"code": "invalid"}) == {"discarded_count": 2, "left_count": 0}
        (left,) = await parked_at(client)
        assert (left["key"], {row["resolved_by"] for row in await parked_at(client, "discarded")}) == ("K-1", {"ann"})
        actions = (await client.get("/v1/admin/actions", params={"limit": 5, "kind": "act"})).json()
        assert [(a["action"], a["actor"]) for a in actions["items"]] == [("discarded", "ann")] * 5


async def test_a_filter_on_a_topic_or_a_type_that_nothing_can_be_of_says_which_there_are(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    async with client_of(app_of(jars)) as client:
        assert await parked_at(client, source=POURINGS, type="plant.Poured") == [], "it could be, and is not"
        await send(settings, POURINGS, [sent(pour("J-1", 1), ce_type=b"plant.Spilled")])
        await waiting_ids(client, 1)
        assert len(await parked_at(client, type="plant.Spilled")) == 1, "of no known type, and parked therefore"
        for chosen, sentence in (
            (
                {"source": "plant.pouring"},
                f"source: Nothing of source plant.pouring was ever parked; there are {POURINGS}.",
            ),
            (
                {"type": "plant.Spill"},
                "type: Nothing of type plant.Spill was ever parked; there are plant.Poured, plant.Spilled.",
            ),
        ):
            listed = await client.get("/v1/admin/parked", params=chosen)
            assert (listed.status_code, listed.json()["detail"]) == (422, sentence)
            for action in ("retries", "discards"):
                assert await do(client, action, chosen=chosen) == (422, sentence)


async def test_an_operator_is_the_one_of_the_token_or_whom_a_delegate_names(
    start_service: Start, settings: Settings, issuer: Issuer
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [bad("J-1", 1)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        (first,) = await waiting_ids(client, 1)
        path, why = f"/v1/admin/parked/{first}/discard", {"reason": "it is a test"}
        operator = bearer(issuer.token("hugo.park", ["operator"]))
        other = await client.post(path, json={**why, "actor": "bea"}, headers=operator)
        assert (other.status_code, other.json()["type"], other.json()["detail"]) == (
            403, "/problems/another-person",
            "You are hugo.park; you cannot sign as bea.",
        )  # fmt: skip
        two = await client.post(path, json={**why, "actor": "bea"}, headers={"X-Actor": "ann"})
        assert (two.status_code, two.json()["type"]) == (403, "/problems/another-person")
        done = await client.post(path, json=why, headers=operator)
        assert (done.status_code, done.json()["resolved_by"]) == (200, "hugo.park")
    await publish(settings.kafka, [bad("J-2", 1), bad("J-3", 1)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        for each, body, headers, name in zip(
            await waiting_ids(client, 2), (why, {**why, "actor": "bea"}), ({"X-Actor": "ann"}, {}), ("ann", "bea"), strict=True
        ):  # fmt: skip
            done = await client.post(f"/v1/admin/parked/{each}/discard", json=body, headers=headers)
            assert (done.status_code, done.json()["resolved_by"]) == (200, name)


# --- repeats of the producer -----------------------------------------------------------------------


@pytest.mark.parametrize("other_key", [False, True], ids=["under the same key", "under another key"])
async def test_a_parked_message_that_its_producer_sends_again_is_counted_and_not_parked_again(
    start_service: Start, settings: Settings, other_key: bool
) -> None:
    jars = await start_service(JAR_SERVICE)
    fact = bad("J-1", 1)
    await publish(settings.kafka, [fact, fact], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        (first,) = await waiting_ids(client, 1)
        await publish(settings.kafka, [replace(fact, key="J-9") if other_key else fact], settings.topic_prefix)
        await publish(settings.kafka, [pour("J-9", 1)], settings.topic_prefix)
        await become(lambda: levels(jars), {"J-9": 1})
        shown = await eventually(lambda: parked_at(client), lambda rows: rows[0]["repeat_count"] == 2)
        assert [row["parked_id"] for row in shown] == [first]
    await become(lambda: handled(jars, POURINGS), (1, 2))


async def test_a_discarded_or_handled_message_stays_so_when_it_is_sent_again(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    given_up, mended = bad("J-1", 1), bad("J-2", 1)
    await publish(settings.kafka, [given_up, mended], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        ids = {
            row["key"]: row["parked_id"]
            for row in await eventually(lambda: parked_at(client), lambda rows: len(rows) == 2)
        }
        await do(client, f"{ids['J-1']}/discard")
        await do(client, f"{ids['J-2']}/edit", value='{"jar": "J-2", "amount": 7}')
        await publish(settings.kafka, [given_up, mended, pour("J-1", 2), pour("J-2", 2)], settings.topic_prefix)
        await become(lambda: levels(jars), {"J-1": 1, "J-2": 8})
        assert await parked_at(client) == []


async def test_a_message_corrected_by_its_producer_is_not_taken_for_a_repeat(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await publish(settings.kafka, [bad("J-1", 1), pour("J-1", 1, 4)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        first, second = await waiting_ids(client, 2)
        await do(client, f"{first}/discard")
        assert (await do(client, f"{second}/retry"))["handled_count"] == 1
    await become(lambda: levels(jars), {"J-1": 4})


# --- limits ----------------------------------------------------------------------------------------


async def test_health_warns_of_too_many_or_too_old_parked_messages_but_stays_ready(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, parked_alarm=2)
    await publish(settings.kafka, [bad("J-1", 1), bad("J-2", 1)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        await waiting_ids(client, 2)
        await jars.move_clock(jars.clock.now().replace(year=2001))
        # A busy process answers /readyz with its last reading, which may be one from before the clock moved.
        ready = await eventually(lambda: client.get("/readyz"), lambda answer: len(answer.json()["warnings"]) == 2)
        metrics = (await client.get("/metrics")).text
    assert ready.status_code == 200
    assert ready.json()["warnings"] == [
        "2 messages are parked (alarm at 2); see /v1/admin/parked/summary.",
        "A message has been parked since 1970-01-01 00:00 UTC; see /v1/admin/parked.",
    ]
    assert 'standing_parked_alarm{limit="number",service="jar-svc"} 1.0' in metrics
    assert 'standing_parked_alarm{limit="age",service="jar-svc"} 1.0' in metrics


async def test_at_the_parked_limit_the_partition_waits_and_resumes_when_there_is_room(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE, parked_max=2, batch_max=1)
    messages: list[Sent] = [sent(bad(f"J-{n}", 1)) for n in range(4)]
    await send(settings, POURINGS, [*messages, sent(pour("K-1", 1))], partition=0)
    async with client_of(app_of(jars)) as client:
        faults = await eventually(lambda: faults_of(jars), bool)
        assert "2 messages are parked, the maximum (STANDING_PARKED_MAX)" in faults
        ids = await waiting_ids(client, 2)
        assert (await client.get("/readyz")).status_code == 503
        for row_id in ids:
            await do(client, f"{row_id}/discard")
        await become(lambda: levels(jars), {"K-1": 1})
        assert json.dumps(await parked_at(client)).count('"invalid"') == 2
    await become(lambda: faults_of(jars), "")


async def faults_of(jars: Runtime) -> str:
    return " ".join(jars.faults().values())
