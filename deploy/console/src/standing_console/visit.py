"""One request of somebody who is signed in: who it is, in which language, and the services as this person may ask them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request

from standing_console.faults import Fault, RightLacking, TooSlow
from standing_console.languages import Words
from standing_console.readings import Reading, Readings
from standing_console.services import Services
from standing_console.sessions import RIGHTS_S, Notice, Session
from standing_console.sign_in import Issuer

T = TypeVar("T")
EACH_S = 2.7
"""For each of several services: so that the others are shown before the panel's own three seconds are over."""


@dataclass(frozen=True)
class Visit:
    """Whatever a panel or an act needs."""

    request: Request
    session: Session
    words: Words
    services: Services
    readings: Readings
    issuer: Issuer

    def query(self, name: str) -> str:
        """A parameter of the address, without blanks around it; empty where there is none."""
        return self.request.query_params.get(name, "").strip()

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    async def look(self, service: str, path: str, **parameters: Any) -> Any:
        """The answer of a service to a GET in the viewer's name. Raises Fault."""
        return await self.services.look(await self._token(), service, path, **parameters)

    async def act(
        self, method: str, service: str, path: str, key: str, body: Any = None, reason: str | None = None,
        match: int | None = None, parameters: Mapping[str, str] | None = None,
    ) -> Any:  # fmt: skip
        """A write in the viewer's name. Raises Fault."""
        token = await self._token()
        return await self.services.act(token, method, service, path, key, body, reason, match, parameters)

    async def rights(self, service: str) -> frozenset[str]:
        """The viewer's rights in a service, as it said within the last half minute. Raises Fault."""
        known = self.session.rights.get(service)
        if known is None or time.monotonic() - known[0] > RIGHTS_S:
            me = await self.look(service, "/v1/me")
            known = self.session.rights[service] = time.monotonic(), frozenset(me["rights"])
        return known[1]

    async def need(self, service: str, right: str) -> None:
        """Raises RightLacking where the viewer lacks it."""
        if right not in await self.rights(service):
            raise RightLacking(service, right)

    async def may(self, service: str, right: str) -> bool:
        """Whether to offer an act; the service itself decides when it is done. Raises Fault where it does not answer."""
        return right in await self.rights(service)

    async def reading(self, service: str) -> Reading:
        """The progress of a service. Raises Fault."""
        await self.need(service, "admin.progress.read")
        return await self.readings.latest(await self._token(), service)

    async def of_each(self, ask: Callable[[str], Awaitable[T]]) -> tuple[dict[str, T], list[Fault]]:
        """What each service answers, by its name, and the faults of the others."""

        async def one(service: str) -> T | Fault:
            try:
                async with asyncio.timeout(EACH_S):
                    return await ask(service)
            except TimeoutError:
                return TooSlow(service)
            except Fault as fault:
                return fault

        answers = await asyncio.gather(*(one(service) for service in self.services))
        found = dict(zip(self.services, answers, strict=True))
        return (
            {service: answer for service, answer in found.items() if not isinstance(answer, Fault)},
            [answer for answer in answers if isinstance(answer, Fault)],
        )

    def notice(self, sentence: str, good: bool = True) -> None:
        """To be shown on the next page."""
        self.session.notice = Notice(sentence, good)

    async def _token(self) -> str:
        return await self.issuer.access_token(self.session)
