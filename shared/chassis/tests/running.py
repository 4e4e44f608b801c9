"""What the tests of running services share: sending facts, waiting for rows, and a real port."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from sqlalchemy import select

from chassis.commands import Request
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.facts import Fact
from chassis.testing.waiting import eventually

from .toy import COUNTS, JARS, Poured

Start = Callable[..., Awaitable[Runtime]]
POURINGS = "plant.pourings"
NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)


def pour(jar: str, number: int | str, amount: int = 1) -> Fact:
    return Fact.of(POURINGS, jar, f"{jar}/{number}", Poured(jar=jar, amount=amount))


def asking(command: Any, command_id: str | None = None) -> Request:
    return Request(command, command_id, NOW, "journey-1")


async def levels(runtime: Runtime) -> dict[str, int]:
    return {row["jar"]: row["level"] for row in await runtime.read(select(JARS.table))}


async def totals(runtime: Runtime) -> dict[str, int]:
    return {row["jar"]: row["total"] for row in await runtime.read(select(COUNTS.table))}


async def become(look: Callable[[], Awaitable[Any]], expected: Any, within_s: float = 30.0) -> None:
    """Wait until ``look`` returns what is expected."""
    await eventually(look, lambda seen: bool(seen == expected), within_s)


async def handled(runtime: Runtime, topic: str) -> tuple[int, int]:
    """How many messages of a topic were handled, and how many were repeats."""
    inbox = (await runtime.reading()).inbox.get(topic, {}).values()
    return sum(p["handled"] for p in inbox), sum(p["repeated"] for p in inbox)


def led(runtime: Runtime, role: str) -> frozenset[int]:
    """The partitions on which a process does one role's work."""
    return runtime.locks.of(role).held


def leads(runtime: Runtime, partitions: frozenset[int]) -> None:
    """Make a process believe that it leads these partitions, whatever locks it holds."""
    runtime.locks.held_for = lambda _: partitions  # type: ignore[method-assign]


Sent = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]
"""Key, value and headers as bytes on the wire."""


async def send(settings: Settings, topic: str, messages: Sequence[Sent], partition: int | None = None) -> None:
    """Send raw messages in order, and wait until the broker has acknowledged them."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        **settings.kafka_security.client_options(),
        acks="all",
        max_request_size=8 * 1024 * 1024,
    )
    await producer.start()
    try:
        for key, value, headers in messages:
            await producer.send_and_wait(
                settings.topic_prefix + topic, value, key=key, headers=list(headers), partition=partition
            )
    finally:
        await producer.stop()


def sent(fact: Fact, drop: Sequence[str] = (), **changes: bytes) -> Sent:
    """A fact as raw message, with some headers changed or dropped."""
    headers = {**dict(fact.headers("/erp")), **changes}
    return fact.key.encode(), fact.value, [(name, value) for name, value in headers.items() if name not in drop]
