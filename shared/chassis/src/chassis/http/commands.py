"""Commands over HTTP, with an idempotency key in the request and a consistency token in the response."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Header, Request, Response
from uuid_utils import uuid7

from chassis.business_calendar import day_of, start_of
from chassis.commands import Accepted, Refused, Reply
from chassis.commands import Request as CommandRequest
from chassis.handling.command_ids import http_id
from chassis.handling.contents import contents_of_request
from chassis.handling.plan import SAME_ID
from chassis.http.acting import Act, origin_of
from chassis.http.identity.caller import Caller
from chassis.http.identity.people import person
from chassis.http.identity.rights import Calling
from chassis.http.parameters import NOBODY, Correlation, Key
from chassis.http.problems import Problem, invalid_input
from chassis.http.running import Running
from chassis.http.tokens import TOKEN_HEADER, write_token
from chassis.runtime import Runtime
from chassis.tracing import Trace, current_trace, w3c_trace
from contracts.figures import PlainModel


class Answered(PlainModel):
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
    caller: Caller
    correlation: str | None
    contents: str | None = None
    part: str | None = None

    def part_named(self, name: str) -> "CommandRunner":
        """The runner for one of several commands of a request; each is recognised for itself when the request is repeated."""
        return replace(self, part=name)

    @property
    def actor(self) -> str:
        """In whose name the request is made."""
        return self.caller.actor

    def person(self, named: str | None, field: str) -> str:
        """Who does it: the caller. Raises Problem where the body names another person in ``field``; see ``people.person``."""
        return person(named, self.caller, field)

    def person_if_known(self, named: str | None, field: str) -> str | None:
        """Who does it, as ``person`` has it; None where nobody is asked who they are and the request names nobody."""
        is_nobody = named is None and not self.caller.verified and self.actor == NOBODY
        return None if is_nobody else self.person(named, field)

    @property
    def today(self) -> date:
        """The business day that it is."""
        return day_of(self.runtime.clock.now(), self.runtime.executor.policies)

    def start_of(self, day: date) -> datetime:
        """The instant at which a business day begins, for what happened on it."""
        return start_of(day, self.runtime.executor.policies)

    def start_of_past(self, day: date, field: str) -> datetime:
        """The same of a day on which something was done. Raises Problem with 422 where that in ``field`` has not come yet."""
        if day > (today := self.today):
            raise invalid_input(field, "not_come", f"{day} has not come yet; today is {today}")
        return self.start_of(day)

    async def do(self, command: Any, occurred_at: datetime | None = None, act: Act | None = None) -> Answered:
        """Execute a command. Raises Problem for a refusal; the same Idempotency-Key of a caller gets the same response again.

        ``act``: what it is as an act of administration, which is recorded in the transaction of its events.
        The same key with another query or body is refused with 422: it is not the request that was answered.
        """
        reply = await self._done(command, occurred_at, act)
        return Answered(stream=reply.stream, version=reply.version, events=list(reply.event_types))

    async def state_after(self, command: Any, act: Act | None = None) -> Any:
        """Execute a command as ``do`` does; returns the state of its stream afterwards, as the decider sees it."""
        return await self.runtime.executor.state_after(command, await self._done(command, act=act))

    async def _done(self, command: Any, occurred_at: datetime | None = None, act: Act | None = None) -> Accepted:
        act = act or self._by_partner
        correlation = self.correlation or str(uuid7())
        trace = self._trace
        reply: Reply = await self.runtime.executor.submit(
            CommandRequest(
                command=command,
                id=http_id(self.request.method, self._raw_path, self.actor, self.key or str(uuid7()), self.part),
                contents=self.contents,
                occurred_at=occurred_at or self.runtime.clock.now(),
                correlation_id=correlation,
                actor=self.actor,
                client=self.caller.client,
                traceparent=trace.parent,
                tracestate=trace.state,
            ),
            *([] if act is None else [act.of(origin_of(self.request, self.runtime, self.caller))]),
        )
        self.response.headers["x-correlation-id"] = correlation
        if isinstance(reply, Refused) and reply.code == SAME_ID:
            raise Problem(
                422, "idempotency-key-reused", f"Send a new Idempotency-Key for a new request. {reply.detail}"
            )
        if isinstance(reply, Refused):
            raise Problem(reply.status, reply.code, reply.detail)
        if reply.positions:
            self.response.headers[TOKEN_HEADER] = write_token(reply.positions)
        return reply

    @property
    def _by_partner(self) -> Act | None:
        """What a partner writes is audited, whatever it is."""
        partner = self.caller.bound_to
        if partner is None:
            return None
        return Act(
            "partner.wrote", f"{partner.kind}s/{partner.id}", "", after=f"{self.request.method} {self._raw_path}"
        )

    @property
    def _trace(self) -> Trace:
        """That of the span of this request; where none are recorded, the caller's."""
        headers = self.request.headers
        current = current_trace()
        return (
            current
            if current.parent
            else w3c_trace(headers.get("traceparent"), ",".join(headers.getlist("tracestate")))
        )

    @property
    def _raw_path(self) -> str:
        raw: bytes | None = self.request.scope.get("raw_path")
        return raw.decode("ascii", "replace") if raw is not None else quote(self.request.scope["path"])


async def _command_runner(
    running: Running,
    request: Request,
    response: Response,
    caller: Calling,
    idempotency_key: Key = None,
    x_correlation_id: Annotated[Correlation | None, Header(alias="X-Correlation-Id")] = None,
) -> CommandRunner:
    contents = None
    if idempotency_key is not None:
        contents = contents_of_request(request.scope["query_string"], await request.body())
    return CommandRunner(running, request, response, idempotency_key, caller, x_correlation_id, contents)


Commands = Annotated[CommandRunner, Depends(_command_runner)]
