"""From any id to its journeys."""

from typing import Any

import httpx

from chassis.processors.lookup_follower import LookupFollower
from chassis.settings import Settings
from chassis.storage.lookups import HITS_MAX, JOURNEYS_MAX, unread_events
from chassis.testing.client import app_of, client_of
from chassis.testing.facts import publish
from contracts.personal import Clear

from .contacts import BOOK_SERVICE, AddContact, Contact
from .running import Start, asking, become, levels, pour
from .test_parked_admin import bad, waiting_ids
from .toy import JAR_SERVICE, Fill, Label

WRITES = frozenset({"http"})
"""The roles of a process that follows nothing."""


async def found(client: httpx.AsyncClient, **asked: str) -> dict[str, Any]:
    answer = await client.get("/v1/admin/lookup", params=asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def ways(client: httpx.AsyncClient, **asked: str) -> list[tuple[str, str, int]]:
    """What the id was in each journey, with the first event and the count."""
    journeys = (await found(client, **asked))["journeys"]
    return [(each["found_by"], each["first_type"], each["event_count"]) for each in journeys]


async def test_any_id_leads_to_its_journey(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    quoted = 'J-"2/ö'
    await publish(settings.kafka, [pour("J-1", 1, 5), pour(quoted, 2, 3), bad("J-9", 7)], settings.topic_prefix)
    async with client_of(app_of(jars)) as client:
        [number] = await waiting_ids(client, 1)
        await become(lambda: levels(jars), {"J-1": 5, quoted: 3})
        await become(lambda: unread_events(jars.database.pool), 0)

        [event] = [row.envelope for row in await jars.log.read_streams(["jar-J-1"])]
        assert await ways(client, id=event.correlation_id) == [("correlation id", event.type, 1)]
        assert await ways(client, id=event.id) == [("id of an event", event.type, 1)]
        assert await ways(client, id="J-1/1") == [("id of the message", event.type, 1)]
        assert await ways(client, id="J-1/1", ce_source="/erp") == [("correlation id", event.type, 1)]
        assert await ways(client, id="J-1") == [("named in an event", event.type, 1)]
        assert await ways(client, id="jar-J-1") == [("named in an event", event.type, 1)]
        assert [by for by, _, _ in await ways(client, id=quoted)] == ["named in an event"]
        assert await ways(client, id="J-1/1", ce_source="/other") == []
        assert await ways(client, id="J-") == [], "a part of an id is not the id"

        for id in ("J-1", "J-1/1", event.id, event.correlation_id):
            [hit] = (await client.get("/v1/admin/lookup", params={"id": id})).json()["journeys"]
            assert hit["stream"] == "jar-J-1"

        parked = await found(client, id="J-9/7")
        assert [(each["parked_id"], each["code"]) for each in parked["parked_messages"]] == [(number, "invalid")]
        assert (await found(client, id="J-9"))["parked_messages"] == parked["parked_messages"]

        progress = (await client.get("/v1/admin/progress")).json()
        assert progress["lookup"] == progress["heads"]


async def test_a_log_from_before_the_index_is_indexed_while_the_service_runs(start_service: Start) -> None:
    # given a log that nobody has indexed: the process that wrote it follows nothing
    before = await start_service(JAR_SERVICE, roles=WRITES)
    for n in range(30):
        await before.executor.submit(asking(Fill(f"J-{n}", 1), f"bench/{n}")._replace(causation_id=f"message-{n}"))
    async with client_of(app_of(before)) as client:
        answer = await found(client, id="message-7")
        assert (answer["journeys"], answer["unread_event_count"]) == ([], 30), "what was not read is said"
        assert await ways(client, id="J-7") != [], "a stream is found by its name, whatever the index has read"
        # when a process that follows starts beside it
        after = await start_service(JAR_SERVICE)
        await become(lambda: unread_events(after.database.pool), 0)
        # then all of it is found, and once more after the index was emptied
        assert [by for by, _, _ in await ways(client, id="message-7")] == ["id of the message"]
        await after.database.pool.execute("TRUNCATE lookup, lookup_follower")
        await become(lambda: unread_events(after.database.pool), 0)
        assert [by for by, _, _ in await ways(client, id="message-7")] == ["id of the message"]


async def test_an_id_in_more_journeys_than_are_listed_gives_the_oldest_and_says_that_there_are_more(
    start_service: Start,
) -> None:
    jars = await start_service(JAR_SERVICE)
    for n in range(JOURNEYS_MAX + 5):
        await jars.executor.submit(asking(Fill("J-1", 1), f"bench/{n}")._replace(correlation_id=f"journey-{n:02d}"))
    async with client_of(app_of(jars)) as client:
        answer = await found(client, id="J-1")
    assert [each["correlation_id"] for each in answer["journeys"]] == [f"journey-{n:02d}" for n in range(JOURNEYS_MAX)]
    assert answer["more"]
    assert HITS_MAX > JOURNEYS_MAX


async def test_what_tells_of_a_person_and_texts_for_people_are_not_indexed(start_service: Start) -> None:
    # given an event with a text, and one with what is sealed of a contact
    jars, book = await start_service(JAR_SERVICE), await start_service(BOOK_SERVICE)
    await jars.executor.submit(asking(Label("J-1", "plums")))
    contact = Contact(contact_id="K-1", name=Clear("Ann"), email=Clear("ann@example.com"))
    await book.executor.submit(asking(AddContact("C-1", contact)))
    for service in (jars, book):
        await become(lambda service=service: unread_events(service.database.pool), 0)
    # then the ids are found and nothing else, also not what is sealed as it stands in the log
    async with client_of(app_of(jars)) as client:
        assert await ways(client, id="plums") == []
    [row] = await book.log.read_streams(["book-C-1"])
    event = row.event(BOOK_SERVICE.event_types)
    sealed = event.contact.email  # type: ignore[attr-defined]
    async with client_of(app_of(book)) as client:
        assert len(await ways(client, id="K-1")) == len(await ways(client, id="C-1")) == 1
        for text in ("Ann", "ann@example.com", sealed.sealed[:200], sealed.subject):
            assert await ways(client, id=text) == []
    # and the index has hashes of what it found, no text at all
    columns = await book.database.pool.fetch(
        "SELECT data_type FROM information_schema.columns WHERE table_name = 'lookup'"
    )
    assert {column["data_type"] for column in columns} == {"bigint", "integer"}


async def test_a_second_follower_that_believes_to_lead_changes_nothing(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE)
    await jars.executor.submit(asking(Fill("J-1", 1))._replace(causation_id="message-1"))
    await become(lambda: unread_events(jars.database.pool), 0)
    rows = await jars.database.pool.fetchval("SELECT count(*) FROM lookup")
    await jars.database.pool.execute("UPDATE lookup_follower SET position = 0")
    second = LookupFollower(JAR_SERVICE, jars.database, jars.locks.of("schedule"))
    while await second.step():
        pass
    assert await jars.database.pool.fetchval("SELECT count(*) FROM lookup") == rows
