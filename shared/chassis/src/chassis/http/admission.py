"""Limits the requests in progress; one beyond the limit gets 429 at once, instead of waiting until its caller gives up.

Four kinds have a bound each, so that none of them takes the places of another: questions and writes; reads that wait for a write
(``Waiting``); operators; consumers that read the feed. Only health checks are always admitted, and they answer from memory.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import telemetry
from chassis.http.problems import Problem, problem_response
from chassis.http.running import runtime_of
from chassis.settings import Settings

ALWAYS = ("/livez", "/readyz", "/metrics")
AFTER = {"Retry-After": "1"}
QUESTIONS, OPERATORS, FEED, HEALTH = "questions", "operators", "feed", "health"


class Admission:
    """Bounds the requests in progress, which bounds the response time too: requests in progress / requests answered per second."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._in_work = {QUESTIONS: 0, OPERATORS: 0, FEED: 0, "waiting": 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (kind := kind_of(scope["path"])) == HEALTH:
            await self._app(scope, receive, send)
            return
        runtime = runtime_of(scope["app"])
        most = _most(kind, runtime.settings)
        if self._in_work[kind] >= most:
            telemetry.TURNED_AWAY.labels(runtime.service.name).inc()
            detail = f"{most} requests are in progress already, the maximum. Try again in a second."
            await problem_response(429, "too-many-requests", detail, AFTER)(scope, receive, send)
            return
        place = Place(self._in_work, kind, runtime.settings.http_waiting_max)
        scope["chassis.place"] = place
        self._in_work[kind] += 1
        in_work = telemetry.HTTP_IN_WORK.labels(runtime.service.name) if kind == QUESTIONS else None
        if in_work is not None:
            in_work.set(self._in_work[kind])
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_work[kind] -= 1
            if in_work is not None:
                in_work.set(self._in_work[kind])


class Place:
    """The place of one admitted request."""

    def __init__(self, in_work: dict[str, int], kind: str, waiting_max: int) -> None:
        self._in_work = in_work
        self._kind = kind
        self._waiting_max = waiting_max

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """While the request waits it takes a place among those that wait, and leaves its own to others.

        Raises Problem (429) when the most that may wait do.
        """
        if self._in_work["waiting"] >= self._waiting_max:
            detail = f"{self._waiting_max} reads wait for a write already, the maximum. Try again in a second."
            raise Problem(429, "too-many-waiting", detail, AFTER)
        self._in_work["waiting"] += 1
        self._in_work[self._kind] -= 1
        try:
            yield
        finally:
            self._in_work["waiting"] -= 1
            self._in_work[self._kind] += 1


def kind_of(path: str) -> str:
    """Which bound a request counts for; none for health checks."""
    if path.startswith(ALWAYS):
        return HEALTH
    if path.startswith("/v1/admin/"):
        return OPERATORS
    return FEED if path.startswith("/v1/log") else QUESTIONS


def _most(kind: str, settings: Settings) -> int:
    if kind == OPERATORS:
        return settings.http_operators_max
    return settings.http_feed_max if kind == FEED else settings.http_requests_max
