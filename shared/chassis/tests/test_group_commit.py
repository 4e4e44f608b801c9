"""Group commit: which units share a transaction, and which group is decided while another is written."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from chassis.commands import Accepted, Request
from chassis.errors import Overloaded
from chassis.handling.group_commit import GroupCommit, Replies
from chassis.handling.units import UnitOfWork, WorkItem


class Writer:
    """Writes only when released, and remembers which units it wrote together. A command is the name of its stream."""

    def __init__(self) -> None:
        self.begun: list[list[str]] = []
        self.let = asyncio.Semaphore(0)
        self.broken: set[str] = set()

    async def write(self, units: Sequence[UnitOfWork]) -> Replies:
        names = [name for unit in units for name in sorted(streams(unit))]
        self.begun.append(names)
        await self.let.acquire()
        if self.broken & set(names):
            raise ValueError("broken")
        return [
            [Accepted(request.command, 1, ()) for request in item.requests] for unit in units for item in unit.items
        ]


def streams(unit: UnitOfWork) -> set[str]:
    return {request.command for item in unit.items for request in item.requests}


def unit(*names: str) -> UnitOfWork:
    return UnitOfWork(tuple(WorkItem((Request(name, None, None, "c"),)) for name in names))  # type: ignore[arg-type]


@asynccontextmanager
async def commits(writer: Writer, size_max: int = 2, waiting_max: int = 100) -> AsyncIterator[GroupCommit]:
    group_commit = GroupCommit(writer.write, streams, size_max, waiting_max)
    group_commit.start()
    try:
        yield group_commit
    finally:
        await group_commit.stop()


async def submitted(commits: GroupCommit, *units: UnitOfWork) -> list["asyncio.Task[Replies]"]:
    """The tasks of callers, all of which have queued their unit."""
    callers = [asyncio.create_task(commits.submit(each, patient=True)) for each in units]
    for _ in range(10):
        await asyncio.sleep(0)
    return callers


async def test_units_that_come_while_a_transaction_is_in_flight_share_the_next_one() -> None:
    writer = Writer()
    async with commits(writer, size_max=10) as group_commit:
        callers = await submitted(group_commit, unit("a"))
        callers += await submitted(group_commit, unit("b"), unit("c"))
        assert writer.begun == [["a"]]
        writer.let.release()
        writer.let.release()
        answered = await asyncio.gather(*callers)
    assert writer.begun == [["a"], ["b", "c"]]
    assert [replies[0][0].stream for replies in answered] == ["a", "b", "c"]


async def test_a_full_group_is_decided_while_the_one_before_it_is_written() -> None:
    writer = Writer()
    async with commits(writer) as group_commit:
        callers = await submitted(group_commit, unit("a", "b"), unit("c", "d"), unit("e", "f"))
        assert writer.begun == [["a", "b"], ["c", "d"]], "two at once, never three"
        for _ in callers:
            writer.let.release()
        await asyncio.gather(*callers)
    assert writer.begun[2] == ["e", "f"]


async def test_a_full_group_that_shares_a_stream_waits_for_the_group_before_it() -> None:
    writer = Writer()
    async with commits(writer) as group_commit:
        callers = await submitted(group_commit, unit("a", "b"), unit("b", "c"))
        assert writer.begun == [["a", "b"]]
        writer.let.release()
        await callers[0]
        await submitted(group_commit)
        assert writer.begun == [["a", "b"], ["b", "c"]]
        writer.let.release()
        await callers[1]


async def test_the_fault_of_one_unit_does_not_fail_those_that_shared_its_transaction() -> None:
    writer = Writer()
    writer.broken = {"b"}
    async with commits(writer, size_max=10) as group_commit:
        callers = await submitted(group_commit, unit("a"), unit("b"), unit("c"))
        for _ in range(10):
            writer.let.release()
        answered = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(answered[1], ValueError)
    assert [answer[0][0].stream for answer in (answered[0], answered[2])] == ["a", "c"]  # type: ignore[index]


async def test_an_unknown_command_fails_its_caller_and_nobody_else() -> None:
    writer = Writer()

    def known(unit_of_work: UnitOfWork) -> set[str]:
        if "unknown" in streams(unit_of_work):
            raise KeyError("unknown")
        return streams(unit_of_work)

    writer.broken = {"unknown"}
    group_commit = GroupCommit(writer.write, known, 2, 100)
    group_commit.start()
    callers = await submitted(group_commit, unit("a", "b"), unit("unknown", "c"), unit("d", "e"))
    for _ in range(10):
        writer.let.release()
    answered = await asyncio.gather(*callers, return_exceptions=True)
    await group_commit.stop()
    assert [type(answer) for answer in answered] == [list, ValueError, list]


async def test_an_impatient_caller_gets_overloaded() -> None:
    writer = Writer()
    async with commits(writer, waiting_max=1) as group_commit:
        callers = await submitted(group_commit, unit("a"))
        callers += await submitted(group_commit, unit("b"))  # taken along, and waits for the first
        callers += await submitted(group_commit, unit("c"))
        with pytest.raises(Overloaded, match="1 commands are waiting already"):
            await group_commit.submit(unit("d"), patient=False)
        for _ in callers:
            writer.let.release()
        await asyncio.gather(*callers)


async def test_waiting_callers_are_cancelled_on_stop() -> None:
    writer = Writer()
    async with commits(writer, waiting_max=1) as group_commit:
        callers = await submitted(group_commit, unit("a"), unit("b"), unit("c"), unit("d"))
    done, waiting = await asyncio.wait(callers, timeout=5)
    assert not waiting
    assert all(caller.cancelled() for caller in done)
