"""The right that a route needs: ``dependencies=[needs("jars.fill")]`` beside its path. No route goes without."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute

from chassis.errors import UsageError
from chassis.http.declared import declared_by
from chassis.http.identity.caller import Caller
from chassis.http.parameters import Actor
from chassis.http.problems import NotFound, Problem, invalid_input
from chassis.http.running import runtime_of
from chassis.http.urls import SLASH_IN_ID
from chassis.partners import Partner, access_in
from chassis.roles import ACT_AS, OPERATE, Rights, Roles

OPEN = ("/livez", "/readyz")
"""What a load balancer asks, without a token."""
SCOPE = "chassis.caller"
ANY_PARTNER = "*"
"""Of a route that is about no partner and open to all."""


class UnguardedRoute(UsageError):
    """A route was declared without the right that it needs."""


async def _caller(request: Request, x_actor: Actor = None) -> Caller:
    """``x_actor`` was read with the token; it is declared here for the documents and for its bounds."""
    caller: Caller = request.scope[SCOPE]
    return caller


async def _maybe(request: Request) -> Caller | None:
    caller: Caller | None = request.scope[SCOPE]
    return caller


Calling = Annotated[Caller, Depends(_caller)]
"""Who makes the request, in a route: ``async def show(caller: Calling)``."""

MaybeCalling = Annotated[Caller | None, Depends(_maybe)]
"""The same on a route that is open to strangers: None for one."""


@dataclass(frozen=True)
class Needs:
    """The right that a route needs.

    ``partner``: the field of its path, its query or its body that holds the id of the partner whom the request is about; a token
    that is bound to partners is let in with one of their ids there, and on no route without such a field.
    """

    right: str
    partner: str | None = None

    async def __call__(self) -> "Needs":
        """Declared as a dependency, it stands beside the path; ``guarded`` asks for it before anything of a request is looked at."""
        return self

    async def check(self, request: Request) -> None:
        """Raises Problem (403) for a caller without the right, and for a partner who asks about another one."""
        caller: Caller = request.scope[SCOPE]
        if caller.bound_to is not None:
            await self._check_partner(request, caller, caller.bound_to)
            return
        if self.right not in caller.rights:
            raise Problem(403, "no-right", _lacking(request, caller, self.right), right=self.right)
        if caller.partner:
            await self._refuse_others(request, caller)

    async def _check_partner(self, request: Request, caller: Caller, partner: Partner) -> None:
        """Another partner is answered as one that does not exist: whether it does is nobody's business."""
        if self.partner == ANY_PARTNER:
            return
        runtime = runtime_of(request.app)
        access = access_in(runtime.executor.policies, runtime.clock.now().date())
        own = partner.own(self.partner or "_id")
        if own is None or self.right not in access.offered():
            raise Problem(403, "not-for-partners", f"A {partner.kind}'s token may not do this.")
        if not access.enabled:
            raise Problem(403, "partner-access-off", "Access for partners is not switched on.")
        found = await _named(request, str(self.partner))
        if found is None:
            raise Problem(403, "another-partner", f"Name in {self.partner} whom it is about: {own}.")
        if found != own:
            raise NotFound(partner.kind, found.removeprefix(f"{partner.kind}:"))

    async def _refuse_others(self, request: Request, caller: Caller) -> None:
        if self.partner == ANY_PARTNER:
            return
        own = caller.partner.get(self.partner or "", frozenset())
        if not own:
            raise Problem(
                403, "not-for-partners", "This is for people of the company; a partner's token does not open it."
            )
        found = await _named(request, str(self.partner))
        if found is None:
            detail = f"Name in {self.partner} whom it is about; this token is bound to {', '.join(sorted(own))}."
            raise Problem(403, "another-partner", detail)
        if found not in own:
            raise Problem(
                403, "another-partner", f"This token is bound to {', '.join(sorted(own))} and to no other partner."
            )


def needs(right: str, partner: str | None = None) -> Any:
    """The dependency by which a route declares its right, and where it names the partner it is about."""
    return Depends(Needs(right, partner))


async def _guarded(request: Request) -> None:
    route = request.scope["route"]
    needed = _BY_ENDPOINT.get(route.endpoint)
    if needed is None and route.path not in OPEN:
        needed = right_of(route)
        if needed is None:  # no app includes one; a closed door all the same
            raise Problem(403, "no-right", "This route declares no right, so nobody has it.")
        _BY_ENDPOINT[route.endpoint] = needed
    if needed is not None:
        await needed.check(request)


Guarded = Depends(_guarded)
"""The first dependency of every route: it asks for the right that the route declares."""
_BY_ENDPOINT: dict[Callable[..., Any], Needs] = {}


def right_of(route: APIRoute) -> Needs | None:
    """What a route declares that it needs."""
    found = [each.call for each in route.dependant.dependencies if isinstance(each.call, Needs)]
    return found[0] if found else None


Guards = Mapping[tuple[str, str], Needs]
"""What each route of an app needs, by method and path."""


def guards_of(routes: Iterable[Any]) -> Guards:
    """What routes need. Raises UnguardedRoute for a route that anybody could use."""
    found: dict[tuple[str, str], Needs] = {}
    for route in routes:
        if not isinstance(route, APIRoute):
            raise UnguardedRoute(
                f"{route!r} is no route by itself: include its router in the app, so that its rights are seen."
            )
        if route.path in OPEN:
            continue
        methods = sorted(route.methods or ())
        if (needed := right_of(route)) is None:
            raise UnguardedRoute(
                f'{"/".join(methods)} {route.path} declares no right; give it dependencies=[needs("…")].'
            )
        found |= {(method, route.path): needed for method in methods}
    return found


def rights_of(app: FastAPI) -> frozenset[str]:
    """The rights that there are in a service."""
    guards: Guards = app.state.guards
    return frozenset(needed.right for needed in guards.values()) | {ACT_AS, OPERATE}


def refuse_unknown_rights(document: Mapping[str, Any], app: FastAPI) -> None:
    """Raises Problem (422) for a document of roles that grants what is no right of this service, as one that is misspelt."""
    known = rights_of(app)
    roles = document.get("roles")
    for role, granted in roles.items() if isinstance(roles, dict) else ():
        for each in granted if isinstance(granted, list) else ():
            if isinstance(each, str) and not any(right in Rights([each]) for right in known):
                raise invalid_input(f"document.roles.{role}", "unknown_right", f"{each} is no right of this service")


async def _named(request: Request, field: str) -> str | None:
    """The partner's id from where the route itself takes it: its path, its query or its body, and nowhere else."""
    if (in_path := request.path_params.get(field)) is not None:
        return str(in_path).replace(SLASH_IN_ID, "/")
    declared = declared_by(request.scope["route"])
    if field in declared.parameters:
        given = request.query_params.getlist(field)
        return given[0] if len(given) == 1 else None
    if not declared.has_body:
        return None
    try:
        body = json.loads(await request.body() or b"null")
    except ValueError:
        return None
    found = body.get(field) if isinstance(body, dict) else None
    return found if isinstance(found, str) else None


def _lacking(request: Request, caller: Caller, right: str) -> str:
    """What is missing, and which roles would have it."""
    policies = runtime_of(request.app).executor.policies
    granting = policies.latest(Roles.NAME).document.granting(right)
    roles = f"; it comes with the role {' or '.join(granting)}" if granting else "; no role grants it"
    return f"{caller.actor} lacks the right {right}{roles}."
