"""Who acts or looks, from where and why: read from a request in one place, so that a route names only what it does, and to what."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request

from chassis.handling.audit import Action, Operator, record_alone
from chassis.http.identity.caller import Caller
from chassis.http.identity.people import person
from chassis.http.identity.rights import Calling
from chassis.http.parameters import Words
from chassis.http.running import Running
from chassis.runtime import Runtime
from contracts.fields import NO_CONTROLS

AGENT_MAX = 200
"""Characters of a User-Agent that are recorded."""

Reason = Annotated[
    str | None,
    Header(
        alias="X-Reason",
        min_length=3,
        max_length=500,
        pattern=NO_CONTROLS,
        description="why it is done or looked at, for the audit",
    ),
    Words,
]


@dataclass(frozen=True)
class Origin:
    """Where an act comes from: the caller, the address behind the proxies that are named, the program's own name, the header's reason."""

    caller: Caller
    runtime: Runtime
    address: str | None
    agent: str | None
    reason: str = ""

    @property
    def by(self) -> Operator:
        """Who it is, with the reason of the header."""
        caller = self.caller
        subject = caller.subject if caller.verified else None
        return Operator(caller.actor, self.reason, subject, caller.client_id, self.address, self.agent)

    def stated(self, reason: str, named: str | None = None, field: str = "actor") -> Operator:
        """The same with the reason of the body, and the person that the body names in ``field``.

        Raises Problem where that is another one than the caller.
        """
        return self.by._replace(actor=person(named, self.caller, field), reason=reason)

    async def looked(self, what: str, *things: str, **detail: Any) -> None:
        """Record a look before its answer is given. Raises what the database raises: then there is no answer either."""
        look = Action(self.by, what, None, detail, things, kind="look")
        await record_alone(self.runtime.database.pool, self.runtime.clock.now(), look)


@dataclass(frozen=True)
class Act:
    """What a command is as an act of administration: on what, why, and what it changes."""

    action: str
    thing: str
    reason: str
    before: Any = None
    after: Any = None

    def of(self, origin: Origin) -> Action:
        """The row that is recorded beside the command's events."""
        return Action(
            origin.by._replace(reason=self.reason), self.action, None, {}, (self.thing,), self.before, self.after
        )


def origin_of(request: Request, runtime: Runtime, caller: Caller, reason: str | None = None) -> Origin:
    """That of a request."""
    agent = request.headers.get("user-agent")
    printable = "".join(c if c.isprintable() else "\ufffd" for c in agent[:AGENT_MAX]) if agent else None
    return Origin(caller, runtime, request.client.host if request.client else None, printable, reason or "")


async def _acting(request: Request, running: Running, caller: Calling) -> Origin:
    return origin_of(request, running, caller)


async def _reasoned(request: Request, running: Running, caller: Calling, x_reason: Reason = None) -> Origin:
    return origin_of(request, running, caller, x_reason)


Acting = Annotated[Origin, Depends(_acting)]
"""The origin of a request whose body has the reason."""

Reasoned = Annotated[Origin, Depends(_reasoned)]
"""The origin of one that gives its reason, if any, in ``X-Reason``: looks, and acts without a body of their own."""
