"""CloudEvents 1.0 on Kafka, as they come in: binary and structured mode, of our own services and of anybody else."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chassis.inbox import exact_json
from chassis.inbox.exact_json import NotJson
from chassis.inbox.published import SCHEMA_URN
from chassis.tracing import Trace, w3c_trace

PASSED_HEADER_MAX = 300
RECORD_TIME = "kafka_timestamp"
"""A header that the consumer adds to a message without ``ce_time``: when its record was made, according to Kafka."""
CORE = ("id", "source", "type", "subject")
"""Attributes that are stored in the log, so PostgreSQL must be able to store and index them."""
PROVENANCE = ("correlationid", "causationid", "actor")
"""Extensions that are stored as well. Anybody may send extensions of these names; what cannot be stored of others is passed over."""
_CONTROL = re.compile(r"[\x00-\x1f]")
_UNFIT = re.compile(r"[\x00-\x1f\ufffd]")
_BOM = b"\xef\xbb\xbf"


class NotACloudEvent(Exception):
    """The message is not a CloudEvent; the message of the error says what is missing or malformed."""


class Incoming(NamedTuple):
    """A CloudEvent as received; ``position``, ``version`` and ``recorded_time`` only where a Standing service is the source.

    ``tenant`` is whose data the sender says it is, empty where it says nothing.
    """

    id: str
    source: str
    type: str
    schema_version: int
    subject: str
    time: datetime
    recorded_time: datetime | None
    position: int | None
    version: int
    correlation_id: str | None
    causation_id: str | None
    actor: str
    tenant: str
    data: bytes
    traceparent: str | None
    tracestate: str | None


def text_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Headers as text; bytes that are not UTF-8 are replaced instead of failing."""
    return {name.lower(): (value or b"").decode("utf-8", "replace") for name, value in headers}


def read(headers: Mapping[str, str], value: bytes, own: bool = True, schema_base: str = SCHEMA_URN) -> Incoming:
    """A message as a CloudEvent. Raises NotACloudEvent with the reason as a sentence.

    ``own``: it stands on the topic of one of our services, whose extensions mean what they mean here. Others may use the same names for
    something else, and need not send a time: the record's then counts. ``schema_base`` begins our schemas' names besides ``SCHEMA_URN``.
    """
    attributes, data = _attributes(headers, value)
    for name in ("id", "source", "type"):
        if not attributes.get(name):
            raise NotACloudEvent(f"The CloudEvents attribute '{name}' is missing{_where(headers, name)}.")
    for name in CORE if not own else (*CORE, *PROVENANCE):
        text = attributes.get(name)
        if text and (len(text) > PASSED_HEADER_MAX or _UNFIT.search(text)):
            raise NotACloudEvent(_unfit(name, text))
    if not own:
        attributes = _of_anybody(attributes)
    trace = _trace(headers, attributes)
    return Incoming(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        schema_version=_schema_version(attributes.get("dataschema", ""), attributes["type"], own, schema_base),
        subject=attributes.get("subject", ""),
        time=_instant(attributes.get("time") or (None if own else headers.get(RECORD_TIME)), "time", headers),
        recorded_time=_instant(attributes["recordedtime"], "recordedtime") if attributes.get("recordedtime") else None,
        position=_number(attributes["position"], "position") if "position" in attributes else None,
        version=_number(attributes.get("version", "0"), "version"),
        correlation_id=attributes.get("correlationid") or None,
        causation_id=attributes.get("causationid") or None,
        actor=attributes.get("actor") or "system",
        tenant=attributes.get("tenant") or "",
        data=data if own else exact_json.numbers_exact(data.removeprefix(_BOM)),
        traceparent=trace.parent,
        tracestate=trace.state,
    )


def media_type(headers: Mapping[str, str]) -> str:
    """The content type without its parameters; capitals mean nothing in it."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _attributes(headers: Mapping[str, str], value: bytes) -> tuple[dict[str, str], bytes]:
    kind = media_type(headers)
    if kind == "application/cloudevents+json":
        return _structured(value)
    if kind.startswith("application/cloudevents-batch"):
        raise NotACloudEvent(
            "The message is a batch of CloudEvents, and a Kafka message holds one: send each event as a message of its own with the"
            " content type application/cloudevents+json, or in binary mode with ce_ headers. Kafka's producers make batches by themselves."
        )
    if kind.startswith("application/cloudevents"):
        raise NotACloudEvent(
            f"The message is a CloudEvent in the format {kind}; send application/cloudevents+json, or binary mode with ce_ headers."
        )
    return {name[3:]: text for name, text in headers.items() if name.startswith("ce_")}, value


def _structured(value: bytes) -> tuple[dict[str, str], bytes]:
    try:
        found = exact_json.members(value.removeprefix(_BOM).decode())
    except UnicodeDecodeError as error:
        raise NotACloudEvent(f"The message is not UTF-8: {error.reason} at byte {error.start}.") from error
    except NotJson as error:
        raise NotACloudEvent(f"A structured CloudEvent must be a JSON object: {error}.") from error
    data, encoded = found.pop("data", None), found.pop("data_base64", None)
    if data is not None and encoded is not None:
        raise NotACloudEvent("A structured CloudEvent has either 'data' or 'data_base64', not both.")
    attributes = {name.lower(): _text(name, written) for name, written in found.items() if written != "null"}
    return attributes, _decoded(encoded) if encoded is not None else (data or "null").encode()


def _text(name: str, written: str) -> str:
    """An attribute as text: a string's characters, a number or a boolean as it is written."""
    if written[:1] in "[{":
        raise NotACloudEvent(f"The CloudEvents attribute '{name}' is not a simple value.")
    if written[:1] != '"':
        return written
    text = str(json.loads(written))
    return text.encode("utf-8", "replace").decode() if any("\ud800" <= each <= "\udfff" for each in text) else text


def _decoded(written: str) -> bytes:
    try:
        return base64.b64decode(json.loads(written), validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise NotACloudEvent(f"'data_base64' is not text in Base64: {error}.") from error


def _of_anybody(attributes: dict[str, str]) -> dict[str, str]:
    """Without what only our own services mean by an extension, and without what cannot be stored."""
    passed = {
        name: text
        for name, text in attributes.items()
        if name not in ("position", "version", "recordedtime", "causationid")
    }
    for name in PROVENANCE:
        if len(passed.get(name, "")) > PASSED_HEADER_MAX or _UNFIT.search(passed.get(name, "")):
            del passed[name]
    return passed


def _schema_version(schema: str, kind: str, own: bool, schema_base: str) -> int:
    """The version of an event's shape. Only our own names of schemas say one; any other URI is the sender's business."""
    if own:
        found = re.search(rf"(?:^|[/:]){re.escape(kind)}[/:]([0-9]{{1,9}})$", schema)
    else:
        bases = "|".join(re.escape(base) for base in ("", SCHEMA_URN, schema_base))
        found = re.fullmatch(rf"(?:{bases})[/:]?{re.escape(kind)}[/:]([0-9]{{1,9}})", schema)
    return int(found[1]) if found else 1


def _trace(headers: Mapping[str, str], attributes: Mapping[str, str]) -> Trace:
    """The trace that the message belongs to, in the form of W3C; anything else is no trace. That of the record goes first."""
    of_record = w3c_trace(headers.get("traceparent"), headers.get("tracestate"))
    if of_record.parent is not None:
        return of_record
    return w3c_trace(attributes.get("traceparent"), attributes.get("tracestate"))


def _unfit(name: str, text: str) -> str:
    if "\ufffd" in text:
        return f"The CloudEvents attribute '{name}' is not UTF-8: {text[:60]!r}."
    if _CONTROL.search(text):
        return f"The CloudEvents attribute '{name}' has control characters: {text[:60]!r}."
    return f"The CloudEvents attribute '{name}' has {len(text)} characters; at most {PASSED_HEADER_MAX} are accepted."


def _where(headers: Mapping[str, str], name: str) -> str:
    if media_type(headers) == "application/cloudevents+json":
        return ""
    return f" (header ce_{name})"


def _instant(text: str | None, name: str, headers: Mapping[str, str] | None = None) -> datetime:
    if not text:
        raise NotACloudEvent(f"The CloudEvents attribute '{name}' is missing{_where(headers or {}, name)}.")
    leap_s = 0
    if re.match(r".{17}60", text):  # a leap second
        text, leap_s = f"{text[:17]}59{text[19:]}", 1
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise NotACloudEvent(f"'{name}' is {text[:60]!r}, not an RFC 3339 instant.") from error
    if instant.tzinfo is None:
        raise NotACloudEvent(f"'{name}' is {text!r} without a time zone; send UTC with a Z.")
    try:
        return instant.astimezone(UTC) + timedelta(seconds=leap_s)
    except OverflowError as error:
        raise NotACloudEvent(f"'{name}' is {text!r}, which is outside the years 1 to 9999 in UTC.") from error


def _number(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise NotACloudEvent(f"'{name}' is {text[:60]!r}, not a whole number.") from error
