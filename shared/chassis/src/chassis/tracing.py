"""Traces: where in one something stands, as W3C writes it, and the spans that this process records of it."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

LINKS_MAX = 128
"""As many links as the SDK keeps of one span."""
SPANS_WAITING_MAX = 8_192
"""Spans that wait for the exporter; beyond it they are dropped, and nobody waits."""

_PROPAGATOR = TraceContextTextMapPropagator()
_LOW = (1 << 64) - 1
_SAMPLED = frozenset("13579bdf")
"""The last digit of a traceparent whose trace is recorded."""
_tracer = trace.get_tracer("standing")
_batches = trace.get_tracer("standing")
_provider: TracerProvider | None = None
_bound: int | None = None
"""A trace that begins here is recorded where the low half of its id is less; None: the SDK decides."""


class Trace(NamedTuple):
    """The trace that something belongs to, as W3C's Trace Context writes it: where in it, and what systems on its way have added."""

    parent: str | None = None
    state: str | None = None

    @property
    def is_left_out(self) -> bool:
        """Whether whoever began it has decided not to record it."""
        return left_out(self.parent)


def left_out(traceparent: str | None) -> bool:
    """Whether whoever began the trace has decided not to record it."""
    return traceparent is not None and traceparent[-1] not in _SAMPLED


def configure_traces(
    service: str, exporter: SpanExporter, ratio: float | None = None, instance: str = "1", version: str = ""
) -> TracerProvider:
    """Record spans from now on and pass them to the exporter; the provider's ``force_flush`` waits until it has them.

    ``ratio``: of the traces that begin here this part is recorded, of those that others began the ones that they record; None: as
    OTEL_TRACES_SAMPLER says, which is all of them where it is not set.
    """
    global _provider, _tracer, _batches, _bound
    stop_traces()
    about = {"service.name": service, "service.instance.id": f"{service}/{instance}", "service.version": version}
    resource = Resource.create({name: text for name, text in about.items() if text})
    processor = BatchSpanProcessor(exporter, max_queue_size=SPANS_WAITING_MAX)
    sampler: Sampler | None = None if ratio is None else ParentBased(TraceIdRatioBased(ratio))
    _bound = None if ratio is None else TraceIdRatioBased.get_bound_for_rate(ratio)
    _provider = TracerProvider(sampler, resource)
    _batches = _tracer = _provider.get_tracer("standing")
    if (
        ratio is not None
    ):  # whether a hop is recorded is decided before the SDK is troubled with it, see ``left_out_here``
        hops = TracerProvider(ALWAYS_ON, resource, shutdown_on_exit=False)
        hops.add_span_processor(processor)
        _tracer = hops.get_tracer("standing")
    _provider.add_span_processor(processor)
    propagate.set_global_textmap(_PROPAGATOR)
    return _provider


def left_out_here() -> Trace | None:
    """The beginning of a trace that is not recorded, as the ratio has it for most of them; None for one that is to be recorded.

    Making it here takes a tenth of what the SDK takes, and at a small ratio nearly every message comes to this.
    """
    if _bound is None:
        return None
    number = random.getrandbits(192)
    if (number >> 64) & _LOW < _bound:
        return None
    return Trace(f"00-{number >> 64 | 1:032x}-{number & _LOW | 1:016x}-00")


def stop_traces() -> None:
    """Flush the exporter and stop recording."""
    global _provider
    if _provider is not None:
        _provider.shutdown()
    _provider = None


def provider() -> TracerProvider | None:
    """What records spans, for libraries that do; None where nothing is recorded."""
    return _provider


def enabled() -> bool:
    """Whether spans are recorded; without an exporter traces are still stored and passed on."""
    return _provider is not None


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
    return w3c_trace(parent, context.trace_state.to_header()) if context.trace_state else Trace(parent)


def exemplar(traceparent: str | None) -> dict[str, str] | None:
    """What a metric names as an example of a value: the trace, where it is recorded."""
    if traceparent is None or _provider is None or left_out(traceparent):
        return None
    return {"trace_id": traceparent[3:35]}


def context_of(traceparent: str | None, tracestate: str | None = None) -> Context | None:
    """The context of a trace, to begin a span in; None for no trace."""
    if not traceparent:
        return None
    carrier = {"traceparent": traceparent} | ({"tracestate": tracestate} if tracestate else {})
    return _PROPAGATOR.extract(carrier, Context())


def links_to(traceparents: Iterable[str | None]) -> Sequence[Link]:
    """Links from a batch to the origins of its members that are recorded; at most ``LINKS_MAX``."""
    links: list[Link] = []
    for traceparent in dict.fromkeys(traceparents):
        if traceparent is None or len(links) >= LINKS_MAX or left_out(traceparent):
            continue
        context = trace.get_current_span(context_of(traceparent)).get_span_context()
        if context.is_valid:
            links.append(Link(context))
    return links


def begin_span(
    name: str, kind: SpanKind, within: Trace, links: Sequence[Link], attributes: dict[str, Any], since_ns: int | None
) -> Span:
    """A span that the caller ends, in a trace or as the beginning of one; the current span has no part in it."""
    return _tracer.start_span(name, context_of(*within) or Context(), kind, attributes, links, since_ns)


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    links: Iterable[str | None] = (),
    **attributes: Any,
) -> Iterator[Span]:
    """A span for a batch, the beginning of a trace of its own; ``links`` are traceparents. A no-op where tracing is off.

    Of an error only its kind is recorded: its sentence may speak of persons, and traces leave the house.
    """
    if _provider is None:
        yield trace.INVALID_SPAN
        return
    dotted = {key.replace("__", "."): value for key, value in attributes.items()}
    with _batches.start_as_current_span(
        name, Context(), kind, dotted, links_to(links), record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            failed(current, type(error).__name__)
            raise


def failed(span: Span, kind: str) -> None:
    """Mark a span as failed; ``kind`` names what happened in a word."""
    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR, kind))
