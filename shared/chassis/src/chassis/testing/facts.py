"""Facts of other systems for tests, published to Kafka as an ERP would."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer

from chassis.kafka_security import PLAINTEXT, KafkaSecurity
from contracts import Event


@dataclass(frozen=True)
class Fact:
    """One message: a CloudEvent in binary mode; ``value`` may be any bytes."""

    topic: str
    key: str
    id: str
    type: str
    value: bytes
    time: str = "2024-05-01T08:00:00Z"

    @staticmethod
    def of(
        topic: str, key: str, fact_id: str, event: Event, at: datetime = datetime(2024, 5, 1, 8, tzinfo=UTC)
    ) -> "Fact":
        return Fact(topic, key, fact_id, event.TYPE, event.model_dump_json().encode(), at.isoformat())

    def headers(self, source: str) -> list[tuple[str, bytes]]:
        headers = {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_source": source,
            "ce_type": self.type,
            "ce_time": self.time,
            "content-type": "application/json",
        }
        return [(name, text.encode()) for name, text in headers.items()]


async def publish(
    bootstrap: str, facts: Sequence[Fact], prefix: str = "", source: str = "/erp", security: KafkaSecurity = PLAINTEXT
) -> None:
    """Send facts in order, partitioned by key, and wait until the broker has acknowledged them."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, **security.client_options(), acks="all", max_request_size=8 * 1024 * 1024
    )
    await producer.start()
    try:
        sent = [
            await producer.send(prefix + fact.topic, fact.value, key=fact.key.encode(), headers=fact.headers(source))
            for fact in facts
        ]
        for future in sent:
            await future
    finally:
        await producer.stop()
