"""Where everything is (OpenID Connect Discovery, RFC 8414), the public keys, and /userinfo."""

from __future__ import annotations

from typing import Any

import jwt
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from standing_parts.issuer.authorization_request import SCOPES
from standing_parts.issuer.client_authentication import METHODS
from standing_parts.issuer.context import Context
from standing_parts.issuer.forms import OAuthError
from standing_parts.issuer.keys import ALGORITHM
from standing_parts.issuer.tokens import person_claims


def routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/.well-known/openid-configuration")
    @router.get("/.well-known/oauth-authorization-server")
    async def metadata() -> dict[str, Any]:
        return _metadata(context.url)

    @router.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return context.tokens.keys.key_set()

    @router.api_route("/userinfo", methods=["GET", "POST"])
    async def userinfo(request: Request) -> JSONResponse:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise OAuthError("invalid_request", "An access token is missing.", 401, {"WWW-Authenticate": "Bearer"})
        try:
            claims = context.tokens.read_access(token.strip())
        except jwt.PyJWTError as wrong:
            raise _refused("invalid_token", f"The access token is not valid: {wrong}.", 401) from None
        scope = claims.get("scope", "").split()
        person = context.directory.people.get(claims["sub"])
        if person is None or "openid" not in scope:
            raise _refused("insufficient_scope", "The access token was not given to a person for openid.", 403)
        known = {name: value for name, value in person_claims(person).items() if value is not None}
        if "profile" not in scope:
            del known["name"]
        return JSONResponse({"sub": person.subject, **known}, headers={"Cache-Control": "no-store"})

    return router


def _refused(error: str, description: str, status: int) -> OAuthError:
    return OAuthError(error, description, status, {"WWW-Authenticate": f'Bearer error="{error}"'})


def _metadata(url: str) -> dict[str, Any]:
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/jwks",
        "userinfo_endpoint": f"{url}/userinfo",
        "end_session_endpoint": f"{url}/logout",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": METHODS,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "claims_supported": ["sub", "name", "roles", "tenant", "partner", "department", "auth_time", "nonce", "sid"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
