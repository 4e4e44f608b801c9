"""/logout: OpenID Connect RP-initiated logout. A client that shows its ID token signs out at once; else the person is asked."""

from __future__ import annotations

import jwt
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from standing_parts.issuer.authorization_request import Unredirectable
from standing_parts.issuer.context import Context
from standing_parts.issuer.forms import parameters_of
from standing_parts.issuer.pages import confirm_page, from_own_page, message_page
from standing_parts.issuer.redirects import is_registered, with_answer

PARAMETERS = ("client_id", "post_logout_redirect_uri", "state")


def routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.api_route("/logout", methods=["GET", "POST"])
    async def logout(request: Request) -> Response:
        parameters = await parameters_of(request)
        if "id_token_hint" in parameters:
            try:
                claims = context.tokens.read_hint(parameters["id_token_hint"])
            except jwt.PyJWTError as wrong:
                raise Unredirectable(f"id_token_hint is no ID token of this issuer: {wrong}.") from None
            if parameters.get("client_id", claims["aud"]) != claims["aud"]:
                raise Unredirectable("id_token_hint was given to another client than client_id.")
            to = _registered(context, parameters, claims["aud"])
            return _signed_out(context, claims["sid"], to)
        to = _registered(context, parameters, parameters.get("client_id", ""))
        if (sign_in := context.sign_in_of(request)) is None:
            return _signed_out(context, "", to)
        hidden = {name: parameters[name] for name in PARAMETERS if name in parameters}
        return confirm_page(sign_in.person, hidden, to)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        from_own_page(request)
        parameters = await parameters_of(request)
        to = _registered(context, parameters, parameters.get("client_id", ""))
        sign_in = context.sign_in_of(request)
        return _signed_out(context, sign_in.sid if sign_in else "", to)

    return router


def _registered(context: Context, parameters: dict[str, str], client_id: str) -> str | None:
    """Where to go afterwards, with the state. Raises Unredirectable when the client has not registered it."""
    uri = parameters.get("post_logout_redirect_uri")
    if uri is None:
        return None
    client = context.directory.clients.get(client_id)
    if client is None or not is_registered(uri, client.post_logout_redirect_uris, any_loopback_port=client.public):
        raise Unredirectable("This post_logout_redirect_uri is not registered for the client.")
    return with_answer(uri, state=parameters.get("state"))


def _signed_out(context: Context, sid: str, to: str | None) -> Response:
    response: Response
    if to is None:
        response = message_page("You are signed out", "You can close this page.", 200)
    else:
        response = RedirectResponse(to, 303, {"Cache-Control": "no-store"})
    context.forget(response, sid)
    return response
