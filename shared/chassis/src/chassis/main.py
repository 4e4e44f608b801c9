"""One process of a service, from reading the settings to shutting down: ``run(SERVICE)`` is the whole of its ``__main__``."""

import os
import signal
import sys
from typing import Any

import structlog
import uvicorn

from chassis import telemetry
from chassis.auth_settings import ANYBODY
from chassis.errors import UsageError
from chassis.garbage import collect_garbage_seldom
from chassis.http.app import build_app, version_of
from chassis.http.connections import PunctualConnection
from chassis.http.tls import server_options
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.settings import Settings
from chassis.tasks import stacks

KEEP_ALIVE_S = 75
"""Idle connections stay open longer than clients and proxies keep theirs (15 to 60 s), so that the client closes first: a server that
closes first can cut off a request already on its way, which under load leaves a caller without an answer."""

SERVER_OPTIONS: dict[str, Any] = {
    "http": PunctualConnection,
    "timeout_keep_alive": KEEP_ALIVE_S,
    "log_config": None,
    "access_log": False,
}


def log_stacks(*_: object) -> None:
    """Log where each task waits: what an operator sends SIGUSR2 for when a process does nothing and says nothing."""
    structlog.get_logger().warning("where each task waits", stacks=stacks())


def run(service: Service) -> None:
    """Run one process of a service until it is stopped; settings come from the environment.

    Raises SystemExit with a sentence for settings with which it must not start.
    """
    settings = Settings()
    try:
        settings.kafka_security.check()
        settings.issuer()
    except UsageError as refusal:
        sys.exit(f"{service.name}: {refusal}")
    telemetry.configure(
        service.name, settings.log_level, otlp=bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")),
        ratio=settings.trace_ratio, instance=settings.instance, version=version_of(service.name),
    )  # fmt: skip
    if settings.auth == "off":
        structlog.get_logger().warning(ANYBODY)
    options = server_options(settings)
    app = build_app(service, lambda: Runtime.start(service, settings), questions="http" in settings.roles)
    collect_garbage_seldom()
    signal.signal(signal.SIGUSR2, log_stacks)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port or service.port,
        timeout_graceful_shutdown=20,
        **SERVER_OPTIONS,
        **options,
    )
