"""Which stretches of a message may tell of persons, and that a payload comes out of its sealed form byte for byte."""

import json
from typing import Annotated, Any, ClassVar

import orjson
import pytest
from pydantic import Field

from chassis.handling.units import Message
from chassis.inbox.sensitive import sensitive_headers
from chassis.inbox.translation import Translator
from chassis.personal.cipher import PersonKey, new_secret
from chassis.personal.keys import Keys
from chassis.personal.payloads import Payload, Sensitive, opened_payloads, sealed_payload
from chassis.reactions import Source
from contracts import Event
from contracts.data_subjects import About
from contracts.envelope import Part
from contracts.fields import Id, Text, formerly
from contracts.personal import Clear, Personal, Sealed

from .contacts import BookPrinted, Contact, ContactAdded, LetterSent

ITSELF = "parked:plant.contacts/0/7"


class Owner(Part):
    SUBJECT: ClassVar[str] = "owner:{book_id}"
    name: Personal = Clear("")
    since: Text = ""


class BookMoved(Event):
    """Fields of every kind: former names, documents, unions, lists, plain mappings."""

    TYPE: ClassVar[str] = "plant.BookMoved"
    book_id: Id = formerly("book_id", "id_of_book")
    owner: Owner | None = None
    keeper: Annotated[Personal, About("keeper:{book_id}")] | None = None
    shelves: tuple[Id, ...] = ()
    counts: dict[Id, int] = Field(default={})
    document: dict[str, Any] = Field(default={})
    either: Owner | Contact | None = None


SOURCE = Source.facts("plant.contacts", (ContactAdded, BookPrinted, LetterSent, BookMoved), {})


class Ring:
    """Keys made as they are wanted; ``gone`` are those of the erased."""

    def __init__(self) -> None:
        self.keys, self.gone = dict[str, PersonKey](), set[str]()

    def seal(self, plain: bytes, subject: str) -> Sealed:
        return self.keys.setdefault(subject, PersonKey(subject, 1, new_secret())).seal_bytes(plain)

    async def of(self, subjects: Any) -> Keys:
        return Keys({}, {(s, 1): None if s in self.gone else self.keys[s] for s in subjects if s in self.keys})


def message(value: bytes, kind: str = "book.ContactAdded", **headers: str) -> Message:
    known = {
        "ce_specversion": "1.0", "ce_id": "m-1", "ce_source": "/plant", "ce_type": kind, "ce_time": "2024-05-01T08:00:00Z",
        "content-type": "application/json",
    }  # fmt: skip
    return Message("plant.contacts", 0, 7, "C-1", {**known, **headers}, value)


def sensitive(message: Message) -> Sensitive:
    return Translator(SOURCE, 1_000_000).sensitive(message)


def found(value: bytes, kind: str = "book.ContactAdded", **headers: str) -> list[tuple[str, str | None]]:
    """What is sensitive in a value, as it is written, with its subject."""
    return [(value[s.start : s.end].decode(), s.subject) for s in sensitive(message(value, kind, **headers)).stretches]


ANN = b'{"customer_id": "C-1", "contact": {"contact_id": "K-1", "name": "Ann \\u00dcber", "email": null, "telephone":"+49 40"}}'
OF_ANN = "contact:C-1/K-1"


def test_a_declared_text_is_sealed_as_it_is_written_for_whom_it_tells_of() -> None:
    assert found(ANN) == [('"Ann \\u00dcber"', OF_ANN), ('"+49 40"', OF_ANN)]
    assert found(b'{"customer_id": "C/1", "contact": {"contact_id": "K-1", "name": "A"}}') == [
        ('"A"', "contact:C%2F1/K-1")
    ]
    two = b'{"customer_id":"C-1","contacts":[{"contact_id":"K-1","name":"A"},{"name":"B","contact_id":"K-2"}]}'
    assert found(two, "book.BookPrinted") == [('"A"', "contact:C-1/K-1"), ('"B"', "contact:C-1/K-2")]
    keyed = b'{"customer_id": "C-1", "contact_id": "K-1", "addresses": {"mail:ann": "P.O. Box 7", "mail:bea": ""}}'
    assert found(keyed, "book.LetterSent") == [('"P.O. Box 7"', "mail:ann")]
    former = b'{"id_of_book": "B-1", "owner": {"name": "Ann", "since": "May"}, "keeper": "Bea"}'
    assert found(former, "plant.BookMoved") == [('"Ann"', "owner:B-1"), ('"Bea"', "keeper:B-1")]


def test_an_event_that_is_refused_is_sealed_as_one_that_is_not() -> None:
    no_name = b'{"customer_id": "C-1", "contact": {"contact_id": "K-1", "email": "' + b"a" * 400 + b'"}, "count": 7}'
    assert found(no_name) == [(f'"{"a" * 400}"', OF_ANN), ("7", None)]


@pytest.mark.parametrize(
    ("value", "stretch"),
    [
        (b'{"customer_id": "C-1", "contact": {"name": "Ann"}}', '"Ann"'),
        (b'{"customer_id": "C-1", "contact": {"contact_id": "K-1", "name": 4940}}', "4940"),
        (b'{"customer_id": "C-1", "contact": {"contact_id": "K-1", "name": {"first": "Ann"}}}', '{"first": "Ann"}'),
        (b'{"customer_id": "C-1", "contact": "Ann"}', '"Ann"'),
        (b'{"customer_id": "C-1", "contact": ["Ann"]}', '["Ann"]'),
        (b'{"customer_id": {"name": "Ann"}}', '{"name": "Ann"}'),
        (b'{"customer_id": "C-1", "called_by": "Ann"}', '"Ann"'),
        (b'{"customer_id": "C-1\\u0007", "contact": {"contact_id": "K-1", "name": "Ann"}}', '"Ann"'),
        (b'{"customer_id": "\\ud800", "contact": {"contact_id": "K-1", "name": "Ann"}}', '"Ann"'),
    ],
)  # fmt: skip
def test_what_nobody_has_declared_or_tells_of_nobody_known_is_the_messages_own(value: bytes, stretch: str) -> None:
    assert found(value) == [(stretch, None)]


def test_shapes_of_which_it_may_be_any_and_open_documents_are_sealed_as_a_whole() -> None:
    value = (
        b'{"book_id": "B-1", "shelves": ["S-1", {"of": "Ann"}], "counts": {"a": 1}, "document": {"by": "Ann"}, "either": {"name": "Ann"},'
        b' "is_new": true}'
    )
    assert found(value, "plant.BookMoved") == [
        ('{"of": "Ann"}', None),
        ('"Ann"', None),
        ('{"name": "Ann"}', None),
    ]


@pytest.mark.parametrize(
    "value",
    [
        b'{"customer_id": "C-1", "contact": {"name": "Ann"', b"Ann", b"\xff\xfeAnn", b'{"Ann Example": 1}', b'{"ann@example.com": 1}',
        b'{"customer_id": "C-1", "contact": {"name": "Ann", "name": "Bea"}}', b"[" * 100_000, b'{"customer_id": NaN}',
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_is_sealed_as_a_whole(value: bytes) -> None:
    [stretch] = sensitive(message(value)).stretches
    assert stretch == (0, len(value), None)


def test_a_message_of_an_unknown_kind_is_sealed_as_a_whole_and_an_empty_one_has_nothing_to_seal() -> None:
    for changed in (
        message(ANN, "plant.Unheard"), message(ANN, ce_id=""), message(ANN, **{"standing-value-bytes": "9000000"}),
        message(ANN, ce_dataschema="book.ContactAdded/9"),
    ):  # fmt: skip
        [stretch] = sensitive(changed).stretches
        assert stretch == (0, len(ANN), None)
    assert sensitive(message(b"")).stretches == ()


def test_what_is_sealed_already_stays_as_it_is() -> None:
    sealed = b'{"sealed": "AAAA", "subject": "contact:C-1/K-1", "key": 1}'
    assert found(b'{"customer_id": "C-1", "contact": {"contact_id": "K-1", "name": ' + sealed + b"}}") == []


def test_in_a_structured_event_the_data_is_looked_through_and_unknown_extensions_are_sealed() -> None:
    head = b'{"specversion": "1.0", "id": "m-1", "source": "/plant", "type": "book.ContactAdded", "time": "2024-05-01T08:00:00Z",'
    headers = {"content-type": "application/cloudevents+json"}
    value = b"\xef\xbb\xbf " + head + b' "caller": "Bea", "data": ' + ANN + b"}"
    assert found(value, **headers) == [('"Bea"', None), ('"Ann \\u00dcber"', OF_ANN), ('"+49 40"', OF_ANN)]
    coded = head + b'"data_base64": "e30="}'
    assert found(coded, **headers) == [('"e30="', None)]


def test_headers_that_nobody_has_declared_are_sensitive() -> None:
    headers = {
        "x-user": "ann",
        "ce_caller": "ann",
        "standing-value-bytes": "7",
        "traceparent": "00-",
        "kafka_timestamp": "t",
    }
    assert sensitive_headers(message(b"", **headers).headers) == {"x-user", "ce_caller"}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (ANN, "book.ContactAdded"), ("{'ä': €}".encode(), "book.ContactAdded"), (b"\xff\x00\xfe", "book.ContactAdded"), (b"", "x"),
        ('{"customer_id": "C-\U0001f600", "é": 1}'.encode(), "book.ContactAdded"),
        ('\ufeff{"customer_id":"Ç€","contact":{"contact_id":"K-1","name":"Zoë €","email":"a"}}\r\n'.encode(), "book.ContactAdded"),
    ],
)  # fmt: skip
async def test_a_payload_comes_out_byte_for_byte_and_holds_nothing_in_clear(value: bytes, kind: str) -> None:
    ring, came = Ring(), message(value, kind, **{"x-user": "Zoë €"})
    stored = sealed_payload(came.headers, came.value, sensitive(came), ITSELF, ring.seal)
    for canary in (b"Ann", b"+49 40", "Zoë".encode(), b'"x-user":"'):
        assert canary not in stored.value + stored.headers.encode()
    [opened] = await opened_payloads(ring, [stored])  # type: ignore[arg-type]
    assert (opened.headers, opened.value, opened.byte_count, opened.lost) == (came.headers, value, len(value), {})


async def test_the_sealed_form_of_json_is_json_with_objects_in_place_of_texts() -> None:
    ring, came = Ring(), message(ANN)
    stored = sealed_payload(came.headers, came.value, sensitive(came), ITSELF, ring.seal)
    document = orjson.loads(stored.value)
    assert (document["customer_id"], document["contact"]["contact_id"], document["contact"]["email"]) == (
        "C-1",
        "K-1",
        None,
    )
    assert document["contact"]["name"].keys() == {"sealed", "subject", "key"}
    event = ContactAdded.from_log(stored.value)
    assert isinstance(event.contact.name, Sealed)
    assert event.contact.name.subject == OF_ANN


async def test_of_who_was_erased_there_is_null_and_the_reason_and_all_else_opens() -> None:
    ring = Ring()
    value = b'{"customer_id":"C-1","contacts":[{"contact_id":"K-1","name":"Ann"},{"contact_id":"K-2","name":"Bea"}],"by":"Cleo"}'
    came = message(value, "book.BookPrinted", **{"x-user": "dora"})
    stored = sealed_payload(came.headers, came.value, sensitive(came), ITSELF, ring.seal)
    ring.gone = {"contact:C-1/K-1", ITSELF}
    [opened] = await opened_payloads(ring, [stored])  # type: ignore[arg-type]
    document = json.loads(opened.value)
    assert [each["name"] for each in document["contacts"]] == [None, "Bea"]
    assert (document["by"], opened.headers["x-user"], opened.headers["ce_id"]) == (None, None, "m-1")
    assert {subject: lost.cause for subject, lost in opened.lost.items()} == {OF_ANN: "erased", ITSELF: "erased"}
    ring.keys.clear()
    [unknown] = await opened_payloads(ring, [stored])  # type: ignore[arg-type]
    assert {lost.cause for lost in unknown.lost.values()} == {"unknown-key"}


async def test_a_row_from_before_opens_as_it_stands() -> None:
    [opened] = await opened_payloads(None, [Payload('{"x-user": "ann"}', ANN, None)])
    assert (opened.headers, opened.value, opened.byte_count, opened.subjects) == (
        {"x-user": "ann"},
        ANN,
        len(ANN),
        frozenset(),
    )
