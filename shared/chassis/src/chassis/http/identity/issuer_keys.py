"""The public keys of the issuer: found by its discovery document, fetched again when a token names an unknown one."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import structlog
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from chassis.discovery import discovered
from chassis.errors import UsageError
from chassis.issuer_tls import explained, trusted

_log = structlog.get_logger()

FRESH_S = 600.0
"""Keys are fetched again after this long, so that one that the issuer has withdrawn ends."""
UNKNOWN_EVERY_S = 60.0
"""An unknown key id makes the keys be fetched again at most this often, and so does their age."""
RETRY_S = 5.0
"""As long as they cannot be read, they are asked for again this often for whoever waits for one."""
ANSWER_WITHIN_S = 5.0


ABSENT_MAX = 1_000


class IssuerAway(Exception):
    """Whether a token counts cannot be said: its key is not known, and the issuer cannot be asked for it now."""


class IssuerKeys:
    """Keys by id. While the issuer is away the last ones serve for ``kept_s``.

    ``ca_file``: the CA that signed the issuer's certificate, read whenever keys are fetched.
    """

    def __init__(
        self, issuer: str, kept_s: float, http: httpx.AsyncClient | None = None, ca_file: Path | None = None
    ) -> None:
        self.issuer = issuer
        self._kept_s = kept_s
        self._http = http
        self._ca_file = ca_file
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at = self._tried_at = self._searched_at = float("-inf")
        self._absent: set[str] = set()
        """Ids that the issuer did not have when it was searched for them. Of any other unknown one it may have made the key since the last
        search: whoever brings that is asked to come again."""
        self._fetching = asyncio.Lock()
        self._background: asyncio.Task[None] | None = None
        self.fault: str | None = None
        """Why the keys could not be fetched the last time."""

    async def key(self, key_id: str) -> PyJWK | None:
        """The key with this id; None where the issuer has none. Raises IssuerAway."""
        age_s = time.monotonic() - self._fetched_at
        if age_s > self._kept_s:
            await self._fetch()
            if time.monotonic() - self._fetched_at > self._kept_s:
                raise IssuerAway(self.fault or f"{self.issuer} has not answered yet")
        elif age_s > FRESH_S and (self._background is None or self._background.done()):
            self._background = asyncio.create_task(self._fetch(UNKNOWN_EVERY_S))
        if key_id not in self._keys:
            await self._fetch(searching=key_id)
            if key_id not in self._keys and (self.fault is not None or key_id not in self._absent):
                raise IssuerAway(self.fault or f"The keys of {self.issuer} were searched for another one just now")
        return self._keys.get(key_id)

    async def close(self) -> None:
        """Close its connections."""
        if self._background is not None:
            self._background.cancel()
        if self._http is not None:
            await self._http.aclose()

    async def _fetch(self, every_s: float | None = None, searching: str | None = None) -> None:
        """Fetch the keys, unless that was tried within ``every_s`` (RETRY_S without it); those who ask meanwhile wait for one answer.

        ``searching`` for an id that is unknown has a time of its own: when keys were fetched for another reason does not count.
        """
        async with self._fetching:
            now = time.monotonic()
            last, rest_s = self._tried_at, RETRY_S if every_s is None else every_s
            if searching is not None and self.fault is None:
                last, rest_s = self._searched_at, UNKNOWN_EVERY_S
            if now - last < rest_s:
                return
            try:
                self._keys = {key.key_id: key for key in await self._read() if key.key_id}
                self._fetched_at, self.fault = time.monotonic(), None
            except (
                httpx.HTTPError, httpx.InvalidURL, PyJWTError, UsageError, ValueError, KeyError, TypeError
            ) as error:  # fmt: skip
                self.fault = f"The keys of {self.issuer} cannot be read: {explained(error)}"
                _log.warning("the issuer does not answer", issuer=self.issuer, error=repr(error))
            self._tried_at = time.monotonic()
            if searching is not None and self.fault is None:
                self._searched_at = now
                if len(self._absent) >= ABSENT_MAX:
                    self._absent.clear()
                self._absent = (self._absent | {searching}) - self._keys.keys()

    async def _read(self) -> list[PyJWK]:
        if self._http is not None:
            return await self._read_by(self._http)
        verify = trusted(self._ca_file)
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False, verify=verify) as http:
            return await self._read_by(http)

    async def _read_by(self, http: httpx.AsyncClient) -> list[PyJWK]:
        about = await discovered(http, self.issuer)
        keys = (await http.get(about["jwks_uri"])).raise_for_status().json()["keys"]
        return [key for key in map(_readable, keys) if key is not None]


def _readable(key: dict[str, Any]) -> PyJWK | None:
    """A key for signatures; None for one of another use or of a kind that is not known here."""
    if key.get("use", "sig") != "sig":
        return None
    try:
        return PyJWK(key)
    except PyJWTError:
        return None
