"""Waiting until a home stands still: a proof compares what is read at different moments, and what comes between them is no loss."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiokafka.errors import KafkaError

from chassis.kafka_security import KafkaSecurity
from standing.services import Client, DoesNotAnswer
from standing.status import followers
from standing.topics import ends

QUIET_WITHIN_S = 60.0
STUCK_S = 5.0
"""A follower that is behind and has not moved for so long does not move: that is for the checks to say."""
BETWEEN_S = 0.5

Say = Callable[[str], None]
Reading = Mapping[str, Any]


async def wait_until_quiet(
    clients: Sequence[Client], bootstrap: str, security: KafkaSecurity, say: Say, within_s: float = QUIET_WITHIN_S
) -> bool:
    """Whether nothing moves: no log grew between two looks, and what follows them has caught up, or stands still behind them.

    Waits for that, and says so once. A service or broker that does not answer does not move; the checks name it.
    """
    begun = still_since = time.monotonic()
    before: object = None
    waited = False
    while True:
        try:
            figures, behind = await _look(clients, bootstrap, security)
        except (DoesNotAnswer, KafkaError, OSError):
            return True
        now = time.monotonic()
        if figures == before and (not behind or now - still_since >= STUCK_S):
            return True
        if before is not None and not waited:
            say(f"Waiting until nothing moves, at most {within_s:g} s.")
            waited = True
        if figures != before:
            before, still_since = figures, now
        if now - begun >= within_s:
            say(
                "The home moves: it is checked up to where its logs ended when this began; read models cannot be compared meanwhile."
            )
            return False
        await asyncio.sleep(BETWEEN_S)


async def _look(clients: Sequence[Client], bootstrap: str, security: KafkaSecurity) -> tuple[object, list[str]]:
    """All figures at one moment, and the names of what is behind them."""
    facts = {source.topic for client in clients for source in client.service.sources if source.owner is None}
    topics = await ends(bootstrap, security, facts) if facts else {}
    readings = [await client.progress() for client in clients]
    heads = {
        client.name: {int(p): head for p, head in reading["heads"].items()}
        for client, reading in zip(clients, readings, strict=True)
    }
    rows = [
        (client.name, row)
        for client, reading in zip(clients, readings, strict=True)
        for row in followers(client, reading, heads, topics)
    ]
    figures = (topics, heads, [(name, row.name, dict(row.at)) for name, row in rows])
    return figures, [f"{name} {row.name}" for name, row in rows if row.lag]


async def reached(client: Client, there: Callable[[Reading], bool], within_s: float) -> Reading:
    """The progress of a service once it is ``there``, or when the time is over."""
    begun = time.monotonic()
    while True:
        reading = await client.progress()
        if there(reading) or time.monotonic() - begun >= within_s:
            return reading
        await asyncio.sleep(BETWEEN_S)
