"""A service's application and an HTTP client of it in the process of the test."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.http.app import bare_app, build_app, serve
from chassis.http.identity.caller import Caller
from chassis.http.identity.rights import SCOPE
from chassis.roles import EVERYTHING
from chassis.runtime import Runtime
from chassis.service import Service


def app_of(runtime: Runtime) -> FastAPI:
    """The whole application around a runtime that has been started."""

    async def started() -> Runtime:
        return runtime

    app = build_app(runtime.service, started)
    serve(app, runtime)
    return app


def routes_of(service: Service, runtime: Any = None) -> FastAPI:
    """Only the service's own routes, for requests that get no further than ``runtime``: a stand-in, or nothing."""
    app = bare_app(service)
    app.add_middleware(_Everybody)
    app.state.runtime = runtime
    for router in service.routes:
        app.include_router(router)
    return app


class _Everybody:
    """Lets every request do everything, where there is no runtime whose roles could say what it may."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[SCOPE] = Caller("tests", EVERYTHING)
        await self._app(scope, receive, send)


def client_of(app: FastAPI, headers: Mapping[str, str] | None = None, *, token: str | None = None) -> httpx.AsyncClient:
    """A client of the application, to be entered; an unexpected error is answered as 500, as by a server.

    It sends the ``token``, or one that may do everything and act for everybody; "" sends none.
    """
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    sent = {**bearer(token), **(headers or {})}
    return httpx.AsyncClient(transport=transport, base_url="http://service", headers=sent, timeout=60)


_signers: list[Callable[[], str]] = []


def signed_by(signer: Callable[[], str]) -> None:
    """From now on requests send what the signer makes: a token of the tests' issuer for somebody who may do everything, in any name."""
    _signers[:] = [signer]


def bearer(token: str | None = None) -> dict[str, str]:
    """The header that sends the ``token``, or one that may do everything and act for everybody; "" makes none."""
    sent = "".join(sign() for sign in _signers) if token is None else token
    return {"Authorization": f"Bearer {sent}"} if sent else {}
