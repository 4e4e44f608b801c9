"""The FastAPI application of a service."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

import sqlalchemy
from fastapi import FastAPI, Request, Response
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from starlette.types import Lifespan

from chassis import tracing
from chassis.errors import ConcurrentWrite, NotYetVisible, Overloaded, QuestionTooSlow, UsageError, WallClockError
from chassis.http import (
    actions,
    admin,
    backtests,
    erasures,
    health,
    look_alikes,
    lookups,
    parked,
    personal,
    policies,
    policy_schemas,
    problems,
    proofs,
    schemas,
    set_aside,
    streams,
)
from chassis.http.admission import Admission
from chassis.http.bodies import BoundedBodies
from chassis.http.declared import OnlyDeclared
from chassis.http.denied import note_problems
from chassis.http.identity import me
from chassis.http.identity.identified import Identified, Identity, identity_of
from chassis.http.identity.rights import Guarded, guards_of
from chassis.http.measured import Measured
from chassis.http.openapi import documented
from chassis.http.opened import Opening
from chassis.http.pacing import Paced
from chassis.http.partner_answers import PartnerAnswers
from chassis.http.routing import include
from chassis.http.urls import ReadableUrl
from chassis.partners import PartnerAccess
from chassis.personal.sealing import holds_personal_data
from chassis.runtime import Runtime
from chassis.service import Service
from chassis.storage.database import AWAY, passes
from chassis.storage.fence import LogHalted

UNWATCHED = "livez,readyz,metrics,v1/admin/progress"


def build_app(service: Service, start: Callable[[], Awaitable[Runtime]], questions: bool = True) -> FastAPI:
    """The app; its lifespan starts and stops the runtime.

    Without ``questions`` (a process without the role http) it serves only health, the feed and ``/v1/admin``.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        runtime = await start()
        serve(app, runtime)
        try:
            yield
        finally:
            await identity_of(app).close()
            await runtime.stop()

    app = bare_app(service, lifespan)
    holds_persons = holds_personal_data(service)
    if holds_persons:
        app.add_middleware(Opening)
    if PartnerAccess.NAME in {kind.NAME for kind in service.policies}:
        app.add_middleware(PartnerAnswers)
    app.add_middleware(Admission)
    app.add_middleware(BoundedBodies)  # outside of Admission: a body that is still on its way takes no place
    app.add_middleware(Paced)  # outside of BoundedBodies: no body is read of who asks too often
    app.add_middleware(Identified)  # outside of all that follows: nothing is read or counted for strangers
    app.add_middleware(Measured, service=service.name)
    note_problems(app)
    app.add_exception_handler(Overloaded, _overloaded)
    app.add_exception_handler(UsageError, _usage)
    app.add_exception_handler(WallClockError, _wall_clock)
    app.add_exception_handler(NotYetVisible, _not_yet_visible)
    app.add_exception_handler(QuestionTooSlow, _too_slow)
    app.add_exception_handler(LogHalted, _halted)
    app.add_exception_handler(ConcurrentWrite, _raced)
    for away in AWAY:
        app.add_exception_handler(away, _database_away)
    app.add_exception_handler(sqlalchemy.exc.DBAPIError, _question_failed)
    routers = (
        (*service.routes, policies.router, policy_schemas.router, backtests.router, schemas.router) if questions else ()
    )
    if questions and holds_persons:
        routers = (*routers, personal.router, erasures.router)
    # Routes are matched in order, so the most frequent come first.
    operators = (
        admin.router,
        actions.router,
        lookups.router,
        proofs.router,
        streams.router,
        parked.router,
        set_aside.router,
        look_alikes.router,
        me.router,
    )
    included = (health.router, *operators, *routers)
    for router in included:
        include(app, router)
    app.state.guards = guards_of(route for router in included for route in router.routes)
    if (provider := tracing.provider()) is not None:
        FastAPIInstrumentor.instrument_app(
            app, tracer_provider=provider, excluded_urls=UNWATCHED, exclude_spans=["receive", "send"]
        )
    return app


def serve(app: FastAPI, runtime: Runtime) -> None:
    """From now on the app answers for this runtime."""
    app.state.runtime = runtime
    app.state.identity = Identity.of(runtime)


def bare_app(service: Service, lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """An app without routes that reads requests and answers errors as every service does."""
    prefix = service.name.removesuffix("-svc")
    app = FastAPI(
        title=service.title or service.name, version=version_of(service.name), lifespan=lifespan,
        dependencies=[Guarded, OnlyDeclared], redirect_slashes=False,
        generate_unique_id_function=lambda route: f"{prefix}_{route.name}",
    )  # fmt: skip
    problems.install(app)
    documented(app, service)
    app.add_middleware(ReadableUrl)
    return app


def version_of(package: str) -> str:
    """The version of a service's package; the chassis's for one that is no package of its own."""
    try:
        return version(package)
    except PackageNotFoundError:
        return version("standing-chassis")


async def _overloaded(_: Request, error: Exception) -> Response:
    return problems.problem_response(429, "too-many-requests", f"{error} Try again in a second.", {"Retry-After": "1"})


async def _halted(_: Request, error: Exception) -> Response:
    return problems.problem_response(503, "log-halted", str(error), {"Retry-After": "10"})


async def _usage(_: Request, error: Exception) -> Response:
    return problems.problem_response(409, "not-possible", str(error))


async def _wall_clock(_: Request, error: Exception) -> Response:
    return problems.problem_response(409, "wall-clock", str(error))


async def _not_yet_visible(_: Request, error: Exception) -> Response:
    return problems.problem_response(503, "not-yet-visible", str(error), {"Retry-After": "1"})


async def _too_slow(_: Request, error: Exception) -> Response:
    detail = f"{error} Ask for less, such as a shorter period, or try again."
    return problems.problem_response(503, "question-too-slow", detail, {"Retry-After": "5"})


async def _raced(_: Request, error: Exception) -> Response:
    detail = "Too many others write to the same stream at once; nothing was written, try again."
    return problems.problem_response(409, "too-many-writers", detail, {"Retry-After": "1"})


async def _question_failed(request: Request, error: Exception) -> Response:
    """SQLAlchemy wraps the driver's error; only a value that no column can hold is the caller's fault."""
    assert isinstance(error, sqlalchemy.exc.DBAPIError)
    sqlstate = getattr(error.orig, "sqlstate", None) or ""
    if passes(error):
        return await _database_away(request, error)
    if sqlstate.startswith("22"):
        return problems.problem_response(422, "invalid-input", "The query contains a value that no table can hold.")
    raise error


async def _database_away(_: Request, error: Exception) -> Response:
    detail = f"The database does not answer ({type(error).__name__}); nothing was lost, try again."
    return problems.problem_response(503, "database-away", detail, {"Retry-After": "2"})
