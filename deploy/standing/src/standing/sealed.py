"""Seals compared with the logs: finds a log that was rewritten or cut off, and where."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from standing import seal as seals
from standing.actions import actions_as_sealed, actions_hold, actions_place
from standing.chain import Check, Place, Since, chain_holds, log_of, places_of
from standing.fault import Fault
from standing.seal import Heads, Seal

WHOLE_UP_TO = 1_000_000
Addresses = Mapping[str, str]
"""Service → URL of its database."""


async def seal_all(
    addresses: Addresses, folder: Path, key: Path, now: datetime | None = None, continues: str | None = None
) -> tuple[Seal, Path]:
    """Add a seal to a folder, after recomputing what was appended since the one before. Raises Fault when a log is not what was sealed.

    ``continues``: the digest of the last seal of the installation that this one was copied from.
    """
    secret = seals.private_key(key)
    before = _last(folder, secret.public_key().public_bytes_raw())
    if before is not None and (missing := set(before.heads) - set(addresses)):
        raise Fault(
            f"Nothing was sealed. {before} covers {', '.join(sorted(missing))}, which this installation does not have."
        )
    heads: dict[str, dict[int, Place]] = {}
    actions: dict[str, Place] = {}
    for service, url in addresses.items():
        async with (
            log_of(service, url) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            heads[service] = await places_of(connection)
            if (place := await actions_place(connection)) is not None:
                actions[service] = place
            since = since_of(service, [before]) if before is not None else None
            for check in (
                *([await as_sealed(service, connection, [before])] if before is not None and since else []),
                await chain_holds(service, connection, since),
                *([await actions_as_sealed(service, connection, [before])] if before is not None else []),
                await actions_hold(service, connection),
            ):
                if not check.ok:
                    raise Fault(f"Nothing was sealed. {check.subject}: {check.detail}")
    made = seals.made(heads, before, secret, now or datetime.now(UTC), actions, continues)
    return made, seals.write(made, folder)


def _last(folder: Path, public: bytes) -> Seal | None:
    chain = seals.read(folder, public) if folder.is_dir() else []
    return chain[-1] if chain else None


def since_of(service: str, chain: Sequence[Seal]) -> Since | None:
    """Where the newest seal that covers a service attests its log; None when none does."""
    newest = next((seal for seal in reversed(chain) if seal.heads.get(service)), None)
    return Since(str(newest), newest.heads[service]) if newest is not None else None


async def attested(addresses: Addresses, path: Path, public: bytes | None) -> dict[str, Since]:
    """From where large logs need to be recomputed: from the newest seal on, where the log is as it was sealed.

    A log of at most ``WHOLE_UP_TO`` events is recomputed as a whole, because that takes seconds.
    """
    found: dict[str, Since] = {}
    try:
        chain = seals.read(path, public)
        for service, url in addresses.items():
            since = since_of(service, chain)
            if since is not None and sum(place.position for place in since.places.values()) > WHOLE_UP_TO:
                async with log_of(service, url) as connection:
                    if (await as_sealed(service, connection, chain)).ok:
                        found[service] = since
    except Fault:  # which the checks of the seals have told; whole logs are recomputed
        return {}
    return found


async def sealed_checks(
    addresses: Addresses, path: Path, public: bytes | None, at_least: int = 0
) -> AsyncIterator[Check]:
    """One line for the seals themselves, one for each log that they cover. ``at_least``: how many seals were made, as known elsewhere."""
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
    newest = chain[-1]
    if newest.number < at_least:
        yield Check(
            "seals", False, f"the newest is {newest}, but there were {at_least}: {_missing(newest.number, at_least)}"
        )
    else:
        days = f"{chain[0].made_at:%Y-%m-%d} to {newest.made_at:%Y-%m-%d}"
        unsealed = sorted(set(addresses) - set(newest.heads))
        signed += f"; {newest} does not cover {', '.join(unsealed)}" if unsealed else ""
        signed += (
            f"; they go on from seal {chain[0].continues[:16]}… of another installation" if chain[0].continues else ""
        )
        yield Check("seals", True, f"{len(chain)} of {days}, the newest is number {newest.number}, {signed}")
    for service in sorted({service for seal in chain for service in seal.heads}):
        subject = f"{service} log as sealed"
        if service not in addresses:
            yield Check(subject, False, f"seals cover {service}, which this installation does not have")
        elif service not in newest.heads:
            yield Check(subject, False, f"{newest} does not cover {service}, which seals before it do")
        else:
            try:
                async with log_of(service, addresses[service]) as connection:
                    yield await as_sealed(service, connection, chain)
                    if any(service in seal.actions for seal in chain):
                        yield await actions_as_sealed(service, connection, chain)
            except Fault as fault:
                yield Check(subject, False, str(fault))


def _missing(newest: int, at_least: int) -> str:
    first = newest + 1
    return f"seal {first} is missing" if first == at_least else f"seals {first} to {at_least} are missing"


async def as_sealed(service: str, connection: asyncpg.Connection, chain: Sequence[Seal]) -> Check:
    """Whether the log still has, at every place that was sealed, the event that was there."""
    subject, heads = f"{service} log as sealed", await places_of(connection)
    sealed_partitions = {partition for seal in chain for partition in seal.heads.get(service, {})}
    for partition in sorted(sealed_partitions | set(heads)):
        head = heads.get(partition)
        if head is None:
            first = next(seal for seal in chain if partition in seal.heads.get(service, {}))
            return Check(subject, False, f"partition {partition} is missing, which {first} was made of")
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
