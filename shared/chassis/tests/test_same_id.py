"""One id of one source belongs to one content: a repeat acts once, and what differs is parked with both."""

import asyncio
from typing import Any

import pytest

from chassis.commands import Accepted, Refused
from chassis.handling.command_ids import fact_id, http_id
from chassis.handling.contents import contents_of
from chassis.handling.old_answers import forget_answers
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.facts import Fact
from chassis.testing.waiting import eventually

from .running import POURINGS, Start, asking, become, handled, levels, pour, send, sent
from .toy import JAR_SERVICE, Fill, Poured


def poured(jar: str, value: str, **headers: bytes) -> Any:
    return sent(Fact(POURINGS, jar, f"{jar}/1", "plant.Poured", value.encode()), **headers)


async def parked(jars: Runtime) -> list[tuple[str, str]]:
    return [(row["code"], row["reason"]) for row in await jars.parked.listed("parked", 0, 10)]


async def test_the_same_source_and_id_with_other_contents_is_parked_with_both(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    await send(settings, POURINGS, [poured("J-1", '{"jar": "J-1", "amount": 2}')])
    await become(lambda: levels(jars), {"J-1": 2})
    await send(settings, POURINGS, [poured("J-1", '{"jar": "J-1", "amount": 3}')])
    ((code, reason),) = await eventually(lambda: parked(jars), bool)
    assert code == "same-id-other-contents"
    assert 'The first became version 1 of jar-J-1: jar.JarFilled {"jar":"J-1","amount":2}' in reason
    (row,) = await jars.parked.listed("parked", 0, 10)
    assert (await jars.parked.one(row["parked_id"]))["value"] == '{"jar": "J-1", "amount": 3}'
    assert await levels(jars) == {"J-1": 2}


async def test_the_same_contents_written_in_another_way_are_a_repeat(start_service: Start, settings: Settings) -> None:
    jars = await start_service(JAR_SERVICE)
    first = '{"jar": "J-1", "amount": 2, "price": "1.50", "currency": "EUR"}'
    again = '{"currency":"EUR","amount":2,"price":"1.5","jar":"J-1","note":"sent again"}'
    await send(
        settings,
        POURINGS,
        [poured("J-1", first), poured("J-1", again, ce_time=b"2024-05-02T00:00:00Z"), pour_sent("J-2")],
    )
    await become(lambda: levels(jars), {"J-1": 2, "J-2": 1})
    await become(lambda: handled(jars, POURINGS), (2, 1))
    assert await parked(jars) == []


def pour_sent(jar: str) -> Any:
    return sent(pour(jar, 1))


async def test_two_facts_whose_ids_differ_by_a_slash_or_a_hash_are_both_taken(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JAR_SERVICE)
    ids = [
        (b"/erp", b"4711"),
        (b"/erp", b"4711/1"),
        (b"/erp", b"1#2"),
        (b"/erp#1", b"2"),
        (b"/erp", b"2024/0001"),
        (b"/erp", b"2024"),
    ]
    for source, message_id in ids:
        await send(settings, POURINGS, [sent(pour("J-1", 1), ce_source=source, ce_id=message_id)])
    await become(lambda: levels(jars), {"J-1": len(ids)})
    await become(lambda: handled(jars, POURINGS), (len(ids), 0))


async def test_an_answer_from_before_contents_were_remembered_is_given_to_every_repeat(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    first = await jars.executor.submit(asking(Fill("J-1", 2), "fill-1"))
    again = await jars.executor.submit(asking(Fill("J-1", 3), "fill-1")._replace(contents="other"))
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert (again.version, again.repeated) == (1, True)


async def test_a_command_with_the_id_of_another_is_refused_also_in_the_same_transaction(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    replies = await asyncio.gather(
        *(jars.executor.submit(asking(Fill("J-1", n), "fill-1")._replace(contents=str(n))) for n in range(1, 6))
    )
    assert sum(isinstance(reply, Accepted) and not reply.repeated for reply in replies) == 1
    assert {reply.code for reply in replies if isinstance(reply, Refused)} == {"same-id-other-contents"}


async def test_answers_to_requests_are_forgotten_after_some_days_and_those_to_facts_never(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=frozenset({"http"}))
    request, fact = http_id("POST", "/v1/jars/J-1/fills", "ann", "k-1"), fact_id("http", "1")
    for command_id in (request, fact):
        await jars.executor.submit(asking(Fill("J-1", 1), command_id))
    pool = jars.database.pool
    assert await forget_answers(pool, 30) == 0
    await pool.execute("UPDATE command SET answered_at = answered_at - interval '31 days'")
    assert await forget_answers(pool, 30) == 1
    replies = [await jars.executor.submit(asking(Fill("J-1", 1), command_id)) for command_id in (request, fact)]
    assert [reply.repeated for reply in replies] == [False, True]


@pytest.mark.parametrize(
    ("value", "same"),
    [
        ('{"amount": 2, "jar": "J-1"}', True),
        ('{"jar": "J-1", "amount": 2, "unknown": 1}', True),
        ('{"jar": "J-1", "amount": 2, "price": null}', False),
        ('{"jar": "J-1", "amount": 20}', False),
        ('{"jar": "J-2", "amount": 2}', False),
    ],
)
def test_contents_are_the_fields_that_were_sent_and_are_known(value: str, same: bool) -> None:
    first = Poured.model_validate_json('{"jar": "J-1", "amount": 2}')
    assert (contents_of(Poured.model_validate_json(value)) == contents_of(first)) is same
