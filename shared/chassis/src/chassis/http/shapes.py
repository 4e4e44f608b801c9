"""Shapes of answers that are documented and not checked again: a row of a read model goes out as it was read.

``Page[jars.Row]`` and ``shown(order.Row)`` say in OpenAPI which columns there are; validating each of 500 rows once more would
take longer than reading them.
"""

from typing import Annotated, Any

from pydantic import TypeAdapter, WithJsonSchema

from contracts.figures import AnyFields, Plainly


def shape_of(*types: Any, left_out: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    """The JSON schema of an object with the fields of all types but those left out, and with ``fields``: name=type. Without references."""
    merged: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for each in types:
        schema = _schema(each)
        columns = {name: shape for name, shape in schema["properties"].items() if name not in left_out}
        merged["properties"] |= columns
        # A column has a value in every row, also where the row's class has a default for it.
        merged["required"] += [name for name in columns if name not in merged["required"]]
    merged["properties"] |= {name: _schema(each) for name, each in fields.items()}
    merged["required"] += [name for name in fields if name not in merged["required"]]
    return merged


def shown(*types: Any, **fields: Any) -> Any:
    """A dictionary in an answer, documented as ``shape_of`` its types: ``response_model=shown(order.Row, days_late=int)``."""
    return Annotated[AnyFields, WithJsonSchema(shape_of(*types, **fields))]


def answers(model: Any, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """``responses=`` of a route that makes its response itself: documented as the model, 200 unless statuses are named."""
    return {status: {"model": model} for status in statuses or (200,)}


def _schema(type_: Any) -> dict[str, Any]:
    schema = TypeAdapter(Plainly[type_]).json_schema(mode="serialization")
    inlined: dict[str, Any] = _inlined(schema, schema.pop("$defs", {}))
    return inlined


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(part, list):
        return [_inlined(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(definitions[part["$ref"].rsplit("/", 1)[1]], definitions)
    return {name: _inlined(each, definitions) for name, each in part.items()}
