"""A standby takes over while processes live on: nothing is written on a server that nobody has compared with the topic."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from chassis.commands import Accepted
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.storage.fence import LogHalted
from chassis.testing.waiting import eventually
from standing_parts import embedded_postgres
from standing_parts.choose import PassedOver

from .failing_over import Pair, pair
from .running import asking
from .toy import JAR_SERVICE, Fill

WITHOUT_RELAY = frozenset({"http", "project"})
Starting = Callable[..., Awaitable[Runtime]]


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[Pair]:
    try:
        embedded_postgres.probe()
    except PassedOver as reason:
        pytest.skip(f"needs two embedded servers: {reason}")
    async with pair(tmp_path) as made:
        yield made


@pytest.fixture
async def start(servers: Pair, settings: Settings) -> AsyncIterator[Starting]:
    """``await start(instance=…)`` → a replica of the toy service at the address of the pair."""
    base = settings.model_copy(update={"postgres": SecretStr(servers.url)})
    name = database_of(base)
    await servers.on(servers.primary, f'CREATE DATABASE "{name}"')
    async with AsyncExitStack() as stack:

        async def started(**changes: object) -> Runtime:
            runtime = await Runtime.start(JAR_SERVICE, base.model_copy(update=changes))
            stack.push_async_callback(runtime.stop)
            return runtime

        yield started


def database_of(settings: Settings) -> str:
    return settings.topic_prefix.replace("-", "_") + JAR_SERVICE.database


async def filled(jars: Runtime, jar: str) -> str:
    """What became of one fill: "written", or the name of the error."""
    try:
        async with asyncio.timeout(20):
            reply = await jars.executor.submit(asking(Fill(jar, 1)))
    except Exception as error:
        return type(error).__name__
    return "written" if isinstance(reply, Accepted) else str(reply)


async def events(servers: Pair, settings: Settings) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(servers.standby.url.rsplit("/", 1)[0] + f"/{database_of(settings)}")
    try:
        return list(await connection.fetch("SELECT partition, position, stream, version FROM event ORDER BY 1, 2"))
    finally:
        await connection.close()


def assert_dense(rows: list[asyncpg.Record]) -> None:
    positions: dict[int, int] = {}
    versions: dict[str, int] = {}
    for row in rows:
        positions[row["partition"]] = positions.get(row["partition"], 0) + 1
        versions[row["stream"]] = versions.get(row["stream"], 0) + 1
        assert row["position"] == positions[row["partition"]]
        assert row["version"] == versions[row["stream"]]


async def lose_some(servers: Pair, one: Runtime, other: Runtime) -> None:
    """Fill jars that the standby gets, then some that it does not; all of them are acknowledged."""
    for jar in ("J-1", "J-2", "J-3"):
        assert await filled(one, jar) == await filled(other, jar) == "written"
    await servers.in_step()
    await servers.cut()
    for jar in ("J-1", "J-2", "J-3"):
        assert await filled(one, jar) == await filled(other, jar) == "written"


async def test_no_process_however_old_writes_on_a_promoted_server_before_the_comparison(
    servers: Pair, start: Starting, settings: Settings
) -> None:
    one, other = await start(instance="1", roles=WITHOUT_RELAY), await start(instance="2", roles=WITHOUT_RELAY)
    await lose_some(servers, one, other)
    await servers.fail_over()
    before = await events(servers, settings)
    assert len(before) == 6
    seen: set[str] = set()
    until = time.monotonic() + 5
    while time.monotonic() < until or LogHalted.__name__ not in seen:
        seen |= {await filled(jars, jar) for jars in (one, other) for jar in ("J-1", "J-9")}
    assert "written" not in seen, seen
    assert await events(servers, settings) == before
    # The relay of a third replica compares the log with the topic, which holds nothing that the log lacks.
    await start(instance="3")
    for jars in (one, other):
        await eventually(lambda jars=jars: filled(jars, "J-1"), lambda became: became == "written", 60)  # type: ignore[misc]
    for jar in ("J-2", "J-3"):
        assert await filled(one, jar) == await filled(other, jar) == "written"
    rows = await events(servers, settings)
    assert len(rows) >= 12
    assert_dense(rows)


async def test_a_promoted_server_that_lacks_what_was_published_takes_no_write_at_all(
    servers: Pair, start: Starting, settings: Settings
) -> None:
    one, other = await start(instance="1"), await start(instance="2", roles=WITHOUT_RELAY)
    await lose_some(servers, one, other)
    await eventually(one.reading, lambda reading: not reading.relay_lag)
    await servers.fail_over()
    before = await events(servers, settings)

    async def reasons() -> str:
        try:
            return str(await one.health.reasons())
        except Exception as error:
            return repr(error)

    await eventually(reasons, lambda found: "the log is older than what it published" in found, 60)
    for _ in range(3):
        assert {await filled(one, "J-1"), await filled(other, "J-9")} == {LogHalted.__name__}
    assert await events(servers, settings) == before


async def test_under_a_synchronous_standby_nothing_acknowledged_is_lost_and_writing_goes_on(
    servers: Pair, start: Starting, settings: Settings
) -> None:
    one, other = await start(instance="1"), await start(instance="2")
    assert await filled(one, "J-0") == "written"
    await servers.wait_for_the_standby()
    acknowledged: list[str] = []

    async def write(jars: Runtime, who: str) -> None:
        for number in range(100_000):
            jar = f"{who}-{number}"
            if await filled(jars, jar) == "written":
                acknowledged.append(jar)
            else:
                await asyncio.sleep(0.05)

    writing = [asyncio.create_task(write(jars, f"{n}{who}")) for n, jars in enumerate((one, other)) for who in "abcd"]
    await eventually(lambda: asyncio.sleep(0, len(acknowledged)), lambda count: count > 50)
    await servers.fail_over()
    at_the_kill = len(acknowledged)
    await eventually(lambda: asyncio.sleep(0, len(acknowledged)), lambda count: count > at_the_kill + 50, 90)
    for task in writing:
        task.cancel()
    await asyncio.gather(*writing, return_exceptions=True)
    rows = await events(servers, settings)
    assert not {f"jar-{jar}" for jar in acknowledged} - {row["stream"] for row in rows}
    assert_dense(rows)
