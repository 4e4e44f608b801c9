"""Facts as HTTP bodies: the same strict contract as on Kafka."""

import json
from typing import Any, TypeVar

from pydantic import BeforeValidator

from contracts import Event

E = TypeVar("E", bound=Event)


def on_the_wire(kind: type[E]) -> BeforeValidator:
    """``Annotated[GoodsReceived, on_the_wire(GoodsReceived)]`` as a route's body.

    Contracts are strict about JSON, where a date is a string; FastAPI hands over Python values, so they are read as JSON once
    more. Errors keep their fields.
    """

    def read(body: Any) -> E:
        return body if isinstance(body, kind) else kind.model_validate_json(json.dumps(body))

    return BeforeValidator(read)
