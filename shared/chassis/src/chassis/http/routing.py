"""Which router a request belongs to, by the beginning of its path: only its routes are then tried, one after the other."""

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

SEGMENTS = 2
"""Of a path, ``/v1/parked`` for example, by which routers are told apart."""


def include(app: FastAPI, router: APIRouter) -> None:
    """Include a router whose routes are tried only for paths that begin as one of theirs does."""
    app.include_router(router)
    _restrict(app.router.routes[-1], tuple({beginning(route) for route in router.routes}))


def beginning(route: BaseRoute) -> str:
    """The fixed beginning of a route's paths."""
    fixed: str = getattr(route, "path", "").partition("{")[0]
    return "/".join(fixed.split("/")[: SEGMENTS + 1])


def _restrict(route: BaseRoute, beginnings: tuple[str, ...]) -> None:
    try_all = route.matches

    def matches(scope: Scope) -> tuple[Match, Scope]:
        elsewhere = not scope.get("root_path") and not scope.get("path", "").startswith(beginnings)
        return (Match.NONE, {}) if elsewhere else try_all(scope)

    route.matches = matches  # type: ignore[method-assign]
