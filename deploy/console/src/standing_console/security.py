"""What every answer carries so that a page runs nothing foreign, and what a form must carry to be taken."""

import secrets
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standing_console.faults import ForeignForm, Misused
from standing_console.languages import N_

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
FORM = "application/x-www-form-urlencoded"
FORM_BYTES_MAX = 4_000_000
"""A message may have a million characters, and each may take three bytes."""


class SecurityHeaders:
    """Every answer gets the headers; one that says nothing of caching is not stored."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self._app = app
        self._headers = dict(HEADERS)
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def check_origin(headers: Headers, own: str) -> None:
    """Raises ForeignForm where a browser sent a form from another origin's page, or nobody knows from where."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if (site or origin) is None or site not in (None, "same-origin") or origin not in (None, own):
        raise ForeignForm


async def form_of(request: Request, csrf: str) -> dict[str, str]:
    """The fields of a form that came from a page of this session. Raises ForeignForm, Misused for what is no form or too large."""
    check_origin(request.headers, request.app.state.console.settings.url)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Misused(N_("This is no form of the console."))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            raise Misused(N_("This form is too large."))
    fields = dict(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))
    if not secrets.compare_digest(fields.pop("csrf", "").encode(), csrf.encode()):
        raise ForeignForm
    return fields


def own_path(wanted: str | None) -> str:
    """A path of this console; the first page instead of anything that could lead elsewhere."""
    if not wanted or not wanted.startswith("/") or wanted[1:2] in ("/", "\\") or any(ord(each) < 33 for each in wanted):
        return "/"
    return wanted
