"""kill −9 of a service in the middle of an import: it starts again, and the end is the same as if nothing had happened."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from standing.driver import Driver
from standing.facts.demo import demo
from standing.installation import Installation
from standing.kafka_rules import ERP
from standing.publisher import Publisher
from standing.run import verify
from standing.services import ALL

from .conftest import running
from .state import events, final_state

pytestmark = pytest.mark.parts
DATA = demo(days=33, scale=0.12)


async def run(installation: Installation, kill: str | None, seed: int) -> None:
    """Send the facts; now and then kill a service while it works and start it again."""
    chance = random.Random(seed)
    steps = 0

    async def killing() -> None:
        assert kill is not None
        while True:
            at = steps + chance.randint(5, 15)
            while steps < at:  # noqa: ASYNC110 (a driver's step is nothing that one could wait on)
                await asyncio.sleep(0.005)
            await asyncio.sleep(chance.random() * 0.2)
            await asyncio.to_thread(installation.kill_service, kill)
            installation.start_service(kill)

    def on_progress(*_: Any) -> None:
        nonlocal steps
        steps += 1

    publisher = Publisher(installation.kafka.bootstrap, installation.kafka.security_of(ERP))
    await publisher.start()
    killer = asyncio.create_task(killing()) if kill else None
    try:
        await Driver(installation.clients, publisher, on_progress).run(DATA.facts, DATA.facts[-1].time)
    finally:
        if killer is not None:
            killer.cancel()
        await publisher.stop()


@pytest.fixture(scope="module")
async def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, int]]:
    async with running(tmp_path_factory.mktemp("home")) as installation:
        if not installation.kafka.real:
            pytest.skip(
                "needs a real broker: the mock cluster holds a dead consumer's place until its session ends, 45 s later"
            )
        await run(installation, None, 0)
        return await final_state(installation), await events(installation)


@pytest.mark.parametrize("service", [service.name for service in ALL])
async def test_a_killed_service_goes_on_where_it_was(
    tmp_path: Path, undisturbed: tuple[dict[str, Any], dict[str, int]], service: str, console: Console
) -> None:
    async with running(tmp_path) as installation:
        await run(installation, service, seed=sum(map(ord, service)))
        state = await final_state(installation)
        for name, expected in undisturbed[0].items():
            assert state[name] == expected, name
        assert await events(installation) == undisturbed[1]
        assert await verify(installation, console)
