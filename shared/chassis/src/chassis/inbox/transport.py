"""FastStream as the transport of a service: it connects and polls; nothing is decoded, acknowledged or lost in between.

FastStream's own parser would raise on a header or body that is not UTF-8 or JSON and drop the batch; it is replaced by one that
changes nothing. Acknowledgement is manual and never used: positions are in the service's database.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from chassis.inbox.broker import BYTES_MAX
from chassis.inbox.fetching import POLL_MS
from chassis.service import Service
from chassis.settings import Settings

STOP_S = 15.0
METADATA_EVERY_MS = 2_000
"""How soon a topic that was recreated, or has more partitions, is noticed; with the default of five minutes consumption would stall."""


def transport(
    service: Service,
    settings: Settings,
    listener: ConsumerRebalanceListener,
    taken: Callable[[Any], Awaitable[None]],
    fetched: Callable[[AIOKafkaConsumer], Awaitable[tuple[Any, ...]]],
) -> tuple[KafkaBroker, Any]:
    """A connection and its subscriber, not started yet; the subscriber is None for a service without sources.

    ``fetched`` gets the next records from a consumer, and ``taken`` is called with them.
    """
    broker = KafkaBroker(
        settings.kafka, **settings.kafka_security.faststream_options(), client_id=f"{service.name}-{settings.instance}",
        graceful_timeout=STOP_S, logger=None,
        consumer_only=True, metadata_max_age_ms=METADATA_EVERY_MS,  # the relay publishes, and ensure_topics creates topics
        apply_types=False,  # nothing is injected, and injection would go through a thread
    )  # fmt: skip
    if not service.sources:
        return broker, None
    subscriber: Any = broker.subscriber(
        *(settings.topic_prefix + source.topic for source in service.sources),
        batch=True, max_records=settings.batch_max, batch_timeout_ms=POLL_MS,
        group_id=settings.topic_prefix + service.name,
        group_instance_id=f"{settings.topic_prefix}{service.name}-{settings.instance}",
        auto_offset_reset="earliest", ack_policy=AckPolicy.MANUAL,
        session_timeout_ms=int(settings.consumer_session_s * 1000),
        heartbeat_interval_ms=min(3_000, int(settings.consumer_session_s * 1000 / 3)),
        max_partition_fetch_bytes=BYTES_MAX, fetch_max_wait_ms=settings.fetch_wait_ms, isolation_level="read_committed",
        listener=listener, parser=_untouched, decoder=_undecoded,
        title=f"{service.name}: facts and events it reacts to",
    )  # fmt: skip

    async def on_batch(records: Any) -> None:
        await taken(records)

    subscriber(on_batch)
    # FastStream's own sleeps again after an empty poll, and messages that arrive meanwhile wait.
    subscriber.get_msg = fetched
    return broker, subscriber


class Assignments(ConsumerRebalanceListener):  # type: ignore[misc]
    """Hands over which partitions a consumer gets and loses."""

    def __init__(
        self,
        assigned: Callable[[Iterable[TopicPartition]], Awaitable[None]],
        revoked: Callable[[Iterable[TopicPartition]], None],
    ) -> None:
        self._assigned = assigned
        self._revoked = revoked

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        await self._assigned(assigned)


async def _untouched(records: tuple[Any, ...]) -> KafkaMessage:
    return KafkaMessage(body=b"", headers={}, raw_message=records, consumer=None)  # type: ignore[arg-type]


async def _undecoded(message: KafkaMessage) -> Any:
    return message.raw_message
