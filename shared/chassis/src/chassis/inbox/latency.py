"""How long it takes from a message to its decision, by the clocks of the machines."""

import time
from collections.abc import Sequence

from chassis.commands import Reply
from chassis.handling.units import Message
from chassis.inbox.process_spans import ProcessSpans
from chassis.inbox.records import Record
from chassis.telemetry import FACT_TO_DECISION, observe_each


def observe_decisions(
    service: str,
    topic: str,
    records: Sequence[Record],
    messages: Sequence[Message],
    replies: Sequence[Sequence[Reply]],
    spans: ProcessSpans,
) -> None:
    """Those that were decided now: not the repeats, not what was parked, not what came another way than by its record."""
    made_ms = {record.offset: record.timestamp for record in records}
    until_ms = time.time() * 1000
    took: list[tuple[float, str | None]] = []
    for number, (message, decided) in enumerate(zip(messages, replies, strict=True)):
        since_ms = -1 if message.offset is None else made_ms.get(message.offset, -1)
        if since_ms >= 0 and decided and not all(reply.repeated for reply in decided):
            took.append(((until_ms - since_ms) / 1000, spans.traceparent(number)))
    observe_each(FACT_TO_DECISION.labels(service, topic), took)
