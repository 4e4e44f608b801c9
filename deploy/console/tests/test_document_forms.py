"""What a form makes of a schema, and what a filled form makes of its inputs, by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from standing_console.faults import Misused
from standing_console.screens.document_form import Field, Group, Maker
from standing_console.screens.filled_forms import chosen, filled, grown, without
from standing_console.screens.inputs import anchored, bounds_of, for_browsers
from standing_console.screens.schemas import Schema

ODD: dict[str, Any] = {
    "": "", "a/b~c": [[], {}, [[None]], True, False, None, 0, 0.0, -1.5, 1e-9, 10**17, "12", "1.50", "line\nline"],
    "empty": {}, "long": "x" * 500,
}  # fmt: skip


def inputs(group: Group) -> dict[str, str]:
    """The names and values of a form's inputs."""
    found = dict[str, str]()
    for part in group.ordered:
        found[part.name] = "" if isinstance(part, Group) else part.value
        found |= inputs(part) if isinstance(part, Group) else {}
    return found


def part_of(schema: dict[str, Any], value: Any) -> Field | Group:
    return Maker().form({"x": value}, {"type": "object", "properties": {"x": schema}}).parts[0]


def field_of(schema: dict[str, Any], value: Any) -> Field:
    found = part_of(schema, value)
    assert isinstance(found, Field)
    return found


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object", "properties": {"empty": {"type": "integer"}, "long": {"type": ["string", "null"]}}},
        {"additionalProperties": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
        {"additionalProperties": {"enum": [0, 1]}},
        {"type": "array"},
        {"$ref": "#"},
    ],
)
def test_a_form_that_nobody_touched_makes_its_document_under_any_schema(schema: dict[str, Any]) -> None:
    assert filled(inputs(Maker().form(ODD, schema))) == ODD


@pytest.mark.parametrize(
    ("schema", "kind", "low", "high", "said"),
    [
        ({"type": "integer", "exclusiveMinimum": 0, "maximum": 9}, "whole", "1", "9", "1 – 9"),
        ({"type": "integer", "minimum": 0, "maximum": 2**31 - 1}, "whole", "0", "2147483647", "≥ 0"),
        ({"type": "number", "minimum": 0.0, "exclusiveMaximum": 1.5}, "figure", "0", "1.5", "≥ 0, < 1.5"),
        ({"anyOf": [{"type": "number", "exclusiveMinimum": 0.0, "minimum": 0.0}, {"type": "string"}]}, "decimal", "0", "", "> 0"),
        ({"type": "string", "format": "date", "formatMinimum": "1900-01-01"}, "date", "1900-01-01", "", ""),
        ({"type": "number"}, "figure", "", "", ""),
    ],
)  # fmt: skip
def test_bounds_are_those_that_an_input_knows(
    schema: dict[str, Any], kind: str, low: str, high: str, said: str
) -> None:
    (only,) = Schema.of(schema, {}).kinds
    bounds = bounds_of(only)
    assert (only.kind, bounds.low, bounds.high, bounds.said) == (kind, low, high, said)


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        (r"^[a-z0-9-]+$", r"^[a-z0-9\-]+$"),
        (r"^[A-Za-z0-9._-]+(\.[a-z]+)*$", r"^[A-Za-z0-9._\-]+(\.[a-z]+)*$"),
        (r"^[-a]$", r"^[\-a]$"),
        (r"^[^\x00-\x1f]+$", ""),
        (r"^(?i:a)$", ""),
        (r"^[(a|b]$", ""),
        (r"a+", ""),
        ("", ""),
    ],
)
def test_a_pattern_is_given_to_browsers_as_they_read_it(pattern: str, taken: str) -> None:
    assert for_browsers(pattern) == taken


def test_ids_of_places_have_no_blanks() -> None:
    assert anchored("/a b/张~1") == "/a%20b/%E5%BC%A0~1"


def test_a_choice_shows_what_stands_there_although_it_is_refused() -> None:
    found = field_of({"enum": [360, 365]}, 366)
    assert found.kind == "choice"
    assert found.name == "z:/x"
    assert found.options == (("360", "360"), ("365", "365"), ("366", "366"))
    assert field_of({"anyOf": [{"const": "a"}, {"type": "null"}]}, None).options == (("a", "a"),)


def test_a_value_of_another_kind_than_its_schema_expects_is_shown_as_json() -> None:
    for schema, value in (({"type": "string"}, {"a": 1}), ({"type": "integer"}, [1]), ({"type": "boolean"}, "yes")):
        assert field_of(schema, value).kind == "json"


UNION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "step": {
            "oneOf": [{"$ref": "#/$defs/Call"}, {"$ref": "#/$defs/Letter"}],
            "discriminator": {"propertyName": "kind"},
        }
    },
    "$defs": {
        "Call": {
            "title": "Call",
            "type": "object",
            "properties": {"kind": {"const": "call"}, "after": {"type": "integer"}},
            "required": ["kind", "after"],
        },
        "Letter": {
            "title": "Letter",
            "type": "object",
            "properties": {
                "kind": {"const": "letter"},
                "after": {"type": "integer"},
                "text": {"type": "string", "default": "Dear customer"},
                "copies": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            },
            "required": ["kind", "after", "copies"],
        },
    },
}


def test_the_kind_of_a_part_is_known_by_its_constants_and_another_one_begins_with_its_own() -> None:
    document = {"step": {"kind": "call", "after": 3}}
    (step,) = Maker().form(document, UNION).parts
    assert (step.chosen, [each.title for each in step.kinds]) == ("0", ["Call", "Letter"])
    letter = chosen(document, UNION, "/step", "1")
    assert letter == {"step": {"kind": "letter", "after": None, "text": "Dear customer", "copies": [""]}}
    assert Maker().form(letter, UNION).parts[0].chosen == "1"
    assert chosen(letter, UNION, "/step", "1") == letter
    with pytest.raises(Misused):
        chosen(document, UNION, "/step", "2")
    with pytest.raises(Misused):
        chosen(document, UNION, "/step", "")


def test_a_map_offers_the_keys_that_it_lacks_and_a_part_the_fields_that_it_lacks() -> None:
    found = part_of({"additionalProperties": {"type": "integer"}, "propertyNames": {"enum": ["A", "B"]}}, {"B": 1})
    assert isinstance(found, Group)
    assert (found.grows, found.keys) == ("map", ("A",))
    whole = Maker().form({}, {"type": "object", "properties": {"a": {"default": 7}}, "additionalProperties": False})
    assert (whole.grows, whole.keys) == ("map", ("a",))
    assert grown({}, {"properties": {"a": {"default": 7}}}, "", "a") == ({"a": 7}, "/a")


def test_a_list_of_fixed_length_neither_grows_nor_shrinks() -> None:
    found = part_of({"type": "array", "prefixItems": [{"type": "integer"}] * 2, "minItems": 2, "maxItems": 2}, [1, 2])
    assert isinstance(found, Group)
    assert found.grows == ""
    assert [part.removable for part in found.parts] == [False, False]


def test_parts_that_are_made_of_themselves_end() -> None:
    tree = {
        "$ref": "#/$defs/T",
        "$defs": {"T": {"type": "object", "properties": {"t": {"$ref": "#/$defs/T"}}, "required": ["t"]}},
    }
    assert grown({}, tree, "", "t")[1] == "/t"
    assert without({"t": {}}, tree, "/t") == {}
    with pytest.raises(Misused):
        without({"t": {}}, tree, "/t/t")
