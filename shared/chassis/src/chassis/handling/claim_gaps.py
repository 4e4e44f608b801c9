"""Events whose claims are not noted: those of old logs, and those of a process that knows fewer claims. They are noted before anything
else is claimed.
"""

from collections.abc import Mapping

import asyncpg
import structlog

from chassis.claims import Document
from chassis.errors import ConcurrentWrite
from chassis.handling.claims import changes_of, last_of
from chassis.service import Service
from chassis.storage.claims import ClaimChanges
from chassis.storage.database import Connection
from chassis.storage.log import Log

_log = structlog.get_logger()

POSITIONS_AT_ONCE = 5_000
SHOWN = 3

_EVENTS = (
    "SELECT stream, type, schema_version, data, event_id FROM event WHERE partition = $1 AND position > $2 AND position <= $3"
    " AND type = ANY($4) ORDER BY position"
)
_OF_SEVERAL = "SELECT kind, id, stream, also FROM claim WHERE also <> '{}' ORDER BY kind, id"


class ClaimGaps:
    """The partitions with such events, and how these are noted. A document of several streams is the first one's from then on, and
    stays with the others as it is.
    """

    def __init__(self, service: Service, log: Log) -> None:
        self._service = service
        self._log = log
        self._types = service.claims.types
        self._doubles: dict[Document, tuple[str, ...]] = {}

    async def begin(self) -> None:
        """Note what stands in the log, where this service claims more than the one before it did."""
        if not self._types:
            return
        async with self._log.database.pool.acquire() as connection, connection.transaction():
            await connection.execute("INSERT INTO claim_edition (id, types) VALUES (1, '{}') ON CONFLICT DO NOTHING")
            known = await connection.fetchval("SELECT types FROM claim_edition WHERE id = 1 FOR UPDATE")
            if not set(self._types) <= set(known):
                _log.info("claims are noted from the first event on", types=self._types)
                await connection.execute("UPDATE claim_edition SET types = $1", list(self._types))
                await connection.execute(
                    "INSERT INTO claim_gap SELECT partition, 0 FROM log_partition"
                    " ON CONFLICT (partition) DO UPDATE SET since = 0"
                )
        await self.close()

    async def close_after(self, race: ConcurrentWrite) -> None:
        """Where a batch was refused because of such events, note them."""
        if str(race) == "unclaimed":
            await self.close()

    async def close(self) -> None:
        """Note what events claim until there is no gap; a process that knows fewer claims than another one did leaves it to that.

        Raises ConcurrentWrite where somebody else is doing it.
        """
        pool, found = self._log.database.pool, False
        if await pool.fetchval("SELECT claim_gaps_by($1)", list(self._types)):
            return
        while (partition := await pool.fetchval("SELECT min(partition) FROM claim_gap")) is not None:
            found = True
            try:
                async with pool.acquire() as connection, connection.transaction():
                    await self._take(partition, connection)
            except asyncpg.DeadlockDetectedError as error:
                raise ConcurrentWrite("deadlock") from error
        if found:
            await self._look_for_doubles()

    async def _take(self, partition: int, connection: Connection) -> None:
        since = await connection.fetchval("SELECT since FROM claim_gap WHERE partition = $1 FOR UPDATE", partition)
        if since is None:
            return  # another process was quicker
        head, until = "SELECT head FROM log_partition WHERE partition = $1", since + POSITIONS_AT_ONCE
        if until >= await connection.fetchval(head, partition):
            # Whoever is appending is waited for, so that the gap ends behind what it writes.
            until = max(since, await connection.fetchval(f"{head} FOR UPDATE", partition))
            await connection.execute("DELETE FROM claim_gap WHERE partition = $1", partition)
        else:
            await connection.execute("UPDATE claim_gap SET since = $2 WHERE partition = $1", partition, until)
        await self._note(await connection.fetch(_EVENTS, partition, since, until, list(self._types)), connection)

    async def _note(self, rows: list[asyncpg.Record], connection: Connection) -> None:
        """What happened is not refused: the earliest event has a document."""
        types, changes = self._service.event_types, []
        for row in rows:
            event = types[row["type"], row["schema_version"]].from_log(row["data"])
            for change in changes_of(self._service.claims, row["stream"], [(event, str(row["event_id"]))]):
                changes.append(change._replace(how="carry") if change.how == "take" else change)
        if changes:
            await connection.execute(
                "SELECT claim_note($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[])",
                *ClaimChanges((), last_of(changes)).arguments[1:],
            )

    async def _look_for_doubles(self) -> None:
        rows = await self._log.database.pool.fetch(_OF_SEVERAL)
        found = {Document(row["kind"], row["id"]): (row["stream"], *row["also"]) for row in rows}
        if new := {document: streams for document, streams in found.items() if document not in self._doubles}:
            _log.warning("documents are known of several", number=len(new), first=_shown(new))
        self._doubles = found

    @property
    def notices(self) -> dict[str, str]:
        """What this process found of several streams while it noted old events; said until it ends."""
        if not self._doubles:
            return {}
        found = f"{len(self._doubles)} documents are known of several, from before an id was claimed: {_shown(self._doubles)}"
        return {"claims": f"{found}. Each counts for all of them; correct those that it is not of."}


def _shown(doubles: Mapping[Document, tuple[str, ...]]) -> str:
    first = [f"{each.kind} {each.id} ({', '.join(streams)})" for each, streams in list(doubles.items())[:SHOWN]]
    return ", ".join(first) + (" and others" if len(doubles) > SHOWN else "")
