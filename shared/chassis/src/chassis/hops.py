"""Hops: what a process does with one message, command or event, as a span in the trace of the activity that it belongs to.

A batch has a span of its own with links to its members. A hop costs nothing where its trace is not recorded.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from opentelemetry import context as contexts
from opentelemetry.trace import Span, SpanKind, set_span_in_context

from chassis import tracing
from chassis.tracing import Trace

CORRELATION, STREAM, POSITION = "standing.correlation_id", "standing.stream", "standing.position"


def now_ns() -> int:
    """The instant as spans count it, in nanoseconds since 1970."""
    return time.time_ns()


class Hop:
    """A span from its making to ``end``. ``trace`` is where it stands: what follows from the hop belongs there."""

    __slots__ = ("_span", "_token", "trace")

    def __init__(self, span: Span | None, trace: Trace) -> None:
        self._span = span
        self._token: Any = None
        self.trace = trace

    @staticmethod
    def begin(
        name: str,
        within: Trace,
        kind: SpanKind = SpanKind.INTERNAL,
        links: Iterable[str | None] = (),
        since_ns: int | None = None,
        **attributes: Any,
    ) -> "Hop":
        """A hop in a trace, or the beginning of one. In attributes' names ``__`` stands for a dot; those without a value are left out."""
        return Hop.left_out(within) or Hop.recorded(name, within, kind, links, since_ns, **attributes)

    @staticmethod
    def recorded(
        name: str,
        within: Trace,
        kind: SpanKind = SpanKind.INTERNAL,
        links: Iterable[str | None] = (),
        since_ns: int | None = None,
        **attributes: Any,
    ) -> "Hop":
        """A hop that is not left out."""
        dotted = {key.replace("__", "."): value for key, value in attributes.items() if value is not None}
        span = tracing.begin_span(name, kind, within, tracing.links_to(links), dotted, since_ns)
        return Hop(span if span.is_recording() else None, tracing.trace_of(span))

    @staticmethod
    def left_out(within: Trace) -> "Hop | None":
        """The hop where it is not recorded, because nothing is or its trace is not; None where it is."""
        if not tracing.enabled() or within.is_left_out:
            return Hop(None, within)
        beginning = None if within.parent else tracing.left_out_here()
        return None if beginning is None else Hop(None, beginning)

    @property
    def is_recorded(self) -> bool:
        """Whether it is a span."""
        return self._span is not None

    @property
    def trace_id(self) -> str | None:
        """That of a hop which is recorded."""
        return self.trace.parent.split("-")[1] if self._span is not None and self.trace.parent else None

    def note(self, **attributes: Any) -> None:
        """Attributes that are known later."""
        if self._span is not None:
            self._span.set_attributes({k.replace("__", "."): v for k, v in attributes.items() if v is not None})

    def end(self, failure: str | None = None, at_ns: int | None = None) -> None:
        """``failure`` names the kind of it; its sentence may speak of persons, and traces leave the house."""
        if self._span is None:
            return
        if failure is not None:
            tracing.failed(self._span, failure)
        self._span.end(at_ns)

    def __enter__(self) -> "Hop":
        if self._span is not None:
            self._token = contexts.attach(set_span_in_context(self._span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._span is not None:
            contexts.detach(self._token)
        self.end(None if error is None else type(error).__name__)


@contextmanager
def ending(hops: Sequence[Hop]) -> Iterator[None]:
    """Hops that end together, well or badly."""
    failure = None
    try:
        yield
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        for hop in hops:
            hop.end(failure)


def is_recorded(trace: Trace) -> bool:
    """Whether a hop in this trace may be recorded."""
    return tracing.enabled() and not trace.is_left_out
