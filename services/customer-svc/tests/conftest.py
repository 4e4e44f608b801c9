"""The service on a real database, and a client of it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from customer_svc.service import SERVICE

Start = Callable[..., Awaitable[Runtime]]


@pytest.fixture
async def service(start_service: Start) -> Runtime:
    return await start_service(SERVICE, roles=frozenset({"http", "project", "schedule", "relay"}))


@pytest.fixture
async def client(service: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app_of(service)) as opened:
        yield opened
