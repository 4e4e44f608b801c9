"""Establishes who makes a request before anything else is done for it: no body is read and no route is tried for strangers."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.http.bodies import announced_by, refuse
from chassis.http.denied import note_denied
from chassis.http.identity.bearer import Accepts, Bearer, Claims, NotAccepted
from chassis.http.identity.caller import Caller
from chassis.http.identity.issuer_keys import IssuerAway, IssuerKeys
from chassis.http.identity.rights import OPEN, SCOPE
from chassis.http.parameters import NOBODY, header_text
from chassis.http.problems import Problem, invalid_input, problem_response
from chassis.partners import SIGNED_MAX, Partner, access_in
from chassis.policies import PolicyBook
from chassis.roles import ACT_AS, EVERYTHING, PARTNER, Roles
from chassis.runtime import Runtime
from chassis.settings import Settings

HOW = "standing token --as ROLE prints one for an installation on this machine; send it as Authorization: Bearer TOKEN"


class Identity:
    """Who a request is from: its token is checked and its roles are looked up in the policy in force."""

    def __init__(
        self, settings: Settings, keys: IssuerKeys | None, policies: Callable[[], PolicyBook], today: Callable[[], date]
    ) -> None:
        self._settings = settings
        self._policies = policies
        self._today = today
        self.keys = keys
        self._bearer: Bearer | None = None
        if keys is not None:
            self._bearer = Bearer(Accepts(keys.issuer, settings.auth_audience, settings.auth_typ), keys)

    @staticmethod
    def of(runtime: Runtime) -> "Identity":
        """That of a running service, as its settings have it. Raises UsageError for settings that name no issuer."""
        settings, executor = runtime.settings, runtime.executor
        issuer = settings.issuer()
        kept_s, ca_file = settings.auth_keys_kept_s, settings.auth_ca_file
        keys = IssuerKeys(issuer, kept_s, ca_file=ca_file) if issuer is not None else None
        return Identity(settings, keys, lambda: executor.policies, lambda: runtime.clock.now().date())

    async def caller(self, headers: Iterable[tuple[bytes, bytes]]) -> Caller:
        """Raises Problem: 401 without a token that counts, 403 for what it may not be, 503 while it cannot be checked."""
        authorization, actor = _relevant(headers)
        if self._bearer is None:
            return Caller(NOBODY, EVERYTHING, acting_for=actor, verified=False)
        scheme, _, token = (authorization or "").partition(" ")
        if not authorization or scheme.lower() != "bearer":
            raise self._stranger("This request came without a token", "")
        try:
            caller = self._caller(await self._bearer.claims(token.strip()))
        except NotAccepted as error:
            raise self._stranger(f"The token is not accepted: {error}", ', error="invalid_token"') from error
        except IssuerAway as error:
            detail = f"Tokens cannot be checked at the moment. {error}. Nothing was done, try again."
            raise Problem(503, "issuer-away", detail, {"Retry-After": "5"}) from error
        return _acting(caller, actor)

    async def close(self) -> None:
        """Close the connections to the issuer."""
        if self.keys is not None:
            await self.keys.close()

    def _caller(self, claims: Claims) -> Caller:
        settings = self._settings
        tenant = _at(claims, settings.auth_tenant_claim)
        if (tenant or "default") != settings.tenant:
            detail = (
                f"The token is of the tenant {tenant or 'default'}; this installation is that of {settings.tenant}."
            )
            raise Problem(403, "other-tenant", detail)
        if (bound_to := Partner.of_claim(claims.get(settings.auth_partner_claim))) is not None:
            return self._contact(claims, bound_to)
        roles = _words(_at(claims, settings.auth_roles_claim))
        client = claims.get("client_id") or claims.get("azp")
        return Caller(
            subject=claims["sub"], client_id=client if isinstance(client, str) else None,
            name=name if isinstance(name := claims.get("name"), str) else None,
            roles=roles, rights=self._roles().rights_of(roles), tenant=settings.tenant,
            partner=_partner(claims.get(settings.auth_partner_claim), PARTNER in roles),
        )  # fmt: skip

    def _contact(self, claims: Claims, bound_to: Partner) -> Caller:
        """A contact of a partner: its rights are those of the policy of partners, whatever roles the token names."""
        client = claims.get("client_id") or claims.get("azp")
        if len(bound_to.signature(claims["sub"])) > SIGNED_MAX:
            detail = f"{claims['sub']} of {bound_to.name} is more than {SIGNED_MAX} characters to sign with."
            raise Problem(403, "name-too-long", detail)
        field = f"{bound_to.kind.replace('-', '_')}_id"
        return Caller(
            subject=claims["sub"], client_id=client if isinstance(client, str) else None,
            name=name if isinstance(name := claims.get("name"), str) else None, tenant=self._settings.tenant,
            rights=access_in(self._policies(), self._today()).rights(), partner={field: frozenset([bound_to.id])},
            bound_to=bound_to,
        )  # fmt: skip

    def _roles(self) -> Roles:
        return self._policies().at(Roles, self._today()).document

    def _stranger(self, why: str, error: str) -> Problem:
        detail = f"{why}. {HOW}; elsewhere it comes from {self._settings.auth_issuer}."
        challenge = f'Bearer realm="standing"{error}'
        return Problem(401, "no-token" if not error else "token-not-accepted", detail, {"WWW-Authenticate": challenge})


class Identified:
    """Puts the caller into the scope of a request, or answers why there is none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope[SCOPE] = await identity_of(scope["app"]).caller(scope["headers"])
        except Problem as problem:
            if scope["path"] in OPEN:
                scope[SCOPE] = None
                await self._app(scope, receive, send)
                return
            note_denied(scope, problem)
            if announced_by(scope):
                await refuse(problem, scope, receive, send)
            else:
                answer = problem_response(
                    problem.status, problem.code, problem.detail, problem.headers, **problem.extra
                )
                await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def identity_of(app: FastAPI) -> Identity:
    """The identity that the app's lifespan made."""
    identity: Identity = app.state.identity
    return identity


def _relevant(headers: Iterable[tuple[bytes, bytes]]) -> tuple[str | None, str | None]:
    """Raises Problem for two tokens: who let the request pass may have looked at the other one."""
    authorization = actor = None
    for name, value in headers:
        if name == b"authorization":
            if authorization is not None:
                raise invalid_input("Authorization", "repeated_parameter", "Give this header once")
            authorization = value.decode("latin-1")
        elif name == b"x-actor":
            actor = header_text(value)
    return authorization, actor


def _acting(caller: Caller, actor: str | None) -> Caller:
    """The caller in whose name the request says that it is made."""
    if actor is None or actor == caller.subject:
        return caller
    if ACT_AS not in caller.rights:
        detail = f"{caller.subject} may not act for {actor}: X-Actor needs the right {ACT_AS}. Leave it out, it is taken from the token."
        raise Problem(403, "not-in-that-name", detail)
    return caller.for_person(actor)


def _at(claims: Claims, path: str) -> Any:
    """The claim at a dotted path; None where there is none."""
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _words(claim: Any) -> frozenset[str]:
    """Roles are a list, or one text with blanks between them."""
    words = claim.split() if isinstance(claim, str) else claim if isinstance(claim, list) else ()
    return frozenset(word for word in words if isinstance(word, str))


def _partner(claim: Any, is_partner: bool) -> dict[str, frozenset[str]]:
    """The ids that a token is bound to; a claim of another shape binds it to nobody, and so opens nothing.

    The same holds for a token with the role of partners whose claim is missing, as where an account was not given its ids yet.
    """
    if claim in (None, {}) and not is_partner:
        return {}
    ids = {field: _ids(value) for field, value in claim.items()} if isinstance(claim, dict) else {}
    return ids or {"": frozenset()}


def _ids(value: Any) -> frozenset[str]:
    return frozenset([value]) if isinstance(value, str) else _words(value if isinstance(value, list) else None)
