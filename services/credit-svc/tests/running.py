"""A running service for tests: its clock, the way in over HTTP, and what it hears from other systems and services."""

from datetime import UTC, datetime
from typing import Any

import httpx

from chassis.commands import Accepted, Refused, Request
from chassis.testing.passing import at_rest, pass_until
from contracts import Event
from credit_svc.service import SERVICE


class Running:
    """The service, its clock and the ways in."""

    def __init__(self, runtime: Any, client: httpx.AsyncClient) -> None:
        self.runtime, self.client = runtime, client

    async def move_to(self, day: str) -> None:
        """Let time go on until the beginning of a day, each due thing at its own instant."""
        await pass_until(self.runtime, datetime.fromisoformat(day).replace(tzinfo=UTC))

    async def send(self, verb: str, path: str, body: Any = None, expected: int = 200) -> Any:
        answer = await self.client.request(verb, path, json=body)
        assert answer.status_code == expected, f"{path}: {answer.text}"
        await at_rest(self.runtime)
        return answer.json()

    async def post(self, path: str, body: Any = None, expected: int = 200) -> Any:
        return await self.send("POST", path, body, expected)

    async def get(self, path: str, expected: int = 200, **params: Any) -> Any:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == expected, f"{path}: {answer.text}"
        return answer.json()

    async def hear(self, event: Event) -> list[Accepted | Refused]:
        """What an event of a source leads to, by the service's own table of reactions, with the replies of its commands."""
        reaction = next(source.reactions[type(event)] for source in SERVICE.sources if type(event) in source.reactions)
        commands = reaction(event, None, self.runtime.executor.policies)  # type: ignore[arg-type]
        found = [] if commands is None else commands if isinstance(commands, tuple | list) else [commands]
        replies = [
            await self.runtime.executor.submit(Request(command, None, self.runtime.clock.now(), "test"))
            for command in found
        ]
        await at_rest(self.runtime)
        return replies
