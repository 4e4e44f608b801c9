"""Request bodies: strict JSON, under the same rules as a message of a topic."""

import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from chassis.http.unknown_fields import with_nearest_names
from contracts.figures import PlainModel

M = TypeVar("M", bound=BaseModel)


class Body(PlainModel):
    """The shape of a request; unknown fields are refused. An event of a contract can be a body as it is."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class _ReadAsJson:
    """FastAPI passes Python values, but strict models accept dates as strings only from JSON; so the body is read as JSON once more.

    Errors keep their fields. A field that there is not is refused, also where the body is an event of a contract: whoever misspells an
    optional field is told so. A message of a topic may hold fields of a later version.
    """

    def __get_pydantic_core_schema__(self, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(body: Any) -> Any:
            if isinstance(body, source):
                return body
            try:
                return source.model_validate_json(json.dumps(body), extra="forbid")
            except ValidationError as error:
                raise with_nearest_names(error, source) from error

        return core_schema.no_info_before_validator_function(read, handler(source))


JsonBody = Annotated[M, _ReadAsJson()]
"""``body: JsonBody[Promise]`` in a route."""
