"""A line at each service for what was proved of its log, so that whoever looks at the service sees how old the newest proof is."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from standing.chain import Check
from standing.fault import Fault
from standing.services import Client
from standing.terminal import console

Kind = Literal["verify", "seal", "backup"]
Positions = Mapping[int, int]
"""Partition → up to which position."""


async def record(
    clients: Sequence[Client], kind: Kind, of: Mapping[str, Positions], summary: str, holds: bool = True
) -> None:
    """Leave the line at each service of ``of``. What cannot be left costs a printed sentence, never the proof."""
    for client in clients:
        if client.name in of:
            positions = {str(partition): at for partition, at in of[client.name].items()}
            proof = {"kind": kind, "is_sound": holds, "summary": summary[:500], "positions": positions}
            try:
                await client.post("/v1/admin/proofs", proof)
            except Fault as fault:
                console.print(
                    f"{client.name} has no line of it: {fault}", highlight=False, markup=False, soft_wrap=True
                )


async def heads_of(clients: Sequence[Client]) -> dict[str, Positions]:
    """Where the logs end now, by service."""
    return {
        client.name: {int(partition): head for partition, head in (await client.progress())["heads"].items()}
        for client in clients
    }


async def record_verified(clients: Sequence[Client], heads: Mapping[str, Positions], found: Collection[Check]) -> None:
    """What came of the checks, at each service that of its own. ``heads``: where the logs ended when the checks began."""
    for client in clients:
        own = [check for check in found if check.subject.startswith(f"{client.name} ")]
        faults = [f"{check.subject.removeprefix(client.name).strip()}: {check.detail}" for check in own if not check.ok]
        summary = f"{sum(check.ok for check in own)} of {len(own)} checks hold"
        await record([client], "verify", heads, "; ".join([summary, *faults]), holds=not faults)
