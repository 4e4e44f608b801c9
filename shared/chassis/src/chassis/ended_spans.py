"""A span that has ended, kept as it came: the SDK's span to whoever reads it, and cheap to make for an exporter that does not."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags
from opentelemetry.trace.span import TraceState

from chassis import tracing

Value = str | int | bool
Attributes = dict[str, Value]
Place = tuple[str, str, str | None, str | None]
"""Trace id, span id and the parent's span id in hex, and the state of the trace."""

_SCOPE = InstrumentationScope("standing")
_RECORDED = TraceFlags(TraceFlags.SAMPLED)


class Sort:
    """What all spans of one sort have in common. There is one of each, so that it is encoded once; see ``of``."""

    __slots__ = ("attributes", "kind", "name")

    def __init__(self, name: str, kind: SpanKind, attributes: Attributes) -> None:
        self.name = name
        self.kind = kind
        self.attributes = attributes

    @staticmethod
    @lru_cache(maxsize=4096)
    def of(name: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: Value) -> "Sort":
        """The sort with this name, kind and attributes."""
        return Sort(name, kind, attributes)


class Ended(ReadableSpan):
    """``own`` are the attributes besides those of its sort, ``times_ns`` its begin and end, ``links`` traceparents.

    ``failure`` is what went wrong in a word. What the SDK would hold of it is made when somebody first asks.
    """

    def __init__(
        self, sort: Sort, place: Place, own: Attributes, times_ns: tuple[int, int], failure: str | None, links: Sequence[str] = ()
    ) -> None:  # fmt: skip
        self.sort = sort
        self.place = place
        self.own = own
        self.times_ns = times_ns
        self.failure = failure
        self.linked = links
        self.whose = tracing.resource()
        trace_id, span_id, _, state = place
        self._context = _context(trace_id, span_id, False, state)

    def __getattr__(self, name: str) -> Any:
        if name not in _HELD:
            raise AttributeError(name)
        trace_id, _, parent_id, state = self.place
        failed = {} if self.failure is None else {"error.type": self.failure}
        super().__init__(
            self.sort.name,
            self._context,
            None if parent_id is None else _context(trace_id, parent_id, True, state),
            self.whose,
            {**self.sort.attributes, **self.own, **failed},
            links=[Link(_context(each[3:35], each[36:52], True, None)) for each in self.linked],
            kind=self.sort.kind,
            status=Status() if self.failure is None else Status(StatusCode.ERROR, self.failure),
            start_time=self.times_ns[0],
            end_time=self.times_ns[1],
            instrumentation_scope=_SCOPE,
        )
        return getattr(self, name)


def _context(trace_id: str, span_id: str, is_remote: bool, state: str | None) -> SpanContext:
    states = None if state is None else TraceState.from_header([state])
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote, _RECORDED, states)


_HELD = frozenset(vars(ReadableSpan("", resource=Resource.get_empty())))
"""What the SDK's spans hold."""
