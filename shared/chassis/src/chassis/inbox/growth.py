"""Notices partitions that were added to a topic while it is consumed."""

import time
from collections.abc import Sequence

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.abc import ConsumerRebalanceListener

_log = structlog.get_logger()

GROWTH_EVERY_S, GROWTH_WAITS_S = 1.0, 1.5


class Growth:
    """Joins the group anew when topics have had more partitions than at the last assignment for a while.

    The client library does so for whom the broker names as leader of the group, but after a restart under the same instance name the
    broker goes on naming the session before, and nobody watches.
    """

    def __init__(self, topics: Sequence[str], listener: ConsumerRebalanceListener) -> None:
        self._topics = topics
        self._listener = listener
        self._counts: dict[str, int] = {}
        self._since: float | None = None

    def assigned(self, consumer: AIOKafkaConsumer) -> None:
        """Partitions were shared out, as many as there are now."""
        self._counts = {topic: _count(consumer, topic) for topic in self._topics}
        self._since = None

    def notice(self, consumer: AIOKafkaConsumer | None) -> None:
        """Look once."""
        if consumer is None:
            return
        grown = sorted(topic for topic, before in self._counts.items() if _count(consumer, topic) > before)
        if not grown:
            self._since = None
        elif self._since is None:
            self._since = time.monotonic()
        elif time.monotonic() - self._since > GROWTH_WAITS_S:
            self._since = None
            _log.info("topics have more partitions, joining the group anew", topics=grown)
            consumer.subscribe(list(self._topics), listener=self._listener)


def _count(consumer: AIOKafkaConsumer, topic: str) -> int:
    """How many partitions a topic has, as far as the client knows."""
    return len(consumer.partitions_for_topic(topic) or ())
