"""Facts that were deleted from another system's topic before they were consumed. They cannot be recovered, so the gap is reported."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from chassis.handling.parking_lot import InboxState
from chassis.handling.units import Message, Rejection, WorkItem
from chassis.inbox.records import Record
from chassis.reactions import Source

_log = structlog.get_logger()

FirstRetained = Callable[[], Awaitable[int]]
"""→ the first offset that the broker still retains."""


async def nothing_expired() -> int:
    return 0


async def retention_gaps(
    source: Source, partition: int, records: Sequence[Record], state: InboxState, first_retained: FirstRetained
) -> tuple[WorkItem, ...]:
    """For each range of offsets that was deleted before it was consumed, a rejected item, so that an operator requests these facts again.

    Missing offsets alone prove no loss, because transaction markers use offsets too; so the broker is asked for its first one.
    A dense topic has no gaps: its owner's feed has everything.
    """
    if source.owner is not None or state.kafka_offset < 0:
        return ()
    expected, found = state.kafka_offset + 1, []
    for record in records:
        if record.offset > expected and (retained := await first_retained()) > expected:
            found.append(_missed(source, partition, expected, min(retained, record.offset) - 1))
        expected = max(expected, record.offset + 1)
    return tuple(found)


def _missed(source: Source, partition: int, first: int, last: int) -> WorkItem:
    _log.error("facts were lost", source=source.topic, partition=partition, first=first, last=last)
    place = f"{source.topic}[{partition}], offsets {first} to {last}"
    message = Message(source.topic, partition, first + 1, f"lost/{source.topic}/{partition}/{first}", {}, b"")
    reason = (
        f"{place}: deleted from the topic before they were consumed. Ask the sender to send these facts again (repeats are"
        " recognised), then discard this message with that as the reason."
    )
    return WorkItem(message=message, rejection=Rejection("facts-lost", reason))
