"""The spans of a batch of messages: one with links to them all, and for each that is recorded a hop in the trace of its sender."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from opentelemetry.trace import Span, SpanKind

from chassis import tracing
from chassis.commands import Reply
from chassis.handling.units import Message, Rejection, WorkItem
from chassis.hops import CORRELATION, POSITION, STREAM, Hop, now_ns
from chassis.inbox.cloudevents import Incoming
from chassis.tracing import Trace

Reading = Incoming | Rejection


class ProcessSpans:
    """A context manager around the handling of a batch, from its reading until it is durable."""

    def __init__(
        self, topic: str, partition: int, group: str, messages: Sequence[Message], readings: Sequence[Reading], dense: bool
    ) -> None:  # fmt: skip
        self._name = f"process {topic}"
        self._messages, self._readings, self._dense = messages, readings, dense
        self._hops: list[Hop] = []
        self._refused = dict[int, str]()
        self._about: dict[str, Any] = {
            "messaging.system": "kafka", "messaging.operation.name": "process", "messaging.operation.type": "process",
            "messaging.destination.name": topic, "messaging.destination.partition.id": str(partition),
            "messaging.consumer.group.name": group,
        }  # fmt: skip
        self._since_ns = now_ns()
        self._batch: AbstractContextManager[Span] | None = None

    def begun(self) -> Sequence[Reading]:
        """The messages as they are to be translated: what they ask for is a consequence of their hops, which begin here."""
        if not tracing.enabled():
            return self._readings
        self._hops = [self._begin(*each) for each in zip(self._messages, self._readings, strict=True)]
        return [_in_trace(reading, hop.trace) for reading, hop in zip(self._readings, self._hops, strict=True)]

    def handled(self, items: Sequence[WorkItem], replies: Sequence[Sequence[Reply]]) -> None:
        """Note what became of the messages, each as an item and its replies. A message that means nothing here is no hop."""
        for number, hop in enumerate(self._hops):
            if not hop.is_recorded:
                continue
            item, answers = items[number], replies[number]
            if not item.requests and item.rejection is None:
                self._hops[number] = Hop(None, hop.trace)
                continue
            if item.rejection is not None:
                self._refused[number] = item.rejection.code
            correlation = item.requests[0].correlation_id if item.requests else None
            repeated = bool(answers) and all(reply.repeated for reply in answers)
            about = {
                CORRELATION: correlation,
                "standing.repeated": repeated or None,
                "standing.parked": not answers or None,
            }
            hop.note(**about)

    def trace_id(self, number: int) -> str | None:
        """The trace of a message, where it is recorded."""
        return self._hops[number].trace_id if self._hops else None

    def __enter__(self) -> "ProcessSpans":
        if tracing.enabled():
            links = [reading.traceparent for reading in self._readings if isinstance(reading, Incoming)]
            count = {"messaging.batch.message_count": len(self._messages)}
            self._batch = tracing.span(self._name, SpanKind.CONSUMER, links, **self._about, **count)
            self._batch.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, hop in enumerate(self._hops):
            hop.end(type(error).__name__ if error is not None else self._refused.get(number))
        if self._batch is not None:
            self._batch.__exit__(kind, error, traceback)

    def _begin(self, message: Message, reading: Reading) -> Hop:
        within = Trace(reading.traceparent, reading.tracestate) if isinstance(reading, Incoming) else Trace()
        left_out = Hop.left_out(within)
        if left_out is not None:
            return left_out
        about: dict[str, Any] = {**self._about, "messaging.kafka.offset": message.offset}
        if isinstance(reading, Incoming):
            about |= {
                "messaging.message.id": reading.id,
                "standing.type": reading.type,
                STREAM: reading.subject or None,
            }
        if self._dense:
            about[POSITION] = message.position
        return Hop.recorded(self._name, within, SpanKind.CONSUMER, since_ns=self._since_ns, **about)


def _in_trace(reading: Reading, trace: Trace) -> Reading:
    if isinstance(reading, Rejection) or reading.traceparent == trace.parent:
        return reading
    return reading._replace(traceparent=trace.parent, tracestate=trace.state)
