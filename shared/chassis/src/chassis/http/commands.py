"""Commands over HTTP, with an idempotency key in the request and a consistency token in the response."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from uuid_utils import uuid7

from chassis.commands import Accepted, Refused, Reply
from chassis.commands import Request as CommandRequest
from chassis.http.problems import Problem
from chassis.http.running import Running
from chassis.http.tokens import TOKEN_HEADER, write_token
from chassis.runtime import Runtime
from chassis.telemetry import current_traceparent


class Answered(BaseModel):
    """The response to a write: its stream, the stream's version, the types of the new events (none where nothing had to change)."""

    stream: str
    version: int
    events: list[str]


@dataclass(frozen=True)
class CommandRunner:
    """Executes the commands of an HTTP request and turns their replies into responses."""

    runtime: Runtime
    request: Request
    response: Response
    key: str | None
    actor: str
    correlation: str | None

    async def do(self, command: Any, occurred_at: datetime | None = None) -> Answered:
        """Execute a command. Raises Problem for a refusal; the same Idempotency-Key gets the same response again."""
        reply = await self._done(command, occurred_at)
        return Answered(stream=reply.stream, version=reply.version, events=list(reply.event_types))

    async def state_after(self, command: Any) -> Any:
        """Execute a command as ``do`` does; returns the state of its stream afterwards, as the decider sees it."""
        return await self.runtime.executor.state_after(command, await self._done(command))

    async def _done(self, command: Any, occurred_at: datetime | None = None) -> Accepted:
        correlation = self.correlation or str(uuid7())
        reply: Reply = await self.runtime.executor.submit(
            CommandRequest(
                command=command,
                id=f"http/{self.request.method} {self.request.url.path}/{self.key or uuid7()}",
                occurred_at=occurred_at or self.runtime.clock.now(),
                correlation_id=correlation,
                actor=self.actor,
                traceparent=current_traceparent(),
            )
        )
        self.response.headers["x-correlation-id"] = correlation
        if isinstance(reply, Refused):
            raise Problem(reply.status, reply.code, reply.detail)
        if reply.positions:
            self.response.headers[TOKEN_HEADER] = write_token(reply.positions)
        return reply


async def _command_runner(
    running: Running,
    request: Request,
    response: Response,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    x_actor: Annotated[str, Header(max_length=100)] = "http",
    x_correlation_id: Annotated[str | None, Header(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = None,
) -> CommandRunner:
    return CommandRunner(running, request, response, idempotency_key, x_actor, x_correlation_id)


Commands = Annotated[CommandRunner, Depends(_command_runner)]
