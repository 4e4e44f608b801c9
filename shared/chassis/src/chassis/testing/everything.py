"""Everything that a service has written, as bytes: for tests that something stands nowhere."""

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.runtime import Runtime


async def everything_stored(runtime: Runtime) -> dict[str, bytes]:
    """Every table of the service's database, as COPY writes it."""
    pool, stored = runtime.database.pool, dict[str, bytes]()
    for row in await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        parts: list[bytes] = []

        async def take(part: bytes, parts: list[bytes] = parts) -> None:
            parts.append(part)

        await pool.copy_from_table(row["tablename"], output=take)
        stored[row["tablename"]] = b"".join(parts)
    return stored


async def everything_published(runtime: Runtime) -> list[bytes]:
    """Every record that the service's topic holds now, with its key and headers."""
    settings = runtime.settings
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka,
        **settings.kafka_security.client_options(),
        enable_auto_commit=False,
        fetch_max_wait_ms=50,
    )
    await consumer.start()
    try:
        places = [TopicPartition(settings.topic_prefix + runtime.service.topic, p) for p in range(settings.partitions)]
        ends = await consumer.end_offsets(places)
        consumer.assign(places)
        await consumer.seek_to_beginning()
        found: list[bytes] = []
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=50)).values():
                found += [
                    b"\n".join([r.key or b"", *(value for _, value in r.headers), r.value or b""]) for r in records
                ]
        return found
    finally:
        await consumer.stop()
