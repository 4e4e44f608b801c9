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
from chassis.storage.lookups import PARKED_WITHIN_S, journeys_of, parked_of

router = APIRouter(prefix="/v1/admin", tags=["admin"])


class JourneyFound(BaseModel):
    """Events with one correlation id; ``found_by`` says what the id was in them, and ``stream`` in whose event it was found.

    No more than 1,000 events are counted.
    """

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
    """What this service knows of an id; ``more`` where there are, or may be, journeys beyond those listed.

    ``unread_event_count``: events of the log that the index of ids has not read yet. What only they name is not found.
    """

    journeys: list[JourneyFound]
    parked_messages: list[ParkedFound]
    more: bool
    unread_event_count: int


@router.get("/lookup", dependencies=[needs("log.read")])
async def look_up(
    running: Running,
    looking: Reasoned,
    id: Annotated[Correlation, Query(description="of a message, an event, a journey, or of anything that events name")],
    ce_source: Annotated[Correlation | None, Query(description="ce_source of the message with that id")] = None,
) -> LookupAnswer:
    """The journeys that an id belongs to, and the parked messages that have it; with ``ce_source``, of the message of that source and id.

    An id that events name is found once the index has read them, usually a second after they were written.
    """
    wanted = id if ce_source is None else str(uuid5(FACT_NAMESPACE, fact_id(ce_source, id)))
    journeys = await journeys_of(running.log, running.lookup.marks, wanted)
    try:
        parked = await parked_of(running.database.pool, id)
    except TimeoutError as error:
        sentence = f"The parked messages were not read through within {PARKED_WITHIN_S:.0f} s."
        raise Problem(503, "lookup-too-slow", sentence) from error
    await looking.looked("id looked up", *(f"parked/{each.parked_id}" for each in parked), id=id, ce_source=ce_source)
    return LookupAnswer(
        journeys=[JourneyFound(**vars(each)) for each in journeys.items],
        parked_messages=[ParkedFound(**vars(each)) for each in parked],
        more=journeys.more,
        unread_event_count=journeys.unread,
    )
