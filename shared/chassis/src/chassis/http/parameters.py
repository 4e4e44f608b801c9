"""Types of parameters that are bounded: what no text, calendar or column can hold is refused with a sentence before a route runs.

Days are ``contracts.fields.Day``, instants ``Instant``, ids ``Id``, amounts ``Amount`` and ``Quantity``: they are bounded themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Path, Query
from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from chassis.http.problems import Problem
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


@dataclass(frozen=True)
class OneOf:
    """Text that is one of the names of a table: ``Annotated[str, OneOf(tuple(KINDS))]``; OpenAPI has them."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema([*self.names])


def header_text(raw: bytes) -> str:
    """The text of a header: UTF-8, as clients write names in it today; what is not UTF-8 is Latin-1, as HTTP had it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _read_again(text: str) -> str:
    """A header's text as the framework has it, which takes every header for Latin-1."""
    return header_text(text.encode("latin-1"))


Words = BeforeValidator(_read_again)
"""A header that people write: names and sentences in any language."""

AsOf = Annotated[Day | None, Query(description="the end of this business day; today when left out")]

Name = Annotated[str, Path(min_length=1, max_length=200, pattern=NO_CONTROLS)]
"""Of a policy, a read model, a back-test; in a path."""

Version = Annotated[int | None, Query(ge=1, le=2**31 - 1)]

Source = Annotated[str | None, Query(max_length=300)]

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

Actor = Annotated[
    str | None,
    Header(
        alias="X-Actor",
        min_length=1,
        max_length=100,
        pattern=NO_CONTROLS,
        description="the person in whose name a system with the right act-as makes the request; everybody else leaves it out",
    ),
    Words,
]

Limit = Annotated[int, Query(ge=1, le=500, description="rows in a page")]
After = Annotated[str | None, Query(max_length=2000, description="cursor: the 'next' of the previous page")]

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def number_in(after: str | None) -> int:
    """The number in the cursor of a list that is ordered by numbers; 0 without one. Raises Problem (400)."""
    if after is None:
        return 0
    if not _NUMBER.fullmatch(after):
        raise Problem(400, "bad-cursor", "The cursor in 'after' is not one that this list returned: it is a number.")
    return int(after)


def cursor_after(numbers: Sequence[int], limit: int) -> str | None:
    """The cursor behind a page of rows with these numbers; None where it is the last page."""
    return str(numbers[-1]) if len(numbers) == limit else None


NOBODY = "http"
"""The actor of a request in nobody's name, where nobody is asked for one."""


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
