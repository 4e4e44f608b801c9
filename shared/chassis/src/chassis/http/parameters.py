"""Types of parameters that are bounded: what no text, calendar or column can hold is refused with a sentence before a route runs.

Days are ``contracts.fields.Day``, instants ``Instant``, ids ``Id``, amounts ``Amount`` and ``Quantity``: they are bounded themselves.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Path, Query
from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from contracts.fields import NO_CONTROLS, Day


@dataclass(frozen=True)
class Form:
    """Text of a form that people know by its description: ``Annotated[str, Form(r"^[0-9]{4}$", "a year, 2024")]``."""

    pattern: str
    description: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            core_schema.str_schema(pattern=self.pattern),
            custom_error_type="another_form",
            custom_error_message=f"Write {self.description}",
        )


AsOf = Annotated[Day | None, Query(description="the end of this business day; today when left out")]

Name = Annotated[str, Path(min_length=1, max_length=200, pattern=NO_CONTROLS)]
"""Of a policy, a read model, a back-test; in a path."""

Version = Annotated[int | None, Query(ge=1, le=2**31 - 1)]

Correlation = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_CONTROLS)]

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=NO_CONTROLS,
        description="a request that is repeated under its key has one effect and the same answer",
    ),
]

Actor = Annotated[str, Header(alias="X-Actor", min_length=1, max_length=100, pattern=NO_CONTROLS)]
"""The person or system in whose name a request is made."""

_ETAG = re.compile(r'\s*"?([1-9][0-9]{0,8})"?\s*', re.ASCII)


def _version_of(etag: Any) -> Any:
    if not isinstance(etag, str):
        return etag
    found = _ETAG.fullmatch(etag)
    if found is None:
        raise ValueError('send the ETag of the version that you changed, as it was answered, for example "1"')
    return int(found[1])


IfMatch = Annotated[
    int | None,
    BeforeValidator(_version_of),
    WithJsonSchema({"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$', "examples": ['"1"']}),
    Header(alias="If-Match", description="the ETag of the version that was changed"),
]
"""The version that a change is of; None without the header."""
