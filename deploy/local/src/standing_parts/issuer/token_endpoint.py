"""/token: a code, a refresh token or a client's own secret against an access token."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from standing_parts.issuer.client_authentication import authenticated_client
from standing_parts.issuer.context import Context
from standing_parts.issuer.forms import OAuthError, parameters_of, required
from standing_parts.issuer.grants import Grant
from standing_parts.issuer.people import Client
from standing_parts.issuer.tokens import client_claims, person_claims

NOT_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/token")
    async def token(request: Request) -> JSONResponse:
        parameters = await parameters_of(request)
        client = authenticated_client(request, parameters, context.directory)
        match required(parameters, "grant_type"):
            case "authorization_code":
                answer = _of_code(context, client, parameters)
            case "refresh_token":
                answer = _of_refresh_token(context, client, parameters)
            case "client_credentials":
                answer = _of_client(context, client)
            case _:
                raise OAuthError("unsupported_grant_type", "authorization_code, refresh_token or client_credentials.")
        return JSONResponse(answer, headers=NOT_STORED)

    return router


def _of_code(context: Context, client: Client, parameters: dict[str, str]) -> dict[str, Any]:
    grant = context.codes.redeem(
        required(parameters, "code"),
        client.client_id,
        required(parameters, "redirect_uri"),
        required(parameters, "code_verifier"),
    )
    return _of_grant(context, grant, grant.scope, nonce=grant.nonce)


def _of_refresh_token(context: Context, client: Client, parameters: dict[str, str]) -> dict[str, Any]:
    grant = context.refresh_tokens.grant_of(required(parameters, "refresh_token"), client.client_id)
    wanted = parameters["scope"].split() if "scope" in parameters else grant.scope
    if not set(wanted) <= set(grant.scope):
        raise OAuthError("invalid_scope", f"Granted was {' '.join(grant.scope) or 'no scope'}; no more can be had.")
    return _of_grant(context, grant, tuple(wanted), nonce=None)


def _of_grant(context: Context, grant: Grant, scope: tuple[str, ...], nonce: str | None) -> dict[str, Any]:
    sign_in = grant.sign_in
    claims = {**person_claims(sign_in.person), "scope": " ".join(scope) or None, "auth_time": sign_in.at}
    tokens = context.tokens
    answer = _answer(context, tokens.access(sign_in.person.subject, grant.client_id, claims, tokens.lifetime_s))
    answer["refresh_token"] = context.refresh_tokens.issue(grant)
    if scope:
        answer["scope"] = " ".join(scope)
    if "openid" in scope:
        name = sign_in.person.name if "profile" in scope else None
        about = {"auth_time": sign_in.at, "nonce": nonce, "sid": sign_in.sid, "name": name}
        answer["id_token"] = tokens.id(sign_in.person, grant.client_id, about)
    return answer


def _of_client(context: Context, client: Client) -> dict[str, Any]:
    if client.public:
        raise OAuthError("unauthorized_client", "A public client cannot act for itself.")
    return _answer(
        context,
        context.tokens.access(client.client_id, client.client_id, client_claims(client), context.tokens.lifetime_s),
    )


def _answer(context: Context, access_token: str) -> dict[str, Any]:
    return {"access_token": access_token, "token_type": "Bearer", "expires_in": context.tokens.lifetime_s}
