"""CloudEvents 1.0 on Kafka: binary mode out, binary and structured mode in."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import orjson

from contracts import Envelope

Headers = list[tuple[str, bytes]]


PASSED_HEADER_MAX = 300
_CONTROL = re.compile(r"[\x00-\x1f]")
_UNFIT = re.compile(r"[\x00-\x1f\ufffd]")
PASSED_HEADERS = ("id", "source", "type", "subject", "correlationid", "causationid", "actor", "tenant")
"""Attributes that are stored in the log; PostgreSQL must be able to store and index them."""


class NotACloudEvent(Exception):
    """The message is not a CloudEvent; the message of the error says what is missing or malformed."""


class Incoming(NamedTuple):
    """A CloudEvent as received; ``position`` only where a Standing service is the source."""

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
    traceparent: str | None
    data: bytes


def headers_of(envelope: Envelope) -> Headers:
    """The Kafka headers of a published event; the value beside them is the event's data as JSON."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", envelope.id.encode()),
        ("ce_source", envelope.source.encode()),
        ("ce_type", envelope.type.encode()),
        ("ce_time", envelope.occurred_at.isoformat().encode()),
        ("ce_subject", envelope.stream.encode()),
        ("ce_dataschema", b"%s/%d" % (envelope.type.encode(), envelope.schema_version)),
        ("ce_position", b"%d" % envelope.position),
        ("ce_version", b"%d" % envelope.version),
        ("ce_recordedtime", envelope.recorded_at.isoformat().encode()),
        ("ce_correlationid", envelope.correlation_id.encode()),
        ("ce_actor", envelope.actor.encode()),
        ("ce_tenant", envelope.tenant.encode()),
        ("content-type", b"application/json"),
    ]
    if envelope.causation_id:
        headers.append(("ce_causationid", envelope.causation_id.encode()))
    if envelope.traceparent:
        headers.append(("traceparent", envelope.traceparent.encode()))
    return headers


def text_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Headers as text; bytes that are not UTF-8 are replaced instead of failing."""
    return {name.lower(): (value or b"").decode("utf-8", "replace") for name, value in headers}


def read(headers: Mapping[str, str], value: bytes) -> Incoming:
    """A message as a CloudEvent. Raises NotACloudEvent with the reason as a sentence."""
    if headers.get("content-type", "").startswith("application/cloudevents+json"):
        attributes, data = _structured(value)
    else:
        attributes, data = {name[3:]: text for name, text in headers.items() if name.startswith("ce_")}, value
    attributes.setdefault("traceparent", headers.get("traceparent", ""))
    for name in ("id", "source", "type"):
        if not attributes.get(name):
            raise NotACloudEvent(f"The CloudEvents attribute '{name}' is missing (header ce_{name}).")
    for name in PASSED_HEADERS:
        text = attributes.get(name)
        if text and (len(text) > PASSED_HEADER_MAX or _UNFIT.search(text)):
            raise NotACloudEvent(_unfit(name, text))
    schema = attributes.get("dataschema", "")
    return Incoming(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        schema_version=_number(schema.rpartition("/")[2], "dataschema") if "/" in schema else 1,
        subject=attributes.get("subject", ""),
        time=_instant(attributes.get("time"), "time"),
        recorded_time=_instant(attributes["recordedtime"], "recordedtime") if attributes.get("recordedtime") else None,
        position=_number(attributes["position"], "position") if "position" in attributes else None,
        version=_number(attributes.get("version", "0"), "version"),
        correlation_id=attributes.get("correlationid") or None,
        causation_id=attributes.get("causationid") or None,
        actor=attributes.get("actor", "system"),
        tenant=attributes.get("tenant", "default"),
        traceparent=attributes.get("traceparent") or None,
        data=data,
    )


def _structured(value: bytes) -> tuple[dict[str, str], bytes]:
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise NotACloudEvent(f"The message is not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise NotACloudEvent("A structured CloudEvent must be a JSON object.")
    data = document.pop("data", None)
    return {name.lower(): str(text) for name, text in document.items() if text is not None}, orjson.dumps(data)


def _unfit(name: str, text: str) -> str:
    if "\ufffd" in text:
        return f"The CloudEvents attribute '{name}' is not UTF-8: {text[:60]!r}."
    if _CONTROL.search(text):
        return f"The CloudEvents attribute '{name}' has control characters: {text[:60]!r}."
    return f"The CloudEvents attribute '{name}' has {len(text)} characters; at most {PASSED_HEADER_MAX} are accepted."


def _instant(text: str | None, name: str) -> datetime:
    if not text:
        raise NotACloudEvent(f"The CloudEvents attribute '{name}' is missing (header ce_{name}).")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotACloudEvent(f"'{name}' is {text!r}, not an RFC 3339 instant.") from error
    if instant.tzinfo is None:
        raise NotACloudEvent(f"'{name}' is {text!r} without a time zone; send UTC with a Z.")
    if instant.tzinfo is UTC:
        return instant
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise NotACloudEvent(f"'{name}' is {text!r}, which is outside the years 1 to 9999 in UTC.") from error


def _number(text: str, name: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise NotACloudEvent(f"'{name}' is {text!r}, not a whole number.") from error
