"""What a request holds is what its route declares: known query parameters and headers, each once, and a body that is JSON.

One dependency of every route, before all others; what it refuses never reaches a validator or a database.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, get_args

import orjson
from fastapi import Depends, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from chassis.http.problems import Problem, invalid_input
from chassis.http.urls import SLASH_IN_ID, written
from contracts.digits import figure_of, whole_of

DEPTH_MAX = 32
"""Arrays and objects in one another; the deepest document of a policy has about ten."""
BOM = b"\xef\xbb\xbf"
CONTENT_TYPE = "Content-Type"


@dataclass(frozen=True)
class Declared:
    """What a route declares: its query parameters by name, True where one may be repeated; its headers; whether it has a body.

    ``numbers``: those of its parameters that are numbers, also in the path, each with what reads it or raises PydanticCustomError.
    """

    parameters: dict[str, bool]
    numbers: dict[str, Callable[[str], Any]]
    headers: dict[bytes, str]
    has_body: bool


_BY_ENDPOINT: dict[Callable[..., Any], Declared] = {}


def declared_by(route: APIRoute) -> Declared:
    """What a route and its dependencies declare."""
    found = _BY_ENDPOINT.get(route.endpoint)
    if found is None:
        fields = get_flat_params(route.dependant)
        repeated = {field.alias: _is_list(field.field_info) for field in fields if _is_in(field.field_info, "query")}
        numbers = {f.alias: read for f in fields if (read := _number_read_by(f.field_info)) is not None}
        headers = [field.alias for field in fields if _is_in(field.field_info, "header")] + [CONTENT_TYPE]
        by_name = {name.lower().encode(): name for name in headers}
        found = _BY_ENDPOINT[route.endpoint] = Declared(repeated, numbers, by_name, route.body_field is not None)
    return found


async def only_declared(request: Request) -> None:
    """Refuse what the route does not declare; put slashes back into the ids of the path."""
    scope = request.scope
    route = scope["route"]
    if b"%" in (scope.get("raw_path") or b""):
        parameters = scope["path_params"]
        for name, value in parameters.items():
            parameters[name] = value.replace(SLASH_IN_ID, "/")
        scope["path"] = written(scope["path"])
    declared = declared_by(route)
    if scope["query_string"]:
        _refuse_unknown(request, declared.parameters)
    if declared.numbers:
        _refuse_other_digits(request, declared.numbers)
    _refuse_repeated(scope["headers"], declared.headers)
    if declared.has_body and (body := await request.body()):
        _refuse_other_media(request.headers.get("content-type"))
        refuse_unreadable(body)


OnlyDeclared = Depends(only_declared)


def _refuse_unknown(request: Request, parameters: dict[str, bool]) -> None:
    given = [name for name, _ in request.query_params.multi_items()]
    for name in dict.fromkeys(given):
        if name not in parameters:
            raise invalid_input(name, "unknown_parameter", _unknown(name, list(parameters)))
        if not parameters[name] and given.count(name) > 1:
            raise invalid_input(name, "repeated_parameter", "Give this parameter once")


def _refuse_other_digits(request: Request, numbers: dict[str, Callable[[str], Any]]) -> None:
    """Pydantic alone reads ``1_000``, ``+10`` and digits of other scripts as the number that they may not have meant."""
    for name, text in (*request.path_params.items(), *request.query_params.multi_items()):
        if name in numbers:
            try:
                numbers[name](text)
            except PydanticCustomError as error:
                raise invalid_input(name, error.type, error.message()) from error


def _number_read_by(info: FieldInfo) -> Callable[[str], Any] | None:
    """What reads a parameter of a query or path that is a number, or a list of such; None for every other."""
    if not (_is_in(info, "query") or _is_in(info, "path")):
        return None
    inner: list[Any] = [info.annotation]
    while len(inner) == 1 and get_args(inner[0]):
        inner = [each for each in get_args(inner[0]) if each not in (type(None), ...)]
    return {int: whole_of, Decimal: figure_of}.get(inner[0]) if len(inner) == 1 else None


def _refuse_repeated(given: list[tuple[bytes, bytes]], declared: dict[bytes, str]) -> None:
    """A header that is there twice is one value for us and might be the other for who let the request pass."""
    seen = set()
    for name, _ in given:
        if name in declared:
            if name in seen:
                raise invalid_input(declared[name], "repeated_parameter", "Give this header once")
            seen.add(name)


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return "There is no such parameter; this request takes none"
    close = get_close_matches(name, known, 1)
    meant = f" (do you mean {close[0]}?)" if close else ""
    return f"There is no such parameter{meant}; there are {', '.join(sorted(known))}"


def _refuse_other_media(content_type: str | None) -> None:
    media = (content_type or "").partition(";")[0].strip().lower()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        sent = f"this one came as {media[:100]}" if media else "this one came without a Content-Type"
        raise Problem(
            415,
            "not-json",
            f"Send the body as JSON with the header Content-Type: application/json; {sent}.",
            {"Accept": "application/json"},
        )


def refuse_unreadable(body: bytes) -> None:
    """Raises Problem (422) for a body that is not JSON as RFC 8259 has it, or that no table can hold."""
    try:
        document = orjson.loads(body.removeprefix(BOM))
    except orjson.JSONDecodeError as error:
        raise invalid_input("body", "json_invalid", f"is not valid JSON: {error}") from error
    if b"\\u0000" in body or body.count(b"[") + body.count(b"{") > DEPTH_MAX:
        _refuse_flawed(document)
    _refuse_repeated_names(body)


def _refuse_repeated_names(body: bytes) -> None:
    """Two values under one name of an object are one of them for one reader and the other for the next (RFC 8259, section 4)."""

    def once(pairs: list[tuple[str, Any]]) -> None:
        names = set()
        for name, _ in pairs:
            if name in names:
                detail = "Give this field once; it is there twice in one object"
                raise invalid_input(name[:100], "repeated_field", detail)
            names.add(name)

    try:
        json.loads(body, object_pairs_hook=once)
    except (ValueError, RecursionError):  # FastAPI reads the body the same way and says what is wrong
        return


def _refuse_flawed(document: Any) -> None:
    """NUL, which PostgreSQL cannot store, in any text or name; and nesting without bounds."""
    level: list[tuple[str, Any]] = [("body", document)]
    depth = 0
    while level:
        inner: list[tuple[str, Any]] = []
        for name, value in level:
            if isinstance(value, str) and "\x00" in value:
                raise invalid_input(name, "no_nul", "holds the character NUL, which no text has")
            if depth == DEPTH_MAX and isinstance(value, dict | list):
                raise invalid_input(
                    "body", "too_deep", f"holds more than {DEPTH_MAX} arrays and objects in one another"
                )
            if isinstance(value, dict):
                inner += [(name, key) for key in value] + [(_inside(name, key), each) for key, each in value.items()]
            elif isinstance(value, list):
                inner += [(_inside(name, number), each) for number, each in enumerate(value)]
        level, depth = inner, depth + 1


def _inside(name: str, part: object) -> str:
    return str(part) if name == "body" else f"{name}.{part}"


def _is_in(info: FieldInfo, place: str) -> bool:
    return str(getattr(getattr(info, "in_", None), "value", "")) == place


def _is_list(info: FieldInfo) -> bool:
    return getattr(info.annotation, "__origin__", None) in (list, tuple, set, frozenset)
