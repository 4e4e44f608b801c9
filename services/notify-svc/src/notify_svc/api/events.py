"""An event as somebody writes it in a request: of a type that can be told of, in the shape of its contract."""

from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chassis.http import Problem
from contracts import Event
from notify_svc.rules.samples import SAMPLES


def event_of(event_type: str, data: dict[str, Any] | None) -> Event:
    """The event with this data, or the sample of its type. Answers 422 for a type or shape that there is not."""
    if event_type not in SAMPLES:
        raise Problem(422, "unknown-event", f"{event_type} cannot be told of; use one of {', '.join(sorted(SAMPLES))}.")
    if data is None:
        return SAMPLES[event_type]
    try:
        # As JSON, the way the event comes over the wire: the contracts are strict about Python types.
        return type(SAMPLES[event_type]).model_validate_json(orjson.dumps(data))
    except ValidationError as error:
        located = [{**each, "loc": ("body", "data", *each["loc"])} for each in error.errors(include_context=False)]
        raise RequestValidationError(located) from error
