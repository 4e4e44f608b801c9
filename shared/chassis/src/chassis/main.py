"""One process of a service, from reading the settings to shutting down: ``run(SERVICE)`` is the whole of its ``__main__``."""

import gc
import os
from typing import Any

import uvicorn

from chassis import telemetry
from chassis.http.app import build_app
from chassis.http.connections import PunctualConnection
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.settings import Settings

GARBAGE_AFTER = 100_000
KEEP_ALIVE_S = 75
"""Idle connections stay open longer than clients and proxies keep theirs (15 to 60 s), so that the client closes first: a server that
closes first can cut off a request already on its way, which under load leaves a caller without an answer."""

SERVER_OPTIONS: dict[str, Any] = {
    "http": PunctualConnection,
    "timeout_keep_alive": KEEP_ALIVE_S,
    "log_config": None,
    "access_log": False,
}


def collect_garbage_seldom() -> None:
    """Run the collector rarely: a batch is thousands of small values without cycles, and the modules loaded by now stay loaded."""
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 20, 20)


def run(service: Service) -> None:
    """Run one process of a service until it is stopped; settings come from the environment."""
    settings = Settings()
    telemetry.configure(service.name, settings.log_level, otlp=bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")))
    app = build_app(service, lambda: Runtime.start(service, settings), questions="http" in settings.roles)
    collect_garbage_seldom()
    uvicorn.run(
        app, host=settings.host, port=settings.port or service.port, timeout_graceful_shutdown=20, **SERVER_OPTIONS
    )
