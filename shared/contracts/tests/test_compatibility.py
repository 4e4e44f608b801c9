"""The compatibility check behind the golden shapes, on invented changes."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from .compatibility import breaking_changes

Short = Annotated[str, Field(max_length=10)]


class Part(BaseModel):
    code: str
    grade: Literal["A", "B"]


class PartGrown(BaseModel):
    code: str
    grade: Literal["A", "B", "C"]
    note: str = ""


class PartShrunk(BaseModel):
    code: str
    grade: Literal["A"]


def shape(**fields: Any) -> dict[str, Any]:
    """A model's JSON schema; a field is a type (required) or a pair of type and default."""
    definitions: dict[str, Any] = {
        name: each if isinstance(each, tuple) else (each, ...) for name, each in fields.items()
    }
    model: type[BaseModel] = create_model("Made", **definitions)
    return model.model_json_schema()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(shape(a=str), shape(a=str), id="nothing changed"),
        pytest.param(shape(a=str), shape(a=str, b=(int, 0)), id="a field with a default"),
        pytest.param(shape(a=str), shape(a=str, b=(str | None, None)), id="a field that may be null"),
        pytest.param(shape(a=str), shape(a=(str, "")), id="a required field got a default"),
        pytest.param(shape(a=str), shape(a=str | None), id="a field may be null now"),
        pytest.param(shape(a=int), shape(a=float), id="a whole number may be any number now"),
        pytest.param(shape(a=str), shape(a=Any), id="a text may be anything now"),
        pytest.param(shape(a=Short), shape(a=Annotated[str, Field(max_length=20)]), id="a longer text"),
        pytest.param(shape(a=Short), shape(a=str), id="a text of any length"),
        pytest.param(shape(a=Annotated[int, Field(gt=0)]), shape(a=Annotated[int, Field(ge=0)]), id="also zero"),
        pytest.param(shape(a=Annotated[str, Field(pattern="^a")]), shape(a=str), id="no pattern any more"),
        pytest.param(shape(a=Literal["x"]), shape(a=Literal["x", "y"]), id="one more value"),
        pytest.param(shape(a=Literal["x", "y"]), shape(a=str), id="any value"),
        pytest.param(shape(a=tuple[Part, ...]), shape(a=tuple[PartGrown, ...]), id="parts grew"),
        pytest.param(shape(a=dict[str, Short]), shape(a=dict[str, str]), id="a wider mapping"),
        pytest.param(shape(a=str | None), shape(a=str | int | None), id="one more alternative"),
    ],
)
def test_what_only_widens_breaks_nothing(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert breaking_changes(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (shape(a=str, b=str), shape(a=str), "b was removed."),
        (shape(a=str, b=(str, "")), shape(a=str), "b was removed."),
        (shape(a=str), shape(b=str), "b is required and was not. a was removed."),
        (shape(a=str), shape(a=str, b=int), "b is required and was not."),
        (shape(a=(str, "")), shape(a=str), "a is required and was not."),
        (shape(a=(int, 0)), shape(a=(int, 1)), "a meant 0 when left out and now means 1."),
        (shape(a=int), shape(a=str), "a was integer and is string."),
        (shape(a=float), shape(a=int), "a was number and is integer."),
        (shape(a=Any), shape(a=str), "a was anything and is string."),
        (shape(a=str | None), shape(a=str), "a was null and is string."),
        (shape(a=str), shape(a=Short), "a: maxLength was not limited and is 10."),
        (shape(a=str), shape(a=Annotated[str, Field(min_length=1)]), "a: minLength was 0 and is 1."),
        (shape(a=str), shape(a=Annotated[str, Field(pattern="^a")]), "a: pattern was not limited and is ^a."),
        (
            shape(a=Annotated[int, Field(ge=0)]),
            shape(a=Annotated[int, Field(gt=0)]),
            "a may be no longer as small as it was: exclusiveMinimum 0, before minimum 0.",
        ),
        (
            shape(a=int),
            shape(a=Annotated[int, Field(le=9)]),
            "a may be no longer as large as it was: maximum 9, before no limit.",
        ),
        (shape(a=Literal["x", "y"]), shape(a=Literal["x"]), "a no longer takes y."),
        (shape(a=str), shape(a=Literal["x"]), "a took any string and takes only x."),
        (shape(a=tuple[Part, ...]), shape(a=tuple[PartShrunk, ...]), "a[].grade no longer takes B."),
        (shape(a=Part | None), shape(a=PartShrunk | None), "a.grade no longer takes B."),
        (shape(a=dict[str, str]), shape(a=dict[str, Short]), "a.*: maxLength was not limited and is 10."),
        (shape(a=dict[str, str]), shape(a=dict[Short, str]), "the keys of a: maxLength was not limited and is 10."),
        (
            shape(a=dict[str, str]),
            shape(a=dict[Annotated[str, Field(pattern="^a")], str]),
            "the keys of a: pattern was not limited and is ^a.",
        ),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}, "refuses fields that it does not name"),
        (
            {"type": "string", "format": "decimal", "maxDigits": 20, "decimalPlaces": 2},
            {"type": "string", "format": "decimal", "maxDigits": 20, "decimalPlaces": 6},
            "14 digits before the decimal point, and were 18.",
        ),
    ],
)
def test_what_removes_requires_or_narrows_is_reported(
    before: dict[str, Any], after: dict[str, Any], message: str
) -> None:
    assert message in " ".join(breaking_changes(before, after))


def test_an_unknown_keyword_is_an_error_and_not_a_pass() -> None:
    with pytest.raises(NotImplementedError, match=r"does not know prefixItems; teach it"):
        breaking_changes(shape(a=tuple[int, str]), shape(a=tuple[int, str]))
