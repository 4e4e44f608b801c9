"""Topics compared with what they came from or went to: a service's own topic with its log, the facts of other systems with the inbox."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.kafka_security import KafkaSecurity
from chassis.tasks import cancel_and_wait
from standing.chain import Check

STOP_S = 5.0
MAX_RECORDS = 1_000
"""Records in memory at once, with the events of their positions."""


class Mirrored(NamedTuple):
    """A record of a service's own topic."""

    offset: int
    position: int
    event_id: str
    value: bytes


@dataclass
class _Walk:
    """One partition of a topic, read from its first record to its end."""

    start: int
    last: int = 0
    compared: int = 0
    repeated: int = 0
    early: int = 0
    """The position of a record that stands too early: a topic that was created again may begin with records in flight at that time,
    each of which is published again in its place."""
    foreign: list[int] = field(default_factory=list)
    """Offsets of records that no service takes, because they do not claim to come from the log."""
    beyond: list[int] = field(default_factory=list)
    """Positions that records claim and the log does not reach: somebody else writes in its name."""


@asynccontextmanager
async def reader(bootstrap: str, security: KafkaSecurity) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of committed records without a group."""
    # It goes from one partition to the next; a longer fetch would only wait for news of one that is read to its end.
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, **security.client_options(), enable_auto_commit=False, auto_offset_reset="earliest",
        fetch_max_wait_ms=10, isolation_level="read_committed",
    )  # fmt: skip
    await consumer.start()
    try:
        yield consumer
    finally:
        # The library may swallow the cancellation of its own fetching while an assignment changes; then it is cancelled once more.
        stopping = asyncio.create_task(consumer.stop())
        await asyncio.wait([stopping], timeout=STOP_S)
        await cancel_and_wait([stopping], STOP_S)


async def mirrors(
    subject: str, source: str, topic: str, connection: asyncpg.Connection, bootstrap: str, security: KafkaSecurity,
    heads: Mapping[int, int], evicting: bool, partitions: Collection[int] = (),
) -> Check:  # fmt: skip
    """Read the whole topic in pages and compare it with the log, event for event.

    ``source``: the log's name in its messages. ``partitions``: those that the topic has; any beyond the log's are a fault.
    """
    if beyond := sorted(set(partitions) - set(heads)):
        return Check(
            subject,
            False,
            f"the topic has {len(partitions)} partitions and the log {len(heads)}; nobody writes into {beyond}",
        )
    compared = repeated = 0
    foreign, beyond_log, aged = list[str](), list[str](), False
    async with reader(bootstrap, security) as consumer:
        for partition, head in sorted(heads.items()):
            tp = TopicPartition(topic, partition)
            start, end = (await consumer.beginning_offsets([tp]))[tp], (await consumer.end_offsets([tp]))[tp]
            walk, may_lack = _Walk(start), evicting or start > 0
            async for page in pages(consumer, tp, start, end):
                fault = await _compared(walk, _of_the_log(page, source, walk), partition, head, connection, may_lack)
                if fault is not None:
                    return Check(subject, False, f"partition {partition}: {fault}")
            if walk.early > walk.last:
                return Check(subject, False, f"partition {partition}: position {walk.last + 1} is missing in the topic")
            if walk.last < head and not (start == end and may_lack):
                return Check(subject, False, f"partition {partition}: the topic ends at {walk.last}, the log at {head}")
            aged = aged or start > 0
            compared, repeated = compared + walk.compared, repeated + walk.repeated
            beyond_log += [f"{partition}/{position}" for position in walk.beyond]
            foreign += [f"{partition}/{offset}" for offset in walk.foreign]
    notes = f", {repeated} published twice" if repeated else ""
    if foreign:
        notes += f", {len(foreign)} records of other writers beside them (partition/offset {', '.join(foreign[:5])})"
    if (evicting or aged) and compared < sum(heads.values()):
        notes += " (the newest; the broker has dropped older ones)"
    if beyond_log:
        claimed = ", ".join(beyond_log[:5])
        notes += (
            f"; {len(beyond_log)} records claim positions that the log never had (partition/position {claimed}): "
            "somebody writes in its name"
        )
    return Check(subject, not beyond_log, f"{compared:,} events equal the log, in order{notes}")


async def deliverable(
    bootstrap: str,
    security: KafkaSecurity,
    after: Mapping[TopicPartition, int],
    until: Mapping[TopicPartition, int] | None = None,
) -> dict[TopicPartition, int]:
    """Partition → how many records stand at or after an offset, and before another one or the end.

    The markers of transactions and what was aborted are none.
    """
    found = dict.fromkeys(after, 0)
    async with reader(bootstrap, security) as consumer:
        for tp, offset in after.items():
            end = until[tp] if until is not None else (await consumer.end_offsets([tp]))[tp]
            async for page in pages(consumer, tp, offset, end):
                found[tp] += sum(record.offset < end for record in page)  # type: ignore[attr-defined]
    return found


async def pages(
    consumer: AIOKafkaConsumer, tp: TopicPartition, start: int, end: int
) -> AsyncIterator[Sequence[object]]:
    """The committed records between two offsets."""
    if start >= end:
        return
    consumer.assign([tp])
    consumer.seek(tp, start)
    while await consumer.position(tp) < end:
        for records in (await consumer.getmany(tp, timeout_ms=1000, max_records=MAX_RECORDS)).values():
            yield records


def _of_the_log(page: Sequence[object], source: str, walk: _Walk) -> list[Mirrored]:
    """The records that claim to come from the log; the others are noted."""
    found = []
    for record in page:
        headers = {name: value or b"" for name, value in record.headers}  # type: ignore[attr-defined]
        position = headers.get("ce_position", b"")
        if headers.get("ce_source") == source.encode() and position.isdigit():
            event_id = headers.get("ce_id", b"").decode("utf-8", "replace")
            found.append(Mirrored(record.offset, int(position), event_id, record.value or b""))  # type: ignore[attr-defined]
        else:
            walk.foreign.append(record.offset)  # type: ignore[attr-defined]
    return found


async def _compared(
    walk: _Walk, records: Sequence[Mirrored], partition: int, head: int, connection: asyncpg.Connection, may_lack: bool
) -> str | None:
    """Compare records with the events of their positions; a sentence where they differ."""
    rows = await connection.fetch(
        "SELECT position, event_id, data FROM event WHERE partition = $1 AND position = ANY($2)",
        partition, [record.position for record in records if record.position < 2**63],
    )  # fmt: skip
    log = {row["position"]: (str(row["event_id"]), _digest(row["data"].encode())) for row in rows}
    for record in records:
        if record.position > head and record.position not in log:
            walk.beyond.append(record.position)
        elif log.get(record.position) != (record.event_id, _digest(record.value)):
            return f"the topic has another event at position {record.position} than the log"
        elif record.position <= walk.last:
            walk.repeated += 1
        elif record.position != walk.last + 1 and not (walk.last == 0 and may_lack):
            walk.early = record.position
        else:
            walk.last, walk.compared = record.position, walk.compared + 1
    return None


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
