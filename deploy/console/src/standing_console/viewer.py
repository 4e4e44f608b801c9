"""Somebody who is signed in, and the services as this person may ask them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from standing_console.faults import Fault, RightLacking
from standing_console.readings import FRESH_S, Reading, Readings
from standing_console.services import Services
from standing_console.sessions import RIGHTS_S, Session
from standing_console.sign_in import Issuer

PAGE = 500
"""Rows that a service gives at once."""
PROGRESS = "admin.progress.read"


@dataclass(frozen=True)
class Viewer:
    """Everything that is asked or done is so in this person's name."""

    session: Session
    services: Services
    readings: Readings
    issuer: Issuer

    async def token(self) -> str:
        """Raises SessionOver and IssuerAway."""
        return await self.issuer.access_token(self.session)

    async def look(self, service: str, path: str, **parameters: Any) -> Any:
        """The answer of a service to a GET in the viewer's name. Raises Fault."""
        return await self.services.look(await self.token(), service, path, **parameters)

    async def rows(self, service: str, path: str, most: int, **parameters: Any) -> tuple[list[Any], bool]:
        """The rows of a list from its begin, at least ``most`` where there are as many; and whether there are more. Raises Fault."""
        rows, after = list[Any](), None
        while len(rows) < most:
            page = await self.look(service, path, limit=PAGE, after=after, **parameters)
            rows += page["items"]
            if (after := page["next"]) is None:
                return rows, False
        return rows, True

    async def act(
        self, method: str, service: str, path: str, key: str, body: Any = None, reason: str | None = None,
        match: int | None = None, parameters: Mapping[str, str] | None = None,
    ) -> Any:  # fmt: skip
        """A write in the viewer's name. Raises Fault."""
        return await self.services.act(await self.token(), method, service, path, key, body, reason, match, parameters)

    async def rights(self, service: str) -> frozenset[str]:
        """The viewer's rights in a service. They come of the token: they are asked once for each, and again after RIGHTS_S.

        Raises Fault.
        """
        async with self.session.asking[service]:  # the panels of a page ask at once
            token, known = await self.token(), self.session.rights.get(service)
            if known is None or known.token != token or time.monotonic() - known.at > RIGHTS_S:
                me = await self.services.look(token, service, "/v1/me")
                known = self.session.know(service, token, time.monotonic(), me["rights"])
            return known.rights

    async def need(self, service: str, right: str) -> None:
        """Raises RightLacking where the viewer lacks it."""
        if right not in await self.rights(service):
            raise RightLacking(service, right)

    async def may(self, service: str, right: str) -> bool:
        """Whether to offer an act; the service itself decides when it is done. Raises Fault where it does not answer."""
        return right in await self.rights(service)

    async def reading(self, service: str, within_s: float = FRESH_S) -> Reading:
        """The progress of a service, at most that old. Raises Fault, also one that somebody else met within that time."""
        self.readings.raise_noted(service, within_s)
        try:
            await self.need(service, PROGRESS)
            return await self.readings.latest(await self.token(), service, within_s)
        except Fault as fault:
            self.readings.keep(service, fault)
            raise

    async def shared_reading(self, service: str) -> Reading:
        """The progress of a service as it was read for all who look at the live overview. Raises as ``reading``."""
        return await self.reading(service, self.readings.shared_s(service))
