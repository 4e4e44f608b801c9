"""Where topics end."""

from collections.abc import Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.kafka_security import KafkaSecurity


async def ends(bootstrap: str, security: KafkaSecurity, topics: Iterable[str]) -> dict[str, dict[int, int]]:
    """Topic → partition → offset of the next message; no partitions for a topic that the broker does not know. Raises KafkaError."""
    named = sorted(topics)
    # Named in the constructor, so that their partitions are known once the consumer has started.
    consumer = AIOKafkaConsumer(*named, bootstrap_servers=bootstrap, **security.client_options())
    await consumer.start()
    try:
        wanted = [TopicPartition(topic, p) for topic in named for p in consumer.partitions_for_topic(topic) or ()]
        found: dict[str, dict[int, int]] = {topic: {} for topic in named}
        for tp, end in (await consumer.end_offsets(wanted)).items():
            found[tp.topic][tp.partition] = end
        return found
    finally:
        await consumer.stop()
