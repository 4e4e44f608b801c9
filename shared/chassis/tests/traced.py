"""Spans as a test looks at them: which there are in a trace, under which other ones, and what links where."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import tracing
from chassis.testing.waiting import eventually


@dataclass
class Spans:
    """What this process has recorded."""

    exporter: InMemorySpanExporter

    @property
    def all(self) -> Sequence[ReadableSpan]:
        provider = tracing.provider()
        assert provider is not None
        provider.force_flush()
        return self.exporter.get_finished_spans()

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
    exporter = InMemorySpanExporter()
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
