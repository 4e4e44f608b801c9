"""Spans as a test looks at them: which there are in a trace, under which other ones, and what links where."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.span import TraceState

from chassis import tracing
from chassis.otlp import Exporter, request
from chassis.testing.waiting import eventually


class Remembering(Exporter):
    """Keeps what it would send."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9/v1/traces")
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        return SpanExportResult.SUCCESS

    def export_encoded(self, spans: Sequence[bytes], resource: Resource) -> None:
        (of_process,) = ExportTraceServiceRequest.FromString(request(spans, resource)).resource_spans
        (of_scope,) = of_process.scope_spans
        named = Resource({each.key: each.value.string_value for each in of_process.resource.attributes})
        scope = InstrumentationScope(of_scope.scope.name)
        self.spans += [readable(span, named, scope) for span in of_scope.spans]


def readable(span: Span, resource: Resource, scope: InstrumentationScope) -> ReadableSpan:
    """A span as it was sent, as the SDK has it."""

    def context(trace_id: bytes, span_id: bytes, is_remote: bool, state: str = "") -> SpanContext:
        flags, states = TraceFlags(TraceFlags.SAMPLED), TraceState.from_header([state] if state else [])
        return SpanContext(int.from_bytes(trace_id), int.from_bytes(span_id), is_remote, flags, states)

    parent = context(span.trace_id, span.parent_span_id, True, span.trace_state) if span.parent_span_id else None
    attributes = {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}
    status = Status(StatusCode(span.status.code), span.status.message or None)
    return ReadableSpan(
        span.name, context(span.trace_id, span.span_id, False, span.trace_state), parent, resource, attributes,
        links=[Link(context(each.trace_id, each.span_id, True)) for each in span.links],
        kind=SpanKind(span.kind - 1), status=status,
        start_time=span.start_time_unix_nano, end_time=span.end_time_unix_nano, instrumentation_scope=scope,
    )  # fmt: skip


@dataclass
class Spans:
    """What this process has recorded."""

    exporter: Remembering

    @property
    def all(self) -> Sequence[ReadableSpan]:
        provider = tracing.provider()
        assert provider is not None
        provider.force_flush()
        return list(self.exporter.spans)

    def of(self, trace_id: str) -> list[ReadableSpan]:
        return [span for span in self.all if place(span)[0] == trace_id]

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.all if span.name == name]

    def paths(self, trace_id: str) -> set[str]:
        """Each span of a trace with those above it, as far as they were recorded here: ``process a > decide B``."""
        found = {place(span)[1]: span for span in self.of(trace_id)}

        def path(span: ReadableSpan) -> str:
            above = found.get(format(span.parent.span_id, "016x")) if span.parent is not None else None
            return span.name if above is None else f"{path(above)} > {span.name}"

        return {path(span) for span in found.values()}

    async def has(self, trace_id: str, expected: set[str]) -> None:
        """Wait until a trace has these paths. A span is there when it has ended, so one that is above others comes after them."""

        async def look() -> set[str]:
            return self.paths(trace_id)

        await eventually(look, lambda seen: seen >= expected, 60.0)

    async def become(self, trace_id: str, expected: set[str]) -> None:
        """Wait until a trace has these paths, and no others."""
        await self.has(trace_id, expected)
        assert self.paths(trace_id) == expected

    async def first(self, wanted: Callable[[ReadableSpan], bool]) -> ReadableSpan:
        """Wait for a span."""

        async def look() -> list[ReadableSpan]:
            return [span for span in self.all if wanted(span)]

        return (await eventually(look, bool, 60.0))[0]


@contextmanager
def recorded(ratio: float | None = 1.0) -> Iterator[Spans]:
    """Record spans until the end of the block."""
    exporter = Remembering()
    tracing.configure_traces("toys", exporter, ratio, instance="7", version="1.2")
    try:
        yield Spans(exporter)
    finally:
        tracing.stop_traces()


def place(span: ReadableSpan) -> tuple[str, str]:
    """Trace and span id, in hex."""
    assert span.context is not None
    return format(span.context.trace_id, "032x"), format(span.context.span_id, "016x")


def links(span: ReadableSpan) -> set[tuple[str, str]]:
    return {(format(link.context.trace_id, "032x"), format(link.context.span_id, "016x")) for link in span.links}
