"""No answer of any route can hold an exponent: every figure in its shape is written by the one function that writes none."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from chassis.http import backtests, policies
from contracts.figures import each_schema
from standing.services import ALL

ROUTES = [
    pytest.param(route, id=f"{owner} {min(route.methods or ())} {route.path}")
    for owner, routers in (("chassis", (policies.router, backtests.router)), *((s.name, s.routes) for s in ALL))
    for router in routers
    for route in router.routes
    if isinstance(route, APIRoute) and route.response_model is not None
]


def unwritten(schema: Any, kinds: tuple[str, ...] = ("decimal", "any")) -> Iterator[str]:
    """The figures of a core schema that Pydantic would write in its own way.

    What may be anything in a row of a read model is a document, and documents hold no figures but texts.
    """
    found: list[str] = []

    def look(node: dict[str, Any]) -> Any:
        if "serialization" in node and node["type"] in ("function-after", "json-or-python", "any", "dict", "list"):
            return node
        if node["type"] == "dataclass" and kinds != ("decimal",):
            found.extend(unwritten(node, ("decimal",)))
            return node
        if node["type"] in kinds:
            found.append(node["type"])
        return None

    each_schema(schema, look)
    return iter(found)


@pytest.mark.parametrize("route", ROUTES)
def test_every_figure_of_an_answer_is_written_plainly(route: APIRoute) -> None:
    assert list(unwritten(TypeAdapter(route.response_model).core_schema)) == []
