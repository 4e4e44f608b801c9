"""Request bodies: strict JSON, under the same rules as a message of a topic."""

import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from contracts.figures import PlainModel

M = TypeVar("M", bound=BaseModel)


class Body(PlainModel):
    """The shape of a request; unknown fields are refused. An event of a contract can be a body as it is."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class _ReadAsJson:
    """FastAPI passes Python values, but strict models accept dates as strings only from JSON; so the body is read as JSON once more.

    Errors keep their fields.
    """

    def __get_pydantic_core_schema__(self, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(body: Any) -> Any:
            return body if isinstance(body, source) else source.model_validate_json(json.dumps(body))

        return core_schema.no_info_before_validator_function(read, handler(source))


JsonBody = Annotated[M, _ReadAsJson()]
"""``body: JsonBody[Promise]`` in a route."""
