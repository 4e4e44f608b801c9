"""A person is opened by right, erased by two people, and gone from every copy; all others stay as they were."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar

import httpx
import orjson
import pytest

from chassis.handling.audit_questions import Sought, recorded
from chassis.personal import sealing
from chassis.roles import RUNNING, Granted, Roles
from chassis.runtime import Runtime
from chassis.storage.log import chained, genesis
from chassis.testing.client import app_of, client_of
from chassis.testing.everything import everything_stored
from contracts.personal import Clear
from standing_parts.issuer import Issuer

from .contacts import BOOK_SERVICE, CONTACTS, AddContact, Contact
from .running import Start, asking
from .test_sealing import append_in_clear

CANARIES = {"name": "Canary Bird-Yellow", "email": "canary.yellow@example.com", "telephone": "+49 000 7777777"}
ANN, BEA = "contact:C-1/K-1", "contact:C-1/K-2"


ROLES = {**RUNNING, "clerk": ("books.*",), "reader": ("books.read", "personal.open"), "privacy": ("personal.*",)}


class BookRoles(Roles):
    NAME: ClassVar[str] = "roles"
    roles: Granted = ROLES


SERVICE = replace(BOOK_SERVICE, policies=(BookRoles,))


class People:
    """Clients of one service, each with a token of its own."""

    def __init__(self, runtime: Runtime, issuer: Issuer) -> None:
        self.runtime = runtime
        app = app_of(runtime)
        self._clients = {
            name: client_of(app, token=issuer.token(name, [role]))
            for name, role in [("clerk", "clerk"), ("reader", "reader"), ("pia", "privacy"), ("paul", "privacy")]
        }

    def __getattr__(self, name: str) -> httpx.AsyncClient:
        return self._clients[name]

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def add(self, contact_id: str = "K-1", **fields: str) -> None:
        contact = {"contact_id": contact_id, **(fields or CANARIES)}
        answer = await self.clerk.post("/v1/books/C-1/contacts", json={"contact": contact})
        assert answer.status_code == 200, answer.text
        self.token = {"Consistency-Token": answer.headers.get("Consistency-Token", "")}

    async def contacts(self, who: str) -> dict[str, Any]:
        answer = await self._clients[who].get("/v1/books/C-1/contacts", headers=self.token)
        assert answer.status_code == 200, answer.text
        return {row["contact_id"]: row for row in answer.json()["items"]}

    async def erase(self, subject: str = ANN) -> httpx.Response:
        body = {"subject": subject, "reason": "asked for it by letter"}
        proposed = await self.pia.post("/v1/personal/erasures", json=body)
        assert proposed.status_code == 200, proposed.text
        return await self.approve(proposed.json()["erasure_id"])

    async def approve(self, erasure_id: str, who: str = "paul") -> httpx.Response:
        path = f"/v1/personal/erasures/{erasure_id.replace('/', '%2F')}/approval"
        return await self._clients[who].post(path)


@pytest.fixture
async def people(start_service: Start, issuer: Issuer) -> AsyncIterator[People]:
    runtime = await start_service(SERVICE, roles=frozenset({"http", "project"}))
    people = People(runtime, issuer)
    yield people
    await people.close()


async def verify_chain(runtime: Runtime) -> int:
    """How many events stand in chains of hashes that are whole."""
    rows = await runtime.database.pool.fetch("SELECT * FROM event ORDER BY partition, position")
    last: dict[int, bytes] = {}
    for row in rows:
        expected = chained(last.get(row["partition"], genesis(row["partition"])), row)
        assert row["hash"] == expected
        last[row["partition"]] = expected
    return len(rows)


async def looks(runtime: Runtime, action: str) -> list[dict[str, Any]]:
    return await recorded(runtime.database.pool, 0, 100, Sought(action=action))


async def test_an_answer_shows_the_text_by_right_and_what_is_sealed_without(people: People) -> None:
    await people.add()
    sealed = (await people.contacts("clerk"))["K-1"]
    assert sealed["name"]["subject"] == sealed["email"]["subject"] == ANN
    assert set(sealed["name"]) == {"sealed", "subject", "key"}
    shown = (await people.contacts("reader"))["K-1"]
    assert (shown["name"], shown["email"]) == (CANARIES["name"], CANARIES["email"])
    assert {**shown, "name": None, "email": None} == {**sealed, "name": None, "email": None}
    known = (await people.reader.get("/v1/books/C-1/known")).json()
    assert known[0]["name"] == CANARIES["name"]
    [look] = [
        each for each in await looks(people.runtime, "personal.opened") if each["detail"]["path"].endswith("contacts")
    ]
    assert (look["actor"], look["kind"], look["detail"]["subjects"]) == ("reader", "look", [ANN])


async def test_an_answer_without_anything_sealed_is_passed_on_and_not_recorded(people: People) -> None:
    await people.add("K-1", name="")
    assert (await people.contacts("reader"))["K-1"]["name"] == ""
    assert await looks(people.runtime, "personal.opened") == []


async def test_no_canary_stands_in_any_table(people: People) -> None:
    await people.add()
    await people.contacts("reader")
    refused = {"contact": {"contact_id": "K-1", **CANARIES, "telephone": CANARIES["telephone"] * 100}}
    assert (await people.clerk.post("/v1/books/C-1/contacts", json=refused)).status_code == 422
    await people.erase()
    stored = await everything_stored(people.runtime)
    assert {"event", "command", "personal_key", "operator_action"} <= stored.keys()
    assert b"K-1" in stored["event"]
    assert any(b"sealed" in content for name, content in stored.items() if name.startswith("contacts_"))
    for table, content in stored.items():
        for what, canary in CANARIES.items():
            assert canary.encode() not in content, f"{what} stands in {table}"


async def test_openings_give_texts_or_the_reason_and_are_recorded_once_each(people: People) -> None:
    await people.add()
    name = (await people.contacts("clerk"))["K-1"]["name"]
    forged = {**name, "sealed": "A" * len(name["sealed"])}
    asked = {"items": [name, {**name, "subject": "contact:X-1/K-1"}, forged]}
    answer = await people.pia.post("/v1/personal/openings", json=asked)
    assert answer.status_code == 200, answer.text
    assert [(item["text"], item["cause"]) for item in answer.json()["items"]] == [
        (CANARIES["name"], None), (None, "unknown-key"), (None, "tampered")
    ]  # fmt: skip
    assert "has sealed nothing for contact:X-1/K-1" in answer.json()["items"][1]["reason"]
    assert (await people.clerk.post("/v1/personal/openings", json=asked)).status_code == 403
    assert (await people.pia.post("/v1/personal/openings", json={"items": [name] * 201})).status_code == 422
    [look] = await looks(people.runtime, "personal.opened")
    assert look["detail"]["subjects"] == [ANN, "contact:X-1/K-1"]


async def test_an_erased_person_is_null_everywhere_and_others_are_as_they_were(people: People) -> None:
    await people.add()
    await people.add("K-2", name="Bea Example", email="bea@example.com")
    sealed = await people.contacts("clerk")
    name = sealed["K-1"]["name"]
    answer = await people.erase()
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["unreachable_events"]) == ("erased", [])

    assert await people.contacts("clerk") == sealed
    shown = await people.contacts("reader")
    assert (shown["K-1"]["name"], shown["K-1"]["email"]) == (None, None)
    assert (shown["K-2"]["name"], shown["K-2"]["email"]) == ("Bea Example", "bea@example.com")
    opened = (await people.pia.post("/v1/personal/openings", json={"items": [name]})).json()["items"]
    assert opened == [{"text": None, "cause": "erased", "reason": f"{ANN} was erased: key 1 is destroyed."}]
    keys = await people.runtime.database.pool.fetch(
        "SELECT subject, wrapped, destroyed_at FROM personal_key ORDER BY 1"
    )
    assert [(row["subject"], row["wrapped"] is None, row["destroyed_at"] is None) for row in keys] == [
        (ANN, True, False), (BEA, False, True)
    ]  # fmt: skip
    assert await verify_chain(people.runtime) == 4
    rebuilt = {row["contact_id"]: row for row in await people.runtime.replay.all_rows(CONTACTS, None)}
    assert rebuilt == await people.contacts("clerk")


async def test_who_comes_back_gets_the_next_key_and_what_was_erased_stays_so(people: People) -> None:
    await people.add()
    former = (await people.contacts("clerk"))["K-1"]["name"]
    await people.erase()
    await people.add()
    now = (await people.contacts("clerk"))["K-1"]["name"]
    assert (former["key"], now["key"]) == (1, 2)
    assert (await people.contacts("reader"))["K-1"]["name"] == CANARIES["name"]
    items = (await people.pia.post("/v1/personal/openings", json={"items": [former, now]})).json()["items"]
    assert [item["text"] for item in items] == [None, CANARIES["name"]]
    again = await people.erase()
    assert again.json()["erasure_id"] == f"2:{ANN}"
    subject = (await people.pia.get(f"/v1/personal/subjects/{ANN.replace('/', '%2F')}")).json()
    assert [(each["key_number"], each["destroyed_at"] is None) for each in subject["keys"]] == [(1, False), (2, False)]
    assert [(each["status"], each["approved_by"]) for each in subject["erasures"]] == [("erased", "paul")] * 2


async def test_nobody_approves_their_own_proposal_and_nothing_is_erased_without_one(people: People) -> None:
    await people.add()
    body = {"subject": ANN, "reason": "asked for it by letter"}
    proposed = (await people.pia.post("/v1/personal/erasures", json=body)).json()
    assert (proposed["erasure_id"], proposed["status"]) == (f"1:{ANN}", "proposed")
    own = await people.approve(proposed["erasure_id"], "pia")
    assert (own.status_code, own.json()["type"].rpartition("/")[2].rpartition(":")[2]) == (409, "four-eyes-needed")
    twice = await people.pia.post("/v1/personal/erasures", json=body)
    assert (twice.status_code, "waits for approval" in twice.json()["detail"]) == (409, True)
    assert (await people.approve(f"2:{ANN}")).status_code == 404
    assert (await people.contacts("reader"))["K-1"]["name"] == CANARIES["name"]
    assert (await people.clerk.post("/v1/personal/erasures", json=body)).status_code == 403
    assert (await people.approve(proposed["erasure_id"], "clerk")).status_code == 403
    nobody = await people.pia.post("/v1/personal/erasures", json={**body, "subject": "contact:C-9/K-9"})
    assert nobody.status_code == 404
    assert (await people.approve(proposed["erasure_id"])).status_code == 200
    assert (await people.approve(proposed["erasure_id"])).json()["events"] == []  # it is done already


async def test_a_legal_hold_refuses_until_it_is_lifted(people: People) -> None:
    await people.add()
    hold = f"/v1/personal/holds/{ANN.replace('/', '%2F')}"
    body = {"subject": ANN, "reason": "asked for it by letter"}
    proposed = (await people.pia.post("/v1/personal/erasures", json=body)).json()["erasure_id"]
    assert (await people.paul.put(hold, json={"reason": "case 17 at the district court"})).status_code == 200
    refused = await people.approve(proposed)
    assert refused.status_code == 409
    assert "paul placed a legal hold, case 17 at the district court" in refused.json()["detail"]
    assert (await people.contacts("reader"))["K-1"]["name"] == CANARIES["name"]
    assert (await people.clerk.delete(hold, params={"reason": "it is over"})).status_code == 403
    assert (await people.paul.delete(hold, params={"reason": "it is over"})).status_code == 200
    assert (await people.approve(proposed)).status_code == 200
    acts = [each["action"] for each in await recorded(people.runtime.database.pool, 0, 100, Sought(kind="act"))]
    assert acts == ["erasure proposed", "legal hold placed", "legal hold lifted", "person erased"]


async def test_the_event_and_the_end_of_the_keys_are_one_transaction(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.add()
    body = {"subject": ANN, "reason": "asked for it by letter"}
    proposed = (await people.pia.post("/v1/personal/erasures", json=body)).json()["erasure_id"]

    async def dies(*_: object) -> None:
        raise RuntimeError("the process ends here")

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "destroy", dies)
        assert (await people.approve(proposed)).status_code == 500
    pool = people.runtime.database.pool
    assert await pool.fetchval("SELECT count(*) FROM event WHERE type = 'book.DataSubjectErased'") == 0
    assert await pool.fetchval("SELECT count(*) FROM personal_key WHERE destroyed_at IS NULL") == 1
    assert (await people.approve(proposed)).status_code == 200
    assert await pool.fetchval("SELECT count(*) FROM event WHERE type = 'book.DataSubjectErased'") == 1
    assert await pool.fetchval("SELECT count(*) FROM personal_key WHERE destroyed_at IS NULL") == 0


async def test_what_is_sealed_while_the_person_is_erased_is_sealed_with_the_next_key(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.add()
    log, append, erased = people.runtime.log, people.runtime.log.append, list[bool]()

    async def after_an_erasure(*arguments: Any) -> dict[int, int]:
        if not erased:
            erased.append(True)
            await sealing.destroy(log.database.pool, [ANN], people.runtime.clock.now())  # type: ignore[arg-type]
        return await append(*arguments)

    monkeypatch.setattr(log, "append", after_an_erasure)
    contact = Contact(contact_id="K-1", name=Clear("Ann Again"))
    await people.runtime.executor.submit(asking(AddContact("C-1", contact), "add-again"))
    event = orjson.loads((await log.read_streams(["book-C-1"]))[-1].data)
    assert event["contact"]["name"]["key"] == 2


async def test_an_erasure_names_the_events_from_before_that_it_cannot_reach(people: People) -> None:
    before = await append_in_clear(people.runtime, "C-1", "K-1", "Ann Example")
    await append_in_clear(people.runtime, "C-1", "K-2", "Bea Example", version=2)
    await append_in_clear(people.runtime, "C-11", "K-1", "Another One")
    answer = await people.erase()
    assert [each["event_id"] for each in answer.json()["unreachable_events"]] == [before]
    assert answer.json()["unreachable_events"][0]["type"] == "book.ContactAdded"
    assert answer.json()["all_named"] is True


async def test_the_log_is_shown_as_it_is_stored_whoever_reads_it(people: People) -> None:
    await people.add()
    async with client_of(app_of(people.runtime)) as administrator:
        answer = await administrator.get(
            "/v1/log", params={"partition": people.runtime.log.partition("book-C-1"), "after": 0}
        )
    assert answer.status_code == 200, answer.text
    assert b'"sealed"' in answer.content or b'\\"sealed\\"' in answer.content
    assert CANARIES["name"].encode() not in answer.content
