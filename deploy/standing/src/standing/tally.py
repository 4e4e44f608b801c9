"""What became of the facts that were sent: recorded, repeated or parked, as counted by the services' inboxes."""

from collections.abc import Sequence
from dataclasses import dataclass

from standing.services import Client


@dataclass(frozen=True)
class Count:
    """Facts of one topic in one service; ``recorded + repeated + parked`` is what was sent."""

    recorded: int
    repeated: int
    parked: int

    @property
    def total(self) -> int:
        return self.recorded + self.repeated + self.parked

    def __sub__(self, other: "Count") -> "Count":
        return Count(self.recorded - other.recorded, self.repeated - other.repeated, self.parked - other.parked)


async def counts(clients: Sequence[Client]) -> dict[tuple[str, str], Count]:
    """(service, erp topic) → what its inbox and its parked messages count since the installation was made."""
    found = {}
    for client in clients:
        inbox = (await client.progress())["inbox"]
        parked: dict[str, int] = {}
        for status in ("parked", "retried", "discarded"):
            for message in await client.pages("/v1/admin/parked", status=status):
                parked[message["source"]] = parked.get(message["source"], 0) + 1
        for source in client.service.sources:
            if source.owner is None:
                partitions = inbox.get(source.topic, {}).values()
                handled, repeated = sum(p["handled"] for p in partitions), sum(p["repeated"] for p in partitions)
                found[client.name, source.topic] = Count(handled, repeated, parked.get(source.topic, 0))
    return found
