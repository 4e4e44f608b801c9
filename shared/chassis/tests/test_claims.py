"""A document is of one stream: whoever claims it second is refused or parked, whichever way it comes and however many write at once."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from uuid_utils import uuid7

from chassis.claims import Claims, Document
from chassis.commands import Refused, Reply
from chassis.handling.claims import ClaimBook, KnownOfAnother
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.storage.log import partition_of
from chassis.testing.client import app_of, client_of
from chassis.testing.facts import publish
from chassis.testing.waiting import eventually

from .breakable import NO_KAFKA
from .running import POURINGS, Start, asking, handled, levels, pour
from .toy import COUNT_SERVICE, JAR, JAR_SERVICE, Fill, JarFilled, JarLabelled, Label

WRITES = frozenset({"http"})


def _labels(sign: str) -> Any:
    def named(event: JarLabelled) -> Iterable[Document]:
        return [Document("label", event.text[1:])] if event.text.startswith(sign) else []

    return named


CLAIMS = Claims(
    takes={
        JarFilled: lambda event: [Document("pouring", str(event.amount))],
        JarLabelled: _labels("="),
    },
    carries={JarLabelled: _labels("+")},
    frees={JarLabelled: _labels("-")},
)
"""Each amount is poured into one jar alone; a label is taken (=), carried (+) or freed (-)."""
CLAIMING = replace(JAR_SERVICE, deciders=(replace(JAR, names="jar", claims=CLAIMS),))


async def claimed(jars: Runtime) -> dict[tuple[str, str], tuple[str, ...]]:
    rows = await jars.database.pool.fetch("SELECT kind, id, stream, also FROM claim")
    return {(row["kind"], row["id"]): (row["stream"], *row["also"]) for row in rows}


async def do(jars: Runtime, *commands: Any) -> list[Reply]:
    return [await jars.executor.submit(asking(command)) for command in commands]


def outcomes(replies: Iterable[Reply]) -> list[str]:
    return [reply.code if isinstance(reply, Refused) else "accepted" for reply in replies]


async def test_a_document_that_another_has_is_refused_with_a_sentence_and_its_own_may_come_again(
    start_service: Start,
) -> None:
    jars = await start_service(CLAIMING, roles=WRITES)
    replies = await do(jars, Fill("J-1", 7), Fill("J-2", 7), Fill("J-1", 7), Fill("J-2", 8))
    assert outcomes(replies) == ["accepted", "known-of-another-jar", "accepted", "accepted"]
    refused = replies[1]
    assert isinstance(refused, Refused)
    assert (refused.status, refused.detail) == (
        409,
        "Pouring 7 is known of jar J-1, so it is none of J-2. Correct the jar, or give it an id of its own; where J-1 is the wrong one,"
        " correct it there besides.",
    )
    assert await claimed(jars) == {("pouring", "7"): ("jar-J-1",), ("pouring", "8"): ("jar-J-2",)}


async def test_within_a_batch_too_the_second_alone_is_refused_and_what_a_refused_message_claimed_is_free(
    start_service: Start,
) -> None:
    jars = await start_service(CLAIMING, roles=WRITES)
    replies = await asyncio.gather(*(jars.executor.submit(asking(Fill(f"J-{n}", 7))) for n in range(20)))
    assert sorted(outcomes(replies)) == ["accepted", *["known-of-another-jar"] * 19]
    both = (
        asking(Label("J-1", "=one")),
        asking(Fill("J-1", 101)),
    )  # the second one overflows, so the message is parked as a whole
    item = WorkItem(both)
    (undone,) = await jars.executor.execute(UnitOfWork((item,)))
    assert outcomes(undone) == ["accepted", "overflow"], "commands without a message stand each for itself"
    assert outcomes(await do(jars, Label("J-2", "=one"), Label("J-2", "=two"))) == ["known-of-another-jar", "accepted"]


async def test_what_is_freed_may_be_claimed_by_another_and_what_is_carried_is_never_refused(
    start_service: Start,
) -> None:
    jars = await start_service(CLAIMING, roles=WRITES)
    replies = await do(
        jars,
        Label("J-1", "=a"),
        Label("J-2", "-a"),
        Label("J-2", "=a"),
        Label("J-1", "-a"),
        Label("J-2", "=a"),
        Label("J-1", "=a"),
    )
    assert outcomes(replies) == [
        "accepted", "accepted", "known-of-another-jar", "accepted", "accepted", "known-of-another-jar",
    ]  # fmt: skip
    assert outcomes(await do(jars, Label("J-3", "+a"), Label("J-3", "=a"))) == ["accepted", "accepted"]
    assert await claimed(jars) == {("label", "a"): ("jar-J-2", "jar-J-3")}
    await do(jars, Label("J-2", "-a"))
    assert await claimed(jars) == {("label", "a"): ("jar-J-3",)}
    # Moved in one transaction, as an entity that becomes part of another one moves: free, then carry.
    await asyncio.gather(*(jars.executor.submit(asking(each)) for each in (Label("J-3", "-a"), Label("J-4", "+a"))))
    assert await claimed(jars) == {("label", "a"): ("jar-J-4",)}


async def test_of_two_replicas_that_claim_at_once_one_is_refused_each_time(start_service: Start) -> None:
    replicas = [await start_service(CLAIMING, roles=WRITES, instance=str(n)) for n in (1, 2)]
    assert len({partition_of(f"jar-J-{n}", replicas[0].log.partitions) for n in (1, 2)}) == 2

    async def claim_all(n: int) -> list[str]:
        found = await asyncio.gather(
            *(replicas[n - 1].executor.submit(asking(Label(f"J-{n}", f"={each}"))) for each in range(300))
        )
        return outcomes(found)

    one, other = await asyncio.gather(claim_all(1), claim_all(2))
    assert all({a, b} == {"accepted", "known-of-another-jar"} for a, b in zip(one, other, strict=True))
    labels = await replicas[0].database.pool.fetch("SELECT data->>'text' AS text, count(*) AS n FROM event GROUP BY 1")
    assert {row["n"] for row in labels} == {1}
    assert len(await claimed(replicas[0])) == 300


async def test_a_message_that_claims_what_another_has_is_parked_with_the_sentence_and_later_ones_of_its_key_wait(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(CLAIMING)
    await publish(settings.kafka, [pour("J-1", 1, 7)], settings.topic_prefix)
    await eventually(lambda: levels(jars), lambda found: found == {"J-1": 7})
    facts = [pour("J-2", 1, 7), pour("J-2", 2, 8), pour("J-3", 1, 9)]
    await publish(settings.kafka, facts, settings.topic_prefix)
    await eventually(lambda: handled(jars, POURINGS), lambda counts: counts[0] == 2)
    async with client_of(app_of(jars)) as client:

        async def parked() -> list[dict[str, Any]]:
            return sorted((await client.get("/v1/admin/parked")).json()["items"], key=lambda row: int(row["parked_id"]))

        first, second = await eventually(parked, lambda rows: len(rows) == 2)
        assert (first["code"], second["code"]) == ("known-of-another-jar", "waits-behind")
        assert first["reason"].startswith("Pouring 7 is known of jar J-1, so it is none of J-2.")
    assert await levels(jars) == {"J-1": 7, "J-3": 9}


async def _write(jars: Runtime, jar: str, *amounts: int, as_before: bool = True) -> None:
    """Append events as a process that knows no claims does."""
    stream = f"jar-{jar}"
    version = await jars.database.pool.fetchval("SELECT coalesce(max(version), 0) FROM event WHERE stream = $1", stream)
    for n, amount in enumerate(amounts, start=version + 1):
        data = JarFilled(jar=jar, amount=amount).model_dump_json()
        arguments = (
            [jars.log.partition(stream)], [stream], [n], [JarFilled.TYPE], [1], [data], ['{"actor": "a", "tenant": "default"}'],
            [str(uuid7())], ["c"], [datetime.now().astimezone()], datetime.now().astimezone(), [], [], "jar-svc",
            *([] for _ in range(9)),
        )  # fmt: skip
        await jars.database.pool.execute(f"SELECT log_append({', '.join(f'${n}' for n in range(1, 24))})", *arguments)


async def test_an_old_log_that_has_a_document_twice_opens_and_the_first_one_keeps_it(start_service: Start) -> None:
    old = await start_service(JAR_SERVICE, roles=WRITES)
    await do(old, Fill("J-1", 7), Fill("J-2", 8), Fill("J-2", 7), Fill("J-3", 9))
    await old.stop()
    jars = await start_service(CLAIMING, roles=NO_KAFKA)
    assert await claimed(jars) == {
        ("pouring", "7"): ("jar-J-1", "jar-J-2"), ("pouring", "8"): ("jar-J-2",), ("pouring", "9"): ("jar-J-3",),
    }  # fmt: skip
    replies = await do(jars, Fill("J-1", 7), Fill("J-2", 7), Fill("J-3", 7), Fill("J-3", 8))
    assert outcomes(replies) == ["accepted", "accepted", "known-of-another-jar", "known-of-another-jar"]
    degraded = await eventually(lambda: health(jars), lambda shown: shown["status"] == "degraded")
    assert any("pouring 7 (jar-J-1, jar-J-2)" in warning for warning in degraded["warnings"]), degraded
    await jars.stop()
    again = await start_service(CLAIMING, roles=NO_KAFKA)
    shown = await eventually(lambda: health(again), lambda shown: shown["status"] != "not ready")
    assert shown["status"] == "ready", "it is reported once"


async def health(runtime: Runtime) -> Any:
    async with client_of(app_of(runtime)) as client:
        return (await client.get("/readyz")).json()


async def test_what_a_process_of_an_earlier_release_writes_beside_is_claimed_before_anything_else_is(
    start_service: Start,
) -> None:
    jars = await start_service(CLAIMING, roles=WRITES)
    await do(jars, Fill("J-1", 7))
    await _write(jars, "J-2", 8, 9)
    assert await jars.database.pool.fetchval("SELECT count(*) FROM claim_gap") == 1
    assert outcomes(await do(jars, Fill("J-1", 8), Fill("J-3", 10))) == ["known-of-another-jar", "accepted"]
    assert await jars.database.pool.fetchval("SELECT count(*) FROM claim_gap") == 0
    assert (await claimed(jars))["pouring", "9"] == ("jar-J-2",)


async def test_a_release_that_claims_more_notes_what_is_in_the_log_and_one_that_claims_less_leaves_it_to_that(
    start_service: Start,
) -> None:
    fewer = replace(
        JAR, names="jar", claims=replace(CLAIMS, takes={JarFilled: CLAIMS.takes[JarFilled]}, carries={}, frees={})
    )
    old = await start_service(replace(JAR_SERVICE, deciders=(fewer,)), roles=WRITES)
    await do(old, Label("J-1", "=a"), Fill("J-1", 7))
    new = await start_service(CLAIMING, roles=WRITES, instance="2")
    assert set(await claimed(new)) == {("label", "a"), ("pouring", "7")}
    assert outcomes(await do(old, Label("J-2", "=b"), Fill("J-2", 7))) == ["accepted", "known-of-another-jar"]
    assert outcomes(await do(new, Label("J-3", "=b"))) == ["known-of-another-jar"]


async def test_a_service_that_claims_nothing_notes_nothing(start_service: Start) -> None:
    counts = await start_service(COUNT_SERVICE, roles=WRITES)
    assert not counts.service.claims
    assert await counts.database.pool.fetchval("SELECT count(*) FROM claim_edition") == 0


Step = tuple[str, str, str]


@for_all(
    st.lists(st.tuples(st.sampled_from("123"), st.sampled_from("=+-"), st.sampled_from("ab")), max_size=12),
    st.integers(0, 12),
)
def test_a_book_takes_a_document_for_whoever_has_it_and_forgets_what_is_undone(steps: list[Step], kept: int) -> None:
    book, known = ClaimBook(CLAIMING, {}), dict[str, set[str]]()
    marks = [0]
    for jar, sign, label in steps:
        holders, stream = known.setdefault(label, set()), f"jar-{jar}"
        refused = sign == "=" and bool(holders) and stream not in holders
        event = JarLabelled(jar=jar, text=f"{sign}{label}")
        if refused:
            with pytest.raises(KnownOfAnother):
                book.note(stream, [event], [str(uuid7())])
        else:
            book.note(stream, [event], [str(uuid7())])
            holders.discard(stream) if sign == "-" else holders.add(stream)
        marks.append(len(book))
    other = ClaimBook(CLAIMING, {})
    upto = marks[min(kept, len(steps))]
    book.undo(upto)
    for change in book.changes().changes:
        other._apply(change)
    assert len(book) == upto
    assert {d: h for d in book.documents if (h := book._holders(d))} == {
        d: h for d in other.documents if (h := other._holders(d))
    }
