"""A service's application and an HTTP client of it in the process of the test."""

from collections.abc import Mapping
from typing import Any

import httpx
from fastapi import FastAPI

from chassis.http.app import bare_app, build_app
from chassis.runtime import Runtime
from chassis.service import Service


def app_of(runtime: Runtime) -> FastAPI:
    """The whole application around a runtime that has been started."""

    async def started() -> Runtime:
        return runtime

    app = build_app(runtime.service, started)
    app.state.runtime = runtime
    return app


def routes_of(service: Service, runtime: Any = None) -> FastAPI:
    """Only the service's own routes, for requests that get no further than ``runtime``: a stand-in, or nothing."""
    app = bare_app(service)
    app.state.runtime = runtime
    for router in service.routes:
        app.include_router(router)
    return app


def client_of(app: FastAPI, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """A client of the application, to be entered; an unexpected error is answered as 500, as by a server."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers, timeout=60)
