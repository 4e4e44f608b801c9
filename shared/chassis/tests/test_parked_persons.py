"""What parked messages hold of persons: sealed at rest, handled as it came, shown by right, gone when the person is erased."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import httpx
import orjson
import pytest

from chassis.handling.audit_questions import Sought, recorded
from chassis.handling.units import Message, UnitOfWork
from chassis.inbox.translation import Translator
from chassis.reactions import Source
from chassis.roles import RUNNING, Granted, Roles
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.everything import everything_stored
from chassis.testing.facts import Fact
from chassis.testing.waiting import eventually
from contracts import Event
from contracts.fields import Id
from standing_parts.issuer import Issuer

from .contacts import BOOK_SERVICE, AddContact, Contact
from .running import POURINGS, Sent, Start, send, sent
from .toy import JAR_SERVICE

TOPIC = "plant.contacts"
WHY = {"reason": "the plant has written to us"}
CANARIES = {"name": "Canary Bird-Yellow", "email": "canary.yellow@example.com", "telephone": "+49 000 7777777"}
ANN = "contact:C-1/K-1"
CLOSED = set[str]()
"""Customers whose contacts are not taken now."""


class ContactReported(Event):
    TYPE: ClassVar[str] = "plant.ContactReported"
    customer_id: Id
    contact: Contact
    floor: int = 0


def react(event: ContactReported, *_: object) -> AddContact:
    if event.customer_id in CLOSED:
        raise ValueError("the book is closed")
    return AddContact(event.customer_id, event.contact)


ROLES = {**RUNNING, "privacy": ("personal.*",), "reader": ("admin.parked.read", "personal.open")}


class BookRoles(Roles):
    NAME: ClassVar[str] = "roles"
    roles: Granted = ROLES


SOURCE = Source.facts(TOPIC, (ContactReported,), {ContactReported: react})
SERVICE = replace(BOOK_SERVICE, policies=(BookRoles,), sources=(SOURCE,))


@dataclass
class Parking:
    """A running service, and clients of people with each a role."""

    runtime: Runtime
    operator: httpx.AsyncClient
    reader: httpx.AsyncClient
    pia: httpx.AsyncClient
    paul: httpx.AsyncClient

    async def park(self, *messages: Message) -> list[dict[str, Any]]:
        """Let the executor take these messages; what is parked then."""
        translator = Translator(SOURCE, 1_000_000)
        policies = self.runtime.executor.policies
        items = []
        for message in messages:
            incoming = translator.read(message)
            items.append(translator.item(translator.marked(message, incoming), incoming, policies))
        await self.runtime.executor.execute(UnitOfWork(tuple(items), sensitive=translator.sensitive))
        return await self.runtime.parked.listed("parked", 0, 100)

    async def do(self, number: int, act: str, **body: Any) -> dict[str, Any]:
        answer = await self.operator.post(f"/v1/admin/parked/{number}/{act}", json={**WHY, **body})
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def shown(self, client: httpx.AsyncClient, number: int) -> dict[str, Any]:
        answer = await client.get(f"/v1/admin/parked/{number}")
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def erase(self, subject: str) -> None:
        body = {"subject": subject, "reason": "asked for it by letter"}
        proposed = await self.pia.post("/v1/personal/erasures", json=body)
        assert proposed.status_code == 200, proposed.text
        path = proposed.json()["erasure_id"].replace("/", "%2F")
        assert (await self.paul.post(f"/v1/personal/erasures/{path}/approval")).status_code == 200

    async def names(self) -> list[str]:
        """The names in the events, opened."""
        stored = await self.runtime.log.read_streams(["book-C-1"])
        found = [orjson.loads(row.data)["contact"]["name"] for row in stored]
        opened = (await self.pia.post("/v1/personal/openings", json={"items": found})).json()["items"]
        return [each["text"] for each in opened]

    async def nowhere(self) -> None:
        """No canary stands in any table, as text or in the hex in which COPY writes bytes."""
        for table, content in (await everything_stored(self.runtime)).items():
            for what, canary in CANARIES.items():
                for form in (canary.encode(), canary.encode().hex().encode(), json.dumps(canary)[1:-1].encode()):
                    assert form not in content, f"{what} stands in {table}"


@pytest.fixture
async def parking(start_service: Start, issuer: Issuer) -> AsyncIterator[Parking]:
    CLOSED.clear()
    runtime = await start_service(SERVICE)
    app = app_of(runtime)
    people = {"operator": "operator", "reader": "reader", "pia": "privacy", "paul": "privacy"}
    clients = {name: client_of(app, token=issuer.token(name, [role])) for name, role in people.items()}
    yield Parking(runtime, **clients)
    for client in clients.values():
        await client.aclose()


def reported(contact_id: str = "K-1", **more: Any) -> dict[str, Any]:
    return {"customer_id": "C-1", "contact": {"contact_id": contact_id, **CANARIES}, **more}


def message(number: int, document: Any, **headers: str) -> Message:
    value = document if isinstance(document, bytes) else json.dumps(document).encode()
    known = {
        "ce_specversion": "1.0", "ce_id": f"m-{number}", "ce_source": "/plant", "ce_type": "plant.ContactReported",
        "ce_time": "2024-05-01T08:00:00Z", "content-type": "application/json",
    }  # fmt: skip
    return Message(TOPIC, 0, number, f"key-{number}", {**known, **headers}, value)


WRITTEN = b'{ "customer_id":"C-1", "floor": 7,\r\n "contact":{"contact_id":"K-1","name":"Canary Bird\\u002dYellow"} }'
"""As a plant writes it: other blanks and escapes than ours."""


async def test_no_canary_of_a_parked_message_stands_in_any_table(parking: Parking, settings: Settings) -> None:
    def fact(number: int, value: bytes, key: str = "", **headers: bytes) -> Sent:
        return sent(Fact(TOPIC, key or f"key-{number}", f"m-{number}", "plant.ContactReported", value), **headers)

    CLOSED.add("C-1")
    canary = json.dumps(reported()).encode()
    await send(
        settings, TOPIC,
        [
            fact(1, canary, "C-1"),
            fact(2, canary, "C-1"),
            fact(3, json.dumps(reported(floor="ground")).encode()),
            fact(4, canary[:-2]),
            fact(5, canary, ce_type=b"plant.ContactHeard"),
            fact(6, json.dumps({"customer_id": "C-1", "contact": {**CANARIES, "remark": CANARIES["name"]}}).encode()),
            fact(7, json.dumps({"customer_id": "C-1", "contact": CANARIES["email"], "seen_by": CANARIES["name"]}).encode()),
            fact(8, json.dumps(CANARIES["name"]).encode(), x_user=CANARIES["email"].encode()),
            fact(9, CANARIES["telephone"].encode(), ce_id=b""),
        ],
    )  # fmt: skip
    rows = await eventually(lambda: parking.runtime.parked.listed("parked", 0, 100), lambda rows: len(rows) == 9)
    by_key = {row["headers"].get("ce_id") or "none": row for row in rows}
    assert {name: row["code"] for name, row in by_key.items()} == {
        "m-1": "reaction-failed", "m-2": "waits-behind", "m-3": "invalid", "m-4": "invalid", "m-5": "unknown-type", "m-6": "invalid",
        "m-7": "invalid", "m-8": "invalid", "none": "not-a-cloudevent",
    }  # fmt: skip
    assert (
        by_key["m-1"]["sealed_subjects"]
        == by_key["m-2"]["sealed_subjects"]
        == by_key["m-3"]["sealed_subjects"]
        == [ANN]
    )
    assert json.loads(by_key["m-3"]["value"])["floor"] == "ground", "whoever mends it sees what is wrong"
    own = {name: f"parked:{TOPIC}/{by_key[name]['partition']}/{by_key[name]['position']}" for name in by_key}
    for name in ("m-4", "m-5", "m-6", "m-7", "m-8", "none"):
        assert by_key[name]["sealed_subjects"] == [own[name]]
    await parking.nowhere()
    await parking.do(by_key["m-1"]["parked_id"], "retry")
    CLOSED.clear()
    mended = await parking.do(by_key["m-3"]["parked_id"], "edit", value=json.dumps(reported(floor=1)), retry=False)
    assert mended["message"]["edited"]["value"].count('"sealed"') == 3
    await parking.do(by_key["m-1"]["parked_id"], "retry")
    await parking.do(by_key["m-4"]["parked_id"], "discard")
    for client in (parking.reader, parking.operator):
        assert (await client.get("/v1/admin/parked")).status_code == 200
    await parking.nowhere()


async def test_a_retry_handles_the_bytes_that_came(parking: Parking) -> None:
    CLOSED.add("C-1")
    [row] = await parking.park(message(1, WRITTEN))
    assert row["byte_count"] == len(WRITTEN)
    [waiting] = await parking.runtime.parked.waiting(row["parked_id"])
    assert (waiting.message.value, waiting.message.headers) == (WRITTEN, message(1, WRITTEN).headers)
    assert (await parking.do(row["parked_id"], "retry"))["message"]["code"] == "reaction-failed"
    CLOSED.clear()
    assert (await parking.do(row["parked_id"], "retry"))["message"]["status"] == "retried"
    assert await parking.names() == [CANARIES["name"]]
    assert await parking.park(message(1, WRITTEN)) == [], "it is recognised when it comes again"


async def test_it_is_shown_sealed_and_opened_by_right_and_the_look_names_whose_texts(parking: Parking) -> None:
    CLOSED.add("C-1")
    [row] = await parking.park(message(1, WRITTEN, **{"x-user": "canary"}))
    number = row["parked_id"]
    sealed, opened = await parking.shown(parking.operator, number), await parking.shown(parking.reader, number)
    assert json.loads(sealed["value"])["contact"]["name"]["subject"] == ANN
    assert sealed["headers"]["x-user"].keys() == {"sealed", "subject", "key"}
    assert (opened["value"], opened["headers"]["x-user"]) == (WRITTEN.decode(), "canary")
    itself = f"parked:{TOPIC}/0/1"
    assert sealed["sealed_subjects"] == opened["sealed_subjects"] == [ANN, itself]
    [listed] = (await parking.reader.get("/v1/admin/parked")).json()["items"]
    assert listed["value"] == WRITTEN.decode()
    looks = await recorded(parking.runtime.database.pool, 0, 100, Sought(kind="look"))
    named = [(each["actor"], each["action"], each["things"]) for each in looks]
    persons = [f"persons/{ANN}", f"persons/{itself}"]
    assert named == [
        ("operator", "parked message read", [f"parked/{number}"]),
        ("reader", "parked message read", [f"parked/{number}", *persons]),
        ("reader", "parked messages listed", [f"parked/{number}", *persons]),
    ]


async def test_of_an_erased_person_nothing_opens_and_a_retry_says_so(parking: Parking) -> None:
    CLOSED.add("C-1")
    parked = await parking.park(message(1, reported()), message(2, reported("K-2")))
    first, second = (row["parked_id"] for row in parked)
    await parking.erase(ANN)
    CLOSED.clear()
    shown = await parking.shown(parking.reader, first)
    assert (json.loads(shown["value"])["contact"]["name"], shown["lost_subjects"]) == (None, [ANN])
    tried = (await parking.do(first, "retry"))["message"]
    assert (tried["status"], tried["code"]) == ("parked", "erased")
    assert tried["reason"].startswith(f"{ANN} was erased. What the message says there is gone")
    headers = await parking.operator.post(f"/v1/admin/parked/{first}/edit", json={**WHY, "headers": {"x-note": "n"}})
    assert (headers.status_code, ANN in headers.json()["detail"]) == (409, True)
    assert (await parking.do(second, "retry"))["message"]["status"] == "retried", "others are as they were"
    whole = {"customer_id": "C-1", "contact": {"contact_id": "K-9", "name": "The reception"}}
    assert (await parking.do(first, "edit", value=json.dumps(whole)))["message"]["status"] == "retried"
    assert await parking.names() == [CANARIES["name"], "The reception"]
    await parking.nowhere()


async def test_a_message_that_tells_of_nobody_known_is_erased_by_its_own_name(parking: Parking) -> None:
    [row] = await parking.park(message(1, b"Canary"))
    [itself] = row["sealed_subjects"]
    assert (await parking.shown(parking.reader, row["parked_id"]))["value"] == "Canary"
    await parking.erase(itself)
    assert (await parking.shown(parking.reader, row["parked_id"]))["value"] == "null"
    assert (await parking.do(row["parked_id"], "retry"))["message"]["code"] == "erased"
    assert (await parking.do(row["parked_id"], "discard"))["status"] == "discarded"


async def test_whoever_must_not_open_a_text_mends_what_stands_beside_it(parking: Parking) -> None:
    [row] = await parking.park(message(1, reported(floor="ground", remark="by Cleo")))
    shown = json.loads(row["value"])
    mended = json.dumps({**shown, "floor": 0}, indent=2)
    assert CANARIES["name"] not in mended
    after = (await parking.do(row["parked_id"], "edit", value=mended))["message"]
    assert after["status"] == "retried"
    assert await parking.names() == [CANARIES["name"]]
    edited = await parking.shown(parking.reader, row["parked_id"])
    assert json.loads(edited["edited"]["value"]) == reported(floor=0, remark="by Cleo")
    [act] = await recorded(parking.runtime.database.pool, 0, 100, Sought(action="edited"))
    assert act["before"]["value"] == row["value"]
    assert (act["after"]["headers"], act["after"]["value"]) == (after["edited"]["headers"], after["edited"]["value"])
    await parking.nowhere()


async def test_a_row_from_before_is_read_retried_and_edited_as_ever(parking: Parking) -> None:
    numbers = []
    for number, floor in ((1, 1), (2, "ground")):
        old = message(number, reported(floor=floor))
        numbers.append(
            await parking.runtime.database.pool.fetchval(
                "INSERT INTO parked (source, partition, position, key, headers, value, type, code, reason, parked_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, 'plant.ContactReported', 'invalid', 'because', now()) RETURNING id",
                *old[:4], json.dumps(dict(old.headers)), old.value,
            )
        )  # fmt: skip
    shown = await parking.shown(parking.operator, numbers[0])
    assert (json.loads(shown["value"]), shown["sealed_subjects"]) == (reported(floor=1), [])
    assert (await parking.do(numbers[0], "retry"))["message"]["status"] == "retried"
    after = (await parking.do(numbers[1], "edit", value=json.dumps(reported("K-2", floor=2))))["message"]
    assert (after["status"], after["sealed_subjects"]) == ("retried", ["contact:C-1/K-2"])
    assert await parking.names() == [CANARIES["name"]] * 2


async def test_a_service_that_holds_no_personal_data_parks_messages_as_they_came(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [sent(Fact(POURINGS, "J-1", "m-1", "plant.Poured", b'{"jar": "J-1"'))])
    [row] = await eventually(lambda: jars.parked.listed("parked", 0, 100), bool)
    assert (row["value"], row["sealed_subjects"], row["code"]) == ('{"jar": "J-1"', [], "invalid")
    async with client_of(app_of(jars)) as client:
        body = {**WHY, "value": '{"jar": "J-1", "amount": 1}'}
        edited = await client.post(f"/v1/admin/parked/{row['parked_id']}/edit", json=body)
        assert edited.json()["message"]["status"] == "retried", edited.text
