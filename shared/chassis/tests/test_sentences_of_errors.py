"""A validation error as a sentence for people: what the model says, without the words of its library."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, ValidationError, model_validator

from chassis.errors import sentence_of
from chassis.http.problems import invalid_field


class Recipe(BaseModel):
    steps: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)] = ("stir",)
    minutes: int = 1

    @model_validator(mode="after")
    def _is_quick(self) -> "Recipe":
        if self.minutes > 60:
            raise ValueError("A recipe takes an hour at most.")
        return self


def refused(document: dict[str, Any]) -> ValidationError:
    with pytest.raises(ValidationError) as error:
        Recipe.model_validate(document)
    return error.value


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"minutes": 61}, "A recipe takes an hour at most."),
        ({"steps": []}, "steps: There should be at least 1 entry, not 0"),
        ({"steps": ["a", "b", "c"]}, "steps: There should be at most 2 entries, not 3"),
    ],
)
def test_what_a_document_breaks_is_said_without_the_words_of_the_library(document, sentence):
    error = refused(document)
    assert sentence_of(error) == sentence
    [found] = error.errors()
    assert invalid_field(dict(found))["detail"] == sentence.removeprefix("steps: ")


def test_a_set_that_is_too_long_says_how_long_it_may_be():
    class Endless(BaseModel):
        names: Annotated[set[str], Field(max_length=1)]

    with pytest.raises(ValidationError) as error:
        Endless.model_validate({"names": (name for name in "abc")})
    assert sentence_of(error.value).startswith("names: There should be at most 1 entry, not ")
