"""Sends spans by OTLP: a thread takes those that wait in large bites, and nobody waits for it."""

import os
import threading
from collections import deque
from collections.abc import Sequence

import structlog
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans
from opentelemetry.sdk.environment_variables import OTEL_BSP_SCHEDULE_DELAY
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext

from chassis.encoded_spans import field

_log = structlog.get_logger()

WAITING_MAX = 16_384
"""Beyond it spans are dropped. As many of ours take 6 MB."""
SENT_MAX = 2_048
"""Spans of one request, which then has some 700 kB."""
STOP_S = 30.0


class Exporter(OTLPSpanExporter):
    """The SDK's exporter, with its settings and retries, which also sends spans that are encoded already."""

    def export_encoded(self, spans: Sequence[bytes], resource: Resource) -> None:
        """Send some spans of ``encoded_spans``. A fault is logged, and they are lost."""
        self._client.export(request(spans, resource))


def request(spans: Sequence[bytes], resource: Resource) -> bytes:
    """An ExportTraceServiceRequest of some spans of one process."""
    scope = InstrumentationScope("standing")
    (around,) = encode_spans(
        [ReadableSpan("", SpanContext(1, 1, False), resource=resource, instrumentation_scope=scope)]
    ).resource_spans
    (within,) = around.scope_spans
    del around.scope_spans[:], within.spans[:]
    scoped = field(ResourceSpans.SCOPE_SPANS_FIELD_NUMBER, b"".join((within.SerializeToString(), *spans)))
    return field(ExportTraceServiceRequest.RESOURCE_SPANS_FIELD_NUMBER, around.SerializeToString() + scoped)


class WaitingSpans(SpanProcessor):
    """Those of libraries as the SDK has them, ours as bytes: a queue of bytes is passed on by joining it."""

    def __init__(self, exporter: Exporter, resource: Resource) -> None:
        self._exporter = exporter
        self._resource = resource
        self._waiting = deque[bytes | ReadableSpan]()
        self._dropped = 0
        self._delay_s = int(os.environ.get(OTEL_BSP_SCHEDULE_DELAY, "5000")) / 1000
        self._one_at_a_time = threading.Lock()
        self._awake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="spans", daemon=True)
        self._thread.start()

    def keep(self, span: bytes | ReadableSpan) -> None:
        """Let a span wait, or drop it where too many do."""
        waiting = self._waiting
        if len(waiting) >= WAITING_MAX or self._stopping:
            self._dropped += 1
            return
        waiting.append(span)
        if len(waiting) == SENT_MAX:
            self._awake.set()

    def on_end(self, span: ReadableSpan) -> None:
        """As the SDK calls it for the spans of libraries."""
        if span.context is not None and span.context.trace_flags.sampled:
            self.keep(span)

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Wait until the exporter was given all spans."""
        self._send(least=1)
        return True

    def shutdown(self) -> None:
        """Give the exporter what waits, and stop."""
        self._stopping = True
        self._awake.set()
        self._thread.join(STOP_S)
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def _run(self) -> None:
        while not self._stopping:
            is_full = self._awake.wait(self._delay_s)
            self._awake.clear()
            self._send(least=SENT_MAX if is_full and not self._stopping else 1)
        self._send(least=1)

    def _send(self, least: int) -> None:
        """Send what waits, in as many requests as it takes, while there are at least so many."""
        with self._one_at_a_time:
            while len(self._waiting) >= least:
                bite = [self._waiting.popleft() for _ in range(min(len(self._waiting), SENT_MAX))]
                try:
                    self._export(bite)
                except Exception as error:
                    _log.warning("spans were not sent", error=f"{type(error).__name__}: {error}")
        if self._dropped:
            _log.warning("spans were dropped", spans=self._dropped)
            self._dropped = 0

    def _export(self, bite: Sequence[bytes | ReadableSpan]) -> None:
        ours = [span for span in bite if isinstance(span, bytes)]
        if ours:
            self._exporter.export_encoded(ours, self._resource)
        if len(ours) < len(bite):
            self._exporter.export([span for span in bite if not isinstance(span, bytes)])
