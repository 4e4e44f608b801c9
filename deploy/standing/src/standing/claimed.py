"""Whether the claims of documents are what the log says: each document that an event claims is its stream's, and no other one is."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping

import asyncpg

from chassis.claims import Document
from chassis.handling.claims import changes_of
from chassis.service import Service
from contracts import Event
from standing.chain import PAGE, Check

SHOWN = 3
Streams = Mapping[Document, set[str]]


async def claims_hold(service: Service, connection: asyncpg.Connection) -> Check:
    """Recompute the claims of a service from its log, outside the database."""
    subject = f"{service.name} documents"
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        if gaps := await connection.fetchval("SELECT count(*) FROM claim_gap"):
            waiting = f"those of {gaps} partitions are noted with the next one that is claimed: an earlier release wrote there"
            return Check(subject, True, waiting)
        by_log = await _by_the_log(service, connection)
        noted, several = set[Document](), list[str]()
        async for row in connection.cursor("SELECT kind, id, stream, also FROM claim", prefetch=PAGE):
            document, streams = Document(row["kind"], row["id"]), {row["stream"], *row["also"]}
            noted.add(document)
            if streams != (known := by_log.get(document, set())):
                return Check(
                    subject, False, f"{_named(document)} is of {_list(known)}, and claimed for {_list(streams)}"
                )
            if len(streams) > 1:
                several.append(f"{_named(document)} of {_list(streams)}")
    if missing := [document for document, streams in by_log.items() if streams and document not in noted]:
        return Check(subject, False, f"{_named(missing[0])} is of {_list(by_log[missing[0]])}, and not claimed")
    detail = f"{len(noted):,} documents, each of one stream"
    if several:
        shown = "; ".join(sorted(several)[:SHOWN])
        detail = f"{len(noted):,} documents, {len(several):,} of them of several from before ids were claimed: {shown}"
    return Check(subject, True, detail)


async def _by_the_log(service: Service, connection: asyncpg.Connection) -> Streams:
    """Document → the streams that have it."""
    found = defaultdict[Document, set[str]](set)
    async for stream, event, event_id in _events(service, connection):
        for change in changes_of(service.claims, stream, [(event, event_id)]):
            streams = found[Document(change.kind, change.id)]
            streams.discard(stream) if change.how == "free" else streams.add(stream)
    return found


async def _events(service: Service, connection: asyncpg.Connection) -> AsyncIterator[tuple[str, Event, str]]:
    query = "SELECT stream, type, schema_version, data, event_id FROM event WHERE type = ANY($1) ORDER BY partition, position"
    async for row in connection.cursor(query, list(service.claims.types), prefetch=PAGE):
        event = service.event_types[row["type"], row["schema_version"]].from_log(row["data"])
        yield row["stream"], event, str(row["event_id"])


def _named(document: Document) -> str:
    return f"{document.kind} {document.id}"


def _list(streams: set[str]) -> str:
    return ", ".join(sorted(streams)) or "nobody"
