"""A running service on a real port, for clients that speak HTTP themselves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from chassis.http.tls import server_options
from chassis.main import SERVER_OPTIONS
from chassis.runtime import Runtime
from chassis.testing.client import app_of
from chassis.testing.waiting import eventually


@asynccontextmanager
async def listening(runtime: Runtime) -> AsyncIterator[str]:
    """The service on a free port of 127.0.0.1, by the server of a deployment; yields its base URL."""
    options = {**SERVER_OPTIONS, **server_options(runtime.settings)}
    config = uvicorn.Config(app_of(runtime), host="127.0.0.1", port=0, lifespan="off", **options)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())

    async def port() -> int:
        return int(server.servers[0].sockets[0].getsockname()[1]) if server.started else 0

    try:
        yield f"{'https' if config.is_ssl else 'http'}://127.0.0.1:{await eventually(port, bool)}"
    finally:
        server.should_exit = True
        await serving
