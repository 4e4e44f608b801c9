"""From any id to its journeys."""

from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.facts import publish

from .running import Start, become, levels, pour
from .test_parked_admin import bad, waiting_ids
from .toy import JAR_SERVICE


async def test_any_id_leads_to_its_journey(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    quoted = 'J-"2/ö'
    await publish(settings.kafka, [pour("J-1", 1, 5), pour(quoted, 2, 3), bad("J-9", 7)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        [number] = await waiting_ids(client, 1)
        await become(lambda: levels(jars), {"J-1": 5, quoted: 3})

        async def found(**asked: str) -> list[tuple[str, str, int]]:
            answer = await client.get("/v1/admin/lookup", params=asked)
            assert answer.status_code == 200, answer.text
            return [(each["found_by"], each["first_type"], each["event_count"]) for each in answer.json()["journeys"]]

        [event] = [row.envelope for row in await jars.log.read_streams(["jar-J-1"])]
        assert await found(id=event.correlation_id) == [("correlation id", event.type, 1)]
        assert await found(id=event.id) == [("id of an event", event.type, 1)]
        assert await found(id="J-1/1") == [("id of the message", event.type, 1)]
        assert await found(id="J-1/1", ce_source="/erp") == [("correlation id", event.type, 1)]
        assert await found(id="J-1") == [("named in an event", event.type, 1)]
        assert [by for by, _, _ in await found(id=quoted)] == ["named in an event"]
        assert await found(id="J-1/1", ce_source="/other") == []
        assert await found(id="J-") == [], "a part of an id is not the id"

        for id in ("J-1", "J-1/1", event.id, event.correlation_id):
            [hit] = (await client.get("/v1/admin/lookup", params={"id": id})).json()["journeys"]
            assert hit["stream"] == "jar-J-1"

        parked = (await client.get("/v1/admin/lookup", params={"id": "J-9/7"})).json()
        assert [(each["parked_id"], each["code"]) for each in parked["parked_messages"]] == [(number, "invalid")]
        assert (await client.get("/v1/admin/lookup", params={"id": "J-9"})).json()["parked_messages"] == parked[
            "parked_messages"
        ]
