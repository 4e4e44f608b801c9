"""Effects: in order within a lane, lanes in parallel, and never delaying a timer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from chassis.commands import Request
from chassis.domain import Decider
from chassis.effects import EffectContext, EffectList
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.testing.waiting import eventually
from chassis.timers import DueCommand, TodoList
from contracts import Envelope, Event
from contracts.fields import Id, Instant

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


class BellOrdered(Event):
    TYPE: ClassVar[str] = "bell.BellOrdered"
    bell: Id
    lane: Id
    at: Instant


class BellRung(Event):
    TYPE: ClassVar[str] = "bell.BellRung"
    bell: Id


class BellStuck(Event):
    TYPE: ClassVar[str] = "bell.BellStuck"
    bell: Id
    again_at: Instant


@dataclass(frozen=True)
class Say:
    bell: str
    event: Event


BELL = Decider(
    "bell",
    (Say,),
    lambda command: command.bell,
    None,
    lambda state, event: event,
    lambda command, _, __: [command.event],
)


@dataclass(frozen=True)
class Row:
    bell: str
    due_at: datetime
    queued_at: datetime
    lane: str
    pool: str


def evolve(key: Any, row: Row | None, event: BellOrdered | BellStuck | BellRung, envelope: Envelope) -> Row | None:
    match event:
        case BellOrdered():
            return Row(event.bell, event.at, event.at, event.lane, "bells")
        case BellStuck():
            return row and replace(row, due_at=event.again_at)
        case _:
            return None


def of_watch(key: Any, row: Row | None, event: BellOrdered | BellRung, envelope: Envelope) -> Row | None:
    return evolve(key, row, event, envelope) if event.bell.startswith("T") else None


@dataclass
class Tower:
    """Rings bells; those of a lane in ``holds`` wait until it is released, those in ``stuck`` fail the first time."""

    holds: dict[str, asyncio.Event]
    stuck: set[str]
    rung: list[str]

    async def ring(self, row: Row, context: EffectContext) -> bool:
        if row.lane in self.holds:
            await self.holds[row.lane].wait()
        if row.bell in self.stuck:
            self.stuck.remove(row.bell)
            outcome: Event = BellStuck(bell=row.bell, again_at=context.now() + timedelta(minutes=1))
        else:
            self.rung.append(row.bell)
            outcome = BellRung(bell=row.bell)
        await context.do([DueCommand(Say(row.bell, outcome), context.now())])
        return isinstance(outcome, BellRung)

    async def count(self) -> int:
        return len(self.rung)


def tower_service(tower: Tower) -> Service:
    def keys(event: Any, _: Envelope) -> list[tuple[str]]:
        return [(event.bell,)]

    handles = (BellOrdered, BellRung, BellStuck)
    bells = EffectList("bells", 1, Row, ("bell",), keys, evolve, act=tower.ring, pool_max=3)
    timer = TodoList(
        "watch", 1, Row, ("bell",), keys, of_watch,
        command=lambda row: Say(row.bell, BellRung(bell=row.bell)),
    )  # fmt: skip
    return Service("bell-svc", "bell.events", 0, handles, (BELL,), read_models=(bells, timer))


@pytest.fixture
def tower() -> Tower:
    return Tower({}, set(), [])


@pytest.fixture
async def runtime(start_service: Callable[..., Awaitable[Runtime]], tower: Tower) -> Runtime:
    started = await start_service(tower_service(tower))
    await move(started, NOON)
    return started


async def move(runtime: Runtime, to: datetime) -> None:
    await runtime.move_clock(to)


async def order(runtime: Runtime, bell: str, lane: str, after_s: int = 0) -> None:
    event = BellOrdered(bell=bell, lane=lane, at=NOON + timedelta(seconds=after_s))
    await runtime.executor.submit(Request(Say(bell, event), None, NOON, "test"))


async def test_a_lane_is_worked_on_in_order_and_a_stuck_row_holds_up_its_own_lane_only(
    runtime: Runtime, tower: Tower
) -> None:
    tower.stuck.add("A1")
    await move(runtime, NOON + timedelta(seconds=3))
    for bell, lane, after_s in (("A2", "A", 2), ("A1", "A", 1), ("B1", "B", 3)):
        await order(runtime, bell, lane, after_s)
    assert (await runtime.settled({}, 20)).quiet
    # Each bell was ordered by a commit of its own, so A2 may have been rung before A1 was known; then nothing held it up.
    assert "B1" in tower.rung
    assert "A1" not in tower.rung
    await order(runtime, "A3", "A", 3)
    assert (await runtime.settled({}, 20)).quiet
    assert "A3" not in tower.rung
    await move(runtime, NOON + timedelta(minutes=2))
    assert (await runtime.settled({}, 20)).quiet
    assert tower.rung.index("A1") < tower.rung.index("A3")


async def test_a_waiting_lane_holds_up_neither_other_lanes_nor_timers_and_the_clock_waits_for_it(
    runtime: Runtime, tower: Tower
) -> None:
    tower.holds["slow"] = asyncio.Event()
    for number in range(5):
        await order(runtime, f"S{number}", "slow")
        await order(runtime, f"Q{number}", f"quick {number}")
        await order(runtime, f"T{number}", "timers")
    await eventually(tower.count, lambda count: count >= 5)
    assert not any(bell.startswith("S") for bell in tower.rung)
    assert not (await runtime.settled({}, 0.2)).quiet
    tower.holds["slow"].set()
    assert (await runtime.settled({}, 20)).quiet
    assert [bell for bell in tower.rung if bell.startswith("S")] == [f"S{number}" for number in range(5)]


async def test_what_is_due_again_as_it_was_before_is_done_again(runtime: Runtime, tower: Tower) -> None:
    for times in (1, 2, 3):
        await order(runtime, "A1", "A")
        assert (await runtime.settled({}, 20)).quiet
        assert tower.rung == ["A1"] * times


async def test_a_failing_effect_is_tried_again(runtime: Runtime, tower: Tower, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.timing.effect_runner.PAUSE_AFTER_FAULT_S", 0.01)
    broken = [RuntimeError("the rope tore")]
    ring = tower.ring

    async def sometimes(row: Row, context: EffectContext) -> bool:
        if broken:
            raise broken.pop()
        return await ring(row, context)

    object.__setattr__(next(iter(runtime.service.todo_lists)), "act", sometimes)
    await order(runtime, "A1", "A")
    assert (await runtime.settled({}, 20)).quiet
    assert tower.rung == ["A1"]


@dataclass(frozen=True)
class Bare:
    bell: str
    due_at: datetime


def test_an_effect_list_says_what_its_row_lacks(tower: Tower) -> None:
    with pytest.raises(TypeError, match="needs a row with queued_at, lane, pool"):
        EffectList("bare", 1, Bare, ("bell",), lambda *_: [], evolve, act=tower.ring)
