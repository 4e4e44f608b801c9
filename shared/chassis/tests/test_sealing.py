"""Personal texts are sealed before a command is decided, and what seals them is exact, binding and cheap."""

import asyncio
import time
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from chassis.commands import Accepted, Refused, Request
from chassis.errors import UsageError
from chassis.personal.cipher import PersonKey, Tampered, new_secret
from chassis.personal.keys import PersonalKeys
from chassis.personal.sealing import Keys, Sealing, holds_personal_data
from chassis.personal.wrapping import Wrapping
from chassis.runtime import Runtime
from chassis.storage.log import Batch, NewEvent, meta_json
from chassis.testing.waiting import eventually
from contracts.data_subjects import with_each
from contracts.personal import Clear, Sealed

from .contacts import BOOK_SERVICE, LETTERS, SEEN, AddContact, Contact, ContactAdded, PrintBook
from .running import NOW, Start, asking
from .toy import JAR_SERVICE

WRITES = frozenset({"http"})
SECRET = new_secret()
texts = st.text(max_size=300)


def key(subject: str = "contact:C-1/K-1", number: int = 1, secret: bytes = SECRET) -> PersonKey:
    return PersonKey(subject, number, secret)


def contact(name: str | Sealed = "Ann Example", **fields: Any) -> Contact:
    return Contact(**{"contact_id": "K-1", "name": Clear(name) if isinstance(name, str) else name, **fields})


async def stored(runtime: Runtime, stream: str = "book-C-1") -> list[dict[str, Any]]:
    return [orjson.loads(row.data) for row in await runtime.log.read_streams([stream])]


# --- the cipher ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(texts)
def test_what_is_sealed_opens_as_it_was(text: str) -> None:
    assert key().open(key().seal(text)) == text
    assert Sealed.model_validate_json(key().seal(text).model_dump_json()) == key().seal(text)


@settings(deadline=None)
@given(texts, texts, st.integers(1, 3), st.integers(1, 3))
def test_sealed_forms_are_equal_for_the_same_text_person_and_key_alone(one: str, other: str, a: int, b: int) -> None:
    sealed = (key(number=a).seal(one), key(number=b).seal(other))
    assert (sealed[0] == sealed[1]) == ((one, a) == (other, b))
    assert key("contact:C-1/K-2").seal(one).sealed != key().seal(one).sealed
    assert key(secret=new_secret()).seal(one).sealed != key().seal(one).sealed


@settings(deadline=None)
@given(texts, st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_bit_is_refused_with_a_sentence(text: str, place: int, bits: int) -> None:
    sealed = key().seal(text)
    content = bytearray(b64decode(sealed.sealed))
    content[place % len(content)] ^= bits
    forged = sealed.model_copy(update={"sealed": b64encode(content).decode()})
    with pytest.raises(Tampered, match=r"sealed for contact:C-1/K-1 with key 1 is not what was sealed"):
        key().open(forged)


@settings(deadline=None)
@given(texts)
def test_what_was_sealed_for_another_person_or_with_another_key_is_refused(text: str) -> None:
    sealed = key().seal(text)
    for other in (key("contact:C-1/K-2"), key(number=2), key(secret=new_secret())):
        with pytest.raises(Tampered, match="another person"):
            other.open(sealed)
        with pytest.raises(Tampered):  # also where it is said to be that one's
            other.open(sealed.model_copy(update={"subject": other.subject, "key": other.number}))


def test_neither_a_key_nor_its_secret_shows() -> None:
    assert repr(key()) == "PersonKey('contact:C-1/K-1', 1)"
    assert not hasattr(key(), "__dict__")


def test_sealing_a_field_costs_no_more_than_a_few_times_writing_the_event() -> None:
    event = ContactAdded(
        customer_id="C-1", contact=contact(email=Clear("ann@example.com"), telephone=Clear("+49 1 23"))
    )
    sealing = Sealing()
    sealing.keys = Keys({"contact:C-1/K-1": key()}, {("contact:C-1/K-1", 1): key()})
    written = sealing.event(event)

    def fastest(work: Any) -> float:
        def once() -> float:
            begun = time.thread_time()
            for _ in range(200):
                work()
            return (time.thread_time() - begun) / 200

        return min(once() for _ in range(15))

    floor = fastest(lambda: ContactAdded.from_log(written.model_dump_json()))
    per_field = fastest(lambda: sealing.event(event)) / 3
    assert per_field < 2 * floor, f"{per_field * 1e6:.1f} µs a field, {floor * 1e6:.1f} µs to write and read the event"


# --- in front of the domain --------------------------------------------------------------------------


async def test_a_command_is_sealed_before_it_is_decided_and_nothing_else_ever_sees_the_text(
    start_service: Start,
) -> None:
    SEEN.clear()
    book = await start_service(BOOK_SERVICE, roles=WRITES)
    command = AddContact("C-1", contact(email=Clear("ann@example.com")))
    assert isinstance(await book.executor.submit(asking(command, "add-1")), Accepted)
    assert SEEN
    assert all(isinstance(each.contact.name, Sealed) for each in SEEN)
    [event] = await stored(book)
    assert event["contact"]["name"]["subject"] == event["contact"]["email"]["subject"] == "contact:C-1/K-1"
    assert event["contact"]["telephone"] == ""
    state = await book.executor.state(AddContact, "C-1")
    assert isinstance(state.contacts["K-1"].name, Sealed)


async def test_a_repeat_is_recognised_without_opening(start_service: Start) -> None:
    book = await start_service(BOOK_SERVICE, roles=WRITES)
    for n, (name, version) in enumerate([("Ann", 1), ("Ann", 1), ("Bea", 2)]):
        reply = await book.executor.submit(asking(AddContact("C-1", contact(name)), f"add-{n}"))
        assert isinstance(reply, Accepted)
        assert reply.version == version


async def test_many_at_once_are_sealed_with_one_key_each(start_service: Start) -> None:
    one = await start_service(BOOK_SERVICE, roles=WRITES)
    other = await start_service(BOOK_SERVICE, roles=WRITES, instance="2")
    commands = [AddContact(f"C-{n % 5}", contact(f"Name {n}", contact_id=f"K-{n % 3}")) for n in range(60)]
    replies = await asyncio.gather(
        *((one, other)[n % 2].executor.submit(asking(each, f"add-{n}")) for n, each in enumerate(commands))
    )
    assert all(isinstance(reply, Accepted) for reply in replies)
    made = await one.database.pool.fetch("SELECT subject, count(*) AS n FROM personal_key GROUP BY subject")
    assert {row["subject"]: row["n"] for row in made} == {f"contact:C-{c}/K-{k}": 1 for c in range(5) for k in range(3)}


async def test_a_text_in_clear_that_an_older_log_left_in_the_state_is_sealed_when_it_is_written_again(
    start_service: Start,
) -> None:
    book = await start_service(BOOK_SERVICE, roles=WRITES)
    await append_in_clear(book, "C-1", "K-1", "Ann Example")
    await append_in_clear(book, "C-1", "K-2", "Bea Example", version=2)
    assert isinstance(await book.executor.submit(asking(PrintBook("C-1"), "print-1")), Accepted)
    printed = (await stored(book))[-1]
    assert [each["name"]["subject"] for each in printed["contacts"]] == ["contact:C-1/K-1", "contact:C-1/K-2"]


async def append_in_clear(runtime: Runtime, customer_id: str, contact_id: str, name: str, version: int = 1) -> str:
    """An event as it was written before texts were sealed; its id."""
    stream = f"book-{customer_id}"
    event_id = str(uuid4())
    data = orjson.dumps(
        {"customer_id": customer_id, "contact": {"contact_id": contact_id, "name": name, "email": None}}
    )
    await runtime.log.append(
        Batch(
            NOW,
            [
                NewEvent(
                    runtime.log.partition(stream), stream, version, ContactAdded.TYPE, 1, data.decode(),
                    meta_json(None, "ann", "default", None), event_id, "journey-0", NOW,
                )
            ],
        )
    )  # fmt: skip
    return event_id


async def test_a_request_that_sends_what_is_sealed_back_must_send_it_for_the_same_person(start_service: Start) -> None:
    book = await start_service(BOOK_SERVICE, roles=WRITES)
    await book.executor.submit(asking(AddContact("C-1", contact()), "add-1"))
    name = (await book.executor.state(AddContact, "C-1")).contacts["K-1"].name

    async def send(contact_id: str, sealed: Sealed) -> Accepted | Refused:
        command = AddContact("C-1", contact(contact_id=contact_id, name=sealed, email=Clear("new@example.com")))
        return await book.executor.submit(asking(command, f"http/POST /{contact_id}/{sealed.sealed}/{sealed.key}"))

    assert isinstance(await send("K-1", name), Accepted)
    refused = {
        "another's": await send("K-2", name),
        "changed": await send("K-1", name.model_copy(update={"sealed": "A" * len(name.sealed)})),
        "no such key": await send("K-1", name.model_copy(update={"key": 7})),
    }
    codes = {what: reply.code for what, reply in refused.items() if isinstance(reply, Refused)}
    assert codes == {
        "another's": "sealed-for-another", "changed": "cannot-be-opened", "no such key": "cannot-be-opened"
    }  # fmt: skip


async def test_an_effect_opens_what_it_needs(start_service: Start) -> None:
    LETTERS.clear()
    book = await start_service(BOOK_SERVICE, roles=frozenset({"http", "project", "schedule"}))
    await book.executor.submit(asking(AddContact("C-1", contact(email=Clear("ann@example.com"))), "add-1"))
    await book.move_clock(NOW)

    async def letters() -> int:
        return len(LETTERS)

    await eventually(letters, lambda count: count == 1)
    assert LETTERS == [("K-1", "ann@example.com")]
    sent = await eventually(lambda: stored(book), lambda events: len(events) == 2)
    assert sent[1]["addresses"]["mail:K-1"]["subject"] == "mail:K-1"


# --- its keys ----------------------------------------------------------------------------------------


async def test_a_new_wrapping_key_in_front_wraps_everything_anew_and_the_old_one_may_go(start_service: Start) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    async def start(instance: str, *keys: str) -> Runtime:
        return await start_service(
            BOOK_SERVICE, roles=WRITES, instance=instance, wrapping_keys=SecretStr(",".join(keys))
        )

    book = await start("1", old)
    await book.executor.submit(asking(AddContact("C-1", contact()), "add-1"))
    sealed = (await book.executor.state(AddContact, "C-1")).contacts["K-1"].name
    await start("2", new, old)
    alone = await start("3", new)
    assert alone.executor.personal_keys is not None
    assert (await alone.executor.personal_keys.of([sealed.subject])).live[sealed.subject].open(sealed) == "Ann Example"
    forgotten = PersonalKeys(alone.database.pool, Wrapping([old]))
    with pytest.raises(UsageError, match="STANDING_WRAPPING_KEYS does not name any more"):
        await forgotten.of([sealed.subject])


async def test_a_replica_that_runs_takes_a_new_key_from_the_file_when_another_has_wrapped_with_it(
    start_service: Start, tmp_path: Path
) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    file = tmp_path / "keys"
    file.write_text(old + "\n")
    given = {"roles": WRITES, "wrapping_keys": None, "wrapping_keys_file": file}
    one = await start_service(BOOK_SERVICE, **given)
    await one.executor.submit(asking(AddContact("C-1", contact()), "add-1"))
    file.write_text(f"{new},{old}\n")
    await start_service(BOOK_SERVICE, instance="2", **given)
    reply = await one.executor.submit(asking(AddContact("C-1", contact("Ann Other")), "add-2"))
    assert isinstance(reply, Accepted)
    assert reply.version == 2


async def test_a_service_that_holds_personal_data_does_not_start_without_a_wrapping_key(start_service: Start) -> None:
    with pytest.raises(UsageError, match="set STANDING_WRAPPING_KEYS_FILE to a file with a Fernet key"):
        await start_service(BOOK_SERVICE, wrapping_keys=None)


async def test_a_service_without_personal_data_starts_without_one(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES, wrapping_keys=None)
    assert jars.executor.personal_keys is None
    assert not holds_personal_data(JAR_SERVICE)


async def test_a_service_that_could_erase_nobody_does_not_start(start_service: Start) -> None:
    events = tuple(kind for kind in BOOK_SERVICE.events if kind.TYPE != "book.DataSubjectErased")
    with pytest.raises(UsageError, match="no DataSubjectErased of its own: nobody could be erased"):
        await start_service(replace(BOOK_SERVICE, events=events))


def test_a_command_that_was_not_sent_by_a_request_passes_on_what_is_sealed() -> None:
    foreign = Sealed(sealed="A" * 40, subject="contact:X/Y", key=9)
    command = AddContact("C-1", contact(name=foreign))
    request = Request(command, "/erp#1", datetime(2024, 5, 1, tzinfo=UTC), "journey-1")
    assert Sealing().command(request, command) is command
    assert with_each(command, lambda personal, _: personal) is command
