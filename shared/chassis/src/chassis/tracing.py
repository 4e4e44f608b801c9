"""Traces: where in one something stands, as W3C writes it, and whether this process records it."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from opentelemetry import context as contexts
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import Span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chassis.sorts import Attributes, Place, Sort

if TYPE_CHECKING:
    from chassis.otlp import Exporter, WaitingSpans

_PROPAGATOR = TraceContextTextMapPropagator()
_LOW = (1 << 64) - 1
_SAMPLED = frozenset("13579bdf")
"""The last digit of a traceparent whose trace is recorded."""
_provider: TracerProvider | None = None
_waiting: "WaitingSpans | None" = None
_encoded: Callable[..., bytes]
_bound: int | None = None
"""A trace that begins here is recorded where the low half of its id is less; None: the provider's sampler is asked."""
_asked_always: Sampler | None = None
"""A sampler that also decides about traces that were begun elsewhere."""


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
    service: str, exporter: "Exporter", ratio: float | None = None, instance: str = "1", version: str = ""
) -> TracerProvider:
    """Record spans from now on and pass them to the exporter; the provider's ``force_flush`` waits until it has them.

    ``ratio``: of the traces that begin here this part is recorded, of those that others began the ones that they record; None: as
    OTEL_TRACES_SAMPLER says, which is all of them where it is not set.
    """
    global _provider, _waiting, _encoded, _bound, _asked_always
    from chassis.encoded_spans import encoded  # here, because a process that records nothing needs no protobuf
    from chassis.otlp import WaitingSpans

    stop_traces()
    about = {"service.name": service, "service.instance.id": f"{service}/{instance}", "service.version": version}
    resource = Resource.create({name: text for name, text in about.items() if text})
    _waiting, _encoded = WaitingSpans(exporter, resource), encoded
    _provider = TracerProvider(None if ratio is None else ParentBased(TraceIdRatioBased(ratio)), resource)
    _provider.add_span_processor(_waiting)
    _bound = None if ratio is None else TraceIdRatioBased.get_bound_for_rate(ratio)
    _asked_always = None if isinstance(_provider.sampler, ParentBased) else _provider.sampler
    propagate.set_global_textmap(_PROPAGATOR)
    return _provider


def stop_traces() -> None:
    """Flush the exporter and stop recording."""
    global _provider, _waiting
    if _provider is not None:
        _provider.shutdown()
    _provider = _waiting = None


def begun_here() -> str:
    """The beginning of a trace, which says whether it is recorded."""
    number = random.getrandbits(192)
    ids = f"{number:048x}"
    if _bound is not None:
        is_recorded = number >> 64 & _LOW < _bound
    else:
        is_recorded = _provider is not None and _is_sampled(_provider.sampler, Context(), number >> 64)
    return f"00-{ids[:32]}-{ids[32:]}-{'01' if is_recorded else '00'}"


def recorded_under(traceparent: str) -> bool:
    """Whether what belongs there is recorded: where whoever began the trace records it, unless OTEL_TRACES_SAMPLER knows better."""
    if _provider is None or traceparent[-1] not in _SAMPLED:
        return False
    if _asked_always is None:
        return True
    return _is_sampled(_asked_always, context_of(traceparent), int(traceparent[3:35], 16))


def _is_sampled(sampler: Sampler, within: Context, trace_id: int) -> bool:
    return sampler.should_sample(within, trace_id, "hop").decision is Decision.RECORD_AND_SAMPLE


def keep(
    sort: Sort, place: Place, own: Attributes, times_ns: tuple[int, int], failure: str | None, links: Sequence[str]
) -> None:
    """Pass a span that has ended to the exporter, see ``encoded_spans.encoded``."""
    if _waiting is not None:
        _waiting.keep(_encoded(sort, place, own, times_ns, failure, links))


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


def context_of(traceparent: str | None, tracestate: str | None = None) -> Context:
    """The context of a trace, empty for no trace."""
    if not traceparent:
        return Context()
    carrier = {"traceparent": traceparent} | ({"tracestate": tracestate} if tracestate else {})
    return _PROPAGATOR.extract(carrier, Context())


@contextmanager
def named_in_logs(within: Trace) -> Iterator[None]:
    """Log lines of the block name this trace, where it is recorded."""
    if within.parent is None or not recorded_under(within.parent):
        yield
        return
    token = contexts.attach(context_of(*within))
    try:
        yield
    finally:
        contexts.detach(token)
