"""What the bridge makes of OTLP, and Zipkin behind it where Java and Maven are."""

from __future__ import annotations

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from standing_parts.choose import PassedOver
from standing_parts.traces import zipkin
from standing_parts.traces.bridge import BODY_BYTES_MAX, JSON, PROTOBUF, Bridge
from standing_parts.traces.zipkin import Zipkin

TRACE, CAUSE = "0af7651916cd43dd8448eb211c80319c", "c" * 32
SPAN, PARENT = "b7ad6b7169203331", "a" * 16
BEGUN_NS = 1_700_000_000_123_456_789


def text(name: str, value: str) -> KeyValue:
    return KeyValue(key=name, value=AnyValue(string_value=value))


def request(**changes: Any) -> ExportTraceServiceRequest:
    span = Span(
        trace_id=bytes.fromhex(TRACE), span_id=bytes.fromhex(SPAN), parent_span_id=bytes.fromhex(PARENT), name="process invoices",
        kind=Span.SPAN_KIND_CONSUMER, start_time_unix_nano=BEGUN_NS, end_time_unix_nano=BEGUN_NS + 5_000_000,
        attributes=[
            text("messaging.system", "kafka"),
            KeyValue(key="messaging.kafka.offset", value=AnyValue(int_value=7)),
            KeyValue(key="standing.repeated", value=AnyValue(bool_value=True)),
            KeyValue(key="names", value=AnyValue(array_value=ArrayValue(values=[AnyValue(string_value="ä")]))),
        ],
        links=[Span.Link(trace_id=bytes.fromhex(CAUSE), span_id=bytes.fromhex(PARENT))],
        events=[
            Span.Event(name="retry", time_unix_nano=BEGUN_NS + 1_000_000, attributes=[text("why", "race")]),
            Span.Event(name="done", time_unix_nano=BEGUN_NS + 2_000_000),
        ],
        status=Status(code=Status.STATUS_CODE_ERROR, message="parked"),
    )  # fmt: skip
    for name, value in changes.items():
        setattr(span, name, value)
    resource = ResourceSpans(scope_spans=[ScopeSpans(spans=[span])])
    resource.resource.attributes.extend([text("service.name", "credit-svc"), text("service.version", "0.1.0")])
    return ExportTraceServiceRequest(resource_spans=[resource])


AS_JSON = {
    "resourceSpans": [{
        "resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "credit-svc"}}, {"key": "service.version", "value": {"stringValue": "0.1.0"}},
        ]},
        "scopeSpans": [{"spans": [{
            "traceId": TRACE.upper(), "spanId": SPAN, "parentSpanId": PARENT, "name": "process invoices", "kind": 5,
            "startTimeUnixNano": str(BEGUN_NS), "endTimeUnixNano": str(BEGUN_NS + 5_000_000), "unknownField": 1,
            "attributes": [
                {"key": "messaging.system", "value": {"stringValue": "kafka"}},
                {"key": "messaging.kafka.offset", "value": {"intValue": "7"}},
                {"key": "standing.repeated", "value": {"boolValue": True}},
                {"key": "names", "value": {"arrayValue": {"values": [{"stringValue": "ä"}]}}},
            ],
            "links": [{"traceId": CAUSE, "spanId": PARENT}],
            "events": [
                {
                    "name": "retry", "timeUnixNano": str(BEGUN_NS + 1_000_000),
                    "attributes": [{"key": "why", "value": {"stringValue": "race"}}],
                },
                {"name": "done", "timeUnixNano": str(BEGUN_NS + 2_000_000)},
            ],
            "status": {"code": 2, "message": "parked"},
        }]}],
    }]
}  # fmt: skip


class Taking(ThreadingHTTPServer):
    """What stands where Zipkin would, to see what the bridge sends."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taken)
        self.spans: list[dict[str, Any]] = []
        self.status = 202

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Taken(BaseHTTPRequestHandler):
    server: Taking

    def do_POST(self) -> None:
        assert self.path == "/api/v2/spans"
        self.server.spans += json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def taking() -> Iterator[Taking]:
    server = Taking()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def bridge(taking: Taking) -> Iterator[str]:
    server = Bridge(0, taking.url)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def post(
    at: str, body: bytes, kind: str = PROTOBUF, path: str = "/v1/traces", **headers: str
) -> tuple[int, bytes, Any]:
    named = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
    sending = urllib.request.Request(at + path, body, named)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sending, timeout=30) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers


@pytest.mark.parametrize(
    ("body", "kind", "headers", "answer"),
    [
        (request().SerializeToString(), PROTOBUF, {}, b""),
        (gzip.compress(request().SerializeToString()), PROTOBUF, {"Content_Encoding": "gzip"}, b""),
        (json.dumps(AS_JSON).encode(), f"{JSON}; charset=utf-8", {}, b"{}"),
    ],
    ids=["protobuf", "gzip", "json"],
)
def test_a_span_comes_to_zipkin_as_it_was_sent_with_its_links_as_addresses_and_its_events_as_annotations(
    bridge: str, taking: Taking, body: bytes, kind: str, headers: dict[str, str], answer: bytes
) -> None:
    assert post(bridge, body, kind, **headers)[:2] == (200, answer)
    assert taking.spans == [
        {
            "traceId": TRACE, "id": SPAN, "parentId": PARENT, "name": "process invoices", "kind": "CONSUMER",
            "timestamp": BEGUN_NS // 1000, "duration": 5_000,
            "localEndpoint": {"serviceName": "credit-svc"}, "remoteEndpoint": {"serviceName": "kafka"},
            "tags": {
                "service.version": "0.1.0", "messaging.system": "kafka", "messaging.kafka.offset": "7", "standing.repeated": "true",
                "names": '["ä"]', "link.0": f"{taking.url}/zipkin/traces/{CAUSE}", "error": "parked",
            },
            "annotations": [
                {"timestamp": BEGUN_NS // 1000 + 1_000, "value": 'retry {"why": "race"}'},
                {"timestamp": BEGUN_NS // 1000 + 2_000, "value": "done"},
            ],
        }
    ]  # fmt: skip


def test_a_span_without_parent_duration_or_kind_is_one_all_the_same(bridge: str, taking: Taking) -> None:
    root = request(parent_span_id=b"", end_time_unix_nano=BEGUN_NS, kind=Span.SPAN_KIND_INTERNAL)
    assert post(bridge, root.SerializeToString())[0] == 200
    (span,) = taking.spans
    assert span["duration"] == 1, "Zipkin has no span of no time"
    assert not {"parentId", "kind"} & span.keys()


@pytest.mark.parametrize(
    ("body", "kind", "path", "headers", "status"),
    [
        (b"\xff\xff", PROTOBUF, "/v1/traces", {}, 400),
        (b"[1]", JSON, "/v1/traces", {}, 400),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "zz"}]}]}]}', JSON, "/v1/traces", {}, 400),
        (b"no gzip", PROTOBUF, "/v1/traces", {"Content_Encoding": "gzip"}, 400),
        (b"", "text/plain", "/v1/traces", {}, 415),
        (b"", PROTOBUF, "/v1/metrics", {}, 404),
        (b"", PROTOBUF, "/v1/traces", {"Content_Length": str(BODY_BYTES_MAX + 1)}, 413),
        (b"", PROTOBUF, "/v1/traces", {}, 200),
    ],
    ids=[
        "no protobuf",
        "no object",
        "no id",
        "no gzip",
        "another kind",
        "another signal",
        "too large",
        "nothing in it",
    ],
)
def test_what_is_no_request_of_traces_is_refused_for_good_and_the_bridge_goes_on(
    bridge: str, taking: Taking, body: bytes, kind: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert post(bridge, body, kind, path, **headers)[0] == status
    assert taking.spans == []
    assert post(bridge, request().SerializeToString())[0] == 200


def test_while_zipkin_is_away_or_in_trouble_the_sender_is_told_to_come_again(bridge: str, taking: Taking) -> None:
    taking.status = 500
    status, _, headers = post(bridge, request().SerializeToString())
    assert (status, headers["Retry-After"]) == (503, "2")
    taking.status = 400
    assert post(bridge, request().SerializeToString())[0] == 400, "what it refuses it would refuse again"
    away = Bridge(0, "http://127.0.0.1:9")
    threading.Thread(target=away.serve_forever, daemon=True).start()
    try:
        assert post(f"http://127.0.0.1:{away.server_port}", request().SerializeToString())[0] == 503
    finally:
        away.shutdown()
        away.server_close()


def listening_at(port: int) -> set[str]:
    """The addresses at which this machine listens at a port, as Linux writes them in /proc/net."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()]
    return {each[1].partition(":")[0] for each in lines if each[3] == "0A" and each[1].endswith(f":{port:04X}")}


def test_zipkin_shows_what_was_sent_to_the_bridge_on_loopback_alone_and_ends_when_it_is_stopped(tmp_path: Path) -> None:
    try:
        zipkin.FETCHED.probe()
        jars = zipkin.FETCHED.folder(tmp_path / "maven.log", print)
    except PassedOver as reason:
        pytest.skip(f"Zipkin cannot be had here: {reason}")
    part = Zipkin(tmp_path, jars)
    part.begin()
    try:
        part.wait()
        assert post(part.endpoint, request().SerializeToString())[0] == 200
        root = part.url.removesuffix("/zipkin/")
        with urllib.request.urlopen(f"{root}/api/v2/trace/{TRACE}", timeout=30) as answer:
            (span,) = json.load(answer)
        assert span["tags"]["link.0"] == f"{root}/zipkin/traces/{CAUSE}"
        assert [each["value"] for each in span["annotations"]] == ['retry {"why": "race"}', "done"]
        if Path("/proc/net/tcp6").exists():
            assert listening_at(part.port) in ({"0100007F"}, {"0000000000000000FFFF00000100007F"}), "loopback"
    finally:
        part.stop()
    assert part._server is not None
    assert not part._server.alive
