"""An issuer whose certificate a CA of the company signed: the CA that is named counts wherever the issuer is spoken to, and no other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from jwt.algorithms import ECAlgorithm

from chassis.client_credentials import NoToken
from chassis.errors import UsageError
from chassis.http.identity.issuer_keys import IssuerAway, IssuerKeys
from chassis.kafka_security import KafkaSecurity
from chassis.kafka_tokens import KafkaTokens, TokenUnavailable
from chassis.service_tokens import ServiceTokens
from chassis.settings import Settings
from chassis.testing.client import app_of
from chassis.testing.waiting import eventually
from standing_parts.certificates import Authority, Certificate
from standing_parts.ports import free_port

from .running import Start
from .toy_api import OPEN_JAR_SERVICE

KEY = ec.generate_private_key(ec.SECP256R1())
NOT_SIGNED = r"its certificate is not signed by a CA that counts here \(.*\): STANDING_AUTH_CA_FILE must name the CA that signed it"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(_folder(tmp_path, "own"), "The company's CA")


@pytest.fixture
def another(tmp_path: Path) -> Authority:
    return Authority(_folder(tmp_path, "another"), "Another CA")


def _folder(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    return folder


def token_of(issuer: str) -> str:
    claims = {
        "iss": issuer,
        "aud": "standing",
        "sub": "ann",
        "iat": 1_700_000_000,
        "nbf": 1_700_000_000,
        "exp": 4_000_000_000,
    }
    return jwt.encode(
        {**claims, "jti": "1", "client_id": "console", "roles": ["administrator"]}, KEY, "ES256", {"kid": "1", "typ": "at+jwt"}
    )  # fmt: skip


@asynccontextmanager
async def served(certificate: Certificate) -> AsyncIterator[str]:
    """An issuer behind TLS, with discovery, keys and tokens; yields its URL."""
    app, url = FastAPI(), f"https://127.0.0.1:{free_port()}"

    @app.get("/.well-known/openid-configuration")
    async def about() -> dict[str, str]:
        return {"issuer": url, "jwks_uri": f"{url}/jwks", "token_endpoint": f"{url}/token"}

    @app.get("/jwks")
    async def keys() -> dict[str, Any]:
        key = ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": "1", "use": "sig", "alg": "ES256"}]}

    @app.post("/token")
    async def token() -> dict[str, Any]:
        return {"access_token": token_of(url), "expires_in": 3600}

    config = uvicorn.Config(
        app, host="127.0.0.1", port=int(url.rpartition(":")[2]), lifespan="off", log_config=None,
        ssl_certfile=certificate.cert, ssl_keyfile=certificate.key,
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    try:
        await eventually(started, bool)
        yield url
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def issuer(authority: Authority) -> AsyncIterator[str]:
    async with served(authority.sign("issuer", ("127.0.0.1",))) as url:
        yield url


def settings_with(issuer: str, ca_file: Path | None) -> Settings:
    return Settings(
        postgres="postgresql://u@127.0.0.1:1", kafka="127.0.0.1:1", auth_issuer=issuer, auth_ca_file=ca_file, client_id="services",
        client_secret="secret",
    )  # fmt: skip


async def test_the_keys_are_read_where_the_ca_of_the_issuer_is_named(issuer: str, authority: Authority) -> None:
    keys = IssuerKeys(issuer, 60.0, ca_file=authority.file)
    assert await keys.key("1") is not None


async def test_a_ca_that_has_not_signed_it_is_named_in_the_sentence_of_who_waits_for_a_key(
    issuer: str, another: Authority
) -> None:
    for ca_file in (another.file, None):
        with pytest.raises(IssuerAway, match=f"The keys of {issuer} cannot be read: {NOT_SIGNED}"):
            await IssuerKeys(issuer, 60.0, ca_file=ca_file).key("1")


async def test_a_service_gets_its_own_token_there_and_says_what_to_change_where_it_cannot(
    issuer: str, authority: Authority, another: Authority
) -> None:
    tokens = ServiceTokens.of(settings_with(issuer, authority.file))
    assert tokens is not None
    assert await tokens.token() == await tokens.token() != ""
    for ca_file in (another.file, None):
        refused = ServiceTokens.of(settings_with(issuer, ca_file))
        assert refused is not None
        with pytest.raises(NoToken, match=f"{issuer} gives no token: {NOT_SIGNED}"):
            await refused.token()


async def test_a_token_for_kafka_is_got_there_with_a_ca_of_its_own_setting(
    issuer: str, authority: Authority, another: Authority, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    assert await KafkaTokens(f"{issuer}/token", "services", secret, authority.file).token()
    with pytest.raises(TokenUnavailable, match="STANDING_KAFKA_TOKEN_CA_FILE must name the CA that signed it"):
        await KafkaTokens(f"{issuer}/token", "services", secret, another.file).token()
    security = KafkaSecurity(
        "SASL_SSL", "OAUTHBEARER", token_url=f"{issuer}/token", client_id="services", client_secret_file=secret,
        token_ca_file=authority.file,
    )  # fmt: skip
    assert await security.check().client_options()["sasl_oauth_token_provider"].token()
    assert KafkaSecurity.of_environment(security.environment()) == security


async def test_a_certificate_of_another_host_is_named_as_one(authority: Authority) -> None:
    async with served(authority.sign("elsewhere", ("issuer.example",))) as url:
        with pytest.raises(IssuerAway, match="its certificate is made for another name"):
            await IssuerKeys(url, 60.0, ca_file=authority.file).key("1")


async def test_another_ca_in_the_file_counts_without_a_restart(
    issuer: str, authority: Authority, another: Authority, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(another.file.read_bytes())
    tokens = ServiceTokens.of(settings_with(issuer, file))
    assert tokens is not None
    with pytest.raises(NoToken):
        await tokens.token()
    file.write_bytes(authority.file.read_bytes())
    assert await tokens.token()


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_is_no_ca_is_refused_at_the_start(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(UsageError, match=r"STANDING_AUTH_CA_FILE: .*ca\.pem holds no certificates in PEM: "):
        settings_with("https://issuer.example", file).issuer()


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDING_AUTH_CA_FILE", "")
    settings = Settings(postgres="postgresql://u@127.0.0.1:1", kafka="127.0.0.1:1", auth="off")
    assert settings.auth_ca_file is None


async def test_a_running_service_lets_in_who_has_a_token_of_that_issuer(
    start_service: Start, issuer: str, authority: Authority, another: Authority
) -> None:
    statuses = []
    for ca_file in (authority.file, another.file):
        runtime = await start_service(
            OPEN_JAR_SERVICE, roles=frozenset({"http"}), auth="on", auth_issuer=issuer, auth_ca_file=ca_file
        )
        transport = httpx.ASGITransport(app_of(runtime))
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
            answer = await http.get("/v1/me", headers={"Authorization": f"Bearer {token_of(issuer)}"})
        statuses.append(answer.status_code)
        await runtime.stop()
    assert statuses == [200, 503]
    assert "STANDING_AUTH_CA_FILE must name the CA" in answer.json()["detail"]
