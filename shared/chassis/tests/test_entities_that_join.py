"""An entity that becomes part of another one: its commands are decided there, and its history is there to be taken over."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from chassis.commands import Accepted
from chassis.domain import Decider, Happened
from chassis.handling.units import Message, UnitOfWork, WorkItem
from chassis.policies import PolicyBook
from chassis.runtime import Runtime
from chassis.service import Service
from contracts import Event
from contracts.fields import Id

from .running import Start, asking

WRITES = frozenset({"http"})
ROOM = 100


class Filled(Event):
    TYPE: ClassVar[str] = "tank.Filled"
    tank: Id
    amount: int


class Connected(Event):
    TYPE: ClassVar[str] = "tank.Connected"
    tank: Id
    to: Id


class Drawn(Event):
    TYPE: ClassVar[str] = "tank.Drawn"
    tank: Id
    amounts: tuple[int, ...]


@dataclass(frozen=True)
class FillTank:
    tank: str
    amount: int


@dataclass(frozen=True)
class Connect:
    tank: str
    to: str


@dataclass(frozen=True)
class Draw:
    tank: str
    of: str
    histories: Mapping[str, tuple[Happened, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tank:
    level: int = 0
    part_of: str | None = None


def evolve(tank: Tank, event: Any) -> Tank:
    match event:
        case Filled(amount=amount):
            return replace(tank, level=tank.level + amount)
        case Drawn(amounts=amounts):
            return replace(tank, level=tank.level + sum(amounts))
        case Connected(to=to):
            return Tank(part_of=to)
    raise AssertionError(event)


def decide(command: Any, tank: Tank, _: PolicyBook) -> list[Event]:
    match command:
        case FillTank(name, amount):
            return [Filled(tank=name, amount=amount)] if tank.level + amount <= ROOM else []
        case Connect(name, to):
            return [Connected(tank=name, to=to)]
        case Draw(name, of, histories):
            amounts = tuple(each.event.amount for each in histories[of] if isinstance(each.event, Filled))
            return [Drawn(tank=name, amounts=amounts)]
    raise AssertionError(command)


TANK = Decider(
    "tank", (FillTank, Connect, Draw), lambda command: command.tank, Tank(), evolve, decide,
    continues_as=lambda command, tank: None if isinstance(command, Connect) else tank.part_of,
    readdressed=lambda command, tank: replace(command, tank=tank),
    histories_of=lambda command: (command.of,) if isinstance(command, Draw) else (),
)  # fmt: skip
TANKS = Service("tank-svc", "tank.events", 8999, (Filled, Connected, Drawn), (TANK,))


def unit(*commands: Any) -> UnitOfWork:
    """What one message leads to."""
    requests = tuple(asking(command) for command in commands)
    return UnitOfWork((WorkItem(requests, Message("test", 0, 1, "key", {}, b"{}")),))


async def levels(runtime: Runtime, *tanks: str) -> list[int]:
    return [(await runtime.executor.state(FillTank, tank)).level for tank in tanks]


async def test_a_command_to_what_became_part_of_another_is_decided_there(start_service: Start) -> None:
    tanks = await start_service(TANKS, roles=WRITES)
    for command in (FillTank("A", 30), FillTank("S", 40)):
        await tanks.executor.submit(asking(command))
    await tanks.executor.execute(unit(FillTank("A", 10), Connect("A", "S"), Draw("S", "A")))
    reply = await tanks.executor.submit(asking(FillTank("A", 5)))
    assert isinstance(reply, Accepted)
    assert reply.stream == "tank-S"
    assert await levels(tanks, "A", "S") == [85, 85]
    await tanks.executor.execute(unit(Connect("S", "T"), Draw("T", "S")))
    await tanks.executor.execute(unit(FillTank("A", 1), FillTank("S", 2)))
    again = await start_service(TANKS, roles=WRITES, instance="2")
    assert await levels(again, "A", "S", "T") == [48, 48, 48]  # S took 45 by itself: 40 and 5, then 1 and 2 came


async def test_what_is_decided_while_two_become_one_is_neither_lost_nor_left_behind(start_service: Start) -> None:
    one = await start_service(TANKS, roles=WRITES)
    other = await start_service(TANKS, roles=WRITES, instance="2")
    for at in range(5):
        a, s = f"A-{at}", f"S-{at}"
        for runtime in (one, other):  # both know the streams as they are before
            await runtime.executor.execute(unit(FillTank(a, 10), FillTank(s, 10)))
        work = [unit(FillTank(tank, 15)) for tank in (a, s) * 4]
        work.insert(at * 2, unit(Connect(a, s), Draw(s, a)))
        await asyncio.gather(*((one, other)[n % 2].executor.execute(each) for n, each in enumerate(work)))
        written = [row.event(TANKS.event_types) for row in await one.log.read_streams([f"tank-{a}"])]
        assert isinstance(written[-1], Connected), written
        of_both = [*written, *(row.event(TANKS.event_types) for row in await one.log.read_streams([f"tank-{s}"]))]
        filled = sum(each.amount for each in of_both if isinstance(each, Filled))
        assert await levels(one, a, s) == await levels(other, a, s) == [filled, filled]
        if at == 0:
            assert filled <= ROOM, "they were one from the first on"


async def test_nothing_becomes_part_of_itself_whatever_is_heard_first(start_service: Start) -> None:
    tanks = await start_service(TANKS, roles=WRITES)
    await tanks.executor.execute(unit(FillTank("S", 10), Connect("A", "S"), Draw("S", "A")))
    await tanks.executor.execute(unit(Connect("S", "T"), Draw("T", "S")))
    await tanks.executor.execute(unit(Connect("T", "A"), Draw("A", "T")))
    (parked,) = await tanks.database.pool.fetch("SELECT code, reason FROM parked")
    assert parked["code"] == "part-of-itself"
    assert "tank-T would be part of itself, by way of tank-A, tank-S" in parked["reason"]
    assert await levels(tanks, "A", "S", "T") == [10, 10, 10]
    assert isinstance(await tanks.executor.submit(asking(FillTank("A", 5))), Accepted)


async def test_what_a_batch_makes_part_of_a_stream_that_was_not_read_is_read_and_decided_again(
    start_service: Start,
) -> None:
    tanks = await start_service(TANKS, roles=WRITES)
    await tanks.executor.execute(unit(FillTank("S", 10)))
    again = await start_service(TANKS, roles=WRITES, instance="2")  # knows no stream yet
    await again.executor.execute(unit(Connect("A", "S"), FillTank("A", 5)))
    assert await again.database.pool.fetch("SELECT code, reason FROM parked") == []
    assert await levels(again, "A", "S") == [15, 15]
