"""The spans of those who follow the log: one of a batch, with links to its events, and a hop of each event under its decision."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from opentelemetry.trace import SpanKind

from chassis import tracing
from chassis.hops import CORRELATION, POSITION, STREAM, Hop, now_ns
from chassis.storage.log import StoredEvent
from chassis.telemetry import DECISION_TO_READ_MODEL
from chassis.tracing import Trace
from contracts import Envelope

Offsets = dict[tuple[int, int], int]
"""(partition, position) of the log → offset in the topic's partition of the same number."""


@contextmanager
def publish_spans(topic: str, stored: Sequence[StoredEvent]) -> Iterator[Offsets]:
    """Around the publishing of a batch. The caller puts in where the broker has put its events."""
    about = {
        "messaging.system": "kafka", "messaging.operation.name": "publish", "messaging.operation.type": "send",
        "messaging.destination.name": topic,
    }  # fmt: skip
    offsets: Offsets = {}

    def of_event(envelope: Envelope) -> dict[str, Any]:
        return {
            "messaging.destination.partition.id": str(envelope.partition), "messaging.message.id": envelope.id,
            "messaging.kafka.offset": offsets.get((envelope.partition, envelope.position)),
        }  # fmt: skip

    with _spans(f"publish {topic}", SpanKind.PRODUCER, stored, about) as events:
        yield offsets
        events.update({row.envelope.id: of_event(row.envelope) for row in stored} if tracing.enabled() else {})


@contextmanager
def project_spans(stored: Sequence[StoredEvent], read_models: int) -> Iterator[None]:
    """Around the application of a batch to some read models."""
    with _spans("project", SpanKind.INTERNAL, stored, {"standing.read_models": read_models}):
        yield


def observe_shown(service: str, stored: Sequence[StoredEvent], now: datetime) -> None:
    """How long it took from their append until read models show these events."""
    histogram = DECISION_TO_READ_MODEL.labels(service)
    for row in stored:
        took_s = (now - row.envelope.recorded_at).total_seconds()
        histogram.observe(max(took_s, 0.0), tracing.exemplar(row.envelope.traceparent))


@contextmanager
def _spans(
    name: str, kind: SpanKind, stored: Sequence[StoredEvent], about: Mapping[str, Any]
) -> Iterator[dict[str, dict[str, Any]]]:
    """The hops are made at the end; what the caller puts in are attributes by the ids of events."""
    each = dict[str, dict[str, Any]]()
    if not tracing.enabled():
        yield each
        return
    every = [row.envelope for row in stored]
    envelopes = [each for each in every if each.traceparent and not tracing.left_out(each.traceparent)]
    links = [envelope.traceparent for envelope in envelopes]
    since_ns, failure = now_ns(), None
    count = {"messaging.batch.message_count" if kind is SpanKind.PRODUCER else "standing.events": len(stored)}
    with tracing.span(name, kind, links, **about, **count):
        try:
            yield each
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            until_ns = now_ns()
            for envelope in envelopes:
                more = each.get(envelope.id, {})
                place: dict[str, Any] = {
                    STREAM: envelope.stream,
                    POSITION: envelope.position,
                    CORRELATION: envelope.correlation_id,
                }
                within = Trace(envelope.traceparent, envelope.tracestate)
                hop = Hop.begin(name, within, kind, since_ns=since_ns, **about, **place, **more)
                hop.end(failure, until_ns)
