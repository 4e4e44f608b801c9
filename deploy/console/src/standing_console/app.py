"""The console as one application: its screens, signing in and out, choices, health."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from standing_console import assets, choices, doors, live, pages
from standing_console.faults import (
    Fault,
    ForeignForm,
    IssuerAway,
    Misused,
    NotFound,
    RightLacking,
    SessionOver,
    SignInFailed,
)
from standing_console.live import Live
from standing_console.readings import Readings
from standing_console.screens import SCREENS
from standing_console.security import SecurityHeaders
from standing_console.services import Services
from standing_console.sessions import COOKIE, Sessions
from standing_console.settings import ConsoleSettings
from standing_console.sign_in import Issuer
from standing_console.templating import Templates
from standing_console.visit import Visit

CONNECTIONS_MAX = 100


@dataclass(frozen=True)
class Console:
    """What the requests of one running console share."""

    settings: ConsoleSettings
    sessions: Sessions
    issuer: Issuer
    services: Services
    readings: Readings
    live: Live
    templates: Templates

    def visit(self, request: Request) -> Visit:
        """Raises SessionOver where nobody is signed in."""
        session = self.sessions.find(request.cookies.get(COOKIE))
        if session is None:
            raise SessionOver
        words = self.templates.words_of(request)
        return Visit(session, self.services, self.readings, self.issuer, request, words)


def console_app(
    settings: ConsoleSettings, http: httpx.AsyncClient | None = None, tick_s: float = live.TICK_S
) -> FastAPI:
    """``http`` is the client for the services and the issuer, one of its own without it; ``tick_s`` that of the live overview."""
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX)
    client = http or httpx.AsyncClient(trust_env=False, limits=limits, verify=settings.tls)
    services, sessions = Services(client, settings.peers), Sessions(settings.session_s)
    readings = Readings(services, lambda: datetime.now(UTC))
    live_overview = Live(readings, sessions, tick_s)
    console = Console(settings, sessions, Issuer(settings, client), services, readings, live_overview, Templates())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await client.aclose()

    app = FastAPI(title="Standing console", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.router.redirect_slashes = False
    app.state.console = console
    app.include_router(doors.router)
    app.include_router(choices.router)
    app.include_router(live.router)
    for screen in SCREENS:
        if screen.routes is not None:  # before the pages: an export is no page of a thing of that name
            app.include_router(screen.routes)
        app.include_router(pages.routes(screen))
    _add_small_routes(app)
    _add_faults(app, console)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(SecurityHeaders, https=settings.url.startswith("https:"))
    return app


def _add_small_routes(app: FastAPI) -> None:
    @app.get("/livez")
    async def alive() -> PlainTextResponse:
        return PlainTextResponse("alive\n")

    @app.get("/readyz")
    async def ready() -> PlainTextResponse:
        # A console without a service, or without its issuer, says so on its pages: taking it away would say nothing.
        return PlainTextResponse("ready\n")

    @app.get("/static/{name}")
    async def static(request: Request) -> Response:
        found = assets.answer(request.url.path)
        if found is None:
            raise NotFound
        return found

    @app.get("/")
    async def first() -> RedirectResponse:
        return RedirectResponse(SCREENS[0].path, 303)


def _add_faults(app: FastAPI, console: Console) -> None:
    @app.exception_handler(SessionOver)
    async def to_sign_in(request: Request, _: SessionOver) -> Response:
        console.sessions.end(request.cookies.get(COOKIE))
        if "hx-request" in request.headers:
            return Response(status_code=204, headers={"HX-Refresh": "true"})  # the whole page is led to the sign-in
        return RedirectResponse(doors.sign_in_path(request), 303)

    @app.exception_handler(Fault)
    async def faulty(request: Request, fault: Fault) -> Response:
        return _error_page(console, request, _status_of(fault), fault)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return _error_page(console, request, error.status_code, NotFound(request.url.path))

    @app.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:
        return _error_page(console, request, 500, None)


def _status_of(fault: Fault) -> int:
    match fault:
        case NotFound():
            return 404
        case ForeignForm() | RightLacking():
            return 403
        case Misused():
            return 422
        case IssuerAway():
            return 503
        case SignInFailed(reason="state"):
            return 400
        case SignInFailed(reason=reason) if (
            reason != "issuer"
        ):  # that one is of an issuer under another name than is set
            return 401
        case _:
            return 502


def _error_page(console: Console, request: Request, status: int, fault: Fault | None) -> Response:
    words = console.templates.words_of(request)
    sentence = fault.sentence(words) if fault else words("Something went wrong in the console. It is in its log.")
    session = console.sessions.find(request.cookies.get(COOKIE))
    again = isinstance(fault, SignInFailed | IssuerAway)
    return console.templates.render(
        request,
        "error.html",
        status,
        sentence=sentence,
        code=status,
        again=again,
        session=session,
        screens=SCREENS,
        screen=None,
    )
