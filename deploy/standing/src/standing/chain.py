"""Whether a log is what was written: every hash is recomputed outside the database, and the first wrong position is named."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import asyncpg

from chassis.storage.log import chained, genesis

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


async def heads_of(connection: asyncpg.Connection) -> dict[int, int]:
    """Head position by partition."""
    return {partition: place.position for partition, place in (await places_of(connection)).items()}


async def places_of(connection: asyncpg.Connection) -> dict[int, Place]:
    """Where each partition ends according to its head row."""
    rows = await connection.fetch("SELECT partition, head, head_hash FROM log_partition ORDER BY partition")
    return {row["partition"]: Place(row["head"], row["head_hash"]) for row in rows}


async def chain_holds(service: str, connection: asyncpg.Connection, since: Mapping[int, Place] | None = None) -> Check:
    """Recompute every hash up to the heads, from the first event or from places known to be good."""
    subject, events = f"{service} log", 0
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for partition, head in (await places_of(connection)).items():
            start = (since or {}).get(partition, Place(0, genesis(partition)))
            fault, end = await _followed(connection, partition, start)
            if fault is None and end != head:
                fault = _at_the_head(head, end)
            if fault is not None:
                return Check(subject, False, f"partition {partition}: {fault}")
            events += end.position - start.position
    return Check(subject, True, f"{events:,} events, positions dense, every hash recomputed")


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


async def streams_hold(service: str, connection: asyncpg.Connection) -> Check:
    """Versions are dense in every stream."""
    row = await connection.fetchrow(
        "SELECT count(*) AS streams, count(*) FILTER (WHERE newest <> events) AS broken"
        " FROM (SELECT max(version) AS newest, count(*) AS events FROM event GROUP BY partition, stream) s"
    )
    assert row is not None
    subject = f"{service} streams"
    if row["broken"]:
        return Check(subject, False, f"{row['broken']} of {row['streams']} streams have holes in their versions")
    return Check(subject, True, f"{row['streams']:,} streams, versions dense")


async def log_checks(addresses: Mapping[str, str]) -> AsyncIterator[Check]:
    """The checks that need nothing but the logs. ``addresses``: service → URL of its database."""
    for service, url in addresses.items():
        connection = await asyncpg.connect(url)
        try:
            yield await chain_holds(service, connection)
            yield await streams_hold(service, connection)
        finally:
            await connection.close()
