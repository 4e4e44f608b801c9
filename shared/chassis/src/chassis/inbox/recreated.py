"""Recognises topics of other systems that were deleted and created again, by the last record that was consumed."""

import asyncio
from collections.abc import Collection, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.handling.parking_lot import InboxState
from chassis.inbox.broker import consumer_of
from chassis.inbox.records import record_fingerprint
from chassis.kafka_security import KafkaSecurity

WITHIN_S = 15.0
FETCH_MS = 200


async def recreated(
    bootstrap: str, security: KafkaSecurity, known: Mapping[TopicPartition, InboxState]
) -> Collection[TopicPartition]:
    """The partitions where another record is at the offset of the last one consumed, or none.

    A record that retention has deleted proves nothing, as long as the offsets go on. One that compaction has removed looks like another
    topic: it is then read from its beginning, where facts consumed before are recognised by their ids.
    """
    known = {tp: state for tp, state in known.items() if state.kafka_offset >= 0}
    if not known:
        return ()
    probe = consumer_of(bootstrap, security)
    async with asyncio.timeout(WITHIN_S):
        await probe.start()
        try:
            ends = await probe.end_offsets(list(known))
            starts = await probe.beginning_offsets(list(known))
            found = []
            for tp, state in known.items():
                if starts[tp] > state.kafka_offset and ends[tp] > state.kafka_offset:
                    continue  # expired after it was consumed; nothing is missing
                retained = starts[tp] <= state.kafka_offset < ends[tp]
                if not retained or await _fingerprint_at(probe, tp, state.kafka_offset, ends[tp]) != state.last_id:
                    found.append(tp)
            return found
        finally:
            await probe.stop()


async def _fingerprint_at(probe: AIOKafkaConsumer, tp: TopicPartition, offset: int, end: int) -> str | None:
    """The fingerprint of the record at an offset; None where there is none, for example because its transaction was aborted."""
    probe.assign([tp])
    probe.seek(tp, offset)
    while await probe.position(tp) < end:
        for records in (await probe.getmany(tp, timeout_ms=FETCH_MS, max_records=1)).values():
            return record_fingerprint(records[0]) if records[0].offset == offset else None
    return None
