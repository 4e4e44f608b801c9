"""The OpenAPI document of a service: every operation says which problems it can answer."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.routing import compile_path

from chassis.domain import Refusal
from chassis.http.identity.rights import OPEN, Guards
from chassis.service import Service

PROBLEM_JSON = "application/problem+json"


class FieldProblem(BaseModel):
    """What is wrong with one field: ``rule`` is for programs, ``detail`` for people."""

    field: str
    rule: str
    detail: str


class ProblemDocument(BaseModel):
    """An error as RFC 9457 has it; ``detail`` is a sentence that says what to change. Some problems have more fields."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="/problems/ and the code, the same for every problem of this kind")
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(default=[], description="of an input that is not valid, field by field")


SENTENCES = {
    400: "A cursor or a consistency token is not one that was answered before.",
    401: "There is no token, or it does not count.",
    403: "The caller lacks the right, or may not do it in that name, or not with whom it is about.",
    404: "There is no such thing.",
    408: "The body did not arrive in time.",
    409: "Refused by a rule, which the detail names; nothing was recorded.",
    412: "Somebody else was faster: read again, then change.",
    413: "The body, or the event that it would lead to, is too large.",
    415: "The body is not JSON.",
    422: "Not valid; each field is named with its rule.",
    428: "If-Match is missing.",
    429: "Too much is in progress; try again after the seconds of Retry-After.",
    431: "The address and the headers are larger than 65,536 bytes.",
    503: "Not possible at the moment; nothing was lost, try again.",
}


def documented(app: FastAPI, service: Service) -> None:
    """Complete the app's OpenAPI document; it is made when it is first asked for."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            complete(document, _refusal_statuses(service))
            secured(document, getattr(app.state, "guards", {}))
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def complete(document: dict[str, Any], of_refusals: set[int]) -> None:
    """Add the problems of each operation, and their shape."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for replaced in ("HTTPValidationError", "ValidationError"):
        schemas.pop(replaced, None)
    shape = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**shape.pop("$defs"), "Problem": shape}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            responses = operation["responses"]
            if "HTTPValidationError" in str(responses.get("422")):
                del responses["422"]
            for status in sorted(_statuses(path, operation, of_refusals)):
                response = responses.setdefault(str(status), {"description": SENTENCES[status]})
                problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
                response.setdefault("content", {})[PROBLEM_JSON] = problem


def secured(document: dict[str, Any], guards: Guards) -> None:
    """Add what each operation needs: a token, and the right of that name."""
    scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "an access token (RFC 9068)"}
    document["components"]["securitySchemes"] = {"bearer": scheme}
    by_path = {(method, compile_path(path)[1]): needed for (method, path), needed in guards.items()}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if (needed := by_path.get((method.upper(), path))) is not None:
                operation["security"] = [{"bearer": []}]
                operation["x-right"] = needed.right


def _statuses(path: str, operation: dict[str, Any], of_refusals: set[int]) -> set[int]:
    """The statuses of problems that an operation can answer."""
    statuses = {int(status) for status in operation["responses"] if status >= "400"} | {422, 431, 503}
    parameters = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
    if path not in OPEN:
        statuses |= {401, 403}
    if path.startswith("/v1/") or path == "/notices":
        statuses |= {404, 429}
    if parameters & {"consistency-token", "after", "at"}:
        statuses.add(400)
    if "idempotency-key" in parameters or (path.startswith("/v1/admin/") and "requestBody" in operation):
        statuses |= {409, 413} | of_refusals
    if path.startswith("/v1/admin/"):
        statuses.add(409)
    if "if-match" in parameters:
        statuses.add(428)
    if "requestBody" in operation:
        statuses |= {408, 413, 415}
    return statuses & set(SENTENCES)


def _refusal_statuses(service: Service) -> set[int]:
    """The statuses of all refusals of a service and of the chassis."""
    package = service.name.replace("-", "_")
    found: set[int] = set()
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        refusal = waiting.pop()
        waiting += refusal.__subclasses__()
        if refusal.__module__.split(".")[0] in (package, "chassis"):
            found.add(refusal.status)
    return found
