"""Other systems that call over HTTP: they name every call with an Idempotency-Key and ask any replica until they are answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, groupby

import httpx

from standing.facts import Fact

from .replicas import Site

ROUTES = {"erp.surveys": ("customer-svc", "/v1/surveys")}
"""Facts of these topics are told over HTTP: topic → service and route."""
AT_ONCE = 16
ANSWER_WITHIN_S = 3.0
PAUSE_S = 0.1
COME_AGAIN = {401, 429, 500, 502, 503, 504}
"""After 401 with another token: one that lives for seconds may have expired on its way."""


@dataclass
class Callers:
    site: Site
    answered: int = 0
    asked: int = 0

    async def tell(self, facts: Sequence[Fact]) -> None:
        """Tell facts, each customer's in order; returns when all are answered."""
        places = asyncio.Semaphore(AT_ONCE)

        async def in_order(own: Sequence[Fact]) -> None:
            async with places:
                for fact in own:
                    await self._until_answered(fact)

        keyed = groupby(sorted(facts, key=lambda fact: fact.key), key=lambda fact: fact.key)
        await asyncio.gather(*(in_order(list(own)) for _, own in keyed))

    async def _until_answered(self, fact: Fact) -> None:
        service, route = ROUTES[fact.topic]
        headers = {
            "Content-Type": "application/json", "Idempotency-Key": f"{fact.source}#{fact.id}", "X-Actor": fact.source,
        }  # fmt: skip
        for replica in cycle(r for r in self.site.replicas if r.service.name == service):
            self.asked += 1
            try:
                url = replica.base_url + route
                answer = await self.site.http.post(url, content=fact.data, headers=headers, timeout=ANSWER_WITHIN_S)
                # A refusal is an answer, but for the one that says that somebody else was quicker.
                if answer.status_code not in COME_AGAIN and "Retry-After" not in answer.headers:
                    self.answered += 1
                    return
            except httpx.TransportError:
                pass  # nobody knows whether it was done: the same key is asked again
            await asyncio.sleep(PAUSE_S)
