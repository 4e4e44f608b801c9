"""The issuer's endpoints as one application."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import JSONResponse, RedirectResponse

from standing_parts.issuer import authorize, discovery, logout, token_endpoint
from standing_parts.issuer.authorization_request import Redirectable, Unredirectable
from standing_parts.issuer.context import Context
from standing_parts.issuer.forms import OAuthError
from standing_parts.issuer.pages import message_page
from standing_parts.issuer.redirects import with_answer


def issuer_app(context: Context) -> FastAPI:
    app = FastAPI(title="Local issuer (development)", openapi_url=None)
    for routes in (discovery.routes, authorize.routes, token_endpoint.routes, logout.routes):
        app.include_router(routes(context))
    # A page of the same machine may get its tokens by script; no other one may.
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?",
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization"],
    )
    # A foreign name that its owner points to 127.0.0.1 would make a foreign page one of this machine.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])

    @app.exception_handler(OAuthError)
    async def refused(_: Request, error: OAuthError) -> Response:
        document = {"error": error.error, "error_description": error.description}
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache", **error.headers}
        return JSONResponse(document, error.status, headers)

    @app.exception_handler(Redirectable)
    async def sent_back(_: Request, error: Redirectable) -> Response:
        to = with_answer(
            error.redirect_uri,
            error=error.error,
            error_description=error.description,
            state=error.state,
            iss=context.url,
        )
        return RedirectResponse(to, 303, {"Cache-Control": "no-store"})

    @app.exception_handler(Unredirectable)
    async def shown(_: Request, error: Unredirectable) -> Response:
        return message_page("This cannot be done", str(error), 400)

    return app
