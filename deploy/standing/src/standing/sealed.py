"""Seals compared with the logs: finds a log that was rewritten or cut off, and where."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from standing import seal as seals
from standing.chain import Check, Place, chain_holds, places_of
from standing.fault import Fault
from standing.seal import Heads, Seal

Addresses = Mapping[str, str]
"""Service → URL of its database."""


async def seal_all(addresses: Addresses, folder: Path, key: Path, now: datetime | None = None) -> tuple[Seal, Path]:
    """Add a seal to a folder, after recomputing what was appended since the one before. Raises Fault when a log is not what was sealed."""
    secret = seals.private_key(key)
    before = _last(folder, secret.public_key().public_bytes_raw())
    heads: dict[str, dict[int, Place]] = {}
    for service, url in addresses.items():
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                heads[service] = await places_of(connection)
                since = before.heads.get(service) if before is not None else None
                for check in (
                    *([await as_sealed(service, connection, [before])] if before is not None and since else []),
                    await chain_holds(service, connection, since),
                ):
                    if not check.ok:
                        raise Fault(f"Nothing was sealed. {check.subject}: {check.detail}")
        finally:
            await connection.close()
    made = seals.made(heads, before, secret, now or datetime.now(UTC))
    return made, seals.write(made, folder)


def _last(folder: Path, public: bytes) -> Seal | None:
    chain = seals.read(folder, public) if folder.is_dir() else []
    return chain[-1] if chain else None


async def sealed_checks(addresses: Addresses, path: Path, public: bytes | None) -> AsyncIterator[Check]:
    """One line for the seals themselves, one for each log that they cover."""
    try:
        chain = seals.read(path, public)
    except Fault as broken:
        yield Check("seals", False, str(broken))
        return
    if not chain:
        yield Check("seals", False, f"there is no seal in {path}")
        return
    trust = "" if public is not None else "; not compared with a --public-key"
    signed = f"signed with {seals.fingerprint(chain[0].public_key)}{trust}"
    yield Check("seals", True, f"{len(chain)} of {chain[0].made_at:%Y-%m-%d} to {chain[-1].made_at:%Y-%m-%d}, {signed}")
    for service in sorted({service for seal in chain for service in seal.heads} & set(addresses)):
        connection = await asyncpg.connect(addresses[service])
        try:
            yield await as_sealed(service, connection, chain)
        finally:
            await connection.close()


async def as_sealed(service: str, connection: asyncpg.Connection, chain: Sequence[Seal]) -> Check:
    """Whether the log still has, at every place that was sealed, the event that was there."""
    subject, heads = f"{service} log as sealed", await places_of(connection)
    for partition, head in heads.items():
        good: tuple[int, Seal | None] = (0, None)
        for seal in chain:
            sealed = _heads(seal.heads, service).get(partition)
            if sealed is None or sealed.position == 0:
                continue
            if head.position < sealed.position:
                return Check(
                    subject, False,
                    f"partition {partition}: the log ends at {head.position}, but {seal} was made at {sealed.position}: position"
                    f" {head.position + 1} is missing",
                )  # fmt: skip
            found = await connection.fetchval(
                "SELECT hash FROM event WHERE partition = $1 AND position = $2", partition, sealed.position
            )
            if found != sealed.hash:
                last, since = good
                agreed = (
                    f"position {last} is as sealed by {since}" if since is not None else "there is no seal before it"
                )
                return Check(
                    subject, False,
                    f"partition {partition}: the event at position {sealed.position} is not the one of {seal}; {agreed}, so the log"
                    f" was rewritten from a position between {last + 1} and {sealed.position}",
                )  # fmt: skip
            good = (sealed.position, seal)
    events = sum(place.position for place in _heads(chain[-1].heads, service).values())
    return Check(subject, True, f"{events:,} events are those that were sealed")


def _heads(heads: Heads, service: str) -> dict[int, Place]:
    return dict(heads.get(service, {}))
