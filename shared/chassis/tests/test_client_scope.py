"""Some issuers give a client no token unless it names the scope that it wants."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from chassis.client_credentials import NoToken
from chassis.service_tokens import ServiceTokens
from chassis.settings import Settings
from standing_parts.issuer.server import Server
from standing_parts.ports import free_port

SCOPE = "api://standing/.default"


@pytest.fixture(scope="module")
def demanding() -> Iterator[str]:
    """An issuer that refuses whoever names no scope, as Entra ID does; its tokens are not looked at."""
    url = f"http://127.0.0.1:{free_port()}"
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def about() -> dict[str, str]:
        return {"issuer": url, "token_endpoint": f"{url}/token"}

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        if form.get("scope") != [SCOPE]:
            return JSONResponse({"error": "invalid_scope"}, 400)
        return JSONResponse({"access_token": "of-the-scope", "expires_in": 3600})

    server = Server(app, int(url.rpartition(":")[2]))
    yield url
    server.stop()


def settings_of(issuer: str, scope: str | None) -> Settings:
    return Settings(
        postgres="postgresql://u@127.0.0.1:1", kafka="127.0.0.1:1", auth_issuer=issuer, client_id="services",
        client_secret="secret", client_scope=scope,
    )  # fmt: skip


async def test_the_scope_of_the_settings_is_asked_for(demanding: str) -> None:
    tokens = ServiceTokens.of(settings_of(demanding, SCOPE))
    assert tokens is not None
    assert await tokens.token() == "of-the-scope"


async def test_without_one_the_refusal_of_the_issuer_is_shown(demanding: str) -> None:
    tokens = ServiceTokens.of(settings_of(demanding, None))
    assert tokens is not None
    with pytest.raises(NoToken, match="gives the client services no token: 400 invalid_scope"):
        await tokens.token()
