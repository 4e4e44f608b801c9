"""Pages and panels over HTTP: the page comes at once, each of its panels by itself, and none of them takes another along."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from standing_console.faults import Fault, SessionOver
from standing_console.screens import SCREENS
from standing_console.screens.screen import Page, Panel, Screen
from standing_console.visit import Visit

PANEL_S = 3.0
"""Within which a panel answers, with what it has or with why it has nothing."""
WHOLE = "whole"
"""The parameter of a page that comes with its panels, for a browser without scripts."""
log = logging.getLogger(__name__)


def routes(screen: Screen) -> APIRouter:
    router = APIRouter()
    for page in screen.pages:
        router.add_api_route(page.path, _page(screen, page), methods=["GET"])
        for panel in page.panels:
            router.add_api_route(_path(page, panel), _panel(screen, panel), methods=["GET"])
    return router


def _path(page: Page, panel: Panel) -> str:
    return f"{page.path}/-/{panel.name}"


def _page(screen: Screen, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        console = request.app.state.console
        visit: Visit = console.visit(request)
        await console.issuer.access_token(
            visit.session
        )  # a page whose panels would all lead to the sign-in leads there
        parts: dict[str, Markup] = {}
        if WHOLE in request.query_params:
            loaded = await asyncio.gather(*(_rendered(visit, screen, panel) for panel in page.panels))
            parts = dict(zip((panel.name for panel in page.panels), loaded, strict=True))
        notice, visit.session.notice = visit.session.notice, None
        response: Response = console.templates.render(
            request,
            "page.html",
            screens=SCREENS,
            screen=screen,
            title=visit.words(page.title, **request.path_params),
            panels=page.panels,
            scripts=page.scripts,
            live_every_s=page.live_every_s,
            parts=parts,
            session=visit.session,
            notice=notice,
        )
        return response

    return show


def _panel(screen: Screen, panel: Panel) -> Callable[[Request], Awaitable[Response]]:
    async def show(request: Request) -> Response:
        visit: Visit = request.app.state.console.visit(request)
        return Response(await _rendered(visit, screen, panel), media_type="text/html")

    return show


async def _rendered(visit: Visit, screen: Screen, panel: Panel) -> Markup:
    """A panel, or the sentence that says why there is none. Raises SessionOver."""
    words = visit.words
    again = True
    try:
        async with asyncio.timeout(PANEL_S):
            return _drawn(visit, f"{screen.name}/{panel.name}.html", **await panel.load(visit))
    except TimeoutError:
        sentence = words("This takes longer than three seconds; it is tried again.")
    except Fault as fault:
        sentence, again = fault.sentence(words), fault.passes
    except SessionOver:
        raise
    except Exception:
        log.exception("panel %s of %s", panel.name, screen.name)
        sentence, again = words("Something went wrong in the console. It is in its log."), False
    return _drawn(visit, "fault.html", sentence=sentence, again=again, by_itself=bool(panel.every_s))


def _drawn(visit: Visit, template: str, **values: Any) -> Markup:
    templates = visit.request.app.state.console.templates
    rendered = templates.render(visit.request, template, csrf=visit.session.csrf, **values)
    return Markup(bytes(rendered.body).decode())
