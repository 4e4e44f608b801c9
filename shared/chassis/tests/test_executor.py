"""The one write path: commands that arrive together are written together, and each is answered for itself, once."""

import asyncio
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from chassis.commands import Accepted, Refused, Reply
from chassis.domain import Decider
from chassis.errors import Overloaded
from chassis.policies import PolicyBook
from chassis.runtime import Runtime
from chassis.service import Service
from contracts import Event

from .running import Start, asking
from .toy import JAR, JAR_SERVICE, Drop, Fill, Jar, JarFilled, Label

WRITES = frozenset({"http"})


async def level(runtime: Runtime, jar: str = "J-1") -> int:
    state: Jar = await runtime.executor.state(Fill, jar)
    return state.level


def outcome(reply: Reply) -> str:
    return reply.code if isinstance(reply, Refused) else "accepted" if reply.event_types else "unchanged"


async def test_commands_that_arrive_together_share_transactions_and_each_is_answered(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES)
    requests = [asking(Fill(f"J-{n % 10}", 1), f"fill-{n}") for n in range(200)]
    replies = await asyncio.gather(*(jars.executor.submit(request) for request in requests))
    assert [outcome(reply) for reply in replies] == ["accepted"] * 200
    versions = {(reply.stream, reply.version) for reply in replies if isinstance(reply, Accepted)}
    assert versions == {(f"jar-J-{n}", version) for n in range(10) for version in range(1, 21)}
    transactions = await jars.database.pool.fetchval("SELECT count(DISTINCT xmin::text) FROM event")
    assert transactions < 20


async def test_a_repeated_command_gets_its_first_answer(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES)
    first = await jars.executor.submit(asking(Fill("J-1", 3), "fill-1"))
    again = await jars.executor.submit(asking(Fill("J-1", 3), "fill-1"))
    assert isinstance(first, Accepted)
    assert again == replace(first, repeated=True)
    assert await level(jars) == 3


async def test_concurrent_repeats_of_a_command_act_once(start_service: Start) -> None:
    one = await start_service(JAR_SERVICE, roles=WRITES)
    other = await start_service(JAR_SERVICE, roles=WRITES, instance="2")
    both = [runtime.executor.submit(asking(Fill("J-1", 3), "fill-1")) for _ in range(10) for runtime in (one, other)]
    replies = await asyncio.gather(*both)
    assert {(outcome(reply), reply.version) for reply in replies if isinstance(reply, Accepted)} == {("accepted", 1)}
    assert sum(not reply.repeated for reply in replies) == 1
    assert await level(await start_service(JAR_SERVICE, roles=WRITES, instance="3")) == 3


async def test_the_first_answer_outlives_a_restart_and_so_does_a_refusal(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES)
    accepted = await jars.executor.submit(asking(Fill("J-1", 60), "fill-1"))
    refused = await jars.executor.submit(asking(Fill("J-1", 50), "fill-2"))
    assert outcome(refused) == "overflow"
    await jars.stop()
    again = await start_service(JAR_SERVICE, roles=WRITES)
    assert isinstance(accepted, Accepted)
    told_again = await again.executor.submit(asking(Fill("J-1", 60), "fill-1"))
    assert told_again == replace(accepted, repeated=True)
    # The first answer is returned even where a new decision would differ.
    assert await again.executor.submit(asking(Fill("J-1", 1), "fill-2")) == replace(refused, repeated=True)
    assert await level(again) == 60


async def test_two_writers_of_one_stream_decide_again_on_what_the_other_wrote(start_service: Start) -> None:
    one = await start_service(JAR_SERVICE, roles=WRITES)
    other = await start_service(JAR_SERVICE, roles=WRITES, instance="2")
    for _ in range(3):
        await one.executor.submit(asking(Fill("J-1", 20)))
        await other.executor.submit(asking(Fill("J-1", 10)))
    last = await asyncio.gather(*(runtime.executor.submit(asking(Fill("J-1", 10))) for runtime in (one, other)))
    assert sorted(map(outcome, last)) == ["accepted", "overflow"]
    stored = await one.log.read_streams(["jar-J-1"])
    assert [row.envelope.version for row in stored] == list(range(1, 8))


async def test_many_callers_of_two_writers_of_one_stream_are_all_answered(start_service: Start) -> None:
    one = await start_service(JAR_SERVICE, roles=WRITES)
    other = await start_service(JAR_SERVICE, roles=WRITES, instance="2")

    async def customer(runtime: Runtime) -> list[str]:
        return [outcome(await runtime.executor.submit(asking(Fill("J-1", 1)))) for _ in range(10)]

    answers = await asyncio.gather(*(customer(runtime) for _ in range(5) for runtime in (one, other)))
    assert [each for outcomes in answers for each in outcomes] == ["accepted"] * 100


async def test_a_refused_or_failing_command_does_not_affect_others_in_its_batch(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES)
    commands = [Fill("J-1", 60), Fill("J-1", 50), Drop("J-1"), Label("J-2", "千" * 400_000), Label("J-2", "a\0b")]
    replies = await asyncio.gather(*(jars.executor.submit(asking(command)) for command in [*commands, Fill("J-1", 40)]))
    assert [outcome(reply) for reply in replies] == [
        "accepted", "overflow", "internal-error", "event-too-large", "event-with-nul", "accepted",
    ]  # fmt: skip
    assert [reply.status for reply in replies if isinstance(reply, Refused)] == [409, 500, 413, 422]
    assert await level(jars) == 100


async def test_an_internal_error_is_not_stored_as_the_answer(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES)
    broken = await jars.executor.submit(asking(Drop("J-1"), "drop-1"))
    assert isinstance(broken, Refused)
    assert broken.detail.startswith("Deciding failed: AssertionError: Drop(jar='J-1')")
    assert outcome(await jars.executor.submit(asking(Fill("J-1", 1), "drop-1"))) == "accepted"


async def test_an_event_that_evolve_fails_on_is_not_written(start_service: Start) -> None:
    def evolve(jar: Jar, event: object) -> Jar:
        raise ZeroDivisionError("a level too far") if isinstance(event, JarFilled) else AssertionError(event)

    fragile = replace(JAR_SERVICE, deciders=(replace(JAR, evolve=evolve),))
    jars = await start_service(fragile, roles=WRITES)
    replies = await asyncio.gather(*(jars.executor.submit(asking(c)) for c in (Fill("J-1", 1), Drop("J-2"))))
    assert [outcome(reply) for reply in replies] == ["internal-error", "internal-error"]
    assert sum((await jars.log.heads()).values()) == 0


async def test_when_too_many_commands_wait_the_next_gets_overloaded(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES, waiting_max=3)
    replies = await asyncio.gather(
        *(jars.executor.submit(asking(Fill("J-1", 1))) for _ in range(20)), return_exceptions=True
    )
    turned_away = [reply for reply in replies if isinstance(reply, Overloaded)]
    assert str(turned_away[0]) == "3 commands are waiting already."
    assert await level(jars) == 20 - len(turned_away) == 3


async def test_commands_in_hand_are_not_left_waiting_when_the_service_stops(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE, roles=WRITES)
    waiting = [asyncio.ensure_future(jars.executor.submit(asking(Fill("J-1", 1)))) for _ in range(5)]
    await asyncio.sleep(0)
    await jars.executor.stop()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.gather(*waiting)


class DoorOpened(Event):
    TYPE: ClassVar[str] = "door.DoorOpened"


class DoorClosed(Event):
    TYPE: ClassVar[str] = "door.DoorClosed"


@dataclass(frozen=True)
class Open:
    door: str


@dataclass(frozen=True)
class Close:
    door: str


def turn(command: Open | Close, is_open: bool, _: PolicyBook) -> list[Event]:
    if isinstance(command, Open):
        return [] if is_open else [DoorOpened()]
    return [DoorClosed()] if is_open else []


DOOR_SERVICE = Service(
    name="door-svc",
    topic="door.events",
    port=0,
    events=(DoorOpened, DoorClosed),
    deciders=(
        Decider("door", (Open, Close), lambda c: c.door, False, lambda _, event: isinstance(event, DoorOpened), turn),
    ),
)


async def test_an_answer_without_events_is_not_decided_on_a_stale_state(
    start_service: Start,
) -> None:
    """Found in the drills: partitions move to another replica and back, and the first one's cached state is stale."""
    one = await start_service(DOOR_SERVICE, roles=WRITES)
    other = await start_service(DOOR_SERVICE, roles=WRITES, instance="2")
    await one.executor.submit(asking(Open("D-1")))
    await other.executor.submit(asking(Close("D-1")))
    assert await one.executor.state(Open, "D-1") is False
    await one.executor.submit(asking(Open("D-1")))
    await other.executor.submit(asking(Close("D-1")))
    again = await one.executor.submit(asking(Open("D-1"), "open-again"))
    assert outcome(again) == "accepted"
    assert await other.executor.state(Open, "D-1") is True
