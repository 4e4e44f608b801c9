"""Who is let in: so many requests at once, and the next one is told at once to come back, instead of waiting until it gives up."""

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import telemetry
from chassis.http.problems import problem_response
from chassis.http.running import runtime_of

ALWAYS = ("/livez", "/readyz", "/metrics", "/v1/admin/", "/v1/log")
"""Health, operators and the consumers that mend a hole get through whatever the load is."""


class Admission:
    """Bounds the requests in work, so that the time to an answer is bounded too: requests in work / requests answered a second."""

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
            detail = f"{most} requests are being answered already, which is the most at once. Try again in a second."
            await problem_response(429, "too-many-requests", detail, {"Retry-After": "1"})(scope, receive, send)
            return
        self._in_work += 1
        telemetry.HTTP_IN_WORK.labels(service).set(self._in_work)
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_work -= 1
            telemetry.HTTP_IN_WORK.labels(service).set(self._in_work)
