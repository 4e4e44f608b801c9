"""Limits how often one caller asks, so that none takes all the places of the others: beyond it 429, before the body is read.

Of questions and writes only; operators, consumers of the feed and health checks have bounds of their own in
``chassis.http.admission``. Where the installation asks nobody who they are, nobody can be told from the others, and only those count.
"""

import math
import time
from collections import deque
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import telemetry
from chassis.http.admission import QUESTIONS, kind_of
from chassis.http.bodies import announced_by, refuse
from chassis.http.identity.caller import Caller
from chassis.http.identity.rights import SCOPE
from chassis.http.problems import Problem, problem_response
from chassis.http.running import runtime_of
from chassis.partners import access_in
from chassis.runtime import Runtime

MINUTE_S = 60.0
AT_ONCE_S = 2.0
"""Who was quiet may make at once as many requests as are allowed in this time."""
REMEMBERED_MIN = 1_000
"""So many callers are remembered before those are looked for that have been quiet."""


class Pace:
    """How often each caller may ask: a bucket for each, which holds what ``AT_ONCE_S`` allow and fills at the rate."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._full_at: dict[str, float] = {}
        self._remembered_max = REMEMBERED_MIN

    def wait_s(self, caller: str, per_s: float) -> float:
        """Take one request out of the caller's bucket; 0, or seconds until there is one to take."""
        now = self._now()
        full_at = max(self._full_at.get(caller, now), now)
        wait_s = full_at + 1 / per_s - now - AT_ONCE_S
        if wait_s > 1e-9:
            return wait_s
        self._full_at[caller] = full_at + 1 / per_s
        if len(self._full_at) > self._remembered_max:
            self._forget_the_quiet(now)
        return 0.0

    def __len__(self) -> int:
        """Callers that are remembered."""
        return len(self._full_at)

    def _forget_the_quiet(self, now: float) -> None:
        """A full bucket is as good as none. Looked for seldom: when twice as many callers are there as were left the last time."""
        self._full_at = {caller: full_at for caller, full_at in self._full_at.items() if full_at > now}
        self._remembered_max = max(REMEMBERED_MIN, 2 * len(self._full_at))


class Minute:
    """How many requests of each partner came in the minute that ends now."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._times: dict[str, deque[float]] = {}

    def wait_s(self, partner: str, most: int) -> float:
        """Count a request; 0, or seconds until there may be another one."""
        now = self._now()
        if len(self._times) > REMEMBERED_MIN:
            self._times = {name: times for name, times in self._times.items() if now - times[-1] < MINUTE_S}
        times = self._times.setdefault(partner, deque())
        while times and now - times[0] >= MINUTE_S:
            times.popleft()
        if len(times) >= most:
            return MINUTE_S - (now - times[-most])
        times.append(now)
        return 0.0


class Paced:
    """Refuses the requests of a caller that asks more often than ``STANDING_HTTP_RATE_PER_S``, and reads no body of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._pace = Pace()
        self._minute = Minute()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller: Caller | None = scope.get(SCOPE)
        if caller is None or not caller.verified or kind_of(scope["path"]) != QUESTIONS:
            await self._app(scope, receive, send)
            return
        runtime = runtime_of(scope["app"])
        problem = self._turned_away(caller, runtime)
        if problem is None:
            await self._app(scope, receive, send)
            return
        telemetry.TURNED_AWAY.labels(runtime.service.name).inc()
        if announced_by(scope):
            await refuse(problem, scope, receive, send)
        else:
            await problem_response(problem.status, problem.code, problem.detail, problem.headers)(scope, receive, send)

    def _turned_away(self, caller: Caller, runtime: Runtime) -> Problem | None:
        per_s = runtime.settings.http_rate_per_s
        if wait_s := self._pace.wait_s(caller.subject, per_s):
            return _too_often(
                f"{caller.subject} asks more than {per_s:g} times a second, the most of one caller", wait_s
            )
        if caller.bound_to is None:
            return None
        name = caller.bound_to.name
        most = access_in(runtime.executor.policies, runtime.clock.now().date()).per_minute
        if wait_s := self._minute.wait_s(name, most):
            return _too_often(f"{name} asks more than {most} times a minute, the most of one partner", wait_s)
        return None


def _too_often(who: str, wait_s: float) -> Problem:
    again_s = str(math.ceil(wait_s))
    return Problem(429, "too-many-requests", f"{who}. Try again in {again_s} s.", {"Retry-After": again_s})
