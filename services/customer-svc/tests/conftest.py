"""The service on a real database, and a client of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import httpx
import pytest

from chassis.processors.builds import Builds
from chassis.runtime import Runtime
from chassis.storage.database import Database
from chassis.testing.client import app_of, client_of
from customer_svc.service import SERVICE

Start = Callable[..., Awaitable[Runtime]]


@pytest.fixture
async def tables(database: Database) -> Database:
    """The empty tables of all read models, in a database without a service."""
    await Builds(database.pool, SERVICE.read_models, database.dsn).ensure(datetime(2024, 1, 1, tzinfo=UTC))
    return database


@pytest.fixture
async def service(start_service: Start) -> Runtime:
    return await start_service(SERVICE, roles=frozenset({"http", "project", "schedule", "relay"}))


@pytest.fixture
async def client(service: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_of(service)) as opened:
        yield opened
