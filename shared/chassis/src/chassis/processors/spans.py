"""The spans of those who follow the log: one of a batch, with links to its events, and a hop of each event under its decision."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from opentelemetry.trace import SpanKind

from chassis import tracing
from chassis.hops import CORRELATION, POSITION, STREAM, Hop, now_ns, record
from chassis.sorts import Attributes, Sort
from chassis.storage.log import StoredEvent
from chassis.telemetry import DECISION_TO_READ_MODEL, observe_each
from chassis.tracing import Trace
from contracts import Envelope


class Placed(NamedTuple):
    """A stretch of a partition of the log that the broker has put into the topic's partition of the same number, without a hole."""

    partition: int
    since: int
    until: int
    last_offset: int


@contextmanager
def publish_spans(topic: str, stored: Sequence[StoredEvent]) -> Iterator[list[Placed]]:
    """Around the publishing of a batch. The caller puts in where the broker has put its events."""
    placed: list[Placed] = []

    def each(envelope: Envelope) -> tuple[Sort, Attributes]:
        partition, position = envelope.partition, envelope.position
        own: Attributes = {"messaging.message.id": envelope.id}
        for where in placed:
            if where.partition == partition and where.since <= position <= where.until:
                own["messaging.kafka.offset"] = where.last_offset - (where.until - position)
        return _publish(topic, partition), own

    with _spans(_publish(topic), stored, {"messaging.batch.message_count": len(stored)}, each):
        yield placed


@contextmanager
def project_spans(stored: Sequence[StoredEvent], read_models: int) -> Iterator[None]:
    """Around the application of a batch to some read models."""
    sort = Sort.of("project", **{"standing.read_models": read_models})
    with _spans(sort, stored, {"standing.events": len(stored)}, lambda _: (sort, {})):
        yield


def observe_shown(service: str, stored: Sequence[StoredEvent], now: datetime) -> None:
    """How long it took from their append until read models show these events."""
    took = [((now - row.envelope.recorded_at).total_seconds(), row.envelope.traceparent) for row in stored]
    observe_each(DECISION_TO_READ_MODEL.labels(service), took)


@contextmanager
def _spans(
    batch: Sort, stored: Sequence[StoredEvent], own: Attributes, each: Callable[[Envelope], tuple[Sort, Attributes]]
) -> Iterator[None]:
    """The hops are made at the end, of what ``each`` then says of an event."""
    if not tracing.enabled():
        yield
        return
    envelopes = [row.envelope for row in stored]
    recorded = [about for about in envelopes if about.traceparent and not tracing.left_out(about.traceparent)]
    since_ns, failure = now_ns(), None
    with Hop.begin(batch, Trace(), own, (envelope.traceparent for envelope in recorded)):
        try:
            yield
        except Exception as error:
            failure = type(error).__name__
            raise
        finally:
            times_ns = (since_ns, now_ns())
            for envelope in recorded:
                sort, of_event = each(envelope)
                of_event[STREAM] = envelope.stream
                of_event[POSITION] = envelope.position
                of_event[CORRELATION] = envelope.correlation_id
                record(sort, Trace(envelope.traceparent, envelope.tracestate), of_event, times_ns, failure)


@lru_cache(maxsize=1024)
def _publish(topic: str, partition: int | None = None) -> Sort:
    about: Attributes = {
        "messaging.system": "kafka", "messaging.operation.name": "publish", "messaging.operation.type": "send",
        "messaging.destination.name": topic,
    }  # fmt: skip
    if partition is not None:
        about["messaging.destination.partition.id"] = str(partition)
    return Sort(f"publish {topic}", SpanKind.PRODUCER, about)
