"""Schemas of events, ``/v1/schemas/{type}/{version}``: what ``ce_dataschema`` names where STANDING_SCHEMA_BASE is an address."""

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Path, Response

from chassis.http.fast_json import json_response
from chassis.http.identity import needs
from chassis.http.problems import NotFound
from chassis.http.running import Running
from chassis.inbox.published import schema_uri
from contracts import EVENTS, Event
from contracts.fields import Id

router = APIRouter(prefix="/v1/schemas", tags=["schemas"])

DRAFT = "https://json-schema.org/draft/2020-12/schema"


class SchemaResponse(Response):
    media_type = "application/schema+json"


@cache
def _by_type() -> dict[tuple[str, int], type[Event]]:
    return {(name, event.VERSION): event for event in EVENTS for name in event.types()}


SHAPE = {"type": "object", "properties": {"$id": {"type": "string"}, "$schema": {"type": "string"}}}


@router.get(
    "/{type}/{version}",
    response_class=SchemaResponse,
    responses={200: {"content": {SchemaResponse.media_type: {"schema": SHAPE}}}},
    dependencies=[needs("schemas.read")],
)
async def show_schema(running: Running, type: Id, version: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
    """The JSON Schema of an event's data, of every service and of the facts that are taken; under former names too."""
    event = _by_type().get((type, version))
    if event is None:
        raise NotFound("event", f"{type} in version {version}")
    schema = {"$schema": DRAFT, "$id": schema_uri(event.TYPE, event.VERSION, running.settings.schema_base)}
    return json_response(schema | event.model_json_schema(mode="serialization"), SchemaResponse.media_type)
