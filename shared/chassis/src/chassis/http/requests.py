"""What a route takes as its body: strict JSON, held to the same rules as a message of a topic."""

import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    """The shape of a request: nothing in it that is not understood. A contract's event is a body as it is."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class _ReadAsJson:
    """FastAPI hands over Python values, and strict models want JSON, where a date is a string; so they are read as JSON once more.

    Errors keep their fields.
    """

    def __get_pydantic_core_schema__(self, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(body: Any) -> Any:
            return body if isinstance(body, source) else source.model_validate_json(json.dumps(body))

        return core_schema.no_info_before_validator_function(read, handler(source))


JsonBody = Annotated[M, _ReadAsJson()]
"""``body: JsonBody[Promise]`` in a route."""
