"""How long requests take, by route, with the trace of one of them beside each range of durations."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.telemetry import HTTP_SECONDS
from chassis.tracing import current_trace, exemplar

UNKNOWN = "unknown"
"""The route of a path that no route has; paths as they came would be as many as somebody likes."""


class Measured:
    """Middleware outside of all others: what is turned away takes its time too."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begin = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", UNKNOWN)
            labels = (self._service, scope["method"], route, f"{status // 100}xx")
            took_s = time.perf_counter() - begin
            HTTP_SECONDS.labels(*labels).observe(took_s, exemplar(current_trace().parent))
