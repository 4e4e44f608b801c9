"""The route by which an operator comes from any id to its journeys, ``/v1/admin/lookup``."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from uuid_utils import uuid5

from chassis.handling.command_ids import fact_id
from chassis.http.acting import Reasoned
from chassis.http.identity import needs
from chassis.http.parameters import Correlation
from chassis.http.problems import Problem
from chassis.http.running import Running
from chassis.inbox.translation import FACT_NAMESPACE
from chassis.storage.lookups import JOURNEYS_MAX, LOOKS_FOR_S, journeys_of, parked_of

router = APIRouter(prefix="/v1/admin", tags=["admin"])


class JourneyFound(BaseModel):
    """Events with one correlation id; ``found_by`` says what the id was in them, and ``stream`` in whose event it was first."""

    correlation_id: str
    found_by: str
    stream: str
    event_count: int
    first_at: datetime
    first_type: str


class ParkedFound(BaseModel):
    """A parked message that has the id as its own, as its key or in its value."""

    parked_id: int
    source: str
    status: str
    code: str
    reason: str


class LookupAnswer(BaseModel):
    """What this service knows of an id; ``more`` where there are journeys beyond those listed."""

    journeys: list[JourneyFound]
    parked_messages: list[ParkedFound]
    more: bool


@router.get("/lookup", dependencies=[needs("log.read")])
async def look_up(
    running: Running,
    looking: Reasoned,
    id: Annotated[Correlation, Query(description="of a message, an event, a journey, or of anything that events name")],
    ce_source: Annotated[Correlation | None, Query(description="ce_source of the message with that id")] = None,
) -> LookupAnswer:
    """The journeys that an id belongs to, and the parked messages that have it.

    With ``ce_source`` the one that the message of that source and id began, which is found at once; without, the log is read.
    """
    wanted = id if ce_source is None else str(uuid5(FACT_NAMESPACE, fact_id(ce_source, id)))
    pool = running.log.database.pool
    try:
        journeys, parked = await journeys_of(pool, wanted), await parked_of(pool, id)
    except TimeoutError as error:
        sentence = f"The log was not read within {LOOKS_FOR_S:.0f} s; name the source of the message too, or its correlation id."
        raise Problem(503, "lookup-too-slow", sentence) from error
    await looking.looked("id looked up", *(f"parked/{each.parked_id}" for each in parked), id=id, ce_source=ce_source)
    return LookupAnswer(
        journeys=[JourneyFound(**vars(each)) for each in journeys[:JOURNEYS_MAX]],
        parked_messages=[ParkedFound(**vars(each)) for each in parked],
        more=len(journeys) > JOURNEYS_MAX,
    )
