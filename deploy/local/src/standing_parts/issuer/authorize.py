"""/authorize: the page where somebody is chosen with one click, and the code that comes of it."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from standing_parts.issuer.authorization_request import AuthorizationRequest, Redirectable, Unredirectable
from standing_parts.issuer.context import Context
from standing_parts.issuer.forms import parameters_of
from standing_parts.issuer.grants import Grant, SignIn
from standing_parts.issuer.pages import from_own_page, sign_in_page
from standing_parts.issuer.redirects import with_answer

ASKS_AGAIN = {"login", "select_account"}


def routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.api_route("/authorize", methods=["GET", "POST"])
    async def authorize(request: Request) -> Response:
        wanted = AuthorizationRequest.read(await parameters_of(request), context.directory)
        sign_in = context.sign_in_of(request)
        if sign_in is not None and _suffices(wanted, sign_in, context.now()):
            return _send_back(context, wanted, sign_in)
        if "none" in wanted.prompt:
            raise Redirectable(wanted.redirect_uri, wanted.state, "login_required", "Nobody is signed in.")
        return sign_in_page(wanted, context.directory.people.values())

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        from_own_page(request)
        parameters = await parameters_of(request)
        wanted = AuthorizationRequest.read(parameters, context.directory)
        person = context.directory.people.get(parameters.get("person", ""))
        if person is None:
            raise Unredirectable("There is nobody of that name here. Go back and choose again.")
        begun = context.sign_ins.begin(person)
        response = _send_back(context, wanted, begun)
        context.remember(response, begun)
        return response

    return router


def _suffices(wanted: AuthorizationRequest, sign_in: SignIn, now: float) -> bool:
    """Whether a former sign-in is good for this request, so that nobody is bothered."""
    if ASKS_AGAIN & wanted.prompt:
        return False
    return wanted.max_age is None or now - sign_in.at <= wanted.max_age


def _send_back(context: Context, wanted: AuthorizationRequest, sign_in: SignIn) -> Response:
    grant = Grant(
        grant_id=secrets.token_urlsafe(16),
        sign_in=sign_in,
        client_id=wanted.client.client_id,
        redirect_uri=wanted.redirect_uri,
        code_challenge=wanted.code_challenge,
        nonce=wanted.nonce,
        scope=wanted.scope,
    )
    code = context.codes.issue(grant)
    to = with_answer(wanted.redirect_uri, code=code, state=wanted.state, iss=context.url)
    return RedirectResponse(to, 303, {"Cache-Control": "no-store"})
