"""Whether the audit is what was written: the chain over acts and looks is recomputed outside the database, and compared with its seals."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from chassis.handling.audit_chain import GENESIS, chained
from standing.chain import PAGE, Check, Place
from standing.seal import Seal

CHAINED_SINCE = "0015"
"""The version of the tables from which on actions are chained."""


async def actions_place(connection: asyncpg.Connection) -> Place | None:
    """Where the audit ends according to its head; None for tables from before it was chained."""
    if await _is_from_before(connection):
        return None
    row = await connection.fetchrow("SELECT head, head_hash FROM operator_action_head")
    return Place(row["head"], row["head_hash"]) if row is not None else Place(0, b"")


async def _is_from_before(connection: asyncpg.Connection) -> bool:
    version: Any = await connection.fetchval(
        "SELECT version_num FROM alembic_version WHERE to_regclass('operator_action_head') IS NULL"
    )
    return version is not None and str(version) < CHAINED_SINCE


async def actions_hold(service: str, connection: asyncpg.Connection) -> Check:
    """Recompute the hash of every action, and name the first that is not what was written."""
    subject = f"{service} audit"
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        head = await actions_place(connection)
        if head is None:
            return Check(
                subject, True, "its tables are from before actions were chained; the service chains them when it starts"
            )
        fault, place, count = await _followed(connection)
        unchained = await connection.fetchval("SELECT count(*) FROM operator_action_pending")
    if fault is None and not head.hash:
        fault = f"its head row is missing, and so may be actions after {place.position}"
    if fault is None and place != head:
        fault = _at_the_head(head, place)
    if fault is None and unchained:
        fault = f"{unchained} actions were recorded past the chain"
    return Check(subject, fault is None, fault or f"{count:,} acts and looks, every hash recomputed")


async def _followed(connection: asyncpg.Connection) -> tuple[str | None, Place, int]:
    """What is wrong with the first action that is not what was written, the last good place before it, and how many were good."""
    place, count = Place(0, GENESIS), 0
    async for row in connection.cursor("SELECT * FROM operator_action ORDER BY id", prefetch=PAGE):
        number = row["id"]
        if row["hash"] != chained(place.hash, dict(row)):
            # Numbers from before the chain have gaps of their own, over which it goes.
            missing = place.position + 1
            gap = f"; {_range(missing, number - 1)} before it, if there was one, is missing" if number > missing else ""
            return f"the action {number} is not what was written, or not where it was{gap}", place, count
        place, count = Place(number, row["hash"]), count + 1
    return None, place, count


def _range(first: int, last: int) -> str:
    return f"action {first}" if first == last else f"one of the actions {first} to {last}"


def _at_the_head(head: Place, end: Place) -> str:
    if end.position < head.position:
        return f"the action {head.position} is missing, the audit ends at {end.position}"
    if end.position > head.position:
        return f"the action {end.position} stands behind the head at {head.position}"
    return f"the action {end.position} is not the one that the head's hash is of"


async def actions_as_sealed(service: str, connection: asyncpg.Connection, chain: Sequence[Seal]) -> Check:
    """Whether the audit still has, at every number that was sealed, the action that was there."""
    subject, head = f"{service} audit as sealed", await actions_place(connection)
    good: Seal | None = None
    for seal in (seal for seal in chain if service in seal.actions):
        sealed = seal.actions[service]
        if head is None or head.position < sealed.position:
            end = 0 if head is None else head.position
            return Check(
                subject,
                False,
                f"it ends at {end}, but {seal} was made at {sealed.position}: action {end + 1} is missing",
            )
        found = await connection.fetchval("SELECT hash FROM operator_action WHERE id = $1", sealed.position)
        if sealed.position and found != sealed.hash:
            last = good.actions[service].position if good is not None else 0
            return Check(
                subject, False,
                f"the action {sealed.position} is not the one of {seal}, so the audit was rewritten from one between {last + 1} and"
                f" {sealed.position}",
            )  # fmt: skip
        good = seal
    count = good.actions[service].position if good is not None else 0
    return Check(subject, True, f"it is what was sealed up to action {count:,}")
