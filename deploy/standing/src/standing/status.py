"""``standing status``: where everything is, and how far behind, per partition."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from rich.table import Table

from chassis.kafka_security import KafkaSecurity
from standing.mirror import deliverable
from standing.services import Client, DoesNotAnswer
from standing.terminal import console
from standing.topics import ends

ANSWER_WITHIN_S = 5.0
NEAR = 1000
"""Offsets before the end within which one looks whether they can be delivered."""

Positions = Mapping[int, int]


@dataclass(frozen=True)
class Follower:
    """What follows a log or a topic: where it stands, and where that ends; ``end`` is empty where it is unknown."""

    name: str
    at: Positions
    end: Positions
    repeated: int | None = None
    """Messages that a consumer had handled before."""

    @property
    def lag(self) -> int | None:
        """What it has not read yet, over all partitions; None where that is unknown."""
        return sum(map(self._behind, self.end)) if self.end else None

    def cell(self, partition: int) -> str:
        """Its position in a partition, and how far it is behind."""
        at, behind = self.at.get(partition, 0), self._behind(partition)
        return f"{at} -{behind}" if behind else f"{at}"

    def _behind(self, partition: int) -> int:
        # Not everything is read at one moment: it may be past the end as it was read before.
        return max(self.end.get(partition, 0) - self.at.get(partition, 0), 0)


async def show(
    clients: Sequence[Client], bootstrap: str, security: KafkaSecurity, within_s: float = ANSWER_WITHIN_S
) -> bool:
    """Print a table for each service; False when one of them, or Kafka, does not answer."""
    topics, *readings = await asyncio.gather(
        _ends_of_facts(clients, bootstrap, security, within_s), *(_reading(client, within_s) for client in clients)
    )
    if topics is not None:
        topics = await _without_markers(bootstrap, security, topics, clients, readings, within_s)
    heads = {
        client.name: _positions(reading["heads"]) for client, reading in zip(clients, readings, strict=True) if reading
    }
    for client, reading in zip(clients, readings, strict=True):
        if reading is None:
            console.print(f"[red]{client.name} at {client.base_url} does not answer.[/red]", soft_wrap=True)
        else:
            console.print(_table(client.name, reading, followers(client, reading, heads, topics or {})))
    if topics is None:
        console.print(f"[red]Kafka at {bootstrap} does not answer; the lag of facts is unknown.[/red]", soft_wrap=True)
    return topics is not None and all(readings)


def followers(
    client: Client, reading: Mapping[str, Any], heads: Mapping[str, Positions], topics: Mapping[str, Positions]
) -> list[Follower]:
    """Relay, the index of look-ups and read models against the service's own log; its consumers against the log or topic that they read."""
    own = heads[client.name]
    found = [
        Follower(name, _positions(reading[key]), own) for name, key in (("relay", "relay"), ("look-ups", "lookup"))
    ]
    for name, at in {**reading["read_models"], **reading["building"]}.items():
        found.append(Follower(name, _positions(at), own))
    for source in client.service.sources:
        inbox = {int(p): counts for p, counts in reading["inbox"].get(source.topic, {}).items()}
        if source.owner is not None:
            at, end = {p: counts["position"] for p, counts in inbox.items()}, heads.get(source.owner, {})
        else:
            at, end = {p: counts["kafka_offset"] + 1 for p, counts in inbox.items()}, topics.get(source.topic, {})
        repeated = sum(counts["repeated"] for counts in inbox.values())
        found.append(Follower(f"← {source.topic}", at, end, repeated))
    return found


def _table(name: str, reading: Mapping[str, Any], rows: Sequence[Follower]) -> Table:
    own = _positions(reading["heads"])
    title = f"{name}: {sum(own.values()):,} events, {reading['parked']} parked"
    table = Table(title=title, title_justify="left")
    for column in ("follower", *(f"[{p}]" for p in own), "lag", "repeated"):
        table.add_column(column, justify="left" if column == "follower" else "right")
    table.add_row("log head", *map(str, own.values()), "", "")
    for row in rows:
        lag = "?" if row.lag is None else str(row.lag)
        table.add_row(row.name, *map(row.cell, own), lag, "" if row.repeated is None else str(row.repeated))
    return table


async def _ends_of_facts(
    clients: Sequence[Client], bootstrap: str, security: KafkaSecurity, within_s: float
) -> dict[str, dict[int, int]] | None:
    facts = {source.topic for client in clients for source in client.service.sources if source.owner is None}
    try:
        async with asyncio.timeout(within_s):
            return await ends(bootstrap, security, facts)
    except (KafkaError, TimeoutError, OSError):
        return None


async def _without_markers(
    bootstrap: str,
    security: KafkaSecurity,
    topics: Mapping[str, Mapping[int, int]],
    clients: Sequence[Client],
    readings: Sequence[Mapping[str, Any] | None],
    within_s: float,
) -> dict[str, dict[int, int]]:
    """The ends of topics where a service stands just before the end, and nothing is left but what ends a transaction or was aborted:
    that cannot be delivered, and is no lag."""
    found = {topic: dict(partitions) for topic, partitions in topics.items()}
    at = {
        TopicPartition(source.topic, int(partition)): counts["kafka_offset"] + 1
        for client, reading in zip(clients, readings, strict=True)
        if reading is not None
        for source in client.service.sources
        if source.owner is None
        for partition, counts in reading["inbox"].get(source.topic, {}).items()
    }
    near = {tp: since for tp, since in at.items() if 0 < found.get(tp.topic, {}).get(tp.partition, 0) - since <= NEAR}
    if near:
        with contextlib.suppress(KafkaError, TimeoutError, OSError):
            async with asyncio.timeout(within_s):
                for tp, count in (await deliverable(bootstrap, security, near)).items():
                    found[tp.topic][tp.partition] = near[tp] + count
    return found


async def _reading(client: Client, within_s: float) -> dict[str, Any] | None:
    try:
        async with asyncio.timeout(within_s):
            return await client.progress()
    except (DoesNotAnswer, TimeoutError):
        return None


def _positions(by_partition: Mapping[str, int]) -> dict[int, int]:
    return {int(p): at for p, at in by_partition.items()}
