"""The log: append in one round trip, read by stream, by partition, by correlation."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import MINYEAR, UTC, datetime, timedelta
from typing import Any, NamedTuple
from zlib import crc32

import asyncpg
import orjson

from chassis.contents_keys import ContentsKeys
from chassis.errors import ConcurrentWrite
from chassis.storage.claims import NO_CHANGES, ClaimChanges
from chassis.storage.database import Connection, Database
from chassis.storage.fence import halt_of
from chassis.tracing import w3c_trace
from contracts import Envelope, Event

RACED_STATES = {"SL002": "inbox", "SL004": "claimed", "SL005": "unclaimed", "40P01": "deadlock"}
"""What another writer did first, by the state with which the database refuses the batch."""
RACED_CONSTRAINTS = {"event_stream_version", "command_pkey"}


def partition_of(stream: str, partitions: int) -> int:
    """The log partition of a stream: CRC-32 of its UTF-8 name, modulo. Written down once; never changes."""
    return crc32(stream.encode()) % partitions


class NewEvent(NamedTuple):
    """An event on its way into the log; ``data`` is its JSON text as it will be hashed and published.

    A tuple in the order of ``log_append``'s first parameters, so that a batch of them is transposed into its arguments.
    """

    partition: int
    stream: str
    version: int
    type: str
    schema_version: int
    data: str
    meta: str
    event_id: str
    correlation_id: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class InboxMove:
    """A source partition advances from one position to another, with counts of the messages in between."""

    source: str
    partition: int
    since: int
    until: int
    kafka_offset: int
    last_id: str | None
    parked_version: int
    handled: int = 0
    repeated: int = 0


@dataclass
class Batch:
    """Everything one transaction writes."""

    recorded_at: datetime
    events: list[NewEvent] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    moves: list[InboxMove] = field(default_factory=list)
    claims: ClaimChanges = NO_CHANGES


class StoredEvent(NamedTuple):
    """A row of the log; ``data`` is the JSON text."""

    envelope: Envelope
    data: str

    def event(self, types: Mapping[tuple[str, int], type[Event]]) -> Event:
        return types[self.envelope.type, self.envelope.schema_version].from_log(self.data)


def meta_json(
    causation_id: str | None,
    actor: str,
    tenant: str,
    traceparent: str | None,
    tracestate: str | None = None,
    client: str | None = None,
) -> str:
    """Provenance that is not a column."""
    meta = {
        "actor": actor, "causation_id": causation_id, "tenant": tenant, "traceparent": traceparent, "tracestate": tracestate,
        "client": client,
    }  # fmt: skip
    return orjson.dumps({key: value for key, value in meta.items() if value is not None}).decode()


_APPEND = (
    "SELECT partition, head FROM log_append($1::int[], $2::text[], $3::int[], $4::text[], $5::int[], $6::text[], $7::text[],"
    " $8::uuid[], $9::text[], $10::timestamptz[], $11, $12::text[], $13::text[], $14, $15::text[], $16::int[], $17::bigint[],"
    " $18::bigint[], $19::bigint[], $20::text[], $21::bigint[], $22::bigint[], $23::bigint[],"
    " $24::text[], $25::text[], $26::text[], $27::text[], $28::text[], $29::uuid[])"
)

EVENT_COLUMNS = "partition, position, stream, version, type, schema_version, data, meta, event_id, correlation_id, occurred_at, recorded_at"


class Log:
    """One service's log. ``source`` names it in envelopes (``/jar-svc``)."""

    def __init__(self, database: Database, service: str) -> None:
        self.database = database
        self.partitions = database.partitions
        self.service = service
        self.source = f"/{service}"
        self.contents_keys: ContentsKeys | None = None
        """Of the hashes that stand beside answers; None where they stand as they are."""

    def partition(self, stream: str) -> int:
        return partition_of(stream, self.partitions)

    async def append(self, batch: Batch, connection: Connection | None = None) -> dict[int, int]:
        """Write a batch in one statement; returns the new heads of the partitions written to.

        Raises ConcurrentWrite when another writer took a stream version, a command id, an inbox position or a document first, LogHalted
        while the fence is raised.
        """
        columns: Sequence[Sequence[Any]] = list(zip(*batch.events, strict=True)) or [()] * len(NewEvent._fields)
        moves = batch.moves
        arguments = (
            *columns, batch.recorded_at,
            [command_id for command_id, _ in batch.answers], [answer for _, answer in batch.answers],
            self.service,
            [m.source for m in moves], [m.partition for m in moves], [m.since for m in moves], [m.until for m in moves],
            [m.kafka_offset for m in moves], [m.last_id for m in moves], [m.parked_version for m in moves],
            [m.handled for m in moves], [m.repeated for m in moves],
            *batch.claims.arguments,
        )  # fmt: skip
        try:
            rows = await (connection or self.database.pool).fetch(_APPEND, *arguments)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name in RACED_CONSTRAINTS:
                raise ConcurrentWrite(error.constraint_name) from error
            raise
        except asyncpg.PostgresError as error:
            if (race := RACED_STATES.get(error.sqlstate or "")) is not None:
                raise ConcurrentWrite(race) from error
            if halted := halt_of(error):
                raise halted from error
            raise
        return {row["partition"]: row["head"] for row in rows}

    async def read_streams(self, streams: Iterable[str]) -> list[StoredEvent]:
        """All events of some streams, each stream in order."""
        names = list(streams)
        rows = await self.database.pool.fetch(
            f"SELECT {EVENT_COLUMNS} FROM event JOIN unnest($1::int[], $2::text[]) AS wanted (partition, stream)"
            " USING (partition, stream) ORDER BY partition, stream, version",
            [self.partition(name) for name in names],
            names,
        )
        return [self.stored(row) for row in rows]

    async def policy_events(self, after: Mapping[int, int]) -> list[StoredEvent]:
        """The events of policies behind a position of each partition (0 where it is not named), in the order of each partition.

        The partial index ``event_of_policy`` holds exactly these.
        """
        rows = await self.database.pool.fetch(
            f"SELECT {EVENT_COLUMNS} FROM event JOIN unnest($1::int[], $2::bigint[]) AS read (partition, until) USING (partition)"
            " WHERE position > until AND stream LIKE 'policy-%' ORDER BY partition, position",
            list(range(self.partitions)),
            [after.get(partition, 0) for partition in range(self.partitions)],
        )
        return [self.stored(row) for row in rows]

    async def grown(self, versions: Mapping[str, int]) -> list[str]:
        """The streams that hold events beyond the given versions."""
        rows = await self.database.pool.fetch(
            "SELECT seen.stream FROM unnest($1::int[], $2::text[], $3::int[]) AS seen (partition, stream, version) WHERE EXISTS"
            " (SELECT FROM event e WHERE (e.partition, e.stream, e.version) = (seen.partition, seen.stream, seen.version + 1))",
            [self.partition(stream) for stream in versions],
            list(versions),
            list(versions.values()),
        )
        return [row["stream"] for row in rows]

    async def answers(self, command_ids: list[str]) -> dict[str, str]:
        """The stored first replies of those commands that were executed before."""
        if not command_ids:
            return {}
        rows = await self.database.pool.fetch("SELECT id, answer FROM command WHERE id = ANY($1)", command_ids)
        return {row["id"]: row["answer"] for row in rows}

    async def after(
        self, partition: int, position: int, limit: int, types: Sequence[str] | None = None
    ) -> list[StoredEvent]:
        """The events of a partition after a position, in order; at most ``limit``; of the given types, or of all."""
        rows = await self.database.pool.fetch(
            f"SELECT {EVENT_COLUMNS} FROM event WHERE partition = $1 AND position > $2 AND ($4::text[] IS NULL OR type = ANY($4))"
            " ORDER BY position LIMIT $3",
            partition,
            position,
            limit,
            types,
        )
        return [self.stored(row) for row in rows]

    async def after_each(self, positions: Mapping[int, int], limit: int) -> list[StoredEvent]:
        """For each partition the events after its position, in order; at most ``limit`` of each."""
        rows = await self.database.pool.fetch(
            f"SELECT {EVENT_COLUMNS.replace('partition', 'e.partition', 1)}"
            " FROM unnest($1::int[], $2::bigint[]) AS seen (partition, since)"
            " CROSS JOIN LATERAL (SELECT * FROM event x WHERE x.partition = seen.partition AND x.position > seen.since"
            " ORDER BY x.position LIMIT $3) AS e ORDER BY e.partition, e.position",
            list(positions),
            list(positions.values()),
            limit,
        )
        return [self.stored(row) for row in rows]

    async def ids_at(self, positions: Mapping[int, int]) -> dict[int, str]:
        """Partition → id of the event at its position; none where there is no such event."""
        rows = await self.database.pool.fetch(
            "SELECT e.partition, e.event_id FROM event e JOIN unnest($1::int[], $2::bigint[]) AS wanted (partition, position)"
            " USING (partition, position)",
            list(positions),
            list(positions.values()),
        )
        return {row["partition"]: str(row["event_id"]) for row in rows}

    async def correlated(self, correlation_id: str) -> list[StoredEvent]:
        """Every event in this log with this correlation id: all that one business fact caused."""
        rows = await self.database.pool.fetch(
            f"SELECT {EVENT_COLUMNS} FROM event WHERE correlation_id = $1 ORDER BY partition, position", correlation_id
        )
        return [self.stored(row) for row in rows]

    async def ids_in(self, partition: int, positions: Sequence[int]) -> dict[int, str]:
        """Position → id of the event there, in one partition; none where there is no such event."""
        rows = await self.database.pool.fetch(
            "SELECT position, event_id FROM event WHERE partition = $1 AND position = ANY($2::bigint[])", partition, list(positions)
        )  # fmt: skip
        return {row["position"]: str(row["event_id"]) for row in rows}

    async def heads(self) -> dict[int, int]:
        rows = await self.database.pool.fetch("SELECT partition, head FROM log_partition ORDER BY partition")
        return {row["partition"]: row["head"] for row in rows}

    def stored(self, row: asyncpg.Record) -> StoredEvent:
        """A row of EVENT_COLUMNS as an envelope with its data."""
        (partition, position, stream, version, kind, schema_version, data, meta, event_id, correlation_id, occurred_at,
         recorded_at) = row  # EVENT_COLUMNS  # fmt: skip
        provenance = orjson.loads(meta)
        trace = w3c_trace(provenance.get("traceparent"), provenance.get("tracestate"))
        envelope = Envelope(
            id=str(event_id), source=self.source, type=kind, schema_version=schema_version, stream=stream,
            partition=partition, position=position, version=version, occurred_at=aware(occurred_at), recorded_at=recorded_at,
            correlation_id=correlation_id, causation_id=provenance.get("causation_id"), actor=provenance["actor"],
            tenant=provenance["tenant"], traceparent=trace.parent, tracestate=trace.state,
            client=provenance.get("client"),
        )  # fmt: skip
        return StoredEvent(envelope, data)


def chained(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """The hash that an event must have after ``previous``; the same bytes as ``log_content`` in SQL, computed independently."""
    parts = (
        row["partition"], row["position"], row["stream"], row["version"], row["type"], row["schema_version"], row["event_id"],
        row["correlation_id"], instant_text(row["occurred_at"]), instant_text(row["recorded_at"]), row["meta"], row["data"],
    )  # fmt: skip
    return hashlib.sha256(previous + "\x1f".join(map(str, parts)).encode()).digest()


def genesis(partition: int) -> bytes:
    return hashlib.sha256(f"standing/{partition}".encode()).digest()


def aware(instant: datetime) -> datetime:
    """An instant with its time zone; the first and the last one that there are for -infinity and infinity (see ``instant_text``)."""
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def instant_text(instant: datetime) -> str:
    """The eight bytes that PostgreSQL's ``timestamptz_send`` gives, in hexadecimal.

    asyncpg reads -infinity and infinity, which logs from before the bounds of instants may hold, as instants without a time zone.
    """
    if instant.tzinfo is None:
        return "8000000000000000" if instant.year == MINYEAR else "7fffffffffffffff"
    return ((instant - _EPOCH) // timedelta(microseconds=1)).to_bytes(8, "big", signed=True).hex()
