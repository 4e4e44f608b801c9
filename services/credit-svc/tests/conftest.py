"""The service on a real database, with its clock and the way in over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.testing.client import app_of, client_of
from credit_svc.service import SERVICE

from .running import Running


@pytest.fixture
async def running(start_service: Any) -> AsyncIterator[Running]:
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as client:
        yield Running(runtime, client)
