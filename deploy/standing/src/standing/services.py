"""The services as the command sees them: what to start, where they answer, and their progress."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, overload

import orjson

from standing.fault import Fault
from standing.registry import registry

if TYPE_CHECKING:
    import httpx

    from chassis.service import Service


class Services(Sequence["Service"]):
    """The services of this checkout, imported when somebody looks at them: a command that prints its help needs none."""

    @cached_property
    def _loaded(self) -> "tuple[Service, ...]":
        return tuple(import_module(f"{entry.package}.service").SERVICE for entry in registry().entries)

    @overload
    def __getitem__(self, at: int) -> "Service": ...
    @overload
    def __getitem__(self, at: slice) -> "Sequence[Service]": ...
    def __getitem__(self, at: int | slice) -> "Service | Sequence[Service]":
        return self._loaded[at]

    def __iter__(self) -> "Iterator[Service]":
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)


ALL = Services()
NAMES = tuple(entry.name for entry in registry().entries)
ANSWER_WITHIN_S = 60.0
TOKEN_WITHIN_S = 10.0
WHAT_TO_SET = (
    "The command asks as the client that STANDING_AUTH_ISSUER, STANDING_CLIENT_ID and STANDING_CLIENT_SECRET_FILE name;"
    " it needs the roles administrator and delegate"
)
COME_AGAIN = (429, 503)
NOT_LET_IN = ("no-token", "token-not-accepted", "no-right", "not-in-that-name", "other-tenant")
"""Problems that other settings mend."""


class DoesNotAnswer(Fault):
    """A service did not answer in time; see its log for the reason."""


def connect(login: Mapping[str, str] | None = None) -> "httpx.AsyncClient":
    """An HTTP client for services on this machine, so never through a proxy of the environment.

    It gets its tokens by the settings of ``login``, STANDING_AUTH_ISSUER and so on; without them by those of the terminal.
    """
    import httpx

    from chassis.auth_settings import AuthSettings
    from chassis.service_tokens import ServiceTokens

    named: dict[str, Any] = {name.removeprefix("STANDING_").lower(): value for name, value in (login or {}).items()}
    settings = AuthSettings(**{"auth": "on", **named} if named else {})
    return httpx.AsyncClient(trust_env=False, timeout=ANSWER_WITHIN_S, auth=ServiceTokens.of(settings))


@dataclass(frozen=True)
class Client:
    """One service over HTTP. A call is repeated while the service starts or restarts, so it must be idempotent."""

    service: "Service"
    base_url: str
    http: "httpx.AsyncClient"

    @property
    def name(self) -> str:
        return self.service.name

    async def get(self, path: str, **parameters: Any) -> Any:
        return await self._call("GET", path, params={k: str(v) for k, v in parameters.items() if v is not None})

    async def post(self, path: str, body: Any = None, timeout_s: float | None = 30.0) -> Any:
        return await self._call("POST", path, timeout_s, json=body)

    async def act(self, method: str, path: str, body: Any, actor: str, key: str, if_match: str | None = None) -> Any:
        """A write in the name of ``actor``; the key makes a repeat harmless. ``if_match`` is the ETag that was read."""
        headers = {"X-Actor": actor, "Idempotency-Key": key, **({"If-Match": if_match} if if_match else {})}
        return await self._call(method, path, json=body, headers=headers)

    async def pages(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """All items of a paged list."""
        items: list[dict[str, Any]] = []
        after: Any = None
        while True:
            page = await self.get(path, limit=500, after=after, **parameters)
            items += page["items"]
            after = page["next"]
            if after is None:
                return items

    async def _call(self, method: str, path: str, timeout_s: float | None = 30.0, **arguments: Any) -> Any:
        import httpx

        from chassis.client_credentials import NoToken

        begun = time.monotonic()
        deadline = begun + ANSWER_WITHIN_S
        while True:
            try:
                response = await self.http.request(method, self.base_url + path, timeout=timeout_s, **arguments)
            except httpx.TransportError as error:
                if isinstance(error, NoToken) and time.monotonic() > begun + TOKEN_WITHIN_S:
                    raise DoesNotAnswer(f"{error}. {WHAT_TO_SET}.") from error
                if time.monotonic() > deadline:
                    raise DoesNotAnswer(f"{self.name} at {self.base_url} does not answer: {error!r}") from error
                await asyncio.sleep(0.1)
                continue
            if response.status_code in COME_AGAIN and time.monotonic() < deadline:
                await asyncio.sleep(0.1)
                continue
            if response.is_error:
                failed = f"{self.name}: {_sentence_of(response)} ({method} {path}, {response.status_code})"
                raise DoesNotAnswer(f"{failed}. {WHAT_TO_SET}." if _not_let_in(response) else failed)
            return orjson.loads(response.content) if response.content else None

    async def progress(self) -> dict[str, Any]:
        reading: dict[str, Any] = await self.get("/v1/admin/progress")
        return reading

    async def settled(self, inbox: Mapping[str, Mapping[Any, int]], now: datetime | None = None) -> dict[str, Any]:
        """Its progress, once the service has handled these positions and all that follows from them (or after 10 s); with ``now``
        its clock is moved there first."""
        body = {"inbox": inbox, "now": now and now.isoformat()}
        reading: dict[str, Any] = await self.post("/v1/admin/settled", body)
        return reading

    async def move_clock(self, instant: datetime) -> None:
        await self.post("/v1/admin/clock", {"now": instant.isoformat()})


def _sentence_of(response: "httpx.Response") -> str:
    """The detail of a problem document; else the beginning of what was answered."""
    try:
        problem = orjson.loads(response.content)
        return str(problem.get("detail") or problem["title"]).rstrip(".")
    except (orjson.JSONDecodeError, AttributeError, KeyError):
        return response.text[:300] or "no answer"


def _not_let_in(response: "httpx.Response") -> bool:
    try:
        return str(orjson.loads(response.content)["type"]).rpartition("/")[2] in NOT_LET_IN
    except (orjson.JSONDecodeError, TypeError, KeyError):
        return False
