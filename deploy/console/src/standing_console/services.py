"""The services over HTTP, with the token of whoever looks or acts. Whatever hinders an answer is raised as a fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from standing_console.faults import NotFound, Refused, RightLacking, ServiceAway, SessionOver, TooSlow

LOOK_S = 3.0
"""Within which a look is answered, or said to be late."""
ACT_S = 120.0
"""An act may take a while: the messages of a key are handled one after another."""
AGENT = "standing-console"


@dataclass(frozen=True)
class Services:
    """Where each service answers; one pool of connections for all viewers."""

    http: httpx.AsyncClient
    addresses: Mapping[str, str]

    def __iter__(self) -> Any:
        return iter(self.addresses)

    def check(self, service: str) -> str:
        """The name of a service that there is. Raises NotFound."""
        if service not in self.addresses:
            raise NotFound(service)
        return service

    async def look(self, token: str, service: str, path: str, **parameters: Any) -> Any:
        """The answer to a GET. Raises Fault, and SessionOver where the token does not count any more."""
        given = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
        return await self._call(token, "GET", service, path, LOOK_S, params=given)

    async def act(
        self, token: str, method: str, service: str, path: str, key: str, body: Any = None, reason: str | None = None,
        match: int | None = None, parameters: Mapping[str, str] | None = None,
    ) -> Any:  # fmt: skip
        """A write; ``key`` makes a repeat of the same form harmless where the service looks at it. ``match`` is the version
        that must be the newest still. Raises as ``look``."""
        headers = {"Idempotency-Key": key}
        if match is not None:
            headers["If-Match"] = f'"{match}"'
        if reason is not None:
            headers["X-Reason"] = reason
        return await self._call(
            token, method, service, path, ACT_S, json=body, headers=headers, params=dict(parameters or {})
        )

    async def _call(self, token: str, method: str, service: str, path: str, within_s: float, **arguments: Any) -> Any:
        url = self.addresses[self.check(service)].rstrip("/") + path
        headers = {"Authorization": f"Bearer {token}", "User-Agent": AGENT, **arguments.pop("headers", {})}
        encoded = {name: value.encode() for name, value in headers.items()}
        body = arguments.pop("json", None)
        if body is not None:
            arguments["content"] = orjson.dumps(body)
            encoded["Content-Type"] = b"application/json"
        try:
            response = await self.http.request(method, url, timeout=within_s, headers=encoded, **arguments)
        except httpx.TimeoutException as late:
            raise TooSlow(service) from late
        except httpx.TransportError as away:
            raise ServiceAway(service) from away
        return _answer(service, response)


def _answer(service: str, response: httpx.Response) -> Any:
    if response.is_success:
        return orjson.loads(response.content) if response.content else None
    if response.status_code == 401:
        raise SessionOver
    problem = _problem(response)
    kind = str(problem.get("type", "")).rpartition("/")[2]
    if kind == "no-right":
        raise RightLacking(service, str(problem.get("right", "")))
    detail = str(problem.get("detail") or problem.get("title") or f"HTTP {response.status_code}")
    raise Refused(service, response.status_code, kind, detail)


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        found = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
