"""The live overview before invented services: what it costs them, what each viewer gets of it, and when its streams end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn

from chassis.testing.waiting import eventually
from standing_console.__main__ import Server
from standing_console.app import Console, console_app
from standing_console.history import Figures, History, every_minute
from standing_console.live import TICK_S
from standing_console.sessions import COOKIE, Tokens
from standing_console.settings import ConsoleSettings

from .invented import Invented, progress

PATIENCE_S = 60.0
TICK = 0.2
PANELS = ("attention", "flow", "trend", "matrix")
READ = "/v1/admin/progress"


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast panels are is not what is tried here."""
    for bound in ("pages.PANEL_S", "services.LOOK_S", "visit.EACH_S"):
        monkeypatch.setattr(f"standing_console.{bound}", PATIENCE_S)


@dataclass
class Served:
    """A console on a port, whose services are invented."""

    console: Console
    server: Server
    http: httpx.AsyncClient
    services: dict[str, Invented]

    def somebody(self) -> dict[str, str]:
        """The headers of a browser in which somebody has just signed in."""
        number = self.console.sessions.begin("tang", "Tang Bo", Tokens("token", float("inf")))
        return {"Cookie": f"{COOKIE}={number}"}

    async def watched(self) -> int:
        return self.console.live.watched

    def session_of(self, headers: dict[str, str]) -> str:
        return headers["Cookie"].partition("=")[2]

    def asked(self, path: str) -> list[int]:
        """How often each service was asked for a path."""
        return [sum(at == path for at, _ in each.taken) for each in self.services.values()]

    @asynccontextmanager
    async def stream(self, headers: dict[str, str]) -> AsyncIterator[AsyncIterator[int]]:
        async with self.http.stream("GET", "/live", headers=headers) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            assert "content-encoding" not in response.headers
            yield beats(response)


async def beats(response: httpx.Response) -> AsyncIterator[int]:
    async for line in response.aiter_lines():
        if line.startswith("data: "):
            yield int(line.removeprefix("data: "))


@asynccontextmanager
async def serving(services: dict[str, Invented], tick_s: float = TICK) -> AsyncIterator[Served]:
    listening = socket.socket(proto=socket.IPPROTO_TCP)  # as such it does not hold small answers back
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = ConsoleSettings(
        auth_issuer="https://issuer.example", peers={name: f"http://{name}" for name in services}, url=url
    )
    mounts = {f"http://{name}": httpx.ASGITransport(app=each.app) for name, each in services.items()}
    app = console_app(settings, httpx.AsyncClient(trust_env=False, mounts=mounts), tick_s)
    console = app.state.console
    server = Server(
        uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=30, timeout_keep_alive=600), console.live
    )
    running = asyncio.create_task(server.serve(sockets=[listening]))
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=PATIENCE_S, limits=limits) as http:
        yield Served(console, server, http, services)
    server.should_exit = True
    await running


@pytest.fixture
def two() -> dict[str, Invented]:
    return {name: Invented(things={READ: progress(heads={"0": 5}, relay={"0": 3})}) for name in ("a-svc", "b-svc")}


async def look_on(served: Served, headers: dict[str, str], count: int) -> None:
    """As a page of the overview does: each panel at first, and again at each beat."""
    async with served.stream(headers) as stream:
        async for _ in stream:
            answers = await asyncio.gather(
                *(served.http.get(f"/overview/-/{panel}", headers=headers) for panel in PANELS)
            )
            assert {each.status_code for each in answers} == {200}
            count -= 1
            if not count:
                return


@pytest.mark.parametrize("viewers", [1, 50])
async def test_fifty_viewers_cost_the_services_what_one_costs(two: dict[str, Invented], viewers: int) -> None:
    """One reading a beat, however many look; and each person's rights are asked once."""
    async with serving(two, tick_s=1.0) as served:
        await asyncio.gather(*(look_on(served, served.somebody(), 3) for _ in range(viewers)))
        readings, beats = served.asked(READ), served.console.live.beat
        assert beats >= 3
        assert all(beats <= count <= beats + 1 for count in readings), "that of the beat during which the last one left"
        assert all(count <= viewers for count in served.asked("/v1/me"))


async def test_a_service_that_is_away_is_not_asked_anew_for_each_viewer(two: dict[str, Invented]) -> None:
    two["b-svc"].broken = True
    async with serving(two, tick_s=1.0) as served:
        await asyncio.gather(*(look_on(served, served.somebody(), 3) for _ in range(20)))
        assert len(two["b-svc"].taken) <= served.console.live.beat + 1
        panel = await served.http.get("/overview/-/flow", headers=served.somebody())
        assert "b-svc" in panel.text


async def test_nobody_reads_while_nobody_looks(two: dict[str, Invented]) -> None:
    async with serving(two) as served:
        await look_on(served, served.somebody(), 2)
        await eventually(served.watched, lambda watched: not watched, PATIENCE_S)
        before = served.asked(READ)
        assert (await served.http.get("/overview/-/flow", headers=served.somebody())).status_code == 200
        assert sum(served.asked(READ)) <= sum(before) + 2


async def test_who_lacks_the_right_gets_beats_and_no_figure(two: dict[str, Invented]) -> None:
    """Others read the services at the same time: their readings are not for everybody."""
    two["a-svc"].things[READ] = progress(heads={"0": 987_654})
    async with serving(two) as served:
        may, may_not = served.somebody(), served.somebody()
        await look_on(served, may, 1)
        two["a-svc"].rights = two["b-svc"].rights = ("log.read",)
        async with served.stream(may), served.stream(may_not) as stream:
            assert await anext(stream)
            for panel in PANELS:
                shown = (await served.http.get(f"/overview/-/{panel}", headers=may_not)).text
                assert "987,654" not in shown
                assert "You lack the right admin.progress.read at a-svc." in shown
            assert "987,654" in (await served.http.get("/overview/-/flow", headers=may)).text


async def test_services_are_read_with_the_token_of_one_who_may(two: dict[str, Invented]) -> None:
    two["a-svc"].rights = ()
    async with serving(two) as served:
        may_not = served.somebody()
        await look_on(served, may_not, 2)
        assert served.asked(READ)[0] == 0
        assert served.asked(READ)[1] > 0
        two["a-svc"].rights = two["b-svc"].rights
        async with served.stream(may_not):
            await look_on(served, served.somebody(), 2)
        assert served.asked(READ)[0] > 0


async def test_a_stream_ends_with_the_session(two: dict[str, Invented]) -> None:
    async with serving(two, tick_s=3600) as served:
        leaves, stays = served.somebody(), served.somebody()
        async with served.stream(leaves) as stream, served.stream(stays):
            await anext(stream)
            served.console.sessions.end(served.session_of(leaves))
            assert [beat async for beat in stream] == []
            assert served.console.live.watched == 1
        again = await served.http.get("/live", headers=leaves)
        assert (again.status_code, again.text) == (204, ""), "a browser does not come again, and is led nowhere else"


async def test_a_stream_does_not_keep_a_session_from_ending_by_itself(two: dict[str, Invented]) -> None:
    async with serving(two) as served:
        headers = served.somebody()
        async with served.stream(headers) as stream:
            await anext(stream)
            session = served.console.sessions.find(served.session_of(headers))
            assert session is not None
            session.last_seen -= served.console.settings.session_s + 1
            async for _ in stream:
                pass
        assert session.over


async def test_the_console_stops_at_once_while_fifty_look_on(two: dict[str, Invented]) -> None:
    """It would wait for half a minute, and then cut them."""
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(serving(two, tick_s=3600))
        streams = [await stack.enter_async_context(served.stream(served.somebody())) for _ in range(50)]
        assert served.console.live.watched == 50
        served.server.should_exit = True
        async with asyncio.timeout(20):
            for stream in streams:
                with suppress(httpx.TransportError):
                    assert len([beat async for beat in stream]) <= 1
        await eventually(served.watched, lambda watched: not watched, PATIENCE_S)
        assert served.console.live.closed


async def test_the_page_names_the_stream_and_a_page_without_live_panels_does_not(two: dict[str, Invented]) -> None:
    async with serving(two) as served:
        headers = served.somebody()
        page = (await served.http.get("/overview", headers=headers)).text
        assert 'data-live="/live"' in page
        assert page.count("beat from:body") == len(PANELS)
        assert "echarts" in page
        other = (await served.http.get("/audit", headers=headers)).text
        assert "data-live" not in other
        assert "echarts" not in other


NOW = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)


def at(minutes: float) -> dict[str, Any]:
    return {"read_at": NOW + timedelta(minutes=minutes), "at": 60 * minutes}


@pytest.fixture
def history() -> History:
    return History()


def test_a_minute_has_its_rate_and_the_largest_lag(history: History) -> None:
    for minutes, events, lag in ((0, 0, 0), (0.5, 60, 9), (0.9, 60, 1), (1.5, 120, 0)):
        history.note("a-svc", events=events, lag=lag, **at(minutes))
    first, second = history.of("a-svc", NOW + timedelta(minutes=2)).values()
    assert first == Figures(60 / 54, 9)
    assert second == Figures(60 / 36, 0)


def test_a_time_in_which_nobody_looked_has_no_figures(history: History) -> None:
    for minutes in (0, 0.5, 30, 30.5, 59.9):
        history.note("a-svc", events=int(minutes * 60), lag=0, **at(minutes))
    seen = history.of("a-svc", NOW + timedelta(minutes=60))
    assert len(every_minute(seen)) == 60
    assert len(seen) == 3
    assert [each.rate for each in seen.values()] == [1.0, 1.0, None]
    assert list(history.of("a-svc", NOW + timedelta(minutes=70))) == [
        NOW + timedelta(minutes=30),
        NOW + timedelta(minutes=59),
    ]
    assert every_minute([]) == []


def test_the_history_keeps_an_hour(history: History) -> None:
    for minute in range(200):
        history.note("a-svc", events=minute, lag=0, **at(minute))
    assert len(history.of("a-svc", NOW + timedelta(minutes=199))) == 61
    assert TICK_S >= 1
