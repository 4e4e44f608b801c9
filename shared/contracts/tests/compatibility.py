"""Whether one shape of an event may replace another, for the subset of JSON schema that Pydantic generates.

Compatible means that every past event can still be read: no field is removed or becomes required, no constraint is
narrowed, no default changes. New fields with defaults, new values and wider bounds are compatible.
"""

import math
from collections.abc import Iterator
from typing import Any

Shape = dict[str, Any]

PROSE = {"title", "description", "examples", "default", "$defs", "$schema"}
AT_MOST = ("maxLength", "maxItems", "maxProperties", "maxDigits", "decimalPlaces")
AT_LEAST = ("minLength", "minItems", "minProperties")
SAME = ("pattern", "format", "multipleOf", "uniqueItems")
LIMITS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
STRUCTURE = {
    "$ref", "anyOf", "oneOf", "type", "enum", "const", "items", "properties", "required", "additionalProperties",
    "patternProperties", "propertyNames",
}  # fmt: skip
KNOWN = PROSE | STRUCTURE | {*AT_MOST, *AT_LEAST, *SAME, *LIMITS}


def breaking_changes(before: Shape, after: Shape) -> list[str]:
    """Each way in which ``after`` refuses or changes what ``before`` accepted, as a sentence.

    Raises NotImplementedError for a keyword that this check does not know, so that none is ignored silently.
    """
    return list(_Comparison(before.get("$defs", {}), after.get("$defs", {})).changes("", before, after))


class _Comparison:
    def __init__(self, before_defs: Shape, after_defs: Shape) -> None:
        self.before_defs, self.after_defs = before_defs, after_defs

    def changes(self, where: str, before: Shape, after: Shape) -> Iterator[str]:
        before, after = _resolved(before, self.before_defs), _resolved(after, self.after_defs)
        place = where or "the event"
        if not {"anyOf", "oneOf"}.isdisjoint(before.keys() | after.keys()):
            yield from self._of_alternatives(where, before, after)
            return
        if "type" in after and before.get("type") != after["type"]:
            if (before.get("type"), after["type"]) != ("integer", "number"):
                yield f"{place} was {_kind(before)} and is {_kind(after)}."
            return
        yield from _of_values(place, before, after)
        yield from _of_bounds(place, before, after)
        if "items" in after:
            yield from self.changes(f"{where}[]", before.get("items", {}), after["items"])
        yield from self._of_mapping(where, before, after)
        yield from self._of_fields(where, before, after)

    def _of_alternatives(self, where: str, before: Shape, after: Shape) -> Iterator[str]:
        """Whatever one of the old alternatives accepted, one of the new ones must accept."""
        for old in _alternatives(before):
            tried = [list(self.changes(where, old, new)) for new in _alternatives(after)]
            yield from min(tried, key=len)

    def _of_mapping(self, where: str, before: Shape, after: Shape) -> Iterator[str]:
        (old_keys, old_values), (new_keys, new_values) = _mapping(before), _mapping(after)
        if new_values is False and old_values is not False:
            yield f"{where or 'the event'} refuses fields that it does not name."
        elif isinstance(new_values, dict):
            yield from self.changes(f"the keys of {where}", old_keys, new_keys)
            yield from self.changes(f"{where}.*", old_values if isinstance(old_values, dict) else {}, new_values)

    def _of_fields(self, where: str, before: Shape, after: Shape) -> Iterator[str]:
        old, new = before.get("properties", {}), after.get("properties", {})
        for name in after.get("required", ()):
            if name not in before.get("required", ()):
                yield f"{_inside(where, name)} is required and was not."
        for name, shape in old.items():
            field = _inside(where, name)
            if name not in new:
                yield f"{field} was removed."
                continue
            if "default" in shape and "default" in new[name] and shape["default"] != new[name]["default"]:
                yield f"{field} meant {shape['default']!r} when left out and now means {new[name]['default']!r}."
            yield from self.changes(field, shape, new[name])


def _resolved(shape: Shape, defs: Shape) -> Shape:
    """The shape that a ``$ref`` points to; anything beside the reference is prose or a default."""
    while "$ref" in shape:
        shape = defs[shape["$ref"].rpartition("/")[2]]
    unknown = shape.keys() - KNOWN
    if unknown:
        raise NotImplementedError(f"The compatibility check does not know {', '.join(sorted(unknown))}; teach it.")
    return shape


def _alternatives(shape: Shape) -> list[Shape]:
    """Those of a choice, and of the choices among them; the kinds of a ``oneOf`` are disjoint in our contracts."""
    choice = shape.get("anyOf", shape.get("oneOf"))
    return [shape] if choice is None else [each for part in choice for each in _alternatives(part)]


def _of_values(place: str, before: Shape, after: Shape) -> Iterator[str]:
    old, new = _values(before), _values(after)
    if new is None:
        return
    if old is None:
        yield f"{place} took any {_kind(before)} and takes only {', '.join(map(str, new))}."
    elif gone := [value for value in old if value not in new]:
        yield f"{place} no longer takes {', '.join(map(str, gone))}."


def _values(shape: Shape) -> list[Any] | None:
    return [shape["const"]] if "const" in shape else shape.get("enum")


def _of_bounds(place: str, before: Shape, after: Shape) -> Iterator[str]:
    for keyword in (*AT_MOST, *AT_LEAST):
        unbounded = math.inf if keyword in AT_MOST else 0
        old, new = before.get(keyword, unbounded), after.get(keyword, unbounded)
        if (new < old) if keyword in AT_MOST else (new > old):
            yield f"{place}: {keyword} was {_told(old)} and is {new}."
    if _whole_digits(after) < _whole_digits(before):
        yield f"{place}: {_whole_digits(after)} digits before the decimal point, and were {_whole_digits(before)}."
    if _lower(after) > _lower(before):
        yield f"{place} may be no longer as small as it was: {_limits(after)}, before {_limits(before)}."
    if _upper(after) < _upper(before):
        yield f"{place} may be no longer as large as it was: {_limits(after)}, before {_limits(before)}."
    for keyword in SAME:
        # Whether one pattern accepts all that another did is undecidable here; only dropping it is certainly wider.
        if keyword in after and after[keyword] != before.get(keyword):
            yield f"{place}: {keyword} was {_told(before.get(keyword))} and is {after[keyword]}."


def _whole_digits(shape: Shape) -> float:
    return shape["maxDigits"] - shape.get("decimalPlaces", 0) if "maxDigits" in shape else math.inf


def _lower(shape: Shape) -> tuple[float, bool]:
    """The lower limit, and whether it is exclusive; larger is narrower."""
    return max((shape.get("minimum", -math.inf), False), (shape.get("exclusiveMinimum", -math.inf), True))


def _upper(shape: Shape) -> tuple[float, bool]:
    """The upper limit, and whether it is inclusive; smaller is narrower."""
    return min((shape.get("maximum", math.inf), True), (shape.get("exclusiveMaximum", math.inf), False))


def _limits(shape: Shape) -> str:
    return ", ".join(f"{keyword} {shape[keyword]}" for keyword in LIMITS if keyword in shape) or "no limit"


def _mapping(shape: Shape) -> tuple[Shape, Shape | bool]:
    """The shapes of the keys and the values of an object without fixed fields; Pydantic writes them in two ways."""
    keys = {"type": "string", **shape.get("propertyNames", {})}
    for pattern, values in shape.get("patternProperties", {}).items():
        return {**keys, "pattern": pattern}, values
    return keys, shape.get("additionalProperties", True)


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _kind(shape: Shape) -> str:
    return str(shape.get("format") or shape.get("type") or "anything")


def _told(bound: Any) -> str:
    return "not limited" if bound is None or bound == math.inf else str(bound)
