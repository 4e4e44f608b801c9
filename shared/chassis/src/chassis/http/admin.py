"""Routes for operators, ``/v1/admin``: progress, builds of read models, simulated time; and the feed, ``/v1/log``."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from chassis.http.acting import Reasoned
from chassis.http.fast_json import json_response
from chassis.http.identity import needs
from chassis.http.operator_answers import (
    PROGRESS,
    SETTLED,
    BuildNumber,
    Builds,
    Comparison,
    Journey,
    LogPart,
    LogPlaces,
)
from chassis.http.parameters import Correlation, Limit, Name, cursor_after, number_in
from chassis.http.problems import Problem
from chassis.http.running import Running
from chassis.http.shapes import answers
from chassis.http.steps import as_step
from chassis.http.tokens import read_token
from chassis.inbox.feed import as_feed
from chassis.processors.builds import KEPT
from contracts.fields import Instant

router = APIRouter()


class Moment(BaseModel):
    """The instant to move a simulated clock to."""

    now: Instant


@router.get("/v1/log", tags=["log"], responses=answers(LogPart), dependencies=[needs("log.read")])
async def read_log(
    running: Running,
    looking: Reasoned,
    partition: Annotated[int, Query(ge=0, le=255)],
    after: Annotated[str | None, Query(max_length=2000, description="the position to go on after")] = None,
    limit: Limit = 500,
) -> Response:
    """The log, partition by partition. Consumers read it when their topic has a hole."""
    if partition >= running.log.partitions:
        raise Problem(404, "no-partition", f"The log has partitions 0 to {running.log.partitions - 1}.")
    stored = await running.log.after(partition, number_in(after), limit)
    positions = [each.envelope.position for each in stored]
    await looking.looked(
        "log read", f"log/{partition}", first=min(positions, default=None), last=max(positions, default=None)
    )
    return json_response(
        {
            "partition": partition,
            "head": (await running.log.heads())[partition],
            "items": list(map(as_feed, stored)),
            "next": cursor_after(positions, limit),
        }
    )


@router.get("/v1/log/places", tags=["log"], responses=answers(LogPlaces), dependencies=[needs("log.read")])
async def read_log_places(running: Running, at: Annotated[str, Query(max_length=8000)]) -> Response:
    """Heads, and the ids of the events at positions written like a consistency token (2:41,5:7), to check that the log is the same."""
    log = running.log
    return json_response({"heads": await log.heads(), "ids": await log.ids_at(read_token(at))})


@router.get(
    "/v1/admin/journey/{correlation_id}", tags=["admin"], responses=answers(Journey), dependencies=[needs("log.read")]
)
async def show_journey(running: Running, correlation_id: Annotated[Correlation, Path()], looking: Reasoned) -> Response:
    """All events in this log that one business fact caused."""
    stored = await running.log.correlated(correlation_id)
    await looking.looked("journey read", f"journeys/{correlation_id}", event_count=len(stored))
    return json_response({"items": [as_step(each, running.service.sentences) for each in stored], "next": None})


@router.get(
    "/v1/admin/progress", tags=["admin"], responses=answers(PROGRESS), dependencies=[needs("admin.progress.read")]
)
async def show_progress(running: Running) -> Response:
    """Heads, relay, read models, consumers and timers, per partition."""
    reading = await running.reading()
    return json_response({**reading.__dict__, "quiet": reading.quiet})


class Awaited(BaseModel):
    """Positions of the inbox to wait for: topic → partition → position (offset for topics of other systems). If ``now`` is given, the
    simulated clock is moved there first."""

    inbox: dict[str, dict[int, int]] = {}
    now: Instant | None = None
    within_s: float = Field(default=10, gt=0, le=60)


@router.post("/v1/admin/settled", tags=["admin"], responses=answers(SETTLED), dependencies=[needs("admin.clock.move")])
async def wait_settled(running: Running, awaited: Awaited, acting: Reasoned) -> Response:
    """Wait until the given positions are consumed, published and projected and their timers have fired. Answers in any case: ``reached``
    tells whether the positions were consumed, ``quiet`` whether nothing is left to do."""
    if awaited.now is not None:
        await running.move_clock(awaited.now, acting.by)
    reading = await running.settled(awaited.inbox, awaited.within_s)
    reached = running.progress.reached(reading, awaited.inbox)
    return json_response({**reading.__dict__, "quiet": reading.quiet, "reached": reached})


@router.post("/v1/admin/clock", tags=["admin"], dependencies=[needs("admin.clock.move")])
async def move_clock(running: Running, to: Moment, acting: Reasoned) -> dict[str, datetime]:
    """Move the simulated clock forward."""
    return {"now": await running.move_clock(to.now, acting.by)}


@router.get(
    "/v1/admin/projections", tags=["projections"], response_model=Builds, dependencies=[needs("admin.projections.read")]
)
async def list_projections(running: Running) -> dict[str, Any]:
    """Read models with their builds, states and positions; ``retired`` is the build to which one can go back."""
    builds, faults = await running.builds.load(KEPT), running.projector.faulty_builds
    return {
        "items": [
            {
                "name": b.model.name,
                "version": b.model.version,
                "build": b.number,
                "status": b.state,
                "positions": b.positions,
                "fault": faults.get(b.identity),
            }
            for b in builds
        ],
        "next": None,
    }


@router.post(
    "/v1/admin/projections/{name}/rebuilds",
    status_code=202,
    tags=["projections"],
    response_model=BuildNumber,
    dependencies=[needs("admin.projections.rebuild")],
)
async def rebuild_projection(running: Running, name: Name, acting: Reasoned) -> dict[str, Any]:
    """Build a read model afresh beside the live one; it is switched to once it has caught up."""
    build = await running.builds.start(name, running.clock.now(), by=acting.by)
    running.projector.changed()
    return {"name": name, "build": build.number}


@router.post(
    "/v1/admin/projections/{name}/rollback",
    status_code=202,
    tags=["projections"],
    response_model=BuildNumber,
    dependencies=[needs("admin.projections.rebuild")],
)
async def roll_back_projection(running: Running, name: Name, acting: Reasoned) -> dict[str, Any]:
    """Go back to the previous build; it catches up first."""
    number = await running.builds.roll_back(name, running.clock.now(), acting.by)
    running.projector.changed()
    return {"name": name, "build": number}


@router.delete(
    "/v1/admin/projections/{name}/builds/{build}",
    tags=["projections"],
    response_model=BuildNumber,
    dependencies=[needs("admin.projections.rebuild")],
)
async def cancel_build(
    running: Running, name: Name, build: Annotated[int, Path(ge=1, le=2**31 - 1)], acting: Reasoned
) -> dict[str, Any]:
    """Drop a build that is not live."""
    await running.builds.cancel(name, build, running.clock.now(), acting.by)
    running.projector.changed()
    return {"name": name, "build": build}


@router.post(
    "/v1/admin/projections/{name}/comparisons",
    tags=["projections"],
    response_model=Comparison,
    dependencies=[needs("admin.projections.compare")],
)
async def compare_projection(running: Running, name: Name, acting: Reasoned) -> dict[str, Any]:
    """Rebuild a read model from the log, compare it row by row with the live one, and drop the rebuilt one."""
    return dict(await running.projector.compare_with_rebuild(name, running.clock.now(), acting.by))
