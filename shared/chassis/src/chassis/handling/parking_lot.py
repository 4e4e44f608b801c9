"""Parked messages: a message that cannot be handled blocks its key, in order, until an operator retries or discards it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import asyncpg

from chassis.errors import ConcurrentWrite
from chassis.handling.audit import Action, record
from chassis.handling.plan import WAITS_BEHIND, ParkedBefore, Plan, Retried
from chassis.handling.set_aside import passed_over
from chassis.handling.units import Message, Rejection, UnitOfWork
from chassis.personal.payloads import in_clear, sealed_payload
from chassis.storage.database import Connection
from chassis.storage.fence import halt_of

UUID_LENGTH = 36
QUEUE = "source, key, CASE WHEN key = '' THEN partition ELSE -1 END"
"""What parked messages wait in line for: their key, wherever it lies, for a topic that has grown sends it to another partition. Messages
without a key have an order only in their partition."""


class TooManyParked(Exception):
    """The limit of parked messages is reached: the consumer waits for an operator, and nothing is lost."""


def seal(plan: Plan) -> None:
    """Seal what the messages that a batch parks may tell of persons; a service without keys parks them as they came.

    Keys that this lacks are noted as wanted, and then nothing of the attempt may be written.
    """
    if plan.sealing is None:
        return
    for parked in plan.parked:
        message = parked.message
        parked.payload = sealed_payload(
            message.headers, message.value, parked.sensitive(message), itself(message), plan.sealing.stretch
        )


def itself(message: Message) -> str:
    """The subject for which is sealed what tells nobody knows of whom: the message, so that it can be erased alone."""
    return f"parked:{message.source}/{message.partition}/{message.position}"


async def write(connection: Connection, consumer: str, plan: Plan, parked_max: int) -> None:
    """Write the messages that a batch parks, the outcomes of its retries and the acts that it is, inside its own transaction.

    Raises ConcurrentWrite when a retried message is no longer parked or another process parked a message first, TooManyParked when more
    than ``parked_max`` would be parked.
    """
    blocked = {(parked.message.source, parked.message.partition) for parked in plan.parked}
    freed = await _locked(connection, [retried.row_id for retried in plan.retried]) if plan.retried else set()
    if plan.parked:
        await _park(connection, plan, parked_max)
    if plan.repeats:
        await connection.executemany(
            "UPDATE parked SET repeats = repeats + $2 WHERE id = $1", sorted(plan.repeats.items())
        )
    # A message that waited behind another one was not tried.
    await _resolve(connection, plan, [retried for retried in plan.retried if retried.rejection is not WAITS_BEHIND])
    await bump_parked_version(connection, consumer, blocked)
    await bump_parked_versions(connection, consumer, freed)
    await record(connection, plan.now, *plan.actions)


async def parked_before(pool: asyncpg.Pool, units: Sequence[UnitOfWork]) -> ParkedBefore:
    """What of the units' messages is parked already, and which of their keys wait in any partition of their source."""
    messages = [item.message for unit in units if unit.retry is None for item in unit.items if item.message is not None]
    if not messages:
        return ParkedBefore({}, frozenset())
    marks = [(message.source, message.mark) for message in messages if message.mark is not None]
    keys = {(message.source, message.key) for message in messages if message.key}
    rows = await pool.fetch(
        "SELECT source, mark, NULL AS key, id FROM parked JOIN unnest($1::text[], $2::text[]) AS wanted (source, mark) USING (source, mark)"
        " UNION ALL SELECT DISTINCT source, NULL, key, 0 FROM parked JOIN unnest($3::text[], $4::text[]) AS wanted (source, key)"
        " USING (source, key) WHERE state = 'parked'",
        [source for source, _ in marks], [mark for _, mark in marks], [source for source, _ in keys], [key for _, key in keys],
    )  # fmt: skip
    return ParkedBefore(
        {(row["source"], row["mark"]): row["id"] for row in rows if row["key"] is None},
        frozenset((row["source"], row["key"]) for row in rows if row["key"] is not None),
    )


async def _locked(connection: Connection, row_ids: Sequence[int]) -> set[str]:
    """The sources of parked rows, which stay locked until the transaction ends."""
    rows = await connection.fetch(
        "SELECT source FROM parked WHERE id = ANY($1) AND state = 'parked' ORDER BY id FOR UPDATE", row_ids
    )
    if len(rows) != len(row_ids):  # else two concurrent retries would both act on the message
        raise ConcurrentWrite("parked")
    return {row["source"] for row in rows}


async def _park(connection: Connection, plan: Plan, parked_max: int) -> None:
    try:
        await connection.executemany(
            "INSERT INTO parked (source, partition, position, key, headers, value, layout, type, mark, code, reason, parked_at, repeats)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            [
                (
                    m.source, m.partition, m.position, m.key, *(parked.payload or in_clear(m.headers, m.value)), m.type, m.mark,
                    parked.rejection.code, _text(parked.rejection.reason), plan.now, parked.repeats,
                )
                for parked in plan.parked
                for m in (parked.message,)
            ],
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:  # sent twice at the same time, on two partitions
        raise ConcurrentWrite("parked") from error
    waiting = await connection.fetchval(
        "SELECT count(*) FROM (SELECT FROM parked WHERE state = 'parked' LIMIT $1) p", parked_max + 1
    )
    if waiting > parked_max:
        raise TooManyParked(
            f"{parked_max} messages are parked, the maximum (STANDING_PARKED_MAX). Nothing more is consumed from this"
            " partition until some are retried or discarded."
        )


async def _resolve(connection: Connection, plan: Plan, tried: Sequence[Retried]) -> None:
    await connection.executemany(
        "UPDATE parked SET attempts = attempts + 1, code = $2, reason = $3 WHERE id = $1",
        [(row_id, rejection.code, _text(rejection.reason)) for row_id, rejection, _ in tried if rejection is not None],
    )
    await connection.executemany(
        "UPDATE parked SET attempts = attempts + 1, state = 'retried', resolved_at = $2, resolved_by = $3, resolution = $4"
        " WHERE id = $1",
        [
            (row_id, plan.now, by.actor, f"handled on retry: {by.reason}")
            for row_id, rejection, by in tried
            if rejection is None
        ],
    )
    await record(connection, plan.now, *map(_retried, tried))


def _retried(each: Retried) -> Action:
    row_id, rejection, by = each
    outcome, status = ("handled", "retried") if rejection is None else (_text(rejection.reason), "parked")
    detail, before, after = {"outcome": outcome}, {"status": "parked"}, {"status": status}
    return Action(by, "retried", row_id, detail, before=before, after=after)


def _text(reason: str) -> str:
    """A reason may quote the message, and a text column cannot store U+0000."""
    return reason.replace("\x00", "\ufffd")


async def bump_parked_version(connection: Connection, consumer: str, partitions: set[tuple[str, int]]) -> None:
    """Note that the parked messages of these source partitions changed, so that a batch decided before is refused. Raises LogHalted."""
    try:
        await connection.executemany(
            "UPDATE inbox SET parked_version = parked_version + 1 WHERE consumer = $1 AND source = $2 AND partition = $3",
            [(consumer, source, partition) for source, partition in sorted(partitions)],
        )
    except asyncpg.PostgresError as error:
        if halted := halt_of(error):
            raise halted from error
        raise


async def bump_parked_versions(connection: Connection, consumer: str, sources: set[str]) -> None:
    """The same for all partitions of these sources: what is freed may be awaited in another partition than it is parked in."""
    rows = await connection.fetch(
        "SELECT source, partition FROM inbox WHERE consumer = $1 AND source = ANY($2)", consumer, sorted(sources)
    )
    await bump_parked_version(connection, consumer, {(row["source"], row["partition"]) for row in rows})


class Waiting(NamedTuple):
    """A parked message as a retry handles it: as received, or as an operator edited it. ``lost``: why it cannot be handled so any more."""

    row_id: int
    message: Message
    edited_by: str | None
    lost: Rejection | None = None


@dataclass(frozen=True)
class InboxState:
    """The position of a source partition, which of its keys are blocked by parked messages, and which positions are set aside."""

    position: int
    kafka_offset: int
    last_id: str | None
    parked_version: int
    blocked: frozenset[str]
    aside: frozenset[int] = frozenset()

    def next_offset(self, dense: bool) -> int:
        """Where to fetch from. In the topic of a log (``dense``) position n + 1 never lies before offset n, and it lies just there when
        the topic was created anew: the one before may have held records of others too, so that more offsets were consumed than positions.
        """
        following = self.kafka_offset + 1
        return min(following, self.position) if dense else following


def event_id(last_id: str | None) -> str | None:
    """The id of the last event consumed; None for the fingerprint of a record, as older versions stored it."""
    return last_id if last_id is not None and len(last_id) == UUID_LENGTH else None


class ParkingLot:
    """The inbox and the parked messages of one service, as consumers see them."""

    def __init__(self, pool: asyncpg.Pool, consumer: str) -> None:
        self._pool = pool
        self._consumer = consumer

    async def inbox(self, source: str, partition: int) -> InboxState:
        """The inbox of a source partition; created when it is new."""
        row = await self._pool.fetchrow(
            "SELECT position, kafka_offset, last_id, parked_version FROM inbox"
            " WHERE consumer = $1 AND source = $2 AND partition = $3",
            self._consumer, source, partition,
        )  # fmt: skip
        if row is None:
            await self._pool.execute(
                "INSERT INTO inbox (consumer, source, partition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                self._consumer, source, partition,
            )  # fmt: skip
            return await self.inbox(source, partition)
        keys = await self._pool.fetch(
            "SELECT DISTINCT key FROM parked WHERE source = $1 AND partition = $2 AND state = 'parked'",
            source, partition,
        )  # fmt: skip
        return InboxState(
            row["position"],
            row["kafka_offset"],
            row["last_id"],
            row["parked_version"],
            frozenset(k["key"] for k in keys),
            await passed_over(self._pool, source, partition),
        )

    async def start_over(self, source: str, partition: int) -> None:
        """Reset the position in a topic that was deleted and recreated; repeated facts are recognised by their ids."""
        await self._pool.execute(
            "UPDATE inbox SET position = 0, kafka_offset = -1, last_id = NULL, parked_version = parked_version + 1"
            " WHERE consumer = $1 AND source = $2 AND partition = $3",
            self._consumer, source, partition,
        )  # fmt: skip

    async def taken(self, source: str) -> dict[int, tuple[int, str | None]]:
        """Partition → last position consumed of a dense source, with the id of its event where it was stored."""
        rows = await self._pool.fetch(
            "SELECT partition, position, last_id FROM inbox WHERE consumer = $1 AND source = $2 AND position > 0",
            self._consumer, source,
        )  # fmt: skip
        return {row["partition"]: (row["position"], event_id(row["last_id"])) for row in rows}
