"""The schema of a policy's documents, from which a form is made."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from chassis.http.policy_schemas import schema_of
from chassis.policies import Policy, PolicyPart
from contracts.personal import Personal, PersonalText


class Lid(PolicyPart):
    """What closes a jar."""

    colour: Literal["red", "blue"]


class ShelfPolicy(Policy):
    """Where ``jars``
    stand."""

    NAME: ClassVar[str] = "shelf"
    width: Annotated[Decimal, Field(gt=0, le=4)] = Decimal("2E+0")
    """In metres, for ``jars`` of
    every kind."""
    lid: Lid | None = None
    default: tuple[str, ...] = Field(default_factory=lambda: ("jam",))
    owners: dict[str, Annotated[Personal, PersonalText(50)]] = Field(default_factory=dict)


def test_the_schema_says_what_each_field_takes_and_means() -> None:
    schema = schema_of(ShelfPolicy)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["description"] == "Where jars stand."
    width = schema["properties"]["width"]
    assert width["description"] == "In metres, for jars of every kind."
    assert width["default"] == "2"
    assert width["anyOf"][0] == {"type": "number", "exclusiveMinimum": 0, "maximum": 4}
    assert schema["properties"]["lid"]["anyOf"] == [{"$ref": "#/$defs/Lid"}, {"type": "null"}]
    assert schema["$defs"]["Lid"]["properties"]["colour"]["enum"] == ["red", "blue"]
    assert schema["$defs"]["Lid"]["description"] == "What closes a jar."


def test_every_field_that_may_be_left_out_shows_what_it_is_then() -> None:
    properties = schema_of(ShelfPolicy)["properties"]
    assert {name: each["default"] for name, each in properties.items()} == {
        "width": "2",
        "lid": None,
        "default": ["jam"],
        "owners": {},
    }


def test_a_text_that_tells_of_a_person_is_a_text_or_what_it_is_once_it_is_sealed() -> None:
    owner = schema_of(ShelfPolicy)["properties"]["owners"]["additionalProperties"]
    assert owner["description"] == "It tells of a person: write a text, and it is stored sealed."
    text, sealed = owner["oneOf"]
    assert (text["type"], text["maxLength"]) == ("string", 50)
    assert sealed["required"] == ["sealed", "subject", "key"]
