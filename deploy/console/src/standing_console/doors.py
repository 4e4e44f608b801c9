"""Coming in and going out: /login, /callback, /logout, /signed-out."""

from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from standing_console.security import form_of, own_path
from standing_console.sessions import COOKIE
from standing_console.sign_in import PENDING_S

router = APIRouter()
BEGUN_COOKIE = "__Host-standing-sign-in"
HOW: dict[str, Any] = {"secure": True, "httponly": True, "samesite": "lax", "path": "/"}


def sign_in_path(request: Request) -> str:
    """Where somebody signs in to come back to this page; to the page of the form where it was one."""
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method != "GET":
        referrer = urlsplit(request.headers.get("referer", ""))
        to = own_path(referrer.path + (f"?{referrer.query}" if referrer.query else ""))
    return f"/login?to={quote(to, safe='/')}"


@router.get("/login")
async def login(request: Request) -> Response:
    console = request.app.state.console
    to = own_path(request.query_params.get("to"))
    if console.sessions.find(request.cookies.get(COOKIE)) is not None:
        return RedirectResponse(to, 303)
    url, pending = await console.issuer.begin(to)
    response = RedirectResponse(url, 303)
    response.set_cookie(BEGUN_COOKIE, pending, max_age=PENDING_S, **HOW)
    return response


@router.get("/callback")
async def callback(request: Request) -> Response:
    console = request.app.state.console
    signed_in = await console.issuer.finish(dict(request.query_params), request.cookies.get(BEGUN_COOKIE))
    number = console.sessions.begin(signed_in.subject, signed_in.name, signed_in.tokens)
    response = RedirectResponse(signed_in.to, 303)
    response.set_cookie(COOKIE, number, **HOW)
    response.delete_cookie(BEGUN_COOKIE, **HOW)
    return response


@router.post("/logout")
async def logout(request: Request) -> Response:
    console = request.app.state.console
    number = request.cookies.get(COOKIE)
    session = console.sessions.find(number)
    ended = True
    if session is not None:
        await form_of(request, session.csrf)
        console.sessions.end(number)
        ended = await console.issuer.end(session)
    response = RedirectResponse("/signed-out" if ended else "/signed-out?here-only", 303)
    response.delete_cookie(COOKIE, **HOW)
    return response


@router.get("/signed-out")
async def signed_out(request: Request) -> Response:
    here_only = "here-only" in request.query_params
    rendered: Response = request.app.state.console.templates.render(
        request, "signed_out.html", here_only=here_only, session=None
    )
    return rendered
