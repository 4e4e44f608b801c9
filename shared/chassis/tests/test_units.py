"""Pure parts, tested without servers: CloudEvents, keys, cursors, tokens, policies, columns, sentences."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Date, MetaData, Numeric, Table, Text, select

from chassis.domain import Refusal
from chassis.handling.admission import _NUL
from chassis.http.paging import PageRequest
from chassis.http.problems import Problem
from chassis.http.tokens import read_token, write_token
from chassis.inbox import cloudevents
from chassis.inbox.cloudevents import NotACloudEvent
from chassis.inbox.published import headers_of
from chassis.inbox.records import KEY_MAX, dense_position, key_text, record_fingerprint
from chassis.policies import PolicyBook
from chassis.read_models import Key, ReadModel, table_of
from chassis.testing.replay import envelope
from chassis.timers import TodoList
from contracts import Envelope, Event

from .toy import JAR_SERVICE, JarFilled, JarPolicy, JarPolicyPublished

storable = st.text(
    st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="\ufffd"), min_size=1, max_size=60
)
instants = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-11))]))
UTC_YEARS = (datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC))
instants = instants.filter(lambda instant: UTC_YEARS[0] < instant < UTC_YEARS[1])


@given(storable, storable, storable, instants, st.integers(1, 10**15), st.none() | storable, st.binary())
def test_a_published_event_is_read_as_it_was_written(
    identity: str, stream: str, tenant: str, at: datetime, position: int, cause: str | None, data: bytes
) -> None:
    around = envelope(position, stream, at.astimezone(UTC), id=identity, causation_id=cause, tenant=tenant)
    read = cloudevents.read(cloudevents.text_headers(headers_of(around)), data)
    assert (read.id, read.subject, read.tenant, read.causation_id) == (identity, stream, tenant, cause)
    assert (read.time, read.recorded_time, read.position, read.version) == (at, at, position, position)
    assert (read.type, read.schema_version, read.correlation_id, read.data) == ("test.Event", 1, "test", data)


names = st.sampled_from(
    ["ce_id", "ce_source", "ce_type", "ce_time", "ce_dataschema", "ce_position", "content-type", "x"]
)
values = st.binary(max_size=40) | st.sampled_from(
    [b"1", b"2024-05-01T08:00:00Z", b"application/cloudevents+json", b"/9"]
)


@given(
    st.lists(st.tuples(names, st.none() | values)), st.binary() | st.sampled_from([b'{"id":null}', b"[]", b'{"id":{}}'])
)
def test_any_message_is_read_as_a_cloudevent_or_rejected_with_a_reason(
    headers: list[tuple[str, bytes | None]], value: bytes
) -> None:
    try:
        read = cloudevents.read(cloudevents.text_headers(headers), value)
    except NotACloudEvent as error:
        why = str(error)
    else:
        assert read.id
        assert read.time.utcoffset() == timedelta(0)
        return
    assert why.endswith((".", ")"))


@dataclass(frozen=True)
class Seen:
    offset: int = 7
    key: bytes | None = None
    value: bytes | None = b"{}"
    headers: tuple[tuple[str, bytes], ...] = ()


@given(st.binary(min_size=1, max_size=2 * KEY_MAX))
def test_any_key_becomes_text_that_a_column_and_an_index_can_hold(key: bytes) -> None:
    text = key_text(Seen(key=key), "otherwise")
    assert text.isprintable()
    assert 0 < len(text) <= KEY_MAX


def test_a_readable_key_stays_as_it_is() -> None:
    keys = (b"S-1", "供应商 7".encode(), b"", None, b"\xff\x00", b"k" * 5000)
    texts = [key_text(Seen(key=key), "t/0/7") for key in keys]
    assert texts[:5] == ["S-1", "供应商 7", "t/0/7", "t/0/7", "0xff00"]
    assert texts[5].startswith("sha256:")


def test_a_record_is_recognised_by_its_content_and_not_by_its_offset() -> None:
    assert record_fingerprint(Seen(offset=1)) == record_fingerprint(Seen(offset=2))
    others = [Seen(key=b"a"), Seen(value=b"[]"), Seen(value=None), Seen(headers=(("ce_id", b"1"),)), Seen()]
    assert len({record_fingerprint(other) for other in others}) == 5


@pytest.mark.parametrize("text", ["", "-1", "²", "٣", "1.0", " 1", "9" * 19])
def test_only_a_plain_number_is_a_position(text: str) -> None:
    assert dense_position(text) is None
    assert dense_position("41") == 41


LIST = Table(
    "list", MetaData(),
    Column("on", Date, nullable=False), Column("price", Numeric, nullable=False), Column("name", Text, nullable=False),
)  # fmt: skip
ORDER = (LIST.c.on, LIST.c.price, LIST.c.name)


@given(st.dates(), st.decimals(allow_nan=False, allow_infinity=False), storable)
def test_a_cursor_leads_back_to_the_row_it_was_made_from(on: date, price: Decimal, name: str) -> None:
    row = {"on": on, "price": price, "name": name}
    page = PageRequest(1, None).cut([row, row], ORDER)
    query = PageRequest(1, page.next).of(select(LIST), ORDER)
    assert [value for value in query.compile().params.values() if value != 2] == [on, price, name]
    assert PageRequest(1, None).cut([row], ORDER).next is None


@given(st.text())
def test_a_foreign_cursor_is_a_client_error(text: str) -> None:
    with pytest.raises(Problem, match="not one that this list returned") as refused:
        PageRequest(1, text).of(select(LIST), ORDER)
    assert refused.value.status == 400


@given(st.dictionaries(st.integers(0, 255), st.integers(0, 10**17), min_size=1))
def test_a_token_is_read_as_it_was_written(positions: dict[int, int]) -> None:
    assert read_token(write_token(positions)) == positions


@pytest.mark.parametrize("token", ["", "1", "1:", ":1", "1:-1", "a:b", "1:2,", "1:2;3:4", "0:" + "9" * 19])
def test_a_token_that_no_write_returned_is_a_client_error(token: str) -> None:
    with pytest.raises(Problem, match="must look like 2:41,5:7"):
        read_token(token)


def published(version: int, effective_from: date, holds: int) -> JarPolicyPublished:
    return JarPolicyPublished(
        name="jar", policy_version=version, effective_from=effective_from, document={"holds": holds}, reason="a test"
    )


def test_of_the_versions_in_force_the_newest_holds() -> None:
    book = PolicyBook.of([JarPolicy])
    book = book.with_published(published(2, date(2024, 6, 1), 200)).with_published(published(3, date(2024, 3, 1), 300))
    days = (date.min, date(2024, 2, 29), date(2024, 3, 1), date(2024, 6, 1), date.max)
    assert [book.at(JarPolicy, day).document.holds for day in days] == [100, 100, 300, 300, 300]
    assert book.latest("jar").version == 3
    assert book.with_published(published(3, date.min, 1)) is book, "a repeat changes nothing"


@dataclass(frozen=True)
class Wide:
    name: str
    count: int
    on: date | None
    at: datetime
    price: Decimal | None
    stage: Literal["a", "b"]
    sealed: bool
    tags: list[str]
    document: dict[str, int]


def _no_keys(event: Event, envelope: Envelope) -> list[Key]:
    return []


def _nothing(key: Key, row: Any, event: JarFilled, envelope: Envelope) -> None:
    return None


WIDE = ReadModel("wide", 3, Wide, ("name", "on"), _no_keys, _nothing)


def test_a_row_is_a_table() -> None:
    columns = {column.name: (str(column.type), column.nullable) for column in WIDE.table.columns}
    assert WIDE.view == WIDE.table.name == "wide_v3"
    assert [column.name for column in WIDE.table.primary_key] == ["name", "on", "partition"]
    assert columns == {
        "name": ("TEXT", False), "count": ("BIGINT", False), "on": ("DATE", True), "at": ("TIMESTAMP", False),
        "price": ("NUMERIC", True), "stage": ("TEXT", False), "sealed": ("BOOLEAN", False), "tags": ("JSONB", False),
        "document": ("JSONB", False), "partition": ("INTEGER", False),
    }  # fmt: skip


def test_a_field_without_a_column_type_is_refused_by_name() -> None:
    @dataclass(frozen=True)
    class Odd:
        name: str
        weight: float

    odd = ReadModel("odd", 1, Odd, ("name",), _no_keys, _nothing)
    with pytest.raises(TypeError, match=r"Odd\.weight: <class 'float'> has no column type; use one of str, int, bool"):
        table_of(odd, "odd")


@dataclass(frozen=True)
class ByDay:
    name: str
    due_on: date


def test_rows_that_cannot_be_made_from_their_columns_in_order_are_refused() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Named:
        jar: str

    with pytest.raises(TypeError, match="Rows of named are made from their columns in order"):
        ReadModel("named", 1, Named, ("jar",), _no_keys, _nothing)


def test_a_todo_list_needs_an_instant_or_a_day_and_exactly_one_of_command_and_perform() -> None:
    with pytest.raises(TypeError, match="To-do list todo needs exactly one of command and perform"):
        TodoList("todo", 1, Wide, ("name",), _no_keys, _nothing)
    with pytest.raises(TypeError, match="To-do list todo needs a row with either due_at or due_on"):
        TodoList("todo", 1, Wide, ("name",), _no_keys, _nothing, command=lambda _: None)
    with pytest.raises(TypeError, match="To-do list todo is by day, and days begin in the order of time"):
        TodoList("todo", 1, ByDay, ("name",), _no_keys, _nothing, command=lambda _: None, in_time_order=False)


class LidTooSmallForJar(Refusal):
    """Lid {lid} is too small
    for jar {jar}.

    Source: the potter.
    """


def test_a_refusal_is_a_sentence_and_a_code() -> None:
    refusal = LidTooSmallForJar(lid="L-1", jar="J-1")
    assert (str(refusal), refusal.code, refusal.status) == (
        "Lid L-1 is too small for jar J-1.",
        "lid-too-small-for-jar",
        409,
    )


@given(st.text(st.sampled_from("\0\\u0a")))
def test_u0000_is_found_in_json_and_nothing_else_is_taken_for_it(text: str) -> None:
    assert bool(_NUL.search(json.dumps(text))) == ("\0" in text)


def test_a_service_knows_who_answers_a_command() -> None:
    with pytest.raises(KeyError):
        JAR_SERVICE.decider_of(object())


class TooMuch(Refusal):
    """{amount} {currency} is more than {limit} {currency}; the rate is {rate}."""


def test_a_refusal_says_amounts_with_the_places_of_their_currency() -> None:
    refused = TooMuch(amount=Decimal("1000.004"), limit=Decimal("1E+3"), currency="KWD", rate="1.5")
    assert str(refused) == "1,000.004 KWD is more than 1,000.000 KWD; the rate is 1.5."
    assert str(TooMuch(amount=Decimal("2E+4"), limit=Decimal("1E-7"), currency=None, rate=1)).startswith("20000 None")
