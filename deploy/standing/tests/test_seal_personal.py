"""A log with texts of persons in clear is copied with them sealed: nothing else changes, and nothing in clear is in the copy."""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, ClassVar

import asyncpg
import pytest
from sqlalchemy import select
from uuid_utils import uuid7

from chassis.personal.cipher import PersonKey, new_secret
from chassis.personal.keys import Keys
from chassis.personal.opening import text_of
from chassis.policies import Policy, PolicyPart
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.storage.log import Batch, InboxMove, NewEvent, meta_json
from chassis.testing.waiting import eventually
from contracts.data_subjects import About
from contracts.fields import STORED
from contracts.personal import Personal, personal_of
from contracts.policy import PolicyEntryChanged
from customer_svc.read_models import customer_file
from customer_svc.service import SERVICE
from standing import seal as seals
from standing.chain import log_of
from standing.fault import Fault
from standing.parked_sealed import parked_hold
from standing.seal_personal import Leftover, copy_service, leftovers
from standing.sealed import seal_all, sealed_checks
from standing.sealing_logs import Sealer
from standing_parts import Postgres, run_program
from standing_parts.testing import WRAPPING_KEY

from .test_backup import NOW

CANARIES = ("Canary Yellowbird", "canary.yellowbird@example.com", "+49 40 7770777")
ERASED = ("Erased Redbreast", "erased.redbreast@example.com", "+49 40 8880888")
ROLES = frozenset({"http", "project"})


def contact(contact_id: str, texts: tuple[str, str, str]) -> dict[str, str]:
    return {"contact_id": contact_id, **dict(zip(("name", "email", "telephone"), texts, strict=True))}


REGISTERED = {
    "customer_id": "C-1", "name": "One", "owner_id": "chen", "classification": {}, "group_id": None, "registered_on": "2024-01-01",
    "contacts": [contact("K-1", CANARIES), contact("K-2", ERASED)],
}  # fmt: skip
OTHER = {**REGISTERED, "customer_id": "C-2", "name": "Two", "contacts": []}
CHANGED = {"customer_id": "C-1", "name": "One more", "changed_on": "2024-02-01", "by": "chen"}
PROPOSED = {"subject": "contact:C-1/K-2", "number": 1, "reason": "by letter", "proposed_by": "pia"}


class Old:
    """customer-svc with a log as it was written before texts were sealed."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._versions: dict[str, int] = {}

    async def write(self, stream: str, kind: str, data: Mapping[str, Any], move: bool = False) -> None:
        self._versions[stream] = version = self._versions.get(stream, 0) + 1
        log = self.runtime.log
        event = NewEvent(
            log.partition(stream), stream, version, f"customer.{kind}", 1, json.dumps(data), meta_json(None, "chen", "default", None),
            str(uuid7()), "journey-1", NOW,
        )  # fmt: skip
        await log.append(
            Batch(NOW, [event], moves=[InboxMove("erp.orders", 0, 0, 7, 6, "m-7", 0, 7, 0)] if move else [])
        )

    async def fill(self) -> None:
        await self.runtime.database.pool.execute(
            "INSERT INTO inbox (consumer, source, partition) VALUES ('customer-svc', 'erp.orders', 0)"
        )
        await self.write("file-C-1", "CustomerRegistered", REGISTERED)
        await self.write("file-C-2", "CustomerRegistered", OTHER, move=True)
        await self.write("person-contact:C-1/K-2", "ErasureProposed", PROPOSED)
        await self.write("person-contact:C-1/K-2", "DataSubjectErased", {**PROPOSED, "approved_by": "paul"})
        await self.write("file-C-1", "CustomerFileChanged", CHANGED)


async def files(runtime: Runtime) -> list[dict[str, Any]]:
    return await runtime.read(select(customer_file.TABLE).order_by(customer_file.TABLE.c.customer_id))


async def opened(runtime: Runtime, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their contacts as texts; None where they open no more."""
    for row in rows:
        for each in row["contacts"]:
            for name in ("name", "email", "telephone"):
                each[name] = await text_of(runtime.executor.personal_keys, personal_of(each[name]))
    return rows


async def names(runtime: Runtime) -> list[str]:
    return [row["name"] for row in await files(runtime)]


@pytest.fixture
def url_of(postgres: Postgres, settings: Settings) -> Any:
    return lambda prefix: postgres.dsn(prefix.replace("-", "_") + SERVICE.database)


async def script(url: str, file: Path) -> bytes:
    await asyncio.to_thread(run_program, "pg_dump", url, "--format=plain", f"--file={file}")
    return file.read_bytes()


async def test_a_copy_is_equal_but_for_what_is_sealed_and_has_nothing_in_clear(
    postgres: Postgres, settings: Settings, url_of: Any, tmp_path: Path
) -> None:
    old, new = url_of(settings.topic_prefix), url_of(f"new{settings.topic_prefix}")
    await postgres.create_database(old.rsplit("/", 1)[1])
    await postgres.create_database(new.rsplit("/", 1)[1])
    runtime = await Runtime.start(SERVICE, settings.model_copy(update={"roles": ROLES}))
    await Old(runtime).fill()
    await eventually(lambda: names(runtime), lambda seen: seen == ["One more", "Two"])
    before = await files(runtime)
    await runtime.stop()
    key, sealed_old, sealed_new = tmp_path / "key", tmp_path / "old", tmp_path / "new"
    seals.new_key(key)
    last, _ = await seal_all({SERVICE.name: old}, sealed_old, key)
    assert CANARIES[0].encode() in await script(old, tmp_path / "old.sql")

    copied = await copy_service(SERVICE, old, new, ["customer.events"], WRAPPING_KEY)
    assert (copied.events, copied.sealed, copied.persons) == (5, 1, {"contact:C-1/K-1", "contact:C-1/K-2"})
    assert copied.texts == {*CANARIES, *ERASED}
    assert await leftovers(new, copied.texts) == []
    dump = await script(new, tmp_path / "new.sql")
    for text in (*CANARIES, *ERASED):
        assert text.encode() not in dump, text
        assert text.encode().hex().encode() not in dump, text
    assert await different(old, new) == ["customer.CustomerRegistered"]
    async with log_of(SERVICE.name, new) as connection:
        move = await connection.fetchrow("SELECT position, handled, last_id FROM inbox WHERE source = 'erp.orders'")
        assert tuple(move or ()) == (7, 7, "m-7")
        keys = await connection.fetch("SELECT subject, destroyed_at IS NULL FROM personal_key ORDER BY subject")
        assert [tuple(row) for row in keys] == [("contact:C-1/K-1", True), ("contact:C-1/K-2", False)]

    first, _ = await seal_all({SERVICE.name: new}, sealed_new, key, continues=last.digest)
    [made] = seals.read(sealed_new)
    assert made.continues == first.continues == last.digest
    checks = [check async for check in sealed_checks({SERVICE.name: new}, sealed_new, None)]
    assert all(check.ok for check in checks), checks
    assert f"they go on from seal {last.digest[:16]}" in checks[0].detail
    against = [check async for check in sealed_checks({SERVICE.name: new}, sealed_old, None)]
    assert [check.ok for check in against if check.subject.endswith("log as sealed")] == [False]

    again = await Runtime.start(
        SERVICE, settings.model_copy(update={"roles": ROLES, "topic_prefix": f"new{settings.topic_prefix}"})
    )
    try:
        await eventually(lambda: names(again), lambda seen: seen == ["One more", "Two"])
        rows = await files(again)
        assert all(set(each["name"]) == {"sealed", "subject", "key"} for each in rows[0]["contacts"])
        [erased] = [each for each in before[0]["contacts"] if each["contact_id"] == "K-2"]
        erased |= {"name": None, "email": None, "telephone": None}
        assert await opened(again, rows) == before, "read models are equal but for what is sealed"
    finally:
        await again.stop()


async def different(old: str, new: str) -> list[str]:
    """The types of the events whose data is not the same; everything else of them is."""
    query = (
        "SELECT partition, position, stream, version, type, meta::text, event_id, occurred_at, recorded_at, data::text FROM event"
        " ORDER BY partition, position"
    )
    found = []
    async with log_of("old", old) as one, log_of("new", new) as other:
        for before, after in zip(await one.fetch(query), await other.fetch(query), strict=True):
            assert tuple(before)[:-1] == tuple(after)[:-1]
            if before["data"] != after["data"]:
                found.append(before["type"])
    return found


async def test_what_stands_in_clear_beside_the_log_is_named_with_its_table(
    postgres: Postgres, settings: Settings, url_of: Any
) -> None:
    old, new = url_of(settings.topic_prefix), url_of(f"new{settings.topic_prefix}")
    for url in (old, new):
        await postgres.create_database(url.rsplit("/", 1)[1])
    runtime = await Runtime.start(SERVICE, settings.model_copy(update={"roles": frozenset({"http"})}))
    await Old(runtime).fill()
    answer = {"code": "no-such-contact", "detail": f"There is no {CANARIES[0]}.", "status": 404}
    await runtime.database.pool.execute("INSERT INTO command (id, answer) VALUES ('c-1', $1)", json.dumps(answer))
    await runtime.stop()
    copied = await copy_service(SERVICE, old, new, ["customer.events"], WRAPPING_KEY)
    assert await leftovers(new, copied.texts) == [Leftover("command", 1)]


async def test_parked_messages_are_sealed_in_the_copy_and_open_as_they_came(
    postgres: Postgres, settings: Settings, url_of: Any
) -> None:
    old, new = url_of(settings.topic_prefix), url_of(f"new{settings.topic_prefix}")
    for url in (old, new):
        await postgres.create_database(url.rsplit("/", 1)[1])
    only_http = settings.model_copy(update={"roles": frozenset({"http"})})
    runtime = await Runtime.start(SERVICE, only_http)
    await Old(runtime).fill()
    order = b'{"order_id": "O-1", "customer_id": "C-1", "called_by": "%s"}' % CANARIES[0].encode()
    values = [f"name: {CANARIES[0]}".encode(), order]
    for number, value in enumerate(values, 1):
        headers = {
            "ce_id": f"m-{number}",
            "ce_source": "/erp",
            "ce_type": "erp.OrderCancelled",
            "ce_time": "2024-05-01T08:00:00Z",
        }
        await runtime.database.pool.execute(
            "INSERT INTO parked (source, partition, position, key, headers, value, code, reason, parked_at, edited_headers,"
            " edited_value, edited_by) VALUES ('erp.orders', 0, $1, 'C-1', $2, $3, 'invalid', $4, now(), $2, $3, 'ann')",
            number, json.dumps(headers), value, f"called_by: Input should be a day (got '{CANARIES[0]}'); and more",
        )  # fmt: skip
    await runtime.stop()

    copied = await copy_service(SERVICE, old, new, ["customer.events"], WRAPPING_KEY)
    assert (copied.parked, await leftovers(new, copied.texts)) == (2, [])
    async with log_of(SERVICE.name, new) as connection:
        check = await parked_hold(SERVICE.name, connection)
        assert (check.ok, check.detail) == (True, "2 of 2 hold something sealed; each key is on record")
        reason = await connection.fetchval("SELECT reason FROM parked ORDER BY id LIMIT 1")
        assert reason == "called_by: Input should be a day; and more"
    again = await Runtime.start(SERVICE, only_http.model_copy(update={"topic_prefix": f"new{settings.topic_prefix}"}))
    try:
        rows = await again.parked.listed("parked", 0, 10, opens=True)
        assert [row["value"].encode() for row in rows] == [row["edited"]["value"].encode() for row in rows] == values
        stored = await again.parked.listed("parked", 0, 10)
        assert json.loads(stored[1]["value"])["order_id"] == "O-1"
        await again.database.pool.execute("DELETE FROM personal_key WHERE subject = 'parked:erp.orders/0/2'")
    finally:
        await again.stop()
    async with log_of(SERVICE.name, new) as connection:
        check = await parked_hold(SERVICE.name, connection)
    assert not check.ok
    assert check.detail.endswith("is sealed with key 1 of parked:erp.orders/0/2, which is not on record")


class Card(PolicyPart):
    telephone: Annotated[Personal, About("{key}")]
    loud: bool = False


class Cards(Policy):
    NAME: ClassVar[str] = "cards"

    @classmethod
    def entry_of(cls, entry: Mapping[str, Any]) -> Card:
        return Card.model_validate(entry, context=STORED)


class CardChanged(PolicyEntryChanged):
    TYPE: ClassVar[str] = "customer.CardChanged"


class Ring:
    """Keys that are made as they are wanted."""

    def __init__(self) -> None:
        self.live: dict[str, PersonKey] = {}

    async def made_for(self, subjects: Collection[str], *_: object) -> Keys:
        self.live |= {subject: PersonKey(subject, 1, new_secret()) for subject in subjects}
        return Keys(self.live)


async def test_what_a_policy_says_of_one_person_is_sealed_in_its_entry() -> None:
    service = replace(SERVICE, events=(*SERVICE.events, CardChanged), policies=(*SERVICE.policies, Cards))
    ring = Ring()
    sealer = Sealer(service, ring, {})  # type: ignore[arg-type]
    entry = {"telephone": CANARIES[2], "loud": True}
    data = {"name": "cards", "key": "person:ann", "entry_version": 1, "entry": entry}
    row = {
        "type": "customer.CardChanged", "schema_version": 1, "stream": "card-person:ann", "event_id": "e-1", "recorded_at": NOW,
        "data": json.dumps(data),
    }  # fmt: skip
    event = sealer.typed(row)
    assert event is not None
    await sealer.fetch([event], [row])
    sealed = json.loads(sealer.sealed(row, event))
    assert sealed["entry"]["telephone"]["subject"] == "person:ann"
    assert sealer.opened(sealed, "here") == data
    mutes = {**row, "data": json.dumps({**data, "name": "personal-ids"})}
    assert sealer.typed(mutes) is None


async def test_a_log_that_is_not_what_was_written_is_not_copied(
    postgres: Postgres, settings: Settings, url_of: Any
) -> None:
    old, new = url_of(settings.topic_prefix), url_of(f"new{settings.topic_prefix}")
    for url in (old, new):
        await postgres.create_database(url.rsplit("/", 1)[1])
    runtime = await Runtime.start(SERVICE, settings.model_copy(update={"roles": frozenset({"http"})}))
    await Old(runtime).fill()
    await runtime.stop()
    connection = await asyncpg.connect(old)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("UPDATE event SET data = replace(data::text, 'Two', 'Ten')::json")
    await connection.close()
    with pytest.raises(Fault, match=r"Nothing was copied. customer-svc log: "):
        await copy_service(SERVICE, old, new, ["customer.events"], WRAPPING_KEY)
