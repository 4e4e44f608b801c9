"""Notes each request that is refused because of who makes it, wherever that is found: at its token, at its right, or in a route."""

from fastapi import FastAPI, Request, Response
from starlette.types import Scope

from chassis.http.identity.caller import Caller
from chassis.http.identity.rights import SCOPE, right_of
from chassis.http.problems import Problem, problem_response
from chassis.http.running import runtime_of

REFUSED = (401, 403)


def note_denied(scope: Scope, problem: Problem) -> None:
    """Note a refusal; problems of other statuses are none."""
    if problem.status not in REFUSED:
        return
    caller: Caller | None = scope.get(SCOPE)
    address = (scope.get("client") or ("nowhere",))[0]
    route = scope.get("route")
    needed = right_of(route) if route is not None else None
    who = caller.subject if caller is not None else f"without a name at {address}"
    runtime_of(scope["app"]).denials.note(who, needed.right if needed is not None else "", problem.code)


def note_problems(app: FastAPI) -> None:
    """Let every problem that a route answers be noted where it is a refusal."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        note_denied(request.scope, error)
        return problem_response(error.status, error.code, error.detail, error.headers, **error.extra)

    app.add_exception_handler(Problem, on_problem)
