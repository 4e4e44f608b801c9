"""Spans of OTLP as spans of Zipkin's second format. Zipkin has no links: each becomes a tag with the address of its trace."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

ZipkinSpan = dict[str, Any]

KINDS = {
    Span.SPAN_KIND_SERVER: "SERVER", Span.SPAN_KIND_CLIENT: "CLIENT", Span.SPAN_KIND_PRODUCER: "PRODUCER",
    Span.SPAN_KIND_CONSUMER: "CONSUMER",
}  # fmt: skip
OF_THE_PROCESS = ("service.instance.id", "service.version")
"""What else a span shows of the process that recorded it, beside its name."""
_IDS = ("traceId", "spanId", "parentSpanId")


class Unreadable(ValueError):
    """What was sent is no request of OTLP; the message says why."""


def of_protobuf(body: bytes) -> ExportTraceServiceRequest:
    """Raises Unreadable."""
    request = ExportTraceServiceRequest()
    try:
        request.ParseFromString(body)
    except DecodeError as error:
        raise Unreadable(f"no protobuf of ExportTraceServiceRequest: {error}") from error
    return request


def of_json(body: bytes) -> ExportTraceServiceRequest:
    """OTLP writes ids in hex, where JSON of protobuf has base64. Raises Unreadable."""
    request = ExportTraceServiceRequest()
    try:
        document = json.loads(body)
        for span in _spans_in(document):
            for holder in (span, *span.get("links", ())):
                for name in _IDS:
                    if name in holder:
                        holder[name] = base64.b64encode(bytes.fromhex(holder[name])).decode()
        json_format.ParseDict(document, request, ignore_unknown_fields=True)
    except (json_format.ParseError, ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Unreadable(f"no JSON of ExportTraceServiceRequest: {error}") from error
    return request


def _spans_in(document: Any) -> Iterator[dict[str, Any]]:
    for resource in document.get("resourceSpans", ()):
        for scope in resource.get("scopeSpans", ()):
            yield from scope.get("spans", ())


def zipkin_spans(request: ExportTraceServiceRequest, viewer: str) -> list[ZipkinSpan]:
    """``viewer`` is the address of Zipkin as a browser has it, for the links."""
    return [
        _span(span, resource.resource, viewer)
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def trace_address(viewer: str, trace_id: str) -> str:
    """Where Zipkin shows a trace."""
    return f"{viewer}/zipkin/traces/{trace_id}"


def _span(span: Span, resource: Resource, viewer: str) -> ZipkinSpan:
    about = {each.key: _text(each.value) for each in resource.attributes}
    tags = {name: about[name] for name in OF_THE_PROCESS if name in about} | dict(_tags(span.attributes))
    for number, link in enumerate(span.links):
        tags[f"link.{number}"] = trace_address(viewer, link.trace_id.hex())
        tags |= {f"link.{number}.{name}": text for name, text in _tags(link.attributes)}
    if span.status.code == Status.STATUS_CODE_ERROR:
        tags["error"] = span.status.message or tags.get("error.type") or "true"
    begun = span.start_time_unix_nano
    made: ZipkinSpan = {
        "traceId": span.trace_id.hex(), "id": span.span_id.hex(), "name": span.name, "timestamp": begun // 1000,
        "duration": max((span.end_time_unix_nano - begun) // 1000, 1),
        "localEndpoint": {"serviceName": about.get("service.name", "unknown")}, "tags": tags,
        "annotations": [
            {"timestamp": event.time_unix_nano // 1000, "value": _annotation(event)} for event in span.events
        ],
    }  # fmt: skip
    if any(span.parent_span_id):
        made["parentId"] = span.parent_span_id.hex()
    if (kind := KINDS.get(span.kind)) is not None:
        made["kind"] = kind
    if (other := tags.get("peer.service") or tags.get("messaging.system")) is not None:
        made["remoteEndpoint"] = {"serviceName": other}
    return made


def _annotation(event: Span.Event) -> str:
    attributes = dict(_tags(event.attributes))
    return f"{event.name} {json.dumps(attributes, ensure_ascii=False)}" if attributes else event.name


def _tags(attributes: Iterable[KeyValue]) -> Iterator[tuple[str, str]]:
    return ((each.key, _text(each.value)) for each in attributes)


def _text(value: AnyValue) -> str:
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: AnyValue) -> Any:
    match value.WhichOneof("value"):
        case "array_value":
            return [_plain(each) for each in value.array_value.values]
        case "kvlist_value":
            return {each.key: _plain(each.value) for each in value.kvlist_value.values}
        case "bytes_value":
            return value.bytes_value.hex()
        case None:
            return ""
        case name:
            return getattr(value, name)
