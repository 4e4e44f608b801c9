"""The people at a customer: sealed wherever they stand, opened by right, and gone once two people have erased them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from chassis.erasures import ERASURES
from chassis.runtime import Runtime
from chassis.storage.log import Batch, NewEvent, meta_json
from chassis.testing.client import app_of, client_of
from chassis.testing.everything import everything_published, everything_stored
from chassis.testing.passing import at_rest
from customer_svc.read_models import customer_file, customer_history
from standing_parts.issuer import Issuer

CANARIES = {"name": "Canary Bird-Yellow", "email": "canary.yellow@example.com", "telephone": "+49 000 7777777"}
ANN = {"contact_id": "K-1", "department": "purchasing", "role": "buyer", **CANARIES}
BEA = {"contact_id": "K-2", "name": "Bea Example", "email": "bea@example.com"}
OF_ANN, OF_BEA = "contact:C-1/K-1", "contact:C-1/K-2"
FILE: dict[str, Any] = {
    "customer_id": "C-1", "name": "Haitong", "owner_id": "li.na", "contacts": [ANN, BEA], "registered_on": "2024-01-01",
}  # fmt: skip


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

    async def contacts(self, who: str, customer_id: str = "C-1") -> list[dict[str, Any]]:
        contacts: list[dict[str, Any]] = (await self.done(who, "GET", f"/v1/customers/{customer_id}/file"))["contacts"]
        return contacts

    async def erase(self, subject: str) -> Any:
        body = {"subject": subject, "reason": "asked for it by letter"}
        proposed = (await self.done("ada", "POST", "/v1/personal/erasures", body))["erasure_id"]
        own = await self.send("ada", "POST", _approval(proposed))
        assert own.status_code == 409, own.text
        return await self.done("alan", "POST", _approval(proposed))


def _approval(erasure_id: str) -> str:
    return f"/v1/personal/erasures/{erasure_id.replace('/', '%2F')}/approval"


ROLES = {
    "li.na": "salesperson", "qing": "quality-engineer", "cora": "credit-controller", "ada": "administrator",
    "alan": "administrator", "audra": "auditor",
}  # fmt: skip


@pytest.fixture
async def people(service: Runtime, issuer: Issuer) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        app = app_of(service)
        clients = {
            name: await stack.enter_async_context(client_of(app, token=issuer.token(name, [role])))
            for name, role in ROLES.items()
        }
        yield People(service, clients)


async def test_who_works_with_contacts_reads_them_and_everybody_else_sees_what_is_sealed(people: People) -> None:
    await people.done("li.na", "POST", "/v1/customers", FILE)
    for who in ("li.na", "qing"):
        assert await people.contacts(who) == [ANN, {**BEA, "department": None, "role": None, "telephone": None}]
    for who in ("cora", "audra"):
        ann, bea = await people.contacts(who)
        for field in CANARIES:
            assert ann[field].keys() == {"sealed", "subject", "key"}
            assert ann[field]["subject"] == OF_ANN
        assert (bea["name"]["subject"], bea["telephone"]) == (OF_BEA, None)
        assert (ann["contact_id"], ann["department"], ann["role"]) == ("K-1", "purchasing", "buyer")
    history = (await people.done("cora", "GET", "/v1/customers/C-1/history"))["items"]
    assert history[0]["data"]["contacts"] == await people.contacts("cora")
    opened = (await people.done("li.na", "GET", "/v1/customers/C-1/history"))["items"]
    assert opened[0]["data"]["contacts"][0] == ANN


async def test_no_canary_stands_in_a_table_a_record_or_an_answer_without_the_right(people: People) -> None:
    """Also not after a change, a refused repeat, a merge, an opening and the erasure."""
    await people.done("li.na", "POST", "/v1/customers", FILE)
    await people.done("li.na", "PATCH", "/v1/customers/C-1/file", {"contacts": [ANN], "changed_on": "2024-01-02"})
    other = {**FILE, "contacts": [{**ANN, "telephone": "+49 000 1"}]}
    refused = await people.send("li.na", "POST", "/v1/customers", other)
    assert refused.status_code == 409
    assert "another name, department, role, e-mail or telephone of a contact" in refused.json()["detail"]
    too_long = {**FILE, "customer_id": "C-2", "contacts": [{**ANN, "telephone": CANARIES["telephone"] * 10}]}
    assert CANARIES["telephone"] not in (await people.send("li.na", "POST", "/v1/customers", too_long)).text
    merge = {"merged_id": "C-1b", "because": "the same tax number", "merged_on": "2024-01-03"}
    await people.done("ada", "POST", "/v1/customers/C-1/merges", merge)
    assert CANARIES["name"] in (await people.send("li.na", "GET", "/v1/customers/C-1/file")).text
    shown = [
        (await people.send("audra", "GET", path)).text
        for path in ("/v1/customers/C-1/file", "/v1/files", "/v1/customers/C-1/history", "/v1/customers/C-1")
    ]
    shown += [
        (await people.send("audra", "GET", f"/v1/log?partition={partition}&after=0")).text
        for partition in range(people.runtime.log.partitions)
    ]
    assert "K-1" in "".join(shown)
    await people.erase(OF_ANN)
    stored = await everything_stored(people.runtime)
    assert b"K-1" in stored["event"]
    assert any(b"sealed" in content for name, content in stored.items() if name.startswith("customer_files_"))
    records = await everything_published(people.runtime)
    assert any(b"K-1" in record for record in records)
    for what, canary in {**CANARIES, "another telephone": "+49 000 1"}.items():
        for table, content in stored.items():
            assert canary.encode() not in content, f"{what} stands in {table}"
        assert not any(canary.encode() in record for record in records), f"{what} stands in the topic"
        assert not any(canary in each for each in shown), f"{what} was shown"


async def test_an_erased_contact_is_null_and_the_file_the_orders_and_all_others_are_as_they_were(
    people: People,
) -> None:
    await people.done("li.na", "POST", "/v1/customers", FILE)
    order = {
        "order_id": "O-1", "customer_id": "C-1", "ordered_on": "2024-01-02", "currency": "CNY", "total": "100",
        "lines": [{"item_id": "I-1", "quantity": "1", "unit_price": "100"}],
    }  # fmt: skip
    await people.done("ada", "POST", "/v1/orders", order)
    sealed = await people.done("audra", "GET", "/v1/customers/C-1/file")
    before = await _rows(people.runtime)
    assert any("sealed" in line for lines in before.values() for line in lines)
    answer = await people.erase(OF_ANN)
    assert (answer["status"], answer["unreachable_events"], answer["all_named"]) == ("erased", [], True)

    assert await _rows(people.runtime) == before
    assert await people.done("audra", "GET", "/v1/customers/C-1/file") == sealed
    ann, bea = await people.contacts("li.na")
    assert ann == {**ANN, "name": None, "email": None, "telephone": None}
    assert (bea["name"], bea["email"]) == ("Bea Example", "bea@example.com")
    for model in (customer_file.MODEL, customer_history.MODEL):
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


async def test_the_same_registration_again_is_recognised_without_opening_anything(people: People) -> None:
    await people.done("li.na", "POST", "/v1/customers", FILE)
    again = await people.done("li.na", "POST", "/v1/customers", FILE)
    assert again["events"] == []
    same = {"contacts": [ANN, BEA], "changed_on": "2024-01-02"}
    await people.done("li.na", "PATCH", "/v1/customers/C-1/file", same)
    changed = (await people.done("audra", "GET", "/v1/customers/C-1/history"))["items"][-1]
    assert (changed["type"], changed["data"]["contacts"]) == ("customer.CustomerFileChanged", None)
    looks = await people.runtime.database.pool.fetchval(
        "SELECT count(*) FROM operator_action WHERE action = 'personal.opened'"
    )
    assert looks == 0


async def test_after_a_merge_a_contact_is_still_of_the_file_it_came_with(people: People) -> None:
    other = {**FILE, "customer_id": "C-2", "contacts": [{**BEA, "contact_id": "K-1"}]}
    for file in (FILE, other):
        await people.done("li.na", "POST", "/v1/customers", file)
    merge = {"merged_id": "C-2", "because": "the same tax number", "merged_on": "2024-01-03"}
    await people.done("ada", "POST", "/v1/customers/C-1/merges", merge)
    history = (await people.done("li.na", "GET", "/v1/customers/C-1/history"))["items"]
    names = {each["data"]["contacts"][0]["name"] for each in history if each["type"] == "customer.CustomerRegistered"}
    assert names == {CANARIES["name"], "Bea Example"}
    await people.erase("contact:C-2/K-1")
    history = (await people.done("li.na", "GET", "/v1/customers/C-1/history"))["items"]
    names = {each["data"]["contacts"][0]["name"] for each in history if each["type"] == "customer.CustomerRegistered"}
    assert names == {CANARIES["name"], None}
    assert (await people.contacts("li.na"))[0]["name"] == CANARIES["name"]
    back = {"because": "two companies after all", "split_on": "2024-01-04"}
    await people.done("ada", "POST", "/v1/customers/C-2/split", back)
    assert (await people.contacts("li.na", "C-2"))[0]["name"] is None


async def test_an_event_from_before_is_shown_as_it_was_and_a_change_of_its_file_is_sealed(people: People) -> None:
    event_id = await _append_in_clear(people.runtime)
    await at_rest(people.runtime)
    assert (await people.contacts("cora"))[0]["name"] == CANARIES["name"]
    again = await people.done("li.na", "POST", "/v1/customers", FILE)
    assert again["events"] == []
    await people.done("li.na", "PATCH", "/v1/customers/C-1/file", {"contacts": [ANN, BEA], "changed_on": "2024-01-02"})
    assert [each["name"]["subject"] for each in await people.contacts("cora")] == [OF_ANN, OF_BEA]
    assert (await people.contacts("li.na"))[0] == ANN
    answer = await people.erase(OF_ANN)
    assert [each["event_id"] for each in answer["unreachable_events"]] == [event_id]
    assert (await people.contacts("li.na"))[0]["name"] is None


async def _append_in_clear(runtime: Runtime) -> str:
    """A file as it was registered before texts were sealed; the event's id."""
    stream, event_id = "file-C-1", str(uuid4())
    at = datetime(2024, 1, 1, tzinfo=UTC)
    data = orjson.dumps({**FILE, "classification": {}}).decode()
    event = NewEvent(
        runtime.log.partition(stream), stream, 1, "customer.CustomerRegistered", 1, data,
        meta_json(None, "li.na", "default", None), event_id, "journey-0", at,
    )  # fmt: skip
    await runtime.log.append(Batch(at, [event]))
    return event_id


async def test_two_contacts_of_one_id_are_refused(people: People) -> None:
    twice = await people.send(
        "li.na", "POST", "/v1/customers", {**FILE, "contacts": [ANN, {**BEA, "contact_id": "K-1"}]}
    )
    assert (twice.status_code, "give each person one of their own" in twice.text) == (422, True)
    assert CANARIES["name"] not in twice.text


async def test_files_are_not_sorted_by_what_is_sealed(people: People) -> None:
    refused = await people.send("li.na", "GET", "/v1/files?sort=contacts")
    assert refused.status_code == 422, refused.text
