"""The people at a supplier: sealed wherever they stand, opened by right, and gone once two people have erased them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from pydantic import ValidationError

from chassis.erasures import ERASURES
from chassis.runtime import Runtime
from chassis.storage.log import Batch, NewEvent, meta_json
from chassis.testing import envelope, given, replay
from chassis.testing.client import app_of, client_of
from chassis.testing.everything import everything_published, everything_stored
from chassis.testing.passing import at_rest
from chassis.testing.sealed import sealed
from contracts.personal import IN_CLEAR, Clear
from contracts.supplier import Contact, OnboardingFile, OnboardingFileRevised, SupplierRegistered
from standing_parts.issuer import Issuer
from supplier_svc.read_models import qualification, supplier_history
from supplier_svc.service import SERVICE
from supplier_svc.supplier import DECIDER
from supplier_svc.supplier.onboarding import FileExists, RegisterSupplier, ReviseFile

CANARIES = {"name": "Canary Bird-Yellow", "phone": "+49 000 7777777", "email": "canary.yellow@example.com"}
OWNER = "Canary Owner-Green"
ANN = {"contact_id": "ann", "role": "quality manager", **CANARIES}
BEA = {"name": "Bea Example", "email": "bea@example.com"}
OF_ANN, OF_BEA, OF_OWNER = "contact:S-1/ann", "contact:S-1/2", "business-owner:S-1"
FILE: dict[str, Any] = {"name": "Reddoit", "business_owner": OWNER, "contacts": [ANN, BEA]}
REGISTRATION: dict[str, Any] = {"supplier_id": "S-1", "file": FILE, "registered_on": "2024-01-02"}
BEFORE = {
    "supplier_id": "S-1", "file": {"name": "Reddoit", "contacts": [{"name": "Bea"}, {"name": "Ann"}]},
    "registered_on": "2024-01-02",
}  # fmt: skip
"""An event of before contacts had ids."""
DAY = date(2024, 1, 2)


# --- without a server ------------------------------------------------------------------------------------


def test_a_contact_without_an_id_has_that_of_its_place() -> None:
    file = OnboardingFile.model_validate_json(orjson.dumps(FILE))
    assert [each.contact_id for each in file.contacts] == ["ann", "2"]
    before = SupplierRegistered.from_log(orjson.dumps(BEFORE))
    assert [each.contact_id for each in before.file.contacts] == ["1", "2"]
    assert orjson.loads(before.model_dump_json(exclude_unset=True, context=IN_CLEAR)) == BEFORE
    assert orjson.loads(before.model_dump_json(context=IN_CLEAR))["file"]["contacts"][0]["contact_id"] == "1"


def test_two_contacts_of_one_id_are_refused_and_a_log_that_has_them_is_read() -> None:
    twice = {**FILE, "contacts": [{**BEA, "contact_id": "2"}, BEA]}
    with pytest.raises(ValidationError, match="give each person one of their own"):
        OnboardingFile.model_validate_json(orjson.dumps(twice))
    read = SupplierRegistered.from_log(orjson.dumps({**REGISTRATION, "file": twice}))
    assert [each.contact_id for each in read.file.contacts] == ["2", "2"]


def _file(name: Any) -> OnboardingFile:
    return OnboardingFile(name="Reddoit", contacts=(Contact(contact_id="ann", name=name),))


def test_a_file_that_an_older_event_has_in_clear_is_recognised_and_its_next_revision_is_sealed() -> None:
    text = sealed("Ann Example", OF_ANN)
    before = SupplierRegistered(supplier_id="S-1", file=_file(Clear("Ann Example")), registered_on=DAY)
    known = given(DECIDER, before, policies=SERVICE.policies)
    register = RegisterSupplier("S-1", _file(text), DAY)
    known.when(register).then()
    other = OnboardingFile(name="Reddoit", contacts=(Contact(contact_id="bea", name=text),))
    known.when(replace(register, file=other)).then_refused(FileExists, "revise it")
    revised = known.when(ReviseFile("S-1", _file(text), DAY))
    assert revised.one(OnboardingFileRevised).file == _file(text)
    revised.when(ReviseFile("S-1", _file(text), DAY)).then()


def test_the_rows_of_older_events_hold_what_the_log_holds_and_the_ids_of_the_places() -> None:
    event = SupplierRegistered.from_log(orjson.dumps(BEFORE))
    for model in (qualification.MODEL, supplier_history.MODEL):
        [row] = replay(model, [(event, envelope(1))]).values()
        contacts = (row.file if model is qualification.MODEL else row.data["file"])["contacts"]
        assert [(each["contact_id"], each["name"]) for each in contacts] == [("1", "Bea"), ("2", "Ann")]


# --- over HTTP -------------------------------------------------------------------------------------------


class People:
    """Clients of one service, each with a token of its own."""

    def __init__(self, runtime: Runtime, clients: dict[str, httpx.AsyncClient]) -> None:
        self.runtime = runtime
        self.clients = clients

    async def send(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        answer = await self.clients[who].request(method, path, json=body)
        await at_rest(self.runtime)
        return answer

    async def done(self, who: str, method: str, path: str, body: Any = None) -> Any:
        answer = await self.send(who, method, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def file(self, who: str) -> dict[str, Any]:
        file: dict[str, Any] = (await self.done(who, "GET", "/v1/suppliers/S-1/qualification"))["file"]
        return file

    async def erase(self, subject: str) -> Any:
        body = {"subject": subject, "reason": "asked for it by letter"}
        proposed = (await self.done("ada", "POST", "/v1/personal/erasures", body))["erasure_id"]
        path = f"/v1/personal/erasures/{proposed.replace('/', '%2F')}/approval"
        assert (await self.send("ada", "POST", path)).status_code == 409
        return await self.done("alan", "POST", path)


ROLES = {"bo": "buyer", "qing": "quality-engineer", "ada": "administrator", "alan": "administrator", "audra": "auditor"}


@pytest.fixture
async def people(start_service: Any, issuer: Issuer) -> AsyncIterator[People]:
    runtime = await start_service(SERVICE)
    await runtime.move_clock(datetime(2024, 1, 3, tzinfo=UTC))
    async with AsyncExitStack() as stack:
        app = app_of(runtime)
        tokens = {name: issuer.token(name, [role]) for name, role in ROLES.items()}
        tokens["them"] = issuer.token("them", ["partner", "buyer"], partner={"supplier_id": "S-1"})
        clients = {name: await stack.enter_async_context(client_of(app, token=token)) for name, token in tokens.items()}
        yield People(runtime, clients)


async def test_buyers_and_quality_read_contacts_and_everybody_else_sees_what_is_sealed(people: People) -> None:
    await people.done("bo", "POST", "/v1/suppliers", REGISTRATION)
    for who in ("bo", "qing"):
        file = await people.file(who)
        assert file["business_owner"] == OWNER
        assert file["contacts"] == [ANN, {**BEA, "role": "", "phone": "", "contact_id": "2"}]
    file = await people.file("audra")
    assert file["business_owner"].keys() == {"sealed", "subject", "key"}
    assert file["business_owner"]["subject"] == OF_OWNER
    assert [file["contacts"][0][field]["subject"] for field in CANARIES] == [OF_ANN] * 3
    assert [each["name"]["subject"] for each in file["contacts"]] == [OF_ANN, OF_BEA]
    assert (file["contacts"][1]["phone"], file["contacts"][0]["role"]) == ("", "quality manager")
    history = (await people.done("audra", "GET", "/v1/suppliers/S-1/history"))["items"]
    assert history[0]["data"]["file"] == file


async def test_a_partner_sees_no_contact_not_even_its_own_and_opens_nothing(people: People) -> None:
    await people.done("bo", "POST", "/v1/suppliers", REGISTRATION)
    name = (await people.file("audra"))["contacts"][0]["name"]
    for path in ("/v1/suppliers/S-1/qualification", "/v1/suppliers/S-1/history"):
        shown = await people.send("them", "GET", path)
        assert shown.status_code == 200
        assert not [text for text in ("sealed", *CANARIES.values()) if text in shown.text]
    assert (await people.send("them", "POST", "/v1/personal/openings", {"items": [name]})).status_code == 403
    own = await people.send("them", "GET", "/v1/suppliers/S-1")
    assert (own.status_code, "sealed" in own.text) == (200, False)


async def test_no_canary_stands_in_a_table_a_record_or_an_answer_without_the_right(people: People) -> None:
    """Also not after a revision, a refused registration, an opening and the erasures."""
    await people.done("bo", "POST", "/v1/suppliers", REGISTRATION)
    revised = {"file": {**FILE, "remarks": "painted housings"}, "revised_on": "2024-01-03"}
    await people.done("bo", "PUT", "/v1/suppliers/S-1/file", revised)
    refused = await people.send("bo", "POST", "/v1/suppliers", {**REGISTRATION, "file": {**FILE, "profile": "other"}})
    assert refused.status_code == 409
    too_long = {**FILE, "contacts": [{**ANN, "phone": CANARIES["phone"] * 10}]}
    unread = await people.send("bo", "POST", "/v1/suppliers", {**REGISTRATION, "supplier_id": "S-2", "file": too_long})
    assert unread.status_code == 422
    assert CANARIES["name"] in (await people.send("bo", "GET", "/v1/suppliers/S-1/qualification")).text
    shown = [
        (await people.send("audra", "GET", path)).text
        for path in (
            "/v1/suppliers", "/v1/suppliers/S-1", "/v1/suppliers/S-1/qualification", "/v1/suppliers/S-1/history",
            "/v1/suppliers/S-1/relationship", "/v1/suppliers/S-1/scorecard",
        )
    ]  # fmt: skip
    shown += [
        (await people.send("audra", "GET", f"/v1/log?partition={partition}&after=0")).text
        for partition in range(people.runtime.log.partitions)
    ]
    assert "quality manager" in "".join(shown)
    for subject in (OF_ANN, OF_OWNER):
        await people.erase(subject)
    stored = await everything_stored(people.runtime)
    assert b"quality manager" in stored["event"]
    assert any(b"sealed" in content for name, content in stored.items() if name.startswith("qualification_"))
    records = await everything_published(people.runtime)
    assert any(b"quality manager" in record for record in records)
    for what, canary in {**CANARIES, "business owner": OWNER}.items():
        for table, content in stored.items():
            assert canary.encode() not in content, f"{what} stands in {table}"
        assert not any(canary.encode() in record for record in records), f"{what} stands in the topic"
        assert not any(canary in each for each in (*shown, refused.text, unread.text)), f"{what} was shown"


async def test_an_erased_contact_is_null_and_the_grade_the_file_and_all_others_are_as_they_were(people: People) -> None:
    await people.done("bo", "POST", "/v1/suppliers", REGISTRATION)
    sealed_file = await people.file("audra")
    before = await _rows(people.runtime)
    assert any("sealed" in line for lines in before.values() for line in lines)
    answer = await people.erase(OF_ANN)
    assert (answer["status"], answer["unreachable_events"], answer["all_named"]) == ("erased", [], True)

    assert await _rows(people.runtime) == before
    assert await people.file("audra") == sealed_file
    shown = await people.file("bo")
    assert shown["contacts"][0] == {**ANN, "name": None, "phone": None, "email": None}
    assert (shown["contacts"][1]["name"], shown["business_owner"]) == ("Bea Example", OWNER)
    for model in (qualification.MODEL, supplier_history.MODEL):
        rebuilt = await people.runtime.replay.all_rows(model, None)
        live = await people.runtime.read(model.table.select())
        assert _sorted(rebuilt) == _sorted({name: row[name] for name in model.column_names()} for row in live)


async def _rows(runtime: Runtime) -> dict[str, list[str]]:
    """What the tables of read models hold, line by line, but for the list of erasures."""
    stored = await everything_stored(runtime)
    models = {model.name for model in runtime.service.read_models} - {ERASURES.name}
    return {
        table: sorted(content.decode().splitlines())
        for table, content in stored.items()
        if any(table.startswith(f"{name}_") for name in models)
    }


def _sorted(rows: Any) -> list[str]:
    return sorted(orjson.dumps(row, option=orjson.OPT_SORT_KEYS, default=str).decode() for row in rows)


async def test_the_same_file_again_is_recognised_without_opening_anything(people: People) -> None:
    await people.done("bo", "POST", "/v1/suppliers", REGISTRATION)
    assert (await people.done("bo", "POST", "/v1/suppliers", REGISTRATION))["events"] == []
    same = {"file": FILE, "revised_on": "2024-01-03"}
    assert (await people.done("bo", "PUT", "/v1/suppliers/S-1/file", same))["events"] == []
    other = {"file": {**FILE, "business_owner": "Another"}, "revised_on": "2024-01-03"}
    assert (await people.done("bo", "PUT", "/v1/suppliers/S-1/file", other))["events"] == [
        "supplier.OnboardingFileRevised"
    ]
    looks = await people.runtime.database.pool.fetchval(
        "SELECT count(*) FROM operator_action WHERE action = 'personal.opened'"
    )
    assert looks == 0


async def test_what_an_auditor_reads_may_be_sent_back_as_it_is(people: People) -> None:
    """A program without the right revises the file and leaves the people in it as they are."""
    await people.done("bo", "POST", "/v1/suppliers", REGISTRATION)
    file = {**(await people.file("audra")), "remarks": "painted housings"}
    await people.done("bo", "PUT", "/v1/suppliers/S-1/file", {"file": file, "revised_on": "2024-01-03"})
    assert (await people.file("bo"))["contacts"][0] == ANN


async def test_an_event_from_before_is_named_by_the_erasure_that_cannot_reach_it(people: People) -> None:
    """Also where it names no id: that of the third contact stands nowhere in what was written."""
    before = {**REGISTRATION, "file": {**FILE, "contacts": [ANN, {"name": "Carl Example"}, BEA]}}
    assert b"3" not in orjson.dumps(before)
    event_id = await _append_in_clear(people.runtime, before)
    await at_rest(people.runtime)
    assert (await people.file("audra"))["contacts"][2]["name"] == "Bea Example"
    assert (await people.done("bo", "POST", "/v1/suppliers", before))["events"] == []
    await people.done("bo", "PUT", "/v1/suppliers/S-1/file", {"file": before["file"], "revised_on": "2024-01-03"})
    assert (await people.file("audra"))["contacts"][2]["name"]["subject"] == "contact:S-1/3"
    answer = await people.erase("contact:S-1/3")
    assert [each["event_id"] for each in answer["unreachable_events"]] == [event_id]
    assert (await people.file("bo"))["contacts"][2]["name"] is None
    assert (await people.file("bo"))["contacts"][1]["name"] == "Carl Example"


async def _append_in_clear(runtime: Runtime, registration: dict[str, Any]) -> str:
    """A file as it was registered before texts were sealed; the event's id."""
    stream, event_id = "supplier-S-1", str(uuid4())
    at = datetime(2024, 1, 2, tzinfo=UTC)
    event = NewEvent(
        runtime.log.partition(stream), stream, 1, SupplierRegistered.TYPE, 1, orjson.dumps(registration).decode(),
        meta_json(None, "bo", "default", None), event_id, "journey-0", at,
    )  # fmt: skip
    await runtime.log.append(Batch(at, [event]))
    return event_id
