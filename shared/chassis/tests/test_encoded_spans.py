"""Spans are sent as the SDK would send them, in large requests, and nobody waits for whoever takes them."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.span import TraceState

from chassis import otlp, tracing
from chassis.encoded_spans import encoded
from chassis.hops import Hop, record
from chassis.otlp import Exporter, request
from chassis.sorts import Attributes, Sort
from chassis.tracing import Trace

from .traced import recorded

TRACE, FIRST, OTHER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{FIRST}-01"
TIMES_NS = (1_700_000_000_123_456_789, 1_700_000_000_987_654_321)
FILL = Sort.of("decide Fill")
PUBLISH = Sort.of(
    "publish 供应商.events", SpanKind.PRODUCER, **{"messaging.system": "kafka", "standing.read_models": 3}
)


def context(span_id: str, is_remote: bool, state: str | None = None) -> SpanContext:
    states = TraceState.from_header([state]) if state else None
    return SpanContext(int(TRACE, 16), int(span_id, 16), is_remote, TraceFlags(TraceFlags.SAMPLED), states)


@pytest.mark.parametrize("sort", [FILL, PUBLISH])
@pytest.mark.parametrize(
    ("parent", "state", "failure", "links"),
    [(None, None, None, 0), (OTHER, None, None, 1), (OTHER, "rojo=1,congo=t61", "overflow", 128)],
)
@pytest.mark.parametrize(
    "own",
    [
        {},
        {"standing.stream": "jar-J-1", "standing.stream.of": "", "customer": "李伟 ☂", "long": "é" * 300},
        {f"n{n}": n for n in (0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 2**40, 2**63 - 1, -1)},
        {"standing.repeated": True, "standing.parked": False, "standing.version": 1},
    ],
)
def test_a_span_is_sent_as_the_sdk_would_send_it(
    sort: Sort, parent: str | None, state: str | None, failure: str | None, links: int, own: Attributes
) -> None:
    resource = Resource({"service.name": "jar-svc", "service.version": "1.2"})
    linked = [f"00-{TRACE}-{n + 1:016x}-01" for n in range(links)]
    ours = encoded(sort, (TRACE, FIRST, parent, state), own, TIMES_NS, failure, linked)
    theirs = ReadableSpan(
        sort.name, context(FIRST, False, state), None if parent is None else context(parent, True),
        resource, {**sort.attributes, **own} | ({} if failure is None else {"error.type": failure}),
        links=[Link(context(each[36:52], True)) for each in linked], kind=sort.kind,
        status=Status() if failure is None else Status(StatusCode.ERROR, failure),
        start_time=TIMES_NS[0], end_time=TIMES_NS[1], instrumentation_scope=InstrumentationScope("standing"),
    )  # fmt: skip
    assert ExportTraceServiceRequest.FromString(request([ours, ours], resource)) == encode_spans([theirs, theirs])


@contextmanager
def taking() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    """Somebody who takes spans, and what it has got."""
    got: list[ExportTraceServiceRequest] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def names(got: Sequence[ExportTraceServiceRequest]) -> list[str]:
    return [s.name for each in got for r in each.resource_spans for scope in r.scope_spans for s in scope.spans]


def test_spans_of_ours_and_those_of_libraries_are_all_sent() -> None:
    with taking() as (endpoint, got):
        provider = tracing.configure_traces("jar-svc", Exporter(endpoint), 1.0)
        many = otlp.SENT_MAX + 5
        for _ in range(many):
            record(FILL, Trace(TRACEPARENT), {}, TIMES_NS, None)
        provider.get_tracer("of a library").start_span("GET /v1/jars").end()
        tracing.stop_traces()
    assert sorted(names(got)) == ["GET /v1/jars", *["decide Fill"] * many]
    services = {each.value.string_value for r in got[0].resource_spans for each in r.resource.attributes}
    assert "jar-svc" in services


def test_nobody_waits_for_whoever_takes_spans_too_slowly() -> None:
    taken, go_on = list[bytes](), threading.Event()

    class Slow(Exporter):
        def export_encoded(self, spans: Sequence[bytes], resource: Resource) -> None:
            go_on.wait(60)
            taken.extend(spans)

    tracing.configure_traces("jar-svc", Slow("http://127.0.0.1:9/v1/traces"), 1.0)
    for _ in range(2 * otlp.WAITING_MAX):
        record(FILL, Trace(TRACEPARENT), {}, TIMES_NS, None)
    go_on.set()
    tracing.stop_traces()
    assert otlp.WAITING_MAX <= len(taken) <= otlp.WAITING_MAX + otlp.SENT_MAX, "the others are dropped"


@pytest.mark.parametrize(
    ("sampler", "begun", "followed"),
    [("always_off", False, False), ("parentbased_always_off", False, True), ("always_on", True, True)],
)
def test_without_a_part_the_sampler_of_the_environment_decides(
    monkeypatch: pytest.MonkeyPatch, sampler: str, begun: bool, followed: bool
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", sampler)
    with recorded(ratio=None):
        first, next_one = Hop.begin(FILL, Trace()), Hop.begin(FILL, Trace(TRACEPARENT))
    assert (first.is_recorded, not first.trace.is_left_out) == (begun, begun)
    assert (next_one.is_recorded, not next_one.trace.is_left_out) == (followed, followed)
    assert next_one.trace.parent is not None
    assert next_one.trace.parent[3:35] == TRACE
