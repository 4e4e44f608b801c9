"""Traces, logs and metrics: a business fact can be followed from the message that brought it to its last consequence."""

import logging
import re
import sys
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

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
    """Whether spans are recorded; without an exporter traces are still stored and passed on."""
    return _provider is not None


def _add_trace_ids(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        entry["trace_id"] = format(context.trace_id, "032x")
        entry["span_id"] = format(context.span_id, "016x")
    return entry


class Trace(NamedTuple):
    """The trace that something belongs to, as W3C's Trace Context writes it: where in it, and what systems on its way have added."""

    parent: str | None = None
    state: str | None = None


def current_trace() -> Trace:
    """That of the current span; none outside of one."""
    return trace_of(trace.get_current_span())


STATE_LENGTH_MAX, STATE_MEMBERS_MAX = 512, 32
_STATE_MEMBER = re.compile(
    r"[a-z][a-z0-9_*/-]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]"
    r"|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]"
)
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def w3c(traceparent: str | None) -> str | None:
    """A traceparent in the form of W3C; None for anything else, which is no trace."""
    return traceparent if traceparent and _TRACEPARENT.fullmatch(traceparent) else None


def w3c_trace(traceparent: str | None, tracestate: str | None) -> Trace:
    """A trace in the form of W3C; a state that is not, is longer than others must pass on, or has no parent is left out."""
    parent = w3c(traceparent)
    return Trace(parent, _w3c_state(tracestate) if parent and tracestate else None)


def _w3c_state(tracestate: str) -> str | None:
    if len(tracestate) > STATE_LENGTH_MAX:
        return None
    members = [member for each in tracestate.split(",") if (member := each.strip(" \t"))]
    keys = {member.partition("=")[0] for member in members}
    if len(keys) != len(members) or len(members) > STATE_MEMBERS_MAX:
        return None
    return ",".join(members) or None if all(map(_STATE_MEMBER.fullmatch, members)) else None


def trace_of(span: Span) -> Trace:
    """Where a span stands; none for one that is not recorded."""
    context = span.get_span_context()
    if not context.is_valid:
        return Trace()
    parent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
    return w3c_trace(parent, context.trace_state.to_header())


def context_of(traceparent: str | None, tracestate: str | None = None) -> Context | None:
    if not traceparent:
        return None
    carrier = {"traceparent": traceparent} | ({"tracestate": tracestate} if tracestate else {})
    return _PROPAGATOR.extract(carrier)


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
    parent: Trace | None = None,
    links: Iterable[str | None] = (),
    **attributes: Any,
) -> Iterator[Span]:
    """A span for one hop; ``links`` are traceparents. A no-op where tracing is off."""
    if _provider is None:
        yield trace.INVALID_SPAN
        return
    dotted = {key.replace("__", "."): value for key, value in attributes.items()}
    with _tracer.start_as_current_span(
        name, context=context_of(*parent) if parent else None, kind=kind, links=links_to(links), attributes=dotted
    ) as current:
        yield current
