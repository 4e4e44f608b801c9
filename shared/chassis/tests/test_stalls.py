"""What stands still is noticed and the session begun anew; and a process that is silent can say where it waits."""

import asyncio
import signal

import pytest
from aiokafka import TopicPartition
from structlog.testing import capture_logs

from chassis.inbox.stalls import Stalls
from chassis.main import log_stacks
from chassis.tasks import stacks

ONE, TWO = TopicPartition("erp.orders", 1), TopicPartition("erp.orders", 2)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The only element is the time."""
    time = [100.0]
    monkeypatch.setattr("chassis.inbox.stalls.time.monotonic", lambda: time[0])
    return time


@pytest.fixture
def stalls() -> Stalls:
    return Stalls("jar-svc", 30)


def measure(stalls: Stalls, handled_until: int, end: int = 10, at_fault: bool = False) -> None:
    stalls.measure(ONE, end - handled_until, end, undecodable=False, at_fault=at_fault)


def test_messages_that_wait_for_too_long_are_a_stall(stalls: Stalls, now: list[float]) -> None:
    measure(stalls, 5)
    now[0] += 20
    measure(stalls, 6)  # one was handled meanwhile
    now[0] += 20
    measure(stalls, 6, end=12)
    now[0] += 11
    with pytest.raises(TimeoutError, match=r"Messages wait in erp.orders\[1\], but none was handled for 31 s"):
        measure(stalls, 6, end=14)


def test_a_partition_whose_fault_is_known_and_one_where_nothing_waits_are_none(
    stalls: Stalls, now: list[float]
) -> None:
    for handled_until, at_fault in ((5, True), (10, False)):
        measure(stalls, handled_until, at_fault=at_fault)
        now[0] += 100
        measure(stalls, handled_until, at_fault=at_fault)


def test_what_is_consumed_differs_from_what_is_assigned_for_moments_only(stalls: Stalls, now: list[float]) -> None:
    stalls.compare([ONE], [ONE, TWO])
    now[0] += 29
    stalls.compare([ONE], [ONE, TWO])
    stalls.compare([ONE, TWO], [TWO, ONE])
    now[0] += 29
    stalls.compare([], [ONE])
    now[0] += 31
    with pytest.raises(TimeoutError, match="1 partitions are assigned, but 0 are consumed"):
        stalls.compare([], [ONE])


async def test_where_each_task_waits_is_logged_on_a_signal() -> None:
    forever = asyncio.Event()

    async def inner() -> None:
        await forever.wait()

    async def outer() -> None:
        await inner()

    task = asyncio.create_task(outer(), name="the silent one")
    await asyncio.sleep(0)
    frames = stacks()["the silent one"].splitlines()
    assert [frame.rpartition(".")[2] for frame in frames[:2]] == ["outer", "inner"]
    before = signal.signal(signal.SIGUSR2, log_stacks)
    try:
        with capture_logs() as logs:
            signal.raise_signal(signal.SIGUSR2)
            await asyncio.sleep(0)
    finally:
        signal.signal(signal.SIGUSR2, before)
        task.cancel()
    assert [log["event"] for log in logs] == ["where each task waits"]
    assert "the silent one" in logs[0]["stacks"]
