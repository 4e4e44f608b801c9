"""What is a valid CloudEvent 1.0 is read, whoever wrote it; what is not is refused with a sentence that says what to send."""

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.handling.units import Message, Rejection, WorkItem
from chassis.inbox import exact_json
from chassis.inbox.cloudevents import RECORD_TIME, Incoming, NotACloudEvent, read, text_headers
from chassis.inbox.published import SCHEMA_URN, headers_of, schema_uri
from chassis.inbox.translation import Translator
from chassis.policies import PolicyBook
from chassis.reactions import Source
from chassis.testing.replay import envelope
from contracts import Envelope

from .toy import Fill, Poured

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
BINARY = {
    "ce_specversion": "1.0", "ce_id": "1", "ce_source": "/erp", "ce_type": "plant.Poured", "ce_time": "2024-05-01T12:00:00Z",
    "content-type": "application/json",
}  # fmt: skip
STRUCTURED = {"content-type": "application/cloudevents+json"}
DATA = b'{"jar": "J-1", "amount": 1}'
EVENT = {name[3:]: text for name, text in BINARY.items() if name.startswith("ce_")}


def of_others(headers: dict[str, str], value: bytes = DATA) -> Incoming:
    return read(headers, value, own=False)


def structured(**attributes: Any) -> Incoming:
    document = {**EVENT, "data": {"jar": "J-1", "amount": 1}, **attributes}
    return of_others(
        STRUCTURED, json.dumps({name: each for name, each in document.items() if each is not ...}).encode()
    )


@pytest.mark.parametrize(
    "extension",
    [
        {"ce_dataschema": "https://schemas.example.com/erp/invoice-issued.json"},
        {"ce_dataschema": "https://schemas.example.com/plant.Poured/7"},
        {"ce_dataschema": "urn:example:poured:2"},
        {"ce_version": "2.1.0"},
        {"ce_position": "first"},
        {"ce_recordedtime": "yesterday"},
        {"ce_causationid": "\x00"},
        {"ce_correlationid": "x" * 5000},
        {"content-type": "Application/JSON; Charset=UTF-8"},
        {"ce_partitionkey": "J-1", "ce_sequence": "12", "ce_x": ""},
    ],
    ids=str,
)
def test_extensions_and_schemas_of_other_systems_mean_nothing_here(extension: dict[str, str]) -> None:
    event = of_others(BINARY | extension)
    assert (event.id, event.schema_version, event.version, event.position) == ("1", 1, 0, None)
    assert (event.recorded_time, event.causation_id, event.time) == (None, None, NOON)
    in_json = structured(**{name[3:]: text for name, text in extension.items() if name.startswith("ce_")})
    assert in_json._replace(data=b"") == event._replace(data=b"")


def test_our_own_extensions_are_read_from_our_own_services_only() -> None:
    around = Envelope(
        "e-1",
        "/jar-svc",
        "jar.JarFilled",
        3,
        "jar-J-1",
        0,
        41,
        7,
        NOON,
        NOON + timedelta(days=1),
        "c-1",
        "cause",
        "ann",
        "t",
    )
    headers = text_headers(headers_of(around))
    ours, others = read(headers, DATA), of_others(headers)
    assert (ours.position, ours.version, ours.recorded_time, ours.causation_id) == (41, 7, around.recorded_at, "cause")
    assert (others.position, others.version, others.recorded_time, others.causation_id) == (None, 0, None, None)


@given(st.sampled_from(["supplier.SupplierGraded", "erp.InvoiceIssued", "a.b-c+d"]), st.integers(1, 10**6))
def test_the_schema_of_an_event_has_an_absolute_name_and_the_former_form_is_read_as_well(
    kind: str, version: int
) -> None:
    address = "https://schemas.example.com/standing"
    assert schema_uri(kind, version) == f"urn:standing:schema:{kind}:{version}"
    assert (
        schema_uri(kind, version, address) == schema_uri(kind, version, f"{address}/") == f"{address}/{kind}/{version}"
    )
    headers = BINARY | {"ce_type": kind}
    for name in (f"{kind}/{version}", schema_uri(kind, version), schema_uri(kind, version, address)):
        named = headers | {"ce_dataschema": name}
        assert read(named, DATA).schema_version == version
        assert read(named, DATA, own=False, schema_base=address).schema_version == version
    assert read(headers | {"ce_dataschema": schema_uri(kind, version, address)}, DATA, own=False).schema_version == 1


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-05-01T12:00:00z", NOON),
        ("2024-05-01t12:00:00Z", NOON),
        ("2024-05-01T14:00:00+02:00", NOON),
        ("2024-05-01T12:00:00.123456789Z", NOON.replace(microsecond=123456)),
        ("2024-05-01T11:59:60Z", NOON),
        ("2016-12-31T23:59:60z", datetime(2017, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_form_of_an_instant_in_rfc_3339_is_read(text: str, instant: datetime) -> None:
    assert of_others(BINARY | {"ce_time": text}).time == structured(time=text).time == instant


@pytest.mark.parametrize("missing", [{}, {"ce_time": ""}])
def test_without_a_time_the_records_own_counts(missing: dict[str, str]) -> None:
    headers = (
        {name: text for name, text in BINARY.items() if name != "ce_time"} | missing | {RECORD_TIME: NOON.isoformat()}
    )
    assert of_others(headers).time == NOON
    timeless = json.dumps({**EVENT, "time": None, "data": {}}).encode()
    assert of_others(STRUCTURED | {RECORD_TIME: NOON.isoformat()}, timeless).time == NOON
    with pytest.raises(NotACloudEvent, match="'time' is missing"):
        read(headers, DATA)


def test_data_in_base64_is_the_data() -> None:
    encoded = base64.b64encode(DATA).decode()
    assert structured(data=..., data_base64=encoded).data == DATA
    with pytest.raises(NotACloudEvent, match="either 'data' or 'data_base64'"):
        structured(data_base64=encoded)
    with pytest.raises(NotACloudEvent, match="'data_base64' is not text in Base64"):
        structured(data=..., data_base64="?")


@pytest.mark.parametrize("form", ["application/cloudevents+json", "Application/CloudEvents+JSON; charset=utf-8"])
def test_the_content_type_is_read_in_any_case_and_with_parameters(form: str) -> None:
    assert of_others({"content-type": form}, orjson.dumps({**EVENT, "data": {}})).id == "1"
    assert of_others({"content-type": form}, b"\xef\xbb\xbf" + orjson.dumps({**EVENT, "data": {}})).id == "1"


def test_attributes_that_are_numbers_or_booleans_are_taken_as_they_are_written() -> None:
    event = structured(id=12345678901234567890123, subject=True)
    assert (event.id, event.subject) == ("12345678901234567890123", "true")
    with pytest.raises(NotACloudEvent, match="'subject' is not a simple value"):
        structured(subject={"a": 1})


@pytest.mark.parametrize(
    "form", ["application/cloudevents-batch+json", "Application/CloudEvents-Batch+JSON; charset=utf-8"]
)
def test_batched_content_is_refused_with_what_to_send_instead(form: str) -> None:
    with pytest.raises(NotACloudEvent, match="send each event as a message of its own"):
        of_others({"content-type": form}, orjson.dumps([{**EVENT, "data": {}}]))


def test_another_format_of_cloudevents_is_refused_with_what_to_send_instead() -> None:
    with pytest.raises(
        NotACloudEvent, match=r"the format application/cloudevents\+avro; send application/cloudevents\+json"
    ):
        of_others({"content-type": "application/cloudevents+avro"}, b"\x00")


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        (
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", None),
        ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", None),
        ("x" * 20_000_000, None),
        ("", None),
    ],
)
def test_a_trace_is_taken_in_the_form_of_w3c_or_not_at_all(text: str, read_as: str | None) -> None:
    assert of_others(BINARY | {"traceparent": text}).traceparent == read_as
    assert of_others(BINARY | {"ce_traceparent": text}).traceparent == read_as


STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
LONGEST = "a@b=" + "x" * 256 + ",c@d=" + "y" * 247


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        (STATE, STATE),
        ("rojo=00f067aa0ba902b7 ,\t congo=t61rcWkgMzE,,", STATE),
        ("fw529a3039@dt=FfIbMjZmNjU2YzY1NmM", "fw529a3039@dt=FfIbMjZmNjU2YzY1NmM"),
        (LONGEST, LONGEST),
        (LONGEST + "y", None),
        (",".join(f"k{n}={n}" for n in range(32)), ",".join(f"k{n}={n}" for n in range(32))),
        (",".join(f"k{n}={n}" for n in range(33)), None),
        ("rojo=1,rojo=2", None),
        ("Rojo=1", None),
        ("rojo", None),
        ("rojo=", None),
        ("rojo=a=b", None),
        ("rojo=\n", None),
        ("rojo=ä", None),
        ("k=" + "x" * 20_000_000, None),
        ("", None),
    ],
)
def test_the_state_of_a_trace_is_taken_in_the_form_of_w3c_and_else_the_trace_goes_without(
    text: str, read_as: str | None
) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    for prefix in ("", "ce_"):
        found = of_others(BINARY | {f"{prefix}traceparent": trace, f"{prefix}tracestate": text})
        assert (found.traceparent, found.tracestate) == (trace, read_as)
    event = {**EVENT, "traceparent": trace, "tracestate": text, "data": {}}
    found = of_others({"content-type": "application/cloudevents+json"}, orjson.dumps(event))
    assert (found.traceparent, found.tracestate) == (trace, read_as)
    alone = of_others(BINARY | {"tracestate": text, "traceparent": "00-none"})
    assert (alone.traceparent, alone.tracestate) == (None, None)


def test_the_state_of_another_trace_is_not_taken_for_that_of_the_record() -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    found = of_others(BINARY | {"traceparent": trace, "ce_traceparent": trace[:-1] + "0", "ce_tracestate": STATE})
    assert (found.traceparent, found.tracestate) == (trace, None)


amounts = st.decimals(
    allow_nan=False, allow_infinity=False, places=6, min_value=Decimal(-(10**14) + 1), max_value=10**14 - 1
)


@given(amounts, st.booleans())
def test_a_number_in_json_is_exact_to_its_last_digit_in_both_modes(amount: Decimal, in_quotes: bool) -> None:
    written = f'"{amount:f}"' if in_quotes else f"{amount:f}"
    data = f'{{"jar": "J-1", "amount": 1, "price": {written}, "currency": "CHF"}}'
    document = (
        f'{{"id": "1", "source": "/erp", "type": "plant.Poured", "time": "2024-05-01T12:00:00Z", "data": {data}}}'
    )
    for event in (of_others(BINARY, data.encode()), of_others(STRUCTURED, document.encode())):
        assert Poured.model_validate_json(event.data).price == amount


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.text(), json_values), st.sampled_from([None, 2]))
def test_parts_of_a_json_document_are_as_they_were_written(document: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(document, indent=indent)
    parts = exact_json.members(text)
    assert {name: json.loads(part) for name, part in parts.items()} == document
    assert all(part in text for part in parts.values())
    assert [json.loads(part) for part in exact_json.items(json.dumps(list(document.values()), indent=indent))] == list(
        document.values()
    )
    exact = exact_json.numbers_exact(text.encode())
    assert json.loads(exact, parse_float=str).keys() == document.keys()


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "replace")))
def test_what_is_no_json_is_refused_with_a_reason(text: str) -> None:
    for look in (exact_json.members, exact_json.items):
        try:
            look(text)
        except exact_json.NotJson:
            continue
        json.loads(text)


@given(st.integers(1, 10**15), st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=60))
def test_a_published_event_says_its_key_and_its_trace_as_attributes_too(position: int, stream: str) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = text_headers(headers_of(envelope(position, stream, NOON, traceparent=trace, tracestate=STATE)))
    assert (headers["ce_partitionkey"], headers["ce_traceparent"], headers["traceparent"]) == (stream, trace, trace)
    assert (headers["ce_tracestate"], headers["tracestate"]) == (STATE, STATE)
    assert headers["ce_dataschema"].startswith(f"{SCHEMA_URN}:")


def translated(message: Message) -> WorkItem:
    source = Source.facts("plant.pourings", (Poured,), {Poured: lambda event, *_: Fill(event.jar, event.amount)})
    translator = Translator(source, 100)
    incoming = translator.read(message)
    return translator.item(translator.marked(message, incoming), incoming, PolicyBook.of([]))


def test_a_tombstone_is_no_fact_and_an_empty_value_is_refused() -> None:
    none = Message("plant.pourings", 0, 1, "J-1", BINARY, b"")
    assert translated(none._replace(tombstone=True)) == WorkItem()
    assert translated(none._replace(tombstone=True, headers={})) == WorkItem()
    rejection = translated(none).rejection
    assert isinstance(rejection, Rejection)
    assert rejection.code == "empty"
