"""Errors as RFC 9457 problem documents: sentences that a user can act on, naming the field and the rule."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from chassis.domain import Refusal
from chassis.errors import said_by
from contracts.fields import NO_CONTROLS

UNREAD_BODY = "There was an error parsing the body"
"""What FastAPI says of a body at which the JSON parser breaks otherwise than by an error of syntax."""
NOT_READABLE = "is not UTF-8, is nested too deeply, or holds a number of thousands of digits"


PATTERNS = {
    NO_CONTROLS: "Write it without control characters, such as tabs and line breaks",
    r"^[^\x00]*$": "Write it without the character NUL",
}
"""What a pattern of many fields means, for people; a form of its own says it itself (``chassis.http.Form``)."""


ERRORS_MAX = 100
"""More are counted and not named: a body of 1 MB can have as many unknown fields as it has room for."""


class Problem(Exception):
    """An error response. ``code`` is the last part of the problem's type."""

    def __init__(
        self, status: int, code: str, detail: str, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers, self.extra = status, code, detail, headers, extra


class NotFound(Problem):
    """404 with a sentence: ``NotFound("jar", "J-1")`` → "There is no jar J-1."."""

    def __init__(self, kind: str, identity: str) -> None:
        super().__init__(404, "not-found", f"There is no {kind} {identity}.")


def invalid_input(field: str, rule: str, detail: str) -> Problem:
    """422 for one field, in the form of a validation error."""
    error = {"field": field, "rule": rule, "detail": detail}
    return Problem(422, "invalid-input", f"{field}: {detail}.", errors=[error])


def problem_response(
    status: int, code: str, detail: str, headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    body = {"type": f"/problems/{code}", "title": code.replace("-", " "), "status": status, "detail": detail, **extra}
    return JSONResponse(body, status_code=status, headers=headers, media_type="application/problem+json")


def refusal_response(refusal: Refusal) -> JSONResponse:
    return problem_response(refusal.status, refusal.code, str(refusal))


def invalid_field(error: dict[str, Any]) -> dict[str, str]:
    """A Pydantic error as field, rule and sentence."""
    if error["type"] == "json_invalid":
        reason = error.get("ctx", {}).get("error", error["msg"])
        detail = f"is not valid JSON: {reason} (character {error['loc'][-1]})"
        return {"field": "body", "rule": "json_invalid", "detail": detail}
    field = ".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path", "header"))
    detail = said_by(error)
    if error["type"] == "string_pattern_mismatch":
        detail = PATTERNS.get(error.get("ctx", {}).get("pattern", ""), detail)
    return {"field": field or "body", "rule": str(error["type"]), "detail": detail}


def install(app: FastAPI) -> None:
    """Make every error of the app a problem document."""

    async def on_problem(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return problem_response(error.status, error.code, error.detail, error.headers, **error.extra)

    async def on_refusal(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refusal)
        if error.status == 409 and request.method == "GET":  # what is asked cannot be; nothing was to be done
            return problem_response(422, error.code, str(error))
        return refusal_response(error)

    async def on_invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = error.errors()
        errors = [invalid_field(each) for each in found[:ERRORS_MAX]]
        detail = "; ".join(f"{each['field']}: {each['detail']}" for each in errors)
        if len(found) > ERRORS_MAX:
            detail += f"; and {len(found) - ERRORS_MAX} more"
        return problem_response(422, "invalid-input", detail, errors=errors)

    async def on_bug(_: Request, error: Exception) -> JSONResponse:
        detail = f"The service failed ({type(error).__name__}); the error is in its log."
        return problem_response(500, "internal-error", detail)

    async def on_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if error.status_code == 400 and error.detail == UNREAD_BODY:
            return await on_problem(request, invalid_input("body", "json_invalid", NOT_READABLE))
        headers = dict(error.headers) if error.headers else None
        wanted = f"{request.method} {request.scope.get('raw_path', b'').decode('ascii', 'replace')[:200]}"
        if error.status_code == 404:
            return problem_response(
                404, "no-such-path", f"There is nothing at {wanted}; /openapi.json names all paths."
            )
        if error.status_code == 405:
            allowed = (headers or {}).get("Allow", "other methods")
            detail = f"{wanted} is not possible; this path takes {allowed}."
            return problem_response(405, "method-not-allowed", detail, headers)
        return problem_response(error.status_code, "http-error", str(error.detail), headers)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(Refusal, on_refusal)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_bug)
