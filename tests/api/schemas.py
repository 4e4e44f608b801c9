"""What an OpenAPI document says of its operations, without references: answers, fields, parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
IMPLIED = ("title", "description", "default", "examples", "deprecated")
"""What differs from place to place without another thing being meant."""
SEALED = {"sealed", "subject", "key"}


@dataclass(frozen=True)
class Operation:
    """One operation: ``name`` is ``customer-svc GET /v1/customers``."""

    name: str
    method: str
    path: str
    document: dict[str, Any]
    content: dict[str, Any]

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in schema:
            return schema
        found: dict[str, Any] = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return found

    def answers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Status and schema of each JSON answer that is no problem."""
        for status, response in self.content["responses"].items():
            for media, content in response.get("content", {}).items():
                if status < "400" and media == "application/json":
                    yield status, self.resolved(content["schema"])

    def parameters(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Where it stands (query, path, header), name, and the schema without what is implied; also those that are deprecated."""
        for each in self.content.get("parameters", ()):
            yield each["in"], each["name"], bare(each["schema"])

    def deprecated(self) -> set[str]:
        """The names of parameters that are only still read."""
        return {each["name"] for each in self.content.get("parameters", ()) if each.get("deprecated")}

    def fields(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Name and schema of every field of every answer and of the body, those of inner objects too."""
        roots = [schema for _, schema in self.answers()]
        for content in self.content.get("requestBody", {}).get("content", {}).values():
            roots.append(content["schema"])
        seen: set[int] = set()
        while roots:
            schema = self.resolved(roots.pop())
            if id(schema) in seen:
                continue
            seen.add(id(schema))
            if set(schema.get("properties", ())) == SEALED:
                continue  # one value, as much as a text is
            for name, each in schema.get("properties", {}).items():
                yield name, each
                roots.append(each)
            roots += [each for part in ("anyOf", "oneOf", "allOf") for each in schema.get(part, ())]
            roots += [schema[part] for part in ("items", "additionalProperties") if isinstance(schema.get(part), dict)]

    def kinds(self, schema: dict[str, Any]) -> frozenset[str]:
        """What a value can be besides null: object, array, string, date, date-time, boolean, integer.

        A decimal is a string, and so is a text that tells of a person, whether it is open or sealed.
        """
        schema = self.resolved(schema)
        if any(set(each.get("properties", ())) == SEALED for each in schema.get("oneOf", ())):
            return frozenset({"string"})
        parts = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
        if parts:
            return frozenset().union(*(self.kinds(each) for each in parts))
        if "enum" in schema or "const" in schema:
            return frozenset({"string"})
        if schema.get("format") in ("date", "date-time"):
            return frozenset({schema["format"]})
        kind = {"number": "string", "null": ""}.get(schema.get("type", ""), schema.get("type", ""))
        return frozenset({kind} - {""})


def operations(service: str, document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, content in methods.items():
            if method in METHODS:
                yield Operation(f"{service} {method.upper()} {path}", method, path, document, content)


def bare(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without null and without what is implied."""
    kept = {name: each for name, each in schema.items() if name not in IMPLIED}
    if "anyOf" in kept:
        parts = [bare(each) for each in kept["anyOf"] if each.get("type") != "null"]
        return parts[0] if len(parts) == 1 else kept | {"anyOf": parts}
    return kept
