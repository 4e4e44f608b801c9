"""Erasures of persons, as logs and topics have them; those that a restored log lacks are done again before it serves.

An event is written again as it was: with its id, its data and when it occurred. Only its place in the log is another one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from aiokafka import TopicPartition

from chassis.inbox import cloudevents
from chassis.kafka_security import KafkaSecurity
from chassis.personal.keys import destroy
from chassis.storage.log import chained, meta_json, partition_of
from standing.mirror import pages, reader

PROPOSED, WITHDRAWN, ERASED = "ErasureProposed", "ErasureWithdrawn", "DataSubjectErased"
KINDS = (PROPOSED, WITHDRAWN, ERASED)
_WRITTEN = (
    "SELECT stream, type, schema_version, data, meta, event_id::text, correlation_id, occurred_at, recorded_at FROM event"
    " WHERE partition = ANY($1::int[]) AND stream LIKE 'person-%' AND split_part(type, '.', 2) = ANY($2::text[])"
    " ORDER BY recorded_at, partition, position"
)


class Written(NamedTuple):
    """A proposal of an erasure, its withdrawal, or an erasure, of a log; ``data`` and ``meta`` are JSON texts."""

    stream: str
    type: str
    schema_version: int
    data: str
    meta: str
    event_id: str
    correlation_id: str
    occurred_at: datetime
    recorded_at: datetime

    @property
    def is_erasure(self) -> bool:
        return self.type.endswith(f".{ERASED}")

    @property
    def subject(self) -> str:
        return str(orjson.loads(self.data)["subject"])

    @property
    def place(self) -> tuple[str, int, str]:
        """What happens once: that an erasure of somebody, by its number, is proposed, withdrawn, or done."""
        return self.stream, int(orjson.loads(self.data)["number"]), self.type.partition(".")[2]

    @staticmethod
    def of(document: Mapping[str, Any]) -> "Written":
        """As a file has it. Raises ValueError, KeyError, TypeError."""
        instants = {name: datetime.fromisoformat(document[name]) for name in ("occurred_at", "recorded_at")}
        return Written(**{**document, **instants})


class Found(NamedTuple):
    """One of them in a topic, and where it says that it stands in the log."""

    partition: int
    position: int
    written: Written


class Beyond(NamedTuple):
    """What the topic of a service has behind the head of a log."""

    topic: str
    found: Sequence[Found] = ()
    lacking: Sequence[tuple[int, int, int]] = ()
    """Partition, first and last position of what stood between others and is not there."""


async def erasures_of(connection: asyncpg.Connection) -> list[Written]:
    """Every erasure in a log, every proposal of one and every withdrawal, in the order in which they were recorded."""
    partitions = [row["partition"] for row in await connection.fetch("SELECT partition FROM log_partition")]
    rows = await connection.fetch(_WRITTEN, partitions, KINDS)
    return [Written(*row) for row in rows]


async def erasures_beyond(
    bootstrap: str, security: KafkaSecurity, source: str, topic: str, heads: Mapping[int, int]
) -> Beyond:
    """Those that a service's topic has behind the positions at which its log ends, and what it lacks there.

    ``source``: the log's name in its messages. Nothing here is proved: whoever may write into the topic may have written it.
    """
    found: list[Found] = []
    lacking: list[tuple[int, int, int]] = []
    async with reader(bootstrap, security) as consumer:
        if topic not in await consumer.topics():
            return Beyond(topic)
        for partition, head in heads.items():
            last = head
            tp = TopicPartition(topic, partition)
            start, end = (await consumer.beginning_offsets([tp]))[tp], (await consumer.end_offsets([tp]))[tp]
            # Each position has an offset of its own, so none behind the head stands at a lower one.
            async for page in pages(consumer, tp, max(start, min(head, end)), end):
                for position, record, headers in _behind(page, source, head):
                    if position > last + 1:
                        lacking.append((partition, last + 1, position - 1))
                    last = max(last, position)
                    found += [Found(partition, position, each) for each in _written(record, headers)]
    return Beyond(topic, sorted(found, key=lambda each: each.written.recorded_at), lacking)


def _behind(page: Sequence[Any], source: str, head: int) -> Iterator[tuple[int, Any, Mapping[str, str]]]:
    """The records of a log behind its head: position, record, headers."""
    for record in page:
        headers = cloudevents.text_headers(record.headers)
        position = headers.get("ce_position", "")
        if headers.get("ce_source") == source and position.isdigit() and int(position) > head:
            yield int(position), record, headers


def _written(record: Any, headers: Mapping[str, str]) -> Iterator[Written]:
    kind = headers.get("ce_type", "")
    if kind.partition(".")[2] in KINDS and record.value:
        meta = meta_json(
            headers.get("ce_causationid"), headers["ce_actor"], headers["ce_tenant"], headers.get("ce_traceparent"),
            headers.get("ce_tracestate"), headers.get("ce_client"),
        )  # fmt: skip
        version = headers["ce_dataschema"].rpartition(":")[2].rpartition("/")[2]
        yield Written(
            headers["ce_subject"], kind, int(version), record.value.decode(), meta, headers["ce_id"],
            headers["ce_correlationid"], datetime.fromisoformat(headers["ce_time"]),
            datetime.fromisoformat(headers["ce_recordedtime"]),
        )  # fmt: skip


async def replay(connection: asyncpg.Connection, erasures: Iterable[Written], known: Collection[str]) -> list[str]:
    """Do again, in a restored database, what was erased elsewhere; returns whom the log did not know to be erased.

    ``known``: ids of the erasures that its keys already reflect; of all others every key that the person has is destroyed.
    """
    wanted = sorted({each.event_id: each for each in erasures}.values(), key=lambda each: each.recorded_at)
    own = await erasures_of(connection)
    ids, places = {each.event_id for each in own}, {each.place for each in own}
    missing = [each for each in wanted if each.event_id not in ids and each.place not in places]
    done: dict[str, int] = {}
    for each in missing:
        if each.is_erasure:
            done[each.stream] = max(each.place[1], done.get(each.stream, 0))
    # With an erasure comes what led to it, and what was withdrawn before; a proposal alone erases nobody.
    missing = [each for each in missing if each.place[1] <= done.get(each.stream, 0)]
    async with connection.transaction():
        forget = {each.subject for each in [*wanted, *own] if each.is_erasure and each.event_id not in known}
        if forget and await connection.fetchval("SELECT to_regclass('personal_key') IS NOT NULL"):
            await destroy(connection, forget, datetime.now(UTC))
        await _append(connection, missing)
    return list(dict.fromkeys(each.subject for each in missing))


async def _append(connection: asyncpg.Connection, events: Sequence[Written]) -> None:
    """Write events behind the heads of a log that no service has opened yet; where it stands is compared at its first start."""
    if not events:
        return
    timeline = await _pass_the_fence(connection)
    heads = {
        row["partition"]: dict(row)
        for row in await connection.fetch(
            "SELECT h.partition, h.head, h.head_hash, e.recorded_at FROM log_partition h"
            " LEFT JOIN event e ON (e.partition, e.position) = (h.partition, h.head) FOR UPDATE OF h"
        )
    }
    for event in events:
        partition = partition_of(event.stream, len(heads))
        head = heads[partition]
        version = await connection.fetchval(
            "SELECT coalesce(max(version), 0) + 1 FROM event WHERE partition = $1 AND stream = $2", partition, event.stream
        )  # fmt: skip
        recorded_at = max(event.recorded_at, head["recorded_at"] or event.recorded_at)
        row = {
            "partition": partition, "position": head["head"] + 1, "version": version, **event._asdict(),
            "event_id": UUID(event.event_id), "recorded_at": recorded_at,
        }  # fmt: skip
        row["hash"] = chained(head["head_hash"], row)
        await connection.execute(
            f"INSERT INTO event ({', '.join(row)}) VALUES ({', '.join(f'${n}' for n in range(1, len(row) + 1))})",
            *row.values(),
        )
        heads[partition] = {"head": row["position"], "head_hash": row["hash"], "recorded_at": recorded_at}
    for partition, head in heads.items():
        await connection.execute(
            "UPDATE log_partition SET head = $2, head_hash = $3 WHERE partition = $1",
            partition, head["head"], head["head_hash"],
        )  # fmt: skip
    if timeline is not None:
        await connection.execute("UPDATE log_place SET timeline = $1", timeline)


async def _pass_the_fence(connection: asyncpg.Connection) -> int | None:
    """Let this transaction write on a timeline that nobody has compared yet; returns the one to put back, if there is one."""
    if not await connection.fetchval("SELECT to_regproc('log_timeline') IS NOT NULL"):
        return None
    timeline: int | None = await connection.fetchval("SELECT timeline FROM log_place")
    await connection.execute("UPDATE log_place SET timeline = log_timeline()")
    return timeline
