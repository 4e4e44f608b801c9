"""The spans of a batch of messages: one with links to them all, and for each that is recorded a hop in the trace of its sender."""

from collections.abc import Sequence
from functools import lru_cache
from types import TracebackType

from opentelemetry.trace import SpanKind

from chassis import tracing
from chassis.commands import Reply
from chassis.handling.units import Message, Rejection, WorkItem
from chassis.hops import CORRELATION, POSITION, STREAM, Hop, now_ns
from chassis.inbox.cloudevents import Incoming
from chassis.sorts import Attributes, Sort
from chassis.tracing import Trace

Reading = Incoming | Rejection


class ProcessSpans:
    """A context manager around the handling of a batch, from its reading until it is durable."""

    def __init__(
        self, topic: str, partition: int, group: str, messages: Sequence[Message], readings: Sequence[Reading], dense: bool
    ) -> None:  # fmt: skip
        self._of = (topic, partition, group)
        self._messages, self._readings, self._dense = messages, readings, dense
        self._hops = dict[int, Hop]()
        self._refused = dict[int, str]()
        self._since_ns = now_ns()
        self._batch: Hop | None = None

    def begun(self) -> Sequence[Reading]:
        """The messages as they are to be translated: what they ask for is a consequence of their hops, which begin here."""
        if not tracing.enabled():
            return self._readings
        return [self._begun(number, reading) for number, reading in enumerate(self._readings)]

    def handled(self, items: Sequence[WorkItem], replies: Sequence[Sequence[Reply]]) -> None:
        """Note what became of the messages, each as an item and its replies. A message that means nothing here is no hop."""
        for number, hop in list(self._hops.items()):
            item, answers = items[number], replies[number]
            if not item.requests and item.rejection is None:
                del self._hops[number]
                continue
            if item.rejection is not None:
                self._refused[number] = item.rejection.code
            hop.note(CORRELATION, item.requests[0].correlation_id if item.requests else None)
            hop.note("standing.repeated", (bool(answers) and all(reply.repeated for reply in answers)) or None)
            hop.note("standing.parked", not answers or None)

    def traceparent(self, number: int) -> str | None:
        """That of a message's hop, where it is recorded."""
        return self._hops[number].trace.parent if number in self._hops else None

    def __enter__(self) -> "ProcessSpans":
        if tracing.enabled():
            links = [reading.traceparent for reading in self._readings if isinstance(reading, Incoming)]
            self._batch = Hop.begin(
                _process(*self._of), Trace(), {"messaging.batch.message_count": len(self._messages)}, links
            )
            self._batch.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, hop in self._hops.items():
            hop.end(type(error).__name__ if error is not None else self._refused.get(number))
        if self._batch is not None:
            self._batch.__exit__(kind, error, traceback)

    def _begun(self, number: int, reading: Reading) -> Reading:
        parent = None if isinstance(reading, Rejection) else reading.traceparent
        if parent is None:
            beginning = tracing.begun_here()
            if not tracing.left_out(beginning):
                sort, own = _process(*self._of), self._own(self._messages[number], reading)
                self._hops[number] = Hop(Trace(beginning), sort, own, since_ns=self._since_ns)
            return _in_trace(reading, beginning, None)
        if isinstance(reading, Rejection) or tracing.left_out(parent):
            return reading
        within, own = Trace(parent, reading.tracestate), self._own(self._messages[number], reading)
        hop = Hop.begin(_process(*self._of), within, own, since_ns=self._since_ns)
        if hop.is_recorded:
            self._hops[number] = hop
        return _in_trace(reading, *hop.trace)

    def _own(self, message: Message, reading: Reading) -> Attributes:
        own: Attributes = {}
        if message.offset is not None:
            own["messaging.kafka.offset"] = message.offset
        if isinstance(reading, Incoming):
            own["messaging.message.id"] = reading.id
            own["standing.type"] = reading.type
            if reading.subject:
                own[STREAM] = reading.subject
        if self._dense:
            own[POSITION] = message.position
        return own


@lru_cache(maxsize=1024)
def _process(topic: str, partition: int, group: str) -> Sort:
    about: Attributes = {
        "messaging.system": "kafka", "messaging.operation.name": "process", "messaging.operation.type": "process",
        "messaging.destination.name": topic, "messaging.destination.partition.id": str(partition),
        "messaging.consumer.group.name": group,
    }  # fmt: skip
    return Sort(f"process {topic}", SpanKind.CONSUMER, about)


def _in_trace(reading: Reading, parent: str | None, state: str | None) -> Reading:
    return reading if isinstance(reading, Rejection) else Incoming(*reading[:-2], parent, state)
