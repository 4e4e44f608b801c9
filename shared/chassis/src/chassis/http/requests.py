"""Facts as HTTP bodies: the same strict contract as on Kafka."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator

B = TypeVar("B", bound=BaseModel)


def on_the_wire(kind: type[B]) -> BeforeValidator:
    """``Annotated[JarFilled, on_the_wire(JarFilled)]`` as a route's body.

    Contracts are strict about JSON, where a date is a string; FastAPI hands over Python values, so they are read as JSON once
    more. Errors keep their fields.
    """

    def read(body: Any) -> B:
        return body if isinstance(body, kind) else kind.model_validate_json(json.dumps(body))

    return BeforeValidator(read)
