"""Whole installations for journeys: PostgreSQL, Kafka and four service processes, in simulated time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from rich.console import Console

from standing.installation import Installation

Start = Callable[..., Awaitable[Installation]]


@pytest.fixture(scope="module")
async def installations(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Start]:
    """``await installations(**environment)`` → a fresh running installation, stopped with the module."""
    async with AsyncExitStack() as stack:

        async def start(**environment: str) -> Installation:
            home: Path = tmp_path_factory.mktemp("home")
            installation = await Installation.start(home, "simulated", print, **environment)
            stack.push_async_callback(installation.discard)
            return installation

        yield start


@pytest.fixture(scope="session")
def console() -> Console:
    return Console(width=140)
