"""Sends facts to their topics as CloudEvents and remembers where each topic ends."""

from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaProducer

from chassis.kafka_security import KafkaSecurity
from standing.facts import Fact


class NothingSent:
    """In the place of a publisher where time goes on without facts."""

    ends: Mapping[str, Mapping[int, int]] = {}

    async def send(self, facts: Sequence[Fact]) -> None:
        raise AssertionError("there are no facts to send")


class Publisher:
    """A producer in the role of another system. ``ends``: topic → partition → offset of the last fact sent."""

    def __init__(self, bootstrap: str, security: KafkaSecurity) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap,
            **security.client_options(),
            acks="all",
            enable_idempotence=True,
            max_request_size=8 * 1024 * 1024,
            linger_ms=2,
        )
        self.ends: dict[str, dict[int, int]] = {}
        self.sent = 0

    async def start(self) -> None:
        await self._producer.start()

    async def stop(self) -> None:
        await self._producer.stop()

    def forget(self) -> None:
        """The broker was emptied: nothing that was sent is there to wait for."""
        self.ends.clear()

    async def send(self, facts: Sequence[Fact]) -> None:
        """Send facts in order, each by its key's partition; returns when the broker has them all."""
        pending = [
            await self._producer.send(fact.topic, fact.data, key=fact.key.encode(), headers=_headers(fact))
            for fact in facts
        ]
        for future in pending:
            record = await future
            partitions = self.ends.setdefault(record.topic, {})
            partitions[record.partition] = max(partitions.get(record.partition, -1), record.offset)
        self.sent += len(facts)


def _headers(fact: Fact) -> list[tuple[str, bytes]]:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": fact.id,
        "ce_source": fact.source,
        "ce_type": fact.type,
        "ce_subject": fact.key,
        "ce_time": fact.time.isoformat(),
        "content-type": "application/json",
    }
    return [(name, text.encode()) for name, text in headers.items()]
