"""Facts that a topic of another system lost before they were taken: they cannot be had any more, but they can be missed aloud."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from chassis.handling.parking_lot import InboxState
from chassis.handling.units import Message, Rejection, WorkItem
from chassis.inbox.records import Record
from chassis.reactions import Source

_log = structlog.get_logger()

FirstRetained = Callable[[], Awaitable[int]]
"""→ the first offset that the broker still has."""


async def nothing_expired() -> int:
    return 0


async def retention_gaps(
    source: Source, partition: int, records: Sequence[Record], state: InboxState, first_retained: FirstRetained
) -> tuple[WorkItem, ...]:
    """For each run of offsets that was deleted before we took it, a parked item that says so; a person asks the sender for them again.

    Offsets that the broker never gave to a fact (marks of transactions) are no loss, so the broker is asked where it begins.
    A dense topic has no losses: its owner's feed has everything.
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
        f"{place}: deleted from the topic before they were taken. Ask the sender to send these facts again (what we have is"
        " recognised), then discard this message with that as the reason."
    )
    return WorkItem(message=message, rejection=Rejection("facts-lost", reason))
