"""One rule for every token that a process gets for itself: replaced before it expires, and the former one serves while that fails."""

import asyncio
from pathlib import Path

import httpx
import pytest

from chassis import client_credentials
from chassis.client_credentials import ClientCredentials, NoToken
from chassis.discovery import discovered
from chassis.kafka_tokens import KafkaTokens
from chassis.service_tokens import ServiceTokens
from chassis.settings import Settings
from standing_parts.issuer import Client, Issuer

from .running import become
from .tokens import TokenIssuer

SECRET = "s3cret of the client"


def of(made: TokenIssuer) -> ClientCredentials:
    async def endpoint(_: httpx.AsyncClient) -> str:
        return made.url

    return ClientCredentials(made.url, endpoint, "jar-svc", lambda: SECRET)


async def test_while_the_issuer_is_away_the_former_token_serves_until_it_has_expired(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_credentials, "LEFT_SHARE", 0.9)  # to be replaced after 0.6 of its 6 seconds
    monkeypatch.setattr(client_credentials, "RETRY_S", 0.2)
    made = TokenIssuer(secret=SECRET, life_s=6.0)
    async with made:
        tokens = of(made)
        first = await tokens.token()
    await asyncio.sleep(0.7)
    assert await tokens.token() == first, "nobody answers, and it has not expired"
    with pytest.raises(NoToken, match="gives no token"):
        await tokens.token(instead_of=first)

    async def gone() -> bool:
        try:
            await tokens.token()
        except NoToken:
            return True
        return False

    await become(gone, True)


async def test_as_long_as_the_former_token_serves_the_issuer_is_not_asked_at_each_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_credentials, "LEFT_SHARE", 1.0)  # to be replaced at once
    made = TokenIssuer(secret=SECRET, life_s=50.0)
    async with made:
        tokens = of(made)
        first = await tokens.token()
        made.answer = "<html>"
        tries = 0

        def secret() -> str:
            nonlocal tries
            tries += 1
            return SECRET

        tokens._secret = secret
        for _ in range(20):
            assert await tokens.token() == first
    assert tries == 1


async def test_services_and_kafka_get_their_tokens_by_the_same_rule(tmp_path: Path) -> None:
    issuer = Issuer.start(tmp_path / "issuer", [], [Client("jar-svc", roles=("service",))], lifetime_s=100)
    try:
        settings = Settings(
            postgres="postgresql://u@127.0.0.1:1", kafka="127.0.0.1:1", auth_issuer=issuer.url, client_id="jar-svc",
            client_secret_file=issuer.secret_file("jar-svc"),
        )  # fmt: skip
        services = ServiceTokens.of(settings)
        assert services is not None
        kafka = KafkaTokens(f"{issuer.url}/token", "jar-svc", issuer.secret_file("jar-svc"))
        for tokens in (services, kafka):
            assert await tokens.token() == await tokens.token()
    finally:
        issuer.stop()


async def test_a_secret_is_not_sent_to_where_a_discovery_document_of_another_issuer_leads(tmp_path: Path) -> None:
    issuer = Issuer.start(tmp_path / "issuer", [], [Client("jar-svc", roles=("service",))])
    elsewhere = issuer.url.replace("127.0.0.1", "localhost")
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await discovered(http, issuer.url))["token_endpoint"] == f"{issuer.url}/token"
            with pytest.raises(ValueError, match=f"its discovery document is that of {issuer.url}"):
                await discovered(http, elsewhere)
    finally:
        issuer.stop()
