"""Whole installations for journeys: PostgreSQL, Kafka and four service processes, in simulated time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from rich.console import Console

from standing.installation import Installation

Start = Callable[..., Awaitable[Installation]]


@asynccontextmanager
async def running(home: Path, **environment: str) -> AsyncIterator[Installation]:
    """A fresh installation, discarded at the end: one that idles takes its share of a small machine."""
    installation = await Installation.start(
        home, "simulated", print, fresh=False, ports=None, traces=False, **environment
    )
    try:
        yield installation
    finally:
        await installation.discard()


@pytest.fixture(scope="module")
async def installations(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Start]:
    """``await installations(**environment)`` → a fresh running installation, stopped with the module."""
    async with AsyncExitStack() as stack:

        async def start(**environment: str) -> Installation:
            return await stack.enter_async_context(running(tmp_path_factory.mktemp("home"), **environment))

        yield start


@pytest.fixture(scope="session")
def console() -> Console:
    return Console(width=140)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest journey first: as the last it would go on alone, while the other worker has nothing left to do."""
    journeys = [item for item in items if item.path.parent == Path(__file__).parent]
    others = [item for item in items if item.path.parent != Path(__file__).parent]
    items[:] = others + sorted(journeys, key=lambda item: item.path.name != "test_kill.py")
