"""The live overview: one stream to each viewer that says when there is something new, and one poller of the services for them all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from standing_console.faults import Fault, IssuerAway, RightLacking, SessionOver
from standing_console.readings import Readings
from standing_console.sessions import Sessions
from standing_console.viewer import Viewer

TICK_S = 5.0
"""From one reading of the services to the next."""
STREAMS_MAX = 1_000
"""Who comes after that many polls, as who has no stream."""
AGAIN_MS = 3_000
"""After how long a browser opens a stream anew that was cut."""
log = logging.getLogger(__name__)
router = APIRouter()


@dataclass(eq=False)
class Watch:
    """Somebody's open stream; ``news`` is set whenever there is a beat, or the stream is to end."""

    viewer: Viewer
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """Reads every service each ``tick_s`` seconds while somebody watches, with the token of one who watches and may see it.

    A beat carries nothing but its number: each viewer then asks for his own panels, which hold what his own rights allow and
    are made of what was just read. So a service is asked once a beat, whoever and however many watch.
    """

    def __init__(self, readings: Readings, sessions: Sessions, tick_s: float = TICK_S) -> None:
        self.beat = 0
        self.closed = False
        self._readings, self._sessions, self._tick_s = readings, sessions, tick_s
        self._watches: list[Watch] = []
        self._poller: asyncio.Task[None] | None = None

    @property
    def watched(self) -> int:
        """How many watch."""
        return len(self._watches)

    @property
    def full(self) -> bool:
        return len(self._watches) >= STREAMS_MAX

    @contextmanager
    def watching(self, viewer: Viewer) -> Iterator[Watch]:
        """Somebody watches for as long as this lasts. The first starts the poller, the last ends it."""
        watch = Watch(viewer)
        self._watches.append(watch)
        viewer.session.at_end.add(watch.news.set)
        if self._poller is None:
            self._poller = asyncio.create_task(self._poll())
        try:
            yield watch
        finally:
            viewer.session.at_end.discard(watch.news.set)
            self._watches.remove(watch)
            if not self._watches and self._poller is not None:
                self._poller.cancel()
                self._poller = None
                self._readings.polled.clear()

    async def beats(self, watch: Watch) -> AsyncIterator[int]:
        """The number of each beat, until the session ends or the console does. Who is slow misses some, and keeps nobody waiting."""
        while True:
            await watch.news.wait()
            watch.news.clear()
            if self.closed or watch.viewer.session.over:
                return
            yield self.beat

    def close(self) -> None:
        """End all streams, and let none begin."""
        self.closed = True
        for watch in self._watches:
            watch.news.set()

    async def _poll(self) -> None:
        while True:
            due = asyncio.get_running_loop().time() + self._tick_s
            self._sessions.drop_idle()
            await asyncio.gather(*(self._read(service) for service in self._readings.services))
            self.beat += 1
            for watch in self._watches:
                watch.news.set()
            await asyncio.sleep(max(due - asyncio.get_running_loop().time(), self._tick_s / 2))

    async def _read(self, service: str) -> None:
        """One reading of a service, with the token of the first who may; of a service that none of them may see there is none."""
        for watch in tuple(self._watches):
            try:
                await watch.viewer.reading(service, self._tick_s / 4)
            except (RightLacking, SessionOver, IssuerAway):
                continue
            except Fault:
                pass  # the panels say it, from what is kept of it
            except Exception:
                log.exception("reading %s", service)
                break
            self._readings.polled.add(service)
            return
        self._readings.polled.discard(service)


class Stream(StreamingResponse):
    """The beats as server-sent events, for as long as the browser takes them."""

    def __init__(self, live: Live, viewer: Viewer) -> None:
        self._live, self._viewer = live, viewer
        # A proxy that collects what it passes on would hold the beats back.
        super().__init__(iter(()), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._live.watching(self._viewer) as watch:
            self.body_iterator = self._events(watch)
            await super().__call__(scope, receive, send)

    async def _events(self, watch: Watch) -> AsyncIterator[str]:
        yield f"retry: {AGAIN_MS}\n\n"
        async for beat in self._live.beats(watch):
            yield f"event: beat\ndata: {beat}\n\n"


@router.get("/live")
async def live(request: Request) -> Response:
    console = request.app.state.console
    try:
        viewer: Viewer = console.visit(request)
    except SessionOver:
        return Response(
            status_code=204
        )  # by which a browser does not come again; a redirect would lead it to the issuer
    if console.live.full or console.live.closed:
        return Response(status_code=503)
    return Stream(console.live, viewer)
