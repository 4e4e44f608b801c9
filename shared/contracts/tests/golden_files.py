"""The golden files: a sample and a shape of every event type and version, as first published.

``python shared/contracts/tests/golden_files.py`` writes those that are missing and never touches one that is there. A
new sample is a draft: make its values those of a real day before you commit it.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from contracts import EVENTS, Event

Shape = dict[str, Any]

GOLDEN = Path(__file__).parents[1] / "golden"
FORMER = GOLDEN / "former"
"""Samples under former names of a type or a field. Logs and topics hold them for ever."""
PROSE = ("title", "description", "examples", "formatMinimum", "formatMaximum")
"""What no reader relies on; the bounds of days are those of the door, not of what was published before."""


def name_of(event: type[Event]) -> str:
    """``supplier.SupplierGraded.v1``."""
    return f"{event.TYPE}.v{event.VERSION}"


def sample_of(event: type[Event]) -> Path:
    return GOLDEN / f"{name_of(event)}.json"


def stored_shape_of(event: type[Event]) -> Path:
    return GOLDEN / f"{name_of(event)}.schema.json"


class _AsWritten(GenerateJsonSchema):
    """Decimals as strings, as on the wire, with their bounds; Pydantic's own patterns change with its releases."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        bounds = {
            "minimum": schema.get("ge"),
            "exclusiveMinimum": schema.get("gt"),
            "maximum": schema.get("le"),
            "exclusiveMaximum": schema.get("lt"),
            "maxDigits": schema.get("max_digits"),
            "decimalPlaces": schema.get("decimal_places"),
        }
        given_bounds = {name: _number(bound) for name, bound in bounds.items() if bound is not None}
        return {"type": "string", "format": "decimal", **given_bounds}


def _number(bound: Decimal | float) -> int | float:
    return int(bound) if bound == int(bound) else float(bound)


def shape_of(event: type[Event]) -> Shape:
    """The JSON schema of what the contract accepts, without prose: what readers and writers rely on."""
    return _without_prose(event.model_json_schema(schema_generator=_AsWritten))


def _without_prose(schema: Shape) -> Shape:
    """Removes prose, but not a property named ``title`` or ``description``."""
    stripped: Shape = {}
    for keyword, value in schema.items():
        if keyword in ("properties", "patternProperties", "$defs"):
            stripped[keyword] = {name: _without_prose(each) for name, each in value.items()}
        elif keyword == "anyOf":
            stripped[keyword] = [_without_prose(each) for each in value]
        elif keyword == "oneOf":  # a personal text: logs from before hold it in clear, of any length
            stripped[keyword] = [_without_prose(_of_any_length(each)) for each in value]
        elif keyword in ("items", "additionalProperties", "propertyNames") and isinstance(value, dict):
            stripped[keyword] = _without_prose(value)
        elif keyword not in PROSE:
            stripped[keyword] = value
    return stripped


def _of_any_length(schema: Shape) -> Shape:
    return {name: value for name, value in schema.items() if schema.get("type") != "string" or name != "maxLength"}


def draft(shape: Shape, name: str = "", defs: Shape | None = None) -> Any:
    """Values that fit a shape, every optional field filled."""
    defs = shape.get("$defs", {}) if defs is None else defs
    if "$ref" in shape:
        return draft(defs[shape["$ref"].rpartition("/")[2]], name, defs)
    if "anyOf" in shape:
        return draft(shape["anyOf"][0], name, defs)
    if "oneOf" in shape:
        return {"sealed": "c2VhbGVkIHRleHQgYWJvdXQgYSBwZXJzb24gb2Ygb3Vycw==", "subject": "person:P-1", "key": 1}
    if "enum" in shape or "const" in shape:
        return shape.get("const") or shape["enum"][0]
    match shape.get("type"):
        case "object":
            return {field: draft(each, field, defs) for field, each in shape.get("properties", {}).items()}
        case "array":
            return [draft(shape["items"], name, defs)]
        case "integer":
            return max(1, shape.get("minimum", 1))
        case "boolean":
            return True
        case "string":
            return _text(shape.get("format"), name)
    return {}


def _text(format: str | None, name: str) -> str:
    texts = {"date": "2024-05-31", "date-time": "2024-05-31T08:00:00Z", "decimal": "12.5", "iso-4217": "CNY"}
    named = {"period": "2024-05"}
    return texts.get(format or "") or named.get(name) or f"{name.removesuffix('_id').upper().replace('_', '-')}-1"


def write_missing(folder: Path = GOLDEN) -> list[Path]:
    """Write the missing files; returns their paths."""
    written = []
    for event in EVENTS:
        shape = shape_of(event)
        for like, content in ((sample_of(event), draft(shape)), (stored_shape_of(event), shape)):
            path = folder / like.name
            if not path.exists():
                path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
                written.append(path)
    return written


if __name__ == "__main__":
    for path in write_missing():
        print(f"written: {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
