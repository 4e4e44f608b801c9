"""Tokens by which a process asks other services: those of the client that its settings name, at the issuer that they name."""

from collections.abc import AsyncGenerator

import httpx

from chassis.auth_settings import AuthSettings
from chassis.client_credentials import ClientCredentials
from chassis.discovery import discovered
from chassis.secret_files import secret_in


class ServiceTokens(httpx.Auth):
    """Sends a token with each request of an httpx client; one that is refused is replaced once."""

    def __init__(self, credentials: ClientCredentials) -> None:
        self._credentials = credentials

    @staticmethod
    def of(settings: AuthSettings) -> "ServiceTokens | None":
        """Those of the client that the settings name; None where they name none, and requests go without a token."""
        if settings.auth == "off" or settings.auth_issuer is None or settings.client_id is None:
            return None
        issuer, file, fixed = settings.auth_issuer, settings.client_secret_file, settings.client_secret

        async def endpoint(http: httpx.AsyncClient) -> str:
            return str((await discovered(http, issuer))["token_endpoint"])

        def secret() -> str:
            if file is not None:
                return secret_in(file, "STANDING_CLIENT_SECRET_FILE")
            return fixed.get_secret_value() if fixed is not None else ""

        return ServiceTokens(
            ClientCredentials(
                issuer, endpoint, settings.client_id, secret, settings.client_scope, settings.auth_ca_file
            )
        )

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self.token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = f"Bearer {await self.token(instead_of=token)}"
            yield request

    async def token(self, instead_of: str | None = None) -> str:
        """A token that has not expired, and is not the one that was refused. Raises NoToken."""
        return await self._credentials.token(instead_of)
