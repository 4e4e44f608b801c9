"""Figures in plain notation: 20000 and never 2E+4, in what is read, computed, stored, published and answered.

``Decimal`` alone writes ``2E+4`` for what came in as ``2E+4``, and what a driver or a computation made short. What a figure may be
written like where it is read stands in ``digits``.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, TypeVar, cast

from pydantic import AfterValidator, BaseModel, GetCoreSchemaHandler, PlainSerializer, WrapSerializer
from pydantic_core import CoreSchema, core_schema

from contracts.digits import plain, plain_decimal, plain_int, without_exponent


def written(value: Any) -> Any:
    """A value of any shape in which every figure is a plain text."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dict):
        return {key: written(each) if isinstance(each, _CHANGED) else each for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [written(each) if isinstance(each, _CHANGED) else each for each in value]
    return value


_CHANGED = (Decimal, dict, list, tuple)
WRITTEN = core_schema.plain_serializer_function_ser_schema(
    plain, return_schema=core_schema.str_schema(), when_used="json-unless-none"
)
"""How JSON shows a decimal."""
OF_ANYTHING = core_schema.wrap_serializer_function_ser_schema(
    lambda value, handler: handler(written(value)), when_used="json-unless-none"
)
"""How JSON shows what may be anything, or holds nothing but such."""


def each_schema(schema: Any, change: Callable[[dict[str, Any]], Any]) -> Any:
    """A core schema with its parts changed: ``change`` gets each, and answers its replacement, or None to have its own parts changed."""
    if isinstance(schema, list | tuple):
        return type(schema)(each_schema(each, change) for each in schema)
    if not isinstance(schema, dict):
        return schema
    if "type" in schema and (replacement := change(schema)) is not None:
        return replacement
    return {name: part if name == "metadata" else each_schema(part, change) for name, part in schema.items()}


Shown = WrapSerializer(lambda value, handler: handler(written(value)), when_used="json-unless-none")
Anything = Annotated[Any, Shown]
"""A value of any shape in an answer that has no model of its own."""
AnyFields = Annotated[dict[str, Any], Shown]
"""The same of an object, written as a whole."""

Figure = Annotated[Decimal, AfterValidator(without_exponent), PlainSerializer(plain, str, when_used="json-unless-none")]
"""A figure in an answer that has no model of its own."""


class _WrittenPlainly:
    """Changes the schema of ``source`` so that its figures are plain; plain models inside of it are already."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inside: list[str] = []

        def change(schema: dict[str, Any]) -> Any:
            if schema["type"] == "model" and schema["cls"] is not source and issubclass(schema["cls"], PlainModel):
                return schema
            if schema["type"] == "decimal":
                return plain_decimal(cast(CoreSchema, schema), WRITTEN)
            if schema["type"] == "int":
                return plain_int(cast(CoreSchema, schema))
            if schema["type"] == "definition-ref" and schema["schema_ref"] not in inside:
                found = dict(handler.resolve_ref_schema(cast(CoreSchema, schema)))
                if issubclass(_class_of(found), PlainModel):
                    return schema
                inside.append(schema["schema_ref"])
                found.pop("ref", None)  # a copy, because others may refer to the type as it is
                changed = each_schema(found, change)
                inside.pop()
                return changed
            # Once for the whole of a page of rows: for each cell of it would take longer than reading the rows.
            return {**schema, "serialization": OF_ANYTHING} if _holds_anything(schema) else None

        return cast(CoreSchema, each_schema(handler(source), change))


def _holds_anything(schema: Any) -> bool:
    """Whether a schema is that of ``Any``, ``dict[str, Any]``, ``list[dict[str, Any]]`` and so on."""
    match schema:
        case {"type": "any"}:
            return len(schema) == 1
        case {"type": "dict", "values_schema": held} | {"type": "list", "items_schema": held}:
            return "serialization" not in schema and _holds_anything(held)
        case _:
            return False


def _class_of(schema: Any) -> type:
    """The class that a schema makes instances of, also where validators surround it."""
    while schema.get("type", "").startswith("function-"):
        schema = schema["schema"]
    found: type = schema.get("cls", object)
    return found


class PlainModel(BaseModel):
    """A model all of whose figures are read without an exponent and written without one, also inside of lists and maps."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _WrittenPlainly().__get_pydantic_core_schema__(source, handler)


T = TypeVar("T")
Plainly = Annotated[T, _WrittenPlainly()]
"""``Plainly[SupplierRow]``: a type that is no model, with every figure written plainly."""
