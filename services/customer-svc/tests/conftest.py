"""The service on a real database, and a client of it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from chassis.http.app import build_app
from chassis.runtime import Runtime
from customer_svc.service import SERVICE

Start = Callable[..., Awaitable[Runtime]]


@pytest.fixture
async def service(start_service: Start) -> Runtime:
    return await start_service(SERVICE, roles=frozenset({"http", "project", "schedule", "relay"}))


@pytest.fixture
async def client(service: Runtime) -> AsyncIterator[httpx.AsyncClient]:
    async def started() -> Runtime:
        return service

    app: FastAPI = build_app(SERVICE, started, questions=True)
    app.state.runtime = service
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://customer-svc", timeout=60) as opened:
        yield opened
