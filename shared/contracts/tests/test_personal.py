"""Personal texts on the wire, and whom they tell of."""

import base64
import json
import pickle
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from contracts import EVENTS, Event
from contracts.data_subjects import (
    About,
    Around,
    UnknownSubject,
    flaws_of,
    personal_fields,
    templates_of,
    values_of,
    with_each,
)  # fmt: skip
from contracts.envelope import Part
from contracts.fields import STORED, Day, Id
from contracts.personal import IN_CLEAR, LONGEST, PERSONAL_MAX, Clear, Personal, PersonalText, Sealed, sealed_length

from .golden_files import draft, name_of, sample_of, shape_of
from .golden_rules import broken_shape, unreadable, unrecorded_growth

SEALED: dict[str, Any] = {
    "sealed": "c2VhbGVkIHRleHQgYWJvdXQgYSBwZXJzb24gb2Ygb3Vycw==",
    "subject": "contact:C-1/K-1",
    "key": 1,
}


class Contact(Part):
    SUBJECT: ClassVar[str] = "contact:{customer_id}/{contact_id}"
    contact_id: Id
    name: Personal
    email: Annotated[Personal, PersonalText(50)] | None = None
    telephone: Personal = Clear("")


class FileOpened(Event):
    """A file with contacts was opened."""

    TYPE: ClassVar[str] = "made-up.FileOpened"
    customer_id: Id
    contacts: tuple[Contact, ...] = ()
    addresses: Annotated[dict[Id, Personal], About("{key}")] = Field(default_factory=dict)
    opened_on: Day | None = None


@dataclass(frozen=True)
class OpenFile:
    customer_id: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class Carry:
    customer_id: str
    event: Any


def opened(**fields: Any) -> FileOpened:
    contact = {"contact_id": "K-1", "name": "Ann Example", **fields}
    return FileOpened.model_validate_json(json.dumps({"customer_id": "C-1", "contacts": [contact]}))


def subjects(value: Any) -> list[str]:
    found: list[str] = []
    with_each(value, lambda personal, subject: found.append(subject) or personal)  # type: ignore[func-returns-value]
    return found


def test_a_text_is_read_as_clear_and_an_object_as_sealed() -> None:
    event = opened(email=SEALED)
    assert event.contacts[0].name == Clear("Ann Example")
    assert event.contacts[0].email == Sealed(**SEALED)


def test_a_text_that_is_not_sealed_is_written_nowhere_and_shows_nowhere() -> None:
    event = opened()
    with pytest.raises(PydanticSerializationError, match="written only once it is sealed"):
        event.model_dump_json()
    with pytest.raises(TypeError):
        json.dumps(event.contacts[0].name)
    assert "Ann" not in f"{event!r} {event} {event.contacts[0].name}"
    assert json.loads(event.model_dump_json(context=IN_CLEAR))["contacts"][0]["name"] == "Ann Example"


def test_what_is_sealed_is_written_as_it_came() -> None:
    event = opened(name=SEALED)
    assert json.loads(event.model_dump_json())["contacts"][0]["name"] == SEALED


def test_an_empty_text_tells_of_nobody_and_is_written_as_it_is() -> None:
    event = opened(name="")
    assert json.loads(event.model_dump_json())["contacts"][0] == {
        "contact_id": "K-1", "name": "", "email": None, "telephone": ""
    }  # fmt: skip
    assert subjects(event) == []
    assert FileOpened.model_json_schema()["$defs"]["Contact"]["properties"]["telephone"]["default"] == ""


def test_a_clear_text_never_changes_and_travels_between_processes() -> None:
    clear = Clear("Ann")
    with pytest.raises(AttributeError):
        clear.text = "Bob"
    assert pickle.loads(pickle.dumps(clear)) == clear
    assert len({clear, Clear("Ann"), Clear("Bob")}) == 2


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (3, "Input should be a text, or an object with sealed, subject and key"),
        ("x" * (PERSONAL_MAX + 1), "A text should have at most 1000 characters"),
        ("a\0b", "neither NUL nor lone surrogates"),
        ({**SEALED, "key": 0}, "greater than or equal to 1"),
        ({**SEALED, "sealed": "short"}, "at least 40 characters"),
        ({"sealed": SEALED["sealed"]}, "Field required"),
    ],
)
def test_what_is_neither_says_what_it_should_be(value: Any, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        opened(name=value)


def test_what_a_log_holds_is_read_whatever_its_length() -> None:
    text = json.dumps({"customer_id": "C-1", "contacts": [{"contact_id": "K-1", "name": "x" * 2000}]})
    assert FileOpened.model_validate_json(text, context=STORED).contacts[0].name == Clear("x" * 2000)
    assert FileOpened.from_log(text).contacts[0].name == Clear("x" * 2000)


@settings(deadline=None)
@given(st.integers(1, PERSONAL_MAX))
def test_the_longest_text_fits_sealed_into_its_field(characters: int) -> None:
    sealed = base64.b64encode(bytes(4 * characters + 28)).decode()
    assert len(sealed) == sealed_length(characters)
    reader: TypeAdapter[Any] = TypeAdapter(Annotated[Personal, PersonalText(characters)])
    assert reader.validate_python({**SEALED, "sealed": sealed}).sealed == sealed
    with pytest.raises(ValidationError, match="at most"):
        reader.validate_python({**SEALED, "sealed": base64.b64encode(bytes(4 * characters + 31)).decode()})


def test_a_bound_that_no_sealed_form_has_room_for_is_refused() -> None:
    with pytest.raises(TypeError, match="1 to 5000 characters"):
        PersonalText(LONGEST + 1)


def test_the_schema_has_one_of_text_and_object_and_says_how_to_open() -> None:
    name = FileOpened.model_json_schema()["$defs"]["Contact"]["properties"]["name"]
    assert [each["type"] for each in name["oneOf"]] == ["string", "object"]
    assert "personal.open" in name["description"]
    answered = FileOpened.model_json_schema(mode="serialization")["$defs"]["Contact"]["properties"]["name"]
    assert [each["type"] for each in answered["oneOf"]] == ["string", "object", "null"]


def test_a_text_of_a_contract_may_become_personal_and_the_past_still_reads() -> None:
    before = shape_of(FileOpened)
    text = {"type": "string", "pattern": "^[^\\x00]*$"}
    before["$defs"]["Contact"]["properties"] |= {
        "name": text, "email": {"anyOf": [text, {"type": "null"}], "default": None}, "telephone": text | {"default": ""}
    }  # fmt: skip
    assert broken_shape(FileOpened, before) is None
    assert "Contact.properties.name.oneOf" in (unrecorded_growth(FileOpened, before) or "")
    assert unreadable(FileOpened, '{"customer_id": "C-1", "contacts": [{"contact_id": "K-1", "name": "Ann"}]}') is None
    assert unreadable(FileOpened, json.dumps(draft(shape_of(FileOpened)))) is None


def test_the_subject_is_named_by_the_part_and_what_encloses_it_in_events_and_commands() -> None:
    event = opened(email="ann@example.com")
    assert subjects(event) == ["contact:C-1/K-1"] * 2
    assert subjects(OpenFile("C-2", event.contacts)) == ["contact:C-2/K-1"] * 2
    assert subjects(Carry("C-3", event)) == ["contact:C-1/K-1"] * 2


def test_a_mapping_may_be_keyed_by_its_subjects() -> None:
    event = FileOpened.model_validate({"customer_id": "C-1", "addresses": {"customer:C-1": "a@example.com"}})
    assert subjects(event) == ["customer:C-1"]


def test_ids_with_slashes_give_no_two_persons_one_subject() -> None:
    one = FileOpened(customer_id="A/B", contacts=(Contact(contact_id="C", name=Clear("x")),))
    other = FileOpened(customer_id="A", contacts=(Contact(contact_id="B/C", name=Clear("x")),))
    assert subjects(one) == ["contact:A%2FB/C"]
    assert subjects(other) == ["contact:A/B%2FC"]


def test_a_changed_text_changes_nothing_else_and_nothing_at_all_where_none_changed() -> None:
    event = opened(email=None)
    sealed = with_each(event, lambda _, subject: Sealed(sealed=SEALED["sealed"], subject=subject, key=2))
    assert sealed.contacts[0].name == Sealed(**{**SEALED, "key": 2})
    assert sealed.model_copy(update={"contacts": event.contacts}) == event
    assert with_each(event, lambda personal, _: personal) is event
    assert personal_fields(Id if isinstance(Id, type) else str) == ()


def test_a_subject_that_cannot_be_said_is_an_error() -> None:
    contact = Contact(contact_id="K-1", name=Clear("Ann"))
    with pytest.raises(UnknownSubject, match="customer_id is not there"):
        subjects(contact)


class Undeclared(Event):
    TYPE: ClassVar[str] = "made-up.Undeclared"
    name: Personal


class Misspelt(Event):
    TYPE: ClassVar[str] = "made-up.Misspelt"
    SUBJECT: ClassVar[str] = "contact:{contract_id}"
    contact_id: Id
    name: Personal | None = None


class Run(Event):
    TYPE: ClassVar[str] = "made-up.Run"
    SUBJECT: ClassVar[str] = "{one}:{other}"
    one: Id
    other: Id
    name: Personal


def test_a_type_that_does_not_say_of_whom_it_tells_or_misspells_it_is_found() -> None:
    assert flaws_of(FileOpened) == []
    assert flaws_of(Undeclared) == [
        "Undeclared.name does not declare whom it tells of: give its type SUBJECT, or the field About(…)."
    ]
    assert flaws_of(Misspelt) == [
        "Misspelt.name tells of contact:{contract_id}, and nothing around it has a field contract_id."
    ]
    assert flaws_of(Run) == [
        "Run.name tells of {one}:{other}: separate the names by a slash, so that no two persons share a subject."
    ]


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_a_subject_gives_back_the_values_that_it_was_made_of(customer_id: str, contact_id: str) -> None:
    subject = Around({"customer_id": customer_id, "contact_id": contact_id}).subject(Contact.SUBJECT)
    assert values_of(subject, Contact.SUBJECT) == (customer_id, contact_id)
    assert values_of(customer_id, "{key}") == (customer_id,)


def test_a_subject_of_another_kind_gives_no_values() -> None:
    assert values_of("recipient:R-1", Contact.SUBJECT) is None
    assert templates_of(FileOpened) == {Contact.SUBJECT, "{key}"}
    assert templates_of(Event) == frozenset()


@pytest.mark.parametrize("event", EVENTS, ids=name_of)
def test_of_every_personal_text_of_an_event_its_own_fields_say_whom_it_tells_of(event: type[Event]) -> None:
    assert flaws_of(event) == []
    sample = event.model_validate_json(sample_of(event).read_text(encoding="utf-8"))
    found: list[tuple[str, str]] = []

    def note(personal: Sealed | Clear, subject: str) -> Sealed | Clear:
        found.append((personal.subject if isinstance(personal, Sealed) else subject, subject))
        return personal

    with_each(sample, note)
    assert [one for one, _ in found] == [other for _, other in found], "The sample is sealed for another person."
