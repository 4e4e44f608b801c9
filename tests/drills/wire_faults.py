"""What other systems do to the topics: codecs, transactions, tombstones, grown topics, records that pretend to be ours.

All but the last two send again what a topic holds already, so nothing may come of it; what they send of their own must never be seen.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewPartitions

from contracts import erp
from standing.facts.demo import malformed
from standing.services import ALL

from .faults import Inject, NotHere
from .replicas import Site
from .schedule import Strike

CODECS = ("gzip", "snappy", "lz4", "zstd")
TOPICS = ("erp.deliveries", "erp.inspections", "erp.orders", "erp.invoices", "erp.payments")
COPIED, LOOK_BACK, REQUEST_S = 60, 2_000, 20.0
FAR = 1_000_000
TAKEN_BY_THEN_S = 20.0
"""In another partition a copy could overtake its first, so only what was taken long ago is copied there."""
Headers = list[tuple[str, bytes]]
Copy = tuple[bytes | None, bytes | None, Headers]
"""Key, value and headers of a record."""


async def in_every_codec(site: Site, strike: Strike) -> bool:
    """The newest facts of a partition come once more in a batch of each codec."""

    def send() -> bool:
        copies = newest(site, topic := TOPICS[strike.service], strike.partition)
        for codec in CODECS:
            publish(site, topic, strike.partition, copies, {"compression.type": codec, "linger.ms": 50})
        return bool(copies)

    return await _on_apache(site, send)


async def transaction_aborted(site: Site, strike: Strike) -> bool:
    """A system takes back an invoice that it had sent in a transaction: nobody may ever see it."""

    def send() -> bool:
        producer = _transactional(site)
        partner = f"X-ABORTED-{uuid.uuid4()}"
        values = malformed.good_values(erp.InvoiceIssued, partner, date(2024, 1, 5))
        _produce(
            producer, "erp.invoices", strike.partition,
            [(partner.encode(), json.dumps(values).encode(), _headers(partner, erp.InvoiceIssued.TYPE))],
        )  # fmt: skip
        producer.flush(REQUEST_S)
        producer.abort_transaction(REQUEST_S)
        return True

    return await _on_apache(site, send)


async def marker_last(site: Site, strike: Strike) -> bool:
    """The last thing in a partition is the mark of a transaction, which no consumer is given."""

    def send() -> bool:
        producer = _transactional(site)
        copies = newest(site, topic := TOPICS[strike.service], strike.partition)
        _produce(producer, topic, strike.partition, copies)
        producer.commit_transaction(REQUEST_S)
        return bool(copies)

    return await _on_apache(site, send)


async def tombstones(site: Site, strike: Strike) -> bool:
    """Records without a value, under keys that later facts have too."""

    def send() -> bool:
        copies = newest(site, topic := TOPICS[strike.service], strike.partition)
        publish(site, topic, strike.partition, [(key, None, []) for key, _, _ in copies], {})
        site.tombstones[topic] += len(copies)
        return bool(copies)

    return await _on_apache(site, send)


async def topic_grown(site: Site, strike: Strike) -> bool:
    """A topic of another system gets one more partition than the log has, and facts come in it while everything runs."""

    def send() -> bool:
        topic = TOPICS[strike.service]
        copies = newest(site, topic, strike.partition, TAKEN_BY_THEN_S)
        admin = AdminClient(site.kafka.administration)
        number = len(admin.list_topics(topic, REQUEST_S).topics[topic].partitions)
        for grown in admin.create_partitions([NewPartitions(topic, number + 1)]).values():
            grown.result(REQUEST_S)
        publish(site, topic, number, copies, {"topic.metadata.refresh.interval.ms": 500})
        return bool(copies)

    return await _on_apache(site, send)


async def position_forged(site: Site, strike: Strike) -> bool:
    """Somebody writes an event of far away into a service's topic, in the service's own name."""

    def send() -> bool:
        service = ALL[strike.service]
        headers = _headers(f"forged-{uuid.uuid4()}", service.events[0].TYPE, source=f"/{service.name}")
        headers += [("ce_position", str(FAR).encode()), ("ce_partition", str(strike.partition).encode())]
        publish(site, service.topic, strike.partition, [(b"FORGED", b"{}", headers)], {})
        site.forged.add(service.name)
        return True

    return await _on_apache(site, send)


def newest(site: Site, topic: str, partition: int, older_s: float = 0.0) -> list[Copy]:
    """Some of the newest records of a partition, those that are poison left out, and those that came in the last ``older_s``."""
    until_ms = (time.time() - older_s) * 1000
    consumer = Consumer({
        **site.kafka.administration, "group.id": f"drill-{uuid.uuid4()}", "enable.auto.commit": False,
        "enable.partition.eof": True, "isolation.level": "read_committed",
    })  # fmt: skip
    try:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), REQUEST_S)
        consumer.assign([TopicPartition(topic, partition, max(low, high - (LOOK_BACK if older_s else COPIED)))])
        found: list[Copy] = []
        while (record := consumer.poll(REQUEST_S)) is not None:
            if (error := record.error()) is not None:
                if error.code() == KafkaError._PARTITION_EOF:
                    break
                raise KafkaException(error)
            headers = cast(Headers, record.headers() or [])
            own_facts = dict(headers).get("ce_source", b"") != malformed.SOURCE.encode()
            if own_facts and record.value() is not None and record.timestamp()[1] <= until_ms:
                found.append((record.key(), record.value(), headers))
        return found[-COPIED:]
    finally:
        consumer.close()


def publish(site: Site, topic: str, partition: int, records: Sequence[Copy], settings: dict[str, Any]) -> None:
    """Send records to one partition and wait for the broker."""
    producer = Producer({**site.kafka.administration, "acks": "all", **settings})
    _produce(producer, topic, partition, records)
    producer.flush(REQUEST_S)


def _produce(producer: Producer, topic: str, partition: int, records: Sequence[Copy]) -> None:
    for key, value, headers in records:
        producer.produce(topic, value=value, key=key, headers=list(headers), partition=partition)


def _transactional(site: Site) -> Producer:
    """A producer with an open transaction."""
    producer = Producer({**site.kafka.administration, "transactional.id": f"drill-{uuid.uuid4()}"})
    producer.init_transactions(REQUEST_S)
    producer.begin_transaction()
    return producer


def _headers(id: str, type: str, source: str = malformed.SOURCE) -> Headers:
    headers = {
        "ce_specversion": "1.0", "ce_id": id, "ce_source": source, "ce_type": type, "ce_time": "2024-01-05T12:00:00Z",
        "content-type": "application/json",
    }  # fmt: skip
    return [(name, text.encode()) for name, text in headers.items()]


async def _on_apache(site: Site, send: Any) -> bool:
    """In a thread; the mock cluster has neither codecs nor transactions."""
    if not site.apache:
        raise NotHere(f"this Kafka ({site.kafka.kind}) is no Apache Kafka")
    return bool(await asyncio.to_thread(send))


WIRE_FAULTS: dict[str, Inject] = {
    "every codec": in_every_codec,
    "transaction aborted": transaction_aborted,
    "marker last": marker_last,
    "tombstones": tombstones,
    "topic grown": topic_grown,
    "position forged": position_forged,
}
