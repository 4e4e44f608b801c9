"""Whether what parked messages hold of persons is sealed so that it opens: each sealed stretch names a key that its service has or had."""

import asyncpg

from chassis.inbox.parked_rows import COLUMNS, payloads_of
from chassis.personal.payloads import keys_used
from standing.chain import Check

READ_AT_ONCE = 50


async def parked_hold(service: str, connection: asyncpg.Connection) -> Check:
    """Read every parked message, in whatever state, and look up the keys that its sealed stretches name."""
    subject = f"{service} parked messages"
    total = sealed = erased = 0
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        keys = {
            (row["subject"], row["number"]): row["destroyed_at"] is not None
            for row in await connection.fetch("SELECT subject, number, destroyed_at FROM personal_key")
        }
        async for row in connection.cursor(f"SELECT {COLUMNS} FROM parked ORDER BY id", prefetch=READ_AT_ONCE):
            total += 1
            try:
                used = {key for payload in payloads_of(row) for key in keys_used(payload)}
            except (ValueError, TypeError, KeyError, AttributeError):
                return Check(
                    subject, False, f"message {row['parked_id']} is not what was stored: its sealed form cannot be read"
                )
            if unknown := sorted(used - keys.keys()):
                of, number = unknown[0]
                return Check(
                    subject,
                    False,
                    f"message {row['parked_id']} is sealed with key {number} of {of}, which is not on record",
                )
            sealed += bool(used)
            erased += any(keys[key] for key in used)
    gone = f", {erased:,} of them for somebody who was erased" if erased else ""
    return Check(subject, True, f"{sealed:,} of {total:,} hold something sealed{gone}; each key is on record")
