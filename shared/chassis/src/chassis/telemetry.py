"""Traces, logs and metrics: a business fact can be followed from the message that brought it to its last consequence."""

import logging
import re
import sys
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram

APPENDED = Counter("standing_events_appended", "Events appended to the log", ["service"])
COMMANDS = Counter("standing_commands", "Commands answered", ["service", "outcome"])
COMMIT_SECONDS = Histogram("standing_commit_seconds", "Time of one append transaction", ["service"])
PUBLISHED = Counter("standing_events_published", "Events that the broker acknowledged", ["service"])
PROJECTED = Counter("standing_events_projected", "Events that a projection applied", ["service", "projection"])
LAG = Gauge("standing_lag", "Events between the head and a follower", ["service", "follower", "partition"])
UNDECODABLE = Gauge(
    "standing_batch_undecodable",
    "1 while a partition stops before a batch that cannot be decoded",
    ["service", "topic", "partition"],
)
CONSUMED = Counter("standing_messages_consumed", "Messages taken from a topic", ["service", "source", "outcome"])
HTTP_IN_WORK = Gauge("standing_http_in_work", "HTTP requests that are being answered", ["service"])
TURNED_AWAY = Counter(
    "standing_http_turned_away", "HTTP requests refused because too many were in progress (429)", ["service"]
)
COMMANDS_WAITING = Gauge(
    "standing_commands_waiting", "Units of commands that wait for the next transaction", ["service"]
)

_PROPAGATOR = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("standing")
_provider: TracerProvider | None = None


def configure(service: str, log_level: str, otlp: bool, exporter: SpanExporter | None = None) -> None:
    """Set up JSON logs and, where an OTLP endpoint or an exporter is given, tracing. Once per process."""
    if otlp or exporter is not None:
        if exporter is None:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            exporter = OTLPSpanExporter()
        provider = configure_traces(service, exporter)
        trace.set_tracer_provider(provider)  # for the instrumentation of FastAPI; its spans end with the process
    configure_logs(service, log_level)


def configure_traces(service: str, exporter: SpanExporter) -> TracerProvider:
    """Record spans from now on and pass them to the exporter; the provider's ``force_flush`` waits until it has them."""
    global _provider, _tracer
    stop_traces()
    _provider = TracerProvider(resource=Resource.create({"service.name": service}))
    _provider.add_span_processor(BatchSpanProcessor(exporter))
    propagate.set_global_textmap(_PROPAGATOR)
    _tracer = _provider.get_tracer("standing")
    return _provider


def stop_traces() -> None:
    """Flush the exporter and stop recording."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
    _provider = None


def configure_logs(service: str, log_level: str) -> None:
    """One JSON object per line on standard error, with its trace id; the logs of libraries have the same form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace_ids,
        structlog.processors.format_exc_info,
    ]
    json = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, json],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(log_level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, json],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def enabled() -> bool:
    """Whether spans are recorded; without an exporter traceparents are still stored and passed on."""
    return _provider is not None


def _add_trace_ids(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        entry["trace_id"] = format(context.trace_id, "032x")
        entry["span_id"] = format(context.span_id, "016x")
    return entry


def current_traceparent() -> str | None:
    """The W3C traceparent of the current span, None outside of one."""
    return traceparent_of(trace.get_current_span())


_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def w3c(traceparent: str | None) -> str | None:
    """A traceparent in the form of W3C; None for anything else, which is no trace."""
    return traceparent if traceparent and _TRACEPARENT.fullmatch(traceparent) else None


def traceparent_of(span: Span) -> str | None:
    context = span.get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def context_of(traceparent: str | None) -> Context | None:
    return _PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None


def links_to(traceparents: Iterable[str | None]) -> Sequence[Link]:
    """Links from a batch to the origins of its members; at most 128, the SDK's own bound."""
    links: list[Link] = []
    for traceparent in dict.fromkeys(traceparents):
        if traceparent is None or len(links) >= 128:
            continue
        context = trace.get_current_span(context_of(traceparent)).get_span_context()
        if context.is_valid:
            links.append(Link(context))
    return links


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    links: Iterable[str | None] = (),
    **attributes: Any,
) -> Iterator[Span]:
    """A span for one hop; ``parent`` and ``links`` are traceparents. A no-op where tracing is off."""
    if _provider is None:
        yield trace.INVALID_SPAN
        return
    dotted = {key.replace("__", "."): value for key, value in attributes.items()}
    with _tracer.start_as_current_span(
        name, context=context_of(parent), kind=kind, links=links_to(links), attributes=dotted
    ) as current:
        yield current
