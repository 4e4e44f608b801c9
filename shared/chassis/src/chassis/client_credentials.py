"""A token for this process itself: client credentials (RFC 6749, 4.4), fetched anew before it expires.

While the issuer does not answer, the token that is there serves until it has expired.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import structlog

from chassis.errors import UsageError
from chassis.issuer_tls import SETTING, explained, trusted

_log = structlog.get_logger()

WITHIN_S = 10.0
LEFT_S, LEFT_SHARE = 60.0, 0.2
"""A token is replaced when this much of its life is left, or this share where that is less."""
RETRY_S = 5.0
"""While the former token still serves, its issuer is asked for another one at most this often."""
LIFE_S = 300.0
"""Of a token whose issuer does not say when it expires."""

Endpoint = Callable[[httpx.AsyncClient], Awaitable[str]]
"""Finds the address that gives tokens."""


class NoToken(httpx.TransportError):
    """The issuer gives no token; what needs one was not sent, and may be sent again later."""


class ClientCredentials:
    """The token of one client. ``issuer`` is who gives it, for sentences; ``secret`` is asked at each try, so that it can be changed.

    ``ca_file``: the CA that signed the issuer's certificate, read at each try; ``ca_setting`` is what names it.
    """

    def __init__(
        self, issuer: str, endpoint: Endpoint, client_id: str, secret: Callable[[], str], scope: str | None = None,
        ca_file: Path | None = None, ca_setting: str = SETTING,
    ) -> None:  # fmt: skip
        self._issuer = issuer
        self._endpoint = endpoint
        self._client_id = client_id
        self._secret = secret
        self._ca_file = ca_file
        self._ca_setting = ca_setting
        self._grant = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
        self._token = ""
        self._fresh_until = self._good_until = self._retry_at = 0.0
        self._fetching = asyncio.Lock()

    async def token(self, instead_of: str | None = None) -> str:
        """A token that has not expired, and is not the one that was refused. Raises NoToken."""
        async with self._fetching:
            now = time.monotonic()
            serves = now < self._good_until and self._token != instead_of
            if not serves or now >= max(self._fresh_until, self._retry_at):
                try:
                    await self._fetch(now)
                except NoToken as error:
                    if not serves or time.monotonic() >= self._good_until:
                        raise
                    self._retry_at = time.monotonic() + RETRY_S
                    _log.warning("the former token serves on", reason=str(error))
            return self._token

    async def _fetch(self, sent_at: float) -> None:
        try:
            secret = self._secret()
            async with httpx.AsyncClient(
                timeout=WITHIN_S, trust_env=False, verify=trusted(self._ca_file, self._ca_setting)
            ) as http:
                url = await self._endpoint(http)
                response = await http.post(url, data=self._grant, auth=httpx.BasicAuth(self._client_id, secret))
        except (httpx.HTTPError, httpx.InvalidURL, UsageError, ValueError, KeyError, TypeError) as error:
            raise NoToken(f"{self._issuer} gives no token: {explained(error, self._ca_setting)}") from error
        if response.status_code != 200:
            raise NoToken(f"{self._issuer} gives the client {self._client_id} no token: {_refusal(response, secret)}")
        try:
            answer: dict[str, Any] = response.json()
            self._token, life_s = str(answer["access_token"]), float(answer.get("expires_in") or LIFE_S)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NoToken(f"{self._issuer} answers without an access_token") from error
        self._good_until = sent_at + life_s
        self._fresh_until = self._good_until - min(LEFT_S, LEFT_SHARE * life_s)


def _refusal(response: httpx.Response, secret: str) -> str:
    """The error's name and words by RFC 6749; nothing else of an answer is repeated, and no words that repeat the secret."""
    try:
        answer = response.json()
        said = [str(answer[name]) for name in ("error", "error_description") if answer.get(name)]
    except (ValueError, AttributeError):
        said = []
    return f"{response.status_code} {': '.join(text for text in said if not secret or secret not in text)}".strip()
