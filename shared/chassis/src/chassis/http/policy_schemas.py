"""What a policy takes, as a JSON schema: from it a person's form is made, and a program checks a document before it sends it."""

from functools import cache
from typing import Any

from fastapi import APIRouter, Response
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, NoDefault
from pydantic_core import core_schema

from chassis.http.fast_json import json_response
from chassis.http.identity import needs
from chassis.http.parameters import Name
from chassis.http.problems import NotFound
from chassis.http.running import Running
from chassis.http.schemas import DRAFT, SchemaResponse
from chassis.policies import Policy
from contracts.figures import written
from contracts.personal import DESCRIPTION

router = APIRouter(prefix="/v1/policies", tags=["policies"])

OF_A_PERSON = "It tells of a person: write a text, and it is stored sealed."
"""What a person who fills a form needs to know of such a text."""
VALUES = ("default", "enum", "const")
"""Keywords that hold values of a document and no schemas."""
BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


SHAPE = {
    "type": "object",
    "properties": {
        "$schema": {"type": "string"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "type": {"type": "string"},
        "properties": {"type": "object", "additionalProperties": {"type": "object"}},
        "required": {"type": "array", "items": {"type": "string"}},
        "$defs": {"type": "object", "additionalProperties": {"type": "object"}},
    },
}


class _Documents(GenerateJsonSchema):
    """Every default stands in the schema, also those that are made anew for each document; bounds are under their standard names."""

    def get_default_value(self, schema: core_schema.WithDefaultSchema) -> Any:
        if "default_factory" in schema and not schema.get("default_factory_takes_data"):
            return schema["default_factory"]()  # type: ignore[call-arg]
        return schema.get("default", NoDefault)

    def encode_default(self, dft: Any) -> Any:
        return super().encode_default(written(dft))

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        made = super().generate_inner(schema)
        for branch in made.get("anyOf", ()):
            if branch.get("type") == "number":
                branch.update({standard: made[name] for name, standard in BOUNDS.items() if name in made})
        return {name: value for name, value in made.items() if name not in BOUNDS}


@cache
def schema_of(kind: type[Policy]) -> dict[str, Any]:
    """The JSON schema (2020-12) of the documents of a policy, with what its docstrings say of it and of each field.

    A figure is a text of digits or a number; of a text that tells of a person the schema has both forms, open and sealed.
    """
    schema = kind.model_json_schema(schema_generator=_Documents)
    return {"$schema": DRAFT, **_cleaned(schema)}


def _cleaned(schema: Any) -> Any:
    """Descriptions are sentences of people: without the marks that docstrings set around names, and without line ends."""
    if isinstance(schema, list):
        return [_cleaned(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    cleaned = {name: each if name in VALUES else _cleaned(each) for name, each in schema.items()}
    if isinstance(description := schema.get("description"), str):
        cleaned["description"] = (
            OF_A_PERSON if description == DESCRIPTION else " ".join(description.replace("``", "").split())
        )
    return cleaned


@router.get(
    "/{name}/schema",
    response_class=SchemaResponse,
    responses={200: {"content": {SchemaResponse.media_type: {"schema": SHAPE}}}},
    dependencies=[needs("policies.read")],
)
async def show_policy_schema(running: Running, name: Name) -> Response:
    """The JSON schema (2020-12) of the documents of this policy: fields, choices, bounds, defaults, and what each means."""
    kind = running.executor.policies.kinds.get(name)
    if kind is None:
        raise NotFound("policy", name)
    return json_response(schema_of(kind), SchemaResponse.media_type)
