"""Limits the requests in progress; one beyond the limit gets 429 at once, instead of waiting until its caller gives up."""

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import telemetry
from chassis.http.problems import problem_response
from chassis.http.running import runtime_of

ALWAYS = ("/livez", "/readyz", "/metrics", "/v1/admin/", "/v1/log")
"""Health checks, operators, and consumers that read the feed are always admitted."""


class Admission:
    """Bounds the requests in progress, which bounds the response time too: requests in progress / requests answered per second."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._in_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(ALWAYS):
            await self._app(scope, receive, send)
            return
        runtime = runtime_of(scope["app"])
        most, service = runtime.settings.http_requests_max, runtime.service.name
        if self._in_work >= most:
            telemetry.TURNED_AWAY.labels(service).inc()
            detail = f"{most} requests are in progress already, the maximum. Try again in a second."
            await problem_response(429, "too-many-requests", detail, {"Retry-After": "1"})(scope, receive, send)
            return
        self._in_work += 1
        telemetry.HTTP_IN_WORK.labels(service).set(self._in_work)
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_work -= 1
            telemetry.HTTP_IN_WORK.labels(service).set(self._in_work)
