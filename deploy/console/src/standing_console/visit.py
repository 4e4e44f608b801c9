"""One request of somebody who is signed in: the viewer, with what was asked for and in which language."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request

from standing_console.faults import Fault, TooSlow
from standing_console.languages import Words
from standing_console.sessions import Notice
from standing_console.viewer import Viewer

T = TypeVar("T")
EACH_S = 2.7
"""For each of several services: so that the others are shown before the panel's own three seconds are over."""


@dataclass(frozen=True)
class Visit(Viewer):
    """Whatever a panel or an act needs."""

    request: Request
    words: Words

    def query(self, name: str) -> str:
        """A parameter of the address, without blanks around it; empty where there is none."""
        return self.request.query_params.get(name, "").strip()

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    def notice(self, sentence: str, good: bool = True) -> None:
        """To be shown on the next page."""
        self.session.notice = Notice(sentence, good)

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
