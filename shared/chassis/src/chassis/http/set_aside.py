"""Events that a read model or a listener cannot take, ``/v1/admin/set-aside``: list, set aside, accept, undo."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from chassis.handling.set_aside import Kind
from chassis.http.acting import Acting, Reasoned
from chassis.http.identity import needs
from chassis.http.parameters import After, Limit, cursor_after, number_in
from chassis.http.parked import Reason
from chassis.http.problems import NotFound, Problem
from chassis.http.running import Running
from chassis.inbox.feed import FeedUnreachable

router = APIRouter(prefix="/v1/admin", tags=["set aside"])

BIGINT_MAX = 2**63 - 1
SetAsideId = Annotated[int, Path(ge=1, le=BIGINT_MAX)]


class ToSetAside(Reason):
    """An event of a log, and what is to do without it: a read model of this service, or its listener of another service's topic."""

    kind: Kind
    name: str = Field(max_length=300, description="the read model, or the topic that the listener follows")
    partition: int = Field(ge=0, le=2**31 - 1)
    position: int = Field(ge=1, le=BIGINT_MAX)


class EventSetAside(BaseModel):
    """An event that something does without. ``waiting``: it failed and nobody has decided; ``accepted``: an operator decided so."""

    set_aside_id: int
    kind: Kind
    name: str
    version: int | None = Field(
        description="of the read model that failed; none where every version does without the event"
    )
    partition: int
    position: int
    event_id: str
    type: str
    cause: str
    status: Literal["waiting", "accepted", "undone"]
    set_aside_at: datetime
    set_aside_by: str
    decided_at: datetime | None
    decided_by: str | None
    decision: str | None


class SetAsidePage(BaseModel):
    """Events that are set aside, by their numbers; ``next`` is the number to go on after."""

    items: list[EventSetAside]
    next: str | None


class Outcome(EventSetAside):
    """The record after a decision, with the build that was started for it, and how many parked messages were handled."""

    build: int | None = Field(default=None, description="of the read model; it takes over once it has caught up")
    handled_count: int = 0
    still_parked: list[int] = []


def _shown(row: dict[str, Any]) -> EventSetAside:
    return EventSetAside(**_columns(row))


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "event_id": str(row["event_id"])}


async def _found(running: Running, number: int) -> dict[str, Any]:
    row = await running.builds.set_aside.one(number)
    if row is None:
        raise NotFound("event set aside", str(number))
    return row


@router.get("/set-aside", dependencies=[needs("admin.set-aside.read")])
async def list_set_aside(
    running: Running,
    looking: Reasoned,
    everything: Annotated[bool, Query(description="also what was undone, or was of former versions")] = False,
    after: After = None,
    limit: Limit = 50,
) -> SetAsidePage:
    """Events that a read model or a listener of this service does without."""
    rows = await running.builds.set_aside.listed(number_in(after), limit, everything)
    await looking.looked("events set aside listed", *(f"set-aside/{row['set_aside_id']}" for row in rows))
    return SetAsidePage(items=list(map(_shown, rows)), next=cursor_after([row["set_aside_id"] for row in rows], limit))


@router.get("/set-aside/{set_aside_id}", dependencies=[needs("admin.set-aside.read")])
async def one_set_aside(running: Running, set_aside_id: SetAsideId, looking: Reasoned) -> EventSetAside:
    """One of them."""
    row = await _found(running, set_aside_id)
    await looking.looked("event set aside read", f"set-aside/{set_aside_id}")
    return _shown(row)


@router.post("/set-aside", dependencies=[needs("admin.set-aside.decide")])
async def set_aside(running: Running, wanted: ToSetAside, acting: Acting) -> Outcome:
    """Let a read model or a listener do without an event of a log.

    A read model that has taken the event is built afresh; a listener passes over it, also where it is parked.
    """
    now, by, build = running.clock.now(), wanted.by(acting), None
    if wanted.kind == "read model":
        number, build = await running.set_aside_models.add(wanted.name, wanted.partition, wanted.position, by, now)
        running.projector.changed()
    else:
        try:
            number = await running.set_aside_listeners.add(wanted.name, wanted.partition, wanted.position, by, now)
        except FeedUnreachable as away:
            raise _unreadable(away) from away
    return Outcome(**_columns(await _found(running, number)), build=build)


@router.post("/set-aside/{set_aside_id}/acceptance", dependencies=[needs("admin.set-aside.decide")])
async def accept_set_aside(running: Running, set_aside_id: SetAsideId, why: Reason, acting: Acting) -> Outcome:
    """Decide that a read model goes on without an event that it failed on; timers that need the read model go on too."""
    await _found(running, set_aside_id)
    await running.set_aside_models.accept(set_aside_id, why.by(acting), running.clock.now())
    return Outcome(**_columns(await _found(running, set_aside_id)))


@router.post("/set-aside/{set_aside_id}/undoing", dependencies=[needs("admin.set-aside.decide")])
async def undo_set_aside(running: Running, set_aside_id: SetAsideId, why: Reason, acting: Acting) -> Outcome:
    """Let it take the event after all: a read model is built afresh from the log, a listener handles the event now."""
    row, now = await _found(running, set_aside_id), running.clock.now()
    outcome: dict[str, Any] = {}
    if row["kind"] == "read model":
        outcome["build"] = (await running.set_aside_models.undo(row, why.by(acting), now)).build
        running.projector.changed()
    else:
        try:
            tried = await running.set_aside_listeners.undo(row, why.by(acting), now)
        except FeedUnreachable as away:
            raise _unreadable(away) from away
        if tried is not None:
            outcome |= {"handled_count": tried.handled, "still_parked": list(tried.still_parked)}
    return Outcome(**_columns(await _found(running, set_aside_id)), **outcome)


def _unreadable(away: FeedUnreachable) -> Problem:
    return Problem(409, "event-unreadable", f"The event cannot be read from its owner's log: {away}")
