"""What was sent under an id is remembered under a key: a short text is not found by trying, and a repeat is still told from another one."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import orjson
from cryptography.fernet import Fernet
from pydantic import SecretStr

from chassis.commands import Accepted, Refused
from chassis.contents_keys import ContentsKey, ContentsKeys
from chassis.handling.contents import contents_of_request
from chassis.runtime import Runtime
from contracts.personal import Clear
from standing_parts.issuer import Issuer

from .contacts import BOOK_SERVICE, AddContact, Contact
from .running import Start, asking
from .test_erasure import BookRoles, People
from .toy import JAR_SERVICE, Fill

SERVICE = replace(BOOK_SERVICE, policies=(BookRoles,))
ALONE = frozenset({"http", "project"})
TELEPHONE = "+49 170 1112223"


def body_with(telephone: str) -> dict[str, Any]:
    return {"contact": {"contact_id": "K-1", "name": "Ann Example", "telephone": telephone}}


async def send(people: People, telephone: str, key: str = "k-1") -> httpx.Response:
    answer: httpx.Response = await people.clerk.post(
        "/v1/books/C-1/contacts", json=body_with(telephone), headers={"Idempotency-Key": key}
    )
    return answer


async def stored(runtime: Runtime) -> dict[str, Any]:
    row = await runtime.database.pool.fetchval("SELECT answer FROM command WHERE id LIKE 'http/%'")
    answer: dict[str, Any] = orjson.loads(row)
    return answer


async def test_the_number_of_a_telephone_is_not_found_by_trying_all_of_them(
    start_service: Start, issuer: Issuer
) -> None:
    runtime = await start_service(SERVICE, roles=ALONE)
    people = People(runtime, issuer)
    assert (await send(people, TELEPHONE)).status_code == 200
    answer = await stored(runtime)
    assert "contents" not in answer, "no hash that anybody can compute"
    guessed = contents_of_request(b"", orjson.dumps(body_with(TELEPHONE)))
    assert guessed not in answer["keyed"]
    [(id, wrapped)] = await runtime.database.pool.fetch("SELECT id, wrapped FROM contents_key")
    assert answer["keyed"].startswith(f"{id}:")
    assert runtime.log.contents_keys is not None
    assert runtime.log.contents_keys.newest.secret not in wrapped
    assert repr(runtime.log.contents_keys.newest).count("secret") == 0
    await people.close()


async def test_a_repeat_is_a_repeat_and_another_request_under_its_key_is_refused_also_after_a_restart(
    start_service: Start, issuer: Issuer
) -> None:
    runtime = await start_service(SERVICE, roles=ALONE)
    people = People(runtime, issuer)
    first = await send(people, TELEPHONE)
    assert (await send(people, TELEPHONE)).json() == first.json()
    await people.close()
    await runtime.stop()

    again = await start_service(SERVICE, roles=ALONE)
    people = People(again, issuer)
    assert (await send(people, TELEPHONE)).json() == first.json()
    other = await send(people, "+49 170 1112224")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await again.database.pool.fetchval("SELECT count(*) FROM contents_key") == 1
    await people.close()


async def test_an_answer_whose_hash_was_stored_without_a_key_is_compared_as_before(
    start_service: Start, issuer: Issuer
) -> None:
    runtime = await start_service(SERVICE, roles=ALONE)
    keys, runtime.log.contents_keys = runtime.log.contents_keys, None
    people = People(runtime, issuer)
    first = await send(people, TELEPHONE)
    assert "contents" in await stored(runtime)
    runtime.log.contents_keys = keys
    assert (await send(people, TELEPHONE)).json() == first.json()
    assert (await send(people, "+49 170 1112224")).status_code == 422
    await people.close()


async def test_in_one_batch_each_is_compared_for_itself_with_what_is_stored(start_service: Start) -> None:
    runtime = await start_service(SERVICE, roles=ALONE)
    contact = AddContact("C-1", Contact(contact_id="K-1", name=Clear("Ann")))
    request = asking(contact, "erp#1")
    first = await runtime.executor.submit(request._replace(contents="same"))
    assert isinstance(first, Accepted)
    replies = await asyncio.gather(
        *(runtime.executor.submit(request._replace(contents=each)) for each in ("same", "other", "same"))
    )
    assert [isinstance(reply, Refused) for reply in replies] == [False, True, False]


async def test_a_new_wrapping_key_wraps_it_anew_and_one_that_is_lost_is_replaced(
    start_service: Start, issuer: Issuer
) -> None:
    former, newer, another = (Fernet.generate_key().decode() for _ in range(3))
    seen = []
    for wrapping in (former, f"{newer},{former}", newer, another):
        runtime = await start_service(SERVICE, roles=ALONE, wrapping_keys=SecretStr(wrapping), wrapping_keys_file=None)
        people = People(runtime, issuer)
        statuses = [(await send(people, TELEPHONE)).status_code, (await send(people, "+49 170 1112224")).status_code]
        assert runtime.log.contents_keys is not None
        seen.append((runtime.log.contents_keys.newest.id, statuses))
        await people.close()
        if wrapping == newer:  # as in what was restored without the keys of persons
            await runtime.database.pool.execute("DELETE FROM personal_key")
        await runtime.stop()
    assert len({id for id, _ in seen[:3]}) == 1
    assert seen[3][0] != seen[0][0]
    assert [statuses for _, statuses in seen] == [[200, 422]] * 3 + [[200, 200]], "what cannot be compared is a repeat"


async def test_a_service_without_personal_data_needs_no_key(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    assert jars.log.contents_keys is None
    await jars.executor.submit(asking(Fill("J-1", 1), "fill-1")._replace(contents="a"))
    other = await jars.executor.submit(asking(Fill("J-1", 1), "fill-1")._replace(contents="b"))
    assert isinstance(other, Refused)


def test_what_another_key_has_keyed_is_compared_with_nothing() -> None:
    one, other = ContentsKey("1", b"one"), ContentsKey("2", b"other")
    keys = ContentsKeys([one])
    assert keys.match(one.keyed("a"), ["b", "a"]) == "a"
    assert keys.match(one.keyed("a"), ["b", None]) == one.keyed("a")
    assert keys.match(other.keyed("a"), ["b"]) is None
    assert ContentsKeys([other, one]).match(one.keyed("a"), ["a"]) == "a"
