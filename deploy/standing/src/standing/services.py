"""The four services as the command sees them: what to start, where they answer, and their progress."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import orjson

from chassis.service import Service
from credit_svc.service import SERVICE as CREDIT
from customer_svc.service import SERVICE as CUSTOMER
from notify_svc.service import SERVICE as NOTIFY
from supplier_svc.service import SERVICE as SUPPLIER

ALL: tuple[Service, ...] = (SUPPLIER, CUSTOMER, CREDIT, NOTIFY)
ANSWER_WITHIN_S = 60.0


class DoesNotAnswer(Exception):
    """A service did not answer in time; its log says why."""


@dataclass(frozen=True)
class Client:
    """One service over HTTP. Calls are repeated while the service is starting or being restarted, so only repeatable ones go here."""

    service: Service
    base_url: str
    http: aiohttp.ClientSession

    @property
    def name(self) -> str:
        return self.service.name

    async def get(self, path: str, **parameters: Any) -> Any:
        return await self._call("GET", path, params={k: str(v) for k, v in parameters.items() if v is not None})

    async def post(self, path: str, body: Any = None, timeout_s: float = 30.0) -> Any:
        return await self._call("POST", path, timeout_s, json=body)

    async def act(self, method: str, path: str, body: Any, actor: str, key: str, if_match: str | None = None) -> Any:
        """A write in somebody's name; the key makes a repeat harmless. ``if_match`` is the ETag that was read."""
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

    async def _call(self, method: str, path: str, timeout_s: float = 30.0, **arguments: Any) -> Any:
        deadline = time.monotonic() + ANSWER_WITHIN_S
        timeout = aiohttp.ClientTimeout(total=timeout_s)
        while True:
            try:
                async with self.http.request(method, self.base_url + path, timeout=timeout, **arguments) as response:
                    body, status = await response.read(), response.status
            except (aiohttp.ClientError, TimeoutError) as error:
                if time.monotonic() > deadline:
                    raise DoesNotAnswer(f"{self.name} at {self.base_url} does not answer: {error!r}") from error
                await asyncio.sleep(0.1)
                continue
            if status == 503 and time.monotonic() < deadline:
                await asyncio.sleep(0.1)
                continue
            if status >= 400:
                raise DoesNotAnswer(f"{self.name}: {method} {path} gave {status}: {body[:500].decode()}")
            return orjson.loads(body) if body else None

    async def progress(self) -> dict[str, Any]:
        reading: dict[str, Any] = await self.get("/v1/admin/progress")
        return reading

    async def settled(self, inbox: Mapping[str, Mapping[Any, int]], now: datetime | None = None) -> dict[str, Any]:
        """A reading, once the service has taken these positions and caught up with itself (or after 10 s); with ``now`` its clock
        is moved there first."""
        body = {"inbox": inbox, "now": now and now.isoformat()}
        reading: dict[str, Any] = await self.post("/v1/admin/settled", body)
        return reading

    async def move_clock(self, instant: datetime) -> None:
        await self.post("/v1/admin/clock", {"now": instant.isoformat()})
