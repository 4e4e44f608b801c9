"""Whether a log is what was written: every hash is recomputed outside the database, and the first wrong position is named."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from chassis.storage.connecting import connect
from chassis.storage.log import chained, genesis
from standing.fault import Fault

PAGE = 5_000


@dataclass(frozen=True)
class Check:
    """One line of the proof."""

    subject: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Place:
    """A position of a log partition with the hash of the event there; position 0 is before the first event."""

    position: int
    hash: bytes


@dataclass(frozen=True)
class Since:
    """Where each partition was known to be good: places that ``by`` (a seal, as text) attests."""

    by: str
    places: Mapping[int, Place]


@asynccontextmanager
async def log_of(service: str, url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a service's log. Raises Fault when there is none, or its tables are missing."""
    try:
        connection = await connect(url)
    except (OSError, asyncpg.PostgresError) as error:
        raise Fault(f"The log of {service} cannot be opened: {error}") from error
    try:
        yield connection
    except asyncpg.UndefinedTableError as error:
        raise Fault(f"The log of {service} is not whole: {error}") from error
    finally:
        await connection.close()


async def heads_of(connection: asyncpg.Connection) -> dict[int, int]:
    """Head position by partition."""
    return {partition: place.position for partition, place in (await places_of(connection)).items()}


async def places_of(connection: asyncpg.Connection) -> dict[int, Place]:
    """Where each partition ends according to its head row."""
    rows = await connection.fetch("SELECT partition, head, head_hash FROM log_partition ORDER BY partition")
    return {row["partition"]: Place(row["head"], row["head_hash"]) for row in rows}


async def partitions_of(connection: asyncpg.Connection, known: Iterable[int] = ()) -> list[int]:
    """The partitions that must be there: 0 to the last one that any table, or ``known`` (seals, the topic), has."""
    last: int = await connection.fetchval(
        "SELECT greatest((SELECT max(partition) FROM log_partition), (SELECT max(partition) FROM event),"
        " (SELECT max(partition) FROM relay), (SELECT max(partition) FROM projection), -1)"
    )
    return list(range(max([last, *known]) + 1))


async def chain_holds(
    service: str, connection: asyncpg.Connection, since: Since | None = None, partitions: Iterable[int] = ()
) -> Check:
    """Recompute every hash up to the heads, from the first event or from places known to be good.

    ``partitions`` are some that must be there, whatever the tables say.
    """
    subject, events = f"{service} log", 0
    known = since.places if since is not None else {}
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        heads = await places_of(connection)
        wanted = await partitions_of(connection, [*known, *partitions])
        if not wanted:
            return Check(subject, False, "it has no partition; every log has one at least")
        for partition in wanted:
            start = known.get(partition, Place(0, genesis(partition)))
            fault, end = await _followed(connection, partition, start)
            head = heads.get(partition)
            if fault is None and head is None:
                fault = f"its head row is missing, and so may be events after position {end.position}"
            if fault is None and head is not None and end != head:
                fault = _at_the_head(head, end)
            if fault is not None:
                return Check(subject, False, f"partition {partition}: {fault}")
            events += end.position - start.position
    after = f" after {since.by}" if since is not None else ""
    return Check(subject, True, f"{events:,} events{after}, positions dense, every hash recomputed")


async def _followed(connection: asyncpg.Connection, partition: int, place: Place) -> tuple[str | None, Place]:
    """What is wrong with the first event that is not what was written, and the last good place before it."""
    async for event in connection.cursor(
        "SELECT * FROM event WHERE partition = $1 AND position > $2 ORDER BY position",
        partition, place.position, prefetch=PAGE,
    ):  # fmt: skip
        position = place.position + 1
        if event["position"] != position:
            return f"position {position} is missing, {event['position']} follows", place
        expected = chained(place.hash, dict(event))
        if event["hash"] != expected:
            return f"the event at position {position} is not what was written", place
        place = Place(position, expected)
    return None, place


def _at_the_head(head: Place, end: Place) -> str:
    if end.position < head.position:
        return f"position {end.position + 1} is missing, the log ends before its head at {head.position}"
    if end.position > head.position:
        return f"the event at position {head.position + 1} stands behind the head at {head.position}"
    return f"the event at position {end.position} is not the one that the head's hash is of"


async def streams_hold(service: str, connection: asyncpg.Connection, since: Since | None = None) -> Check:
    """Versions are dense in every stream: an event has its stream's version before it in front of it."""
    began = events = 0
    for partition in await partitions_of(connection):
        place = since.places.get(partition) if since is not None else None
        row = await connection.fetchrow(
            "SELECT count(*) AS events, count(*) FILTER (WHERE version = 1) AS began, min(position) FILTER (WHERE version > 1"
            " AND NOT EXISTS (SELECT FROM event b WHERE (b.partition, b.stream, b.version) = (e.partition, e.stream, e.version - 1)"
            " AND b.position < e.position)) AS broken FROM event e WHERE partition = $1 AND position > $2",
            partition, place.position if place is not None else 0,
        )  # fmt: skip
        assert row is not None
        if row["broken"] is not None:
            detail = f"partition {partition}: the stream of the event at position {row['broken']} has a hole before it"
            return Check(f"{service} streams", False, detail)
        began, events = began + row["began"], events + row["events"]
    after = f" of the {events:,} events after {since.by}" if since is not None else ""
    return Check(f"{service} streams", True, f"{began:,} streams{' began' * bool(after)}, versions{after} dense")
