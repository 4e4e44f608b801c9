"""A request is compared with the routes of its own router alone, and found wherever it would have been found among all."""

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match

from chassis.http.app import build_app
from chassis.http.routing import beginning

from .toy import JAR_SERVICE


async def never() -> Any:
    raise AssertionError("the app is not started")


@pytest.fixture
def app() -> FastAPI:
    return build_app(JAR_SERVICE, never)


@pytest.fixture
def tried(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the routers whose routes requests are compared with."""
    seen: list[str] = []
    kind: Any = type(routers_of(app)[0][0])
    compare = kind.matches

    def matches(self: Any, scope: Any) -> Any:
        seen.extend(each.path for each in self.original_router.routes)
        return compare(self, scope)

    monkeypatch.setattr(kind, "matches", matches)
    return seen


def routers_of(app: FastAPI) -> list[tuple[BaseRoute, list[str]]]:
    """What the app has included, each with the paths of its routes."""
    included = [(route, getattr(route, "original_router", None)) for route in app.router.routes]
    return [(route, [each.path for each in router.routes]) for route, router in included if router is not None]  # type: ignore[attr-defined]


def test_every_path_is_found_in_the_router_that_has_it(app: FastAPI) -> None:
    paths = [(route, path) for route, of_it in routers_of(app) for path in of_it]
    assert len(paths) > 30
    for route, path in paths:
        scope = {
            "type": "http",
            "method": "OPTIONS",
            "path": path.replace("{", "").replace("}", "").replace(":path", ""),
        }
        assert route.matches(scope)[0] != Match.NONE, path
        below = {**scope, "path": f"/proxied{scope['path']}", "root_path": "/proxied"}
        assert route.matches(below)[0] != Match.NONE, path


def test_a_request_is_compared_only_with_the_routes_of_routers_that_have_its_beginning(tried: list[str]) -> None:
    routes = build_app(JAR_SERVICE, never).router.routes
    for path, found in (("/v1/policies/jars", True), ("/v1/nowhere/at/all", False)):
        tried.clear()
        matches = [route.matches({"type": "http", "method": "GET", "path": path})[0] for route in routes]
        assert (Match.FULL in matches) == found == bool(tried)
        assert all(each.startswith("/v1/policies") for each in tried), tried


@pytest.mark.parametrize(
    ("path", "begins"),
    [
        ("/v1/jars/{jar}/fills", "/v1/jars"),
        ("/v1/{anything}", "/v1/"),
        ("/livez", "/livez"),
        ("/{anything:path}", "/"),
        ("/v1/admin/look-alikes/acknowledgements", "/v1/admin"),
    ],
)
def test_the_beginning_of_a_route_is_what_all_its_paths_begin_with(path: str, begins: str) -> None:
    router = APIRouter()
    router.add_api_route(path, never)
    assert beginning(router.routes[0]) == begins
