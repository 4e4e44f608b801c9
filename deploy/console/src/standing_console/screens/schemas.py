"""The JSON schema of a document as its form needs it: what each place takes, and with what a new part of it begins. Pure."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

Kind = Literal["object", "list", "choice", "boolean", "decimal", "figure", "whole", "date", "text", "sealed", "any"]
"""A ``decimal`` is a text of digits in the document, a ``figure`` and a ``whole`` one are numbers; ``any`` is what no schema restricts."""
SEALED = {"sealed", "subject", "key"}
"""The parts of a text that tells of a person, once it is stored."""
HOPS_MAX = 20
"""References that are followed one after another, and parts within parts that a new part begins with."""
BY_TYPE: dict[str, Kind] = {
    "array": "list", "boolean": "boolean", "integer": "whole", "number": "figure", "string": "text", "decimal": "decimal",
}  # fmt: skip
DIGITS = {"type", "pattern"}
"""Keywords of the text that stands beside a number where a figure may be written as either."""


@dataclass(frozen=True)
class Schema:
    """What one place takes: the keywords that stand there, and the document in which references lead on."""

    keywords: Mapping[str, Any]
    root: Mapping[str, Any]

    @staticmethod
    def of(found: Any, root: Mapping[str, Any]) -> "Schema":
        """With references followed. What is no schema, such as ``true``, restricts nothing."""
        keywords: dict[str, Any] = dict(found) if isinstance(found, Mapping) else {}
        for _ in range(HOPS_MAX):
            led = [keywords.pop("$ref")] if "$ref" in keywords else []
            below = [_found(root, each) for each in led] + keywords.pop("allOf", [])
            if not below:
                break
            for each in below:
                keywords = {**(each if isinstance(each, Mapping) else {}), **keywords}
        return Schema(keywords, root)

    @cached_property
    def _every(self) -> list["Schema"]:
        """All kinds of value that the place takes, null among them. A number that may be a text of digits is one kind."""
        found = [*self._branches()]
        number = next((each for each in found if each.keywords.get("type") == "number"), None)
        text = next(
            (each for each in found if each.keywords.get("type") == "string" and {*each.keywords} <= DIGITS), None
        )
        if number and text:
            found[found.index(number)] = Schema({**number.keywords, "type": "decimal"}, self.root)
            found.remove(text)
        return found

    def _branches(self) -> Iterator["Schema"]:
        branches = [*self.keywords.get("anyOf", ()), *self.keywords.get("oneOf", ())]
        types = self.keywords.get("type")
        if isinstance(types, list):
            branches = [{**self.keywords, "type": each} for each in types]
        if not branches:
            yield self
        for each in branches:
            yield from Schema.of(each, self.root)._branches()

    @cached_property
    def kinds(self) -> tuple["Schema", ...]:
        """The kinds of value to choose from, without null; at least one."""
        found = tuple(each for each in self._every if each.keywords.get("type") != "null")
        return found or (Schema({}, self.root),)

    @cached_property
    def optional(self) -> bool:
        """Whether the place may hold null."""
        return any(each.keywords.get("type") == "null" for each in self._every)

    @cached_property
    def kind(self) -> Kind:
        """Of one that is among ``kinds``."""
        if self.options:
            return "choice"
        if set(self.properties) == SEALED:
            return "sealed"
        if self.keywords.get("type") == "object" or {"properties", "additionalProperties"} & {*self.keywords}:
            return "object"
        if self.keywords.get("format") == "date":
            return "date"
        return BY_TYPE.get(str(self.keywords.get("type")), "any")

    @cached_property
    def options(self) -> list[Any]:
        if "const" in self.keywords:
            return [self.keywords["const"]]
        return [each for each in self.keywords.get("enum", ()) if each is not None]

    @property
    def properties(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.keywords.get("properties", {})
        return found

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.keywords.get("required", ()))

    @property
    def description(self) -> str:
        return str(self.keywords.get("description", ""))

    @property
    def title(self) -> str:
        """Of a kind that one chooses."""
        return str(self.keywords.get("title", ""))

    @cached_property
    def keys(self) -> "Schema | None":
        """What a further key of a map may be; None where there is none."""
        if self._further is None:
            return None
        patterns = [{"pattern": each} for each in self.keywords.get("patternProperties", {})]
        return Schema.of({**dict(*patterns[:1]), **self.keywords.get("propertyNames", {})}, self.root)

    @cached_property
    def _further(self) -> Any:
        """The schema of what stands at a key of a map; None where there are no keys but those of the properties."""
        patterns = [*self.keywords.get("patternProperties", {}).values()]
        further = patterns[0] if patterns else self.keywords.get("additionalProperties", not self.properties or None)
        return None if further is False else further

    @property
    def bounds(self) -> tuple[int, float]:
        """How many entries a list has, at least and at most."""
        return self.keywords.get("minItems", 0), self.keywords.get("maxItems", float("inf"))

    def part(self, key: str | int) -> "Schema":
        """What stands at a key or an index; nothing is known of one that the schema does not have."""
        if isinstance(key, str):
            found = self.properties.get(key, self._further)
        else:
            leading = self.keywords.get("prefixItems", ())
            found = leading[key] if key < len(leading) else self.keywords.get("items")
        return Schema.of(found, self.root)

    def kind_of(self, value: Any) -> "Schema":
        """Of the kinds, the one that a value is most likely of."""
        return max(self.kinds, key=lambda kind: kind.likeness(value))

    def likeness(self, value: Any) -> int:
        """How much a value looks like one of this kind; 0 for not at all."""
        match self.kind:
            case "object" | "sealed" if isinstance(value, dict):
                consts = {name: options for name in self.properties if (options := self.part(name).kinds[0].options)}
                odd = sum(value.get(name) not in options for name, options in consts.items() if name in value)
                return max(
                    1, 100 + len(self.properties.keys() & value.keys()) - len(self.required - value.keys()) - 50 * odd
                )
            case "list" if isinstance(value, list):
                return 2
            case "choice":
                return 3 if value in self.options else 0
            case "boolean":
                return 2 * isinstance(value, bool)
            case "whole" | "figure":
                return 2 * (isinstance(value, int | float) and not isinstance(value, bool))
            case "decimal":
                return isinstance(value, str | int | float) and not isinstance(value, bool)
            case "text" | "date" if isinstance(value, str):
                return 1 + (re.search(str(self.keywords.get("pattern", "")), value) is not None)
            case "any":
                return 1
        return 0

    def begun(self, depth: int = 0) -> Any:
        """With what a new part begins: its default; what has none is left empty, for a person to fill."""
        if "default" in self.keywords:
            return deepcopy(self.keywords["default"])
        if self.optional:
            return None
        return self.kinds[0].begun_of_its_kind(depth)

    def begun_of_its_kind(self, depth: int = 0) -> Any:
        """The same of one that is among ``kinds``."""
        match self.kind:
            case "object":
                needed = {*self.required, *(name for name, each in self.properties.items() if "default" in each)}
                parts = [name for name in self.properties if name in needed] if depth < HOPS_MAX else []
                return {name: self.part(name).begun(depth + 1) for name in parts}
            case "list":
                least = max(self.bounds[0], len(self.keywords.get("prefixItems", ()))) if depth < HOPS_MAX else 0
                return [self.part(index).begun(depth + 1) for index in range(least)]
            case "choice":
                return self.options[0] if len(self.options) == 1 else ""
            case "boolean":
                return False
            case "text" | "date" | "decimal":
                return ""
            case _:
                return None


def _found(root: Mapping[str, Any], reference: str) -> Any:
    """What a reference within the document leads to; nothing for any other."""
    found: Any = root
    for part in reference.removeprefix("#/").split("/") if reference.startswith("#/") else ("",):
        found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, Mapping) else None
    return found
