"""Tokens for a login at Kafka by OAUTHBEARER: client credentials at the address that the settings name."""

from pathlib import Path

import httpx
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaConnectionError

from chassis.client_credentials import ClientCredentials, NoToken
from chassis.secret_files import secret_in


class TokenUnavailable(KafkaConnectionError):  # type: ignore[misc]
    """The issuer gives no token. Kafka's clients treat it as a broker that cannot be reached, and try again."""


class KafkaTokens(AbstractTokenProvider):  # type: ignore[misc]
    """The token of one Kafka client, for each connection that it makes."""

    def __init__(self, url: str, client_id: str, secret_file: Path, ca_file: Path | None = None) -> None:
        async def endpoint(_: httpx.AsyncClient) -> str:
            return url

        self._credentials = ClientCredentials(
            url, endpoint, client_id, lambda: secret_in(secret_file, "STANDING_KAFKA_CLIENT_SECRET_FILE"),
            ca_file=ca_file, ca_setting="STANDING_KAFKA_TOKEN_CA_FILE",
        )  # fmt: skip

    async def token(self) -> str:
        """A token that has not expired. Raises TokenUnavailable."""
        try:
            return await self._credentials.token()
        except NoToken as error:
            raise TokenUnavailable(str(error)) from error
