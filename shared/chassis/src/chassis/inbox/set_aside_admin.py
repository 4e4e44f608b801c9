"""What an operator does about events of other services that a listener cannot take: set aside, undo."""

from datetime import datetime
from typing import Any

import orjson

from chassis.errors import UsageError
from chassis.handling.audit import Action, Operator, record
from chassis.handling.parking_lot import bump_parked_versions
from chassis.handling.set_aside import EventAt, SetAside, Target
from chassis.handling.units import Message
from chassis.inbox.feed import FeedClient
from chassis.inbox.parked_admin import ParkedAdmin, Tried
from chassis.service import Service
from chassis.storage.database import Connection

UNDONE = "set-aside-undone"


class ListenersSetAside:
    """Sets events of the topics that a service listens to aside. The event stays in its owner's log, from where an undo reads it again."""

    def __init__(self, service: Service, set_aside: SetAside, feed: FeedClient, parked: ParkedAdmin) -> None:
        self._service = service
        self._set_aside = set_aside
        self._feed = feed
        self._parked = parked

    async def add(self, topic: str, partition: int, position: int, by: Operator, now: datetime) -> int:
        """Let the listener of a topic pass over an event: whether it is still to come, or parked. Returns the record's number.

        Raises UsageError for a topic without owner, whose messages are parked and discarded instead, or for an event that the listener
        has handled; FeedUnreachable.
        """
        message = await self._event(topic, partition, position)
        event = EventAt(partition, position, message.headers["ce_id"], message.headers["ce_type"])
        async with self._set_aside.pool.acquire() as connection, connection.transaction():
            number = await self._set_aside.add(connection, Target("listener", topic), event, by, now)
            reached = await self._reached(connection, topic, partition)
            row_id = await connection.fetchval(
                "UPDATE parked SET state = 'discarded', resolved_at = $4, resolved_by = $5, resolution = $6"
                " WHERE source = $1 AND partition = $2 AND position = $3 AND state = 'parked' RETURNING id",
                topic, partition, position, now, by.actor, f"set aside: {by.reason}",
            )  # fmt: skip
            if row_id is not None:
                await record(connection, now, Action(by, "discarded", row_id, {"set_aside": number}))
            elif reached >= position:
                raise UsageError(
                    f"{self._service.name} has handled or discarded this event; what it did about it stands in its own log."
                )
            await bump_parked_versions(connection, self._service.name, {topic})
        return number

    async def undo(self, row: dict[str, Any], by: Operator, now: datetime) -> Tried | None:
        """Let the listener take the event after all: at once when it has passed over it (None when it is still to come).

        Where it fails again it is parked like any other message. Raises UsageError, FeedUnreachable.
        """
        topic, partition, position = row["name"], row["partition"], row["position"]
        message = await self._event(topic, partition, position)
        row_id = None
        async with self._set_aside.pool.acquire() as connection, connection.transaction():
            await self._set_aside.decide(connection, row["set_aside_id"], "undone", by, now)
            if await self._reached(connection, topic, partition) >= position:
                row_id = await _park(connection, message, by, now)
            await bump_parked_versions(connection, self._service.name, {topic})
        return None if row_id is None else await self._parked.retry(row_id, by)

    async def _reached(self, connection: Connection, topic: str, partition: int) -> int:
        """The position of the inbox, which does not move until the transaction ends."""
        position = await connection.fetchval(
            "SELECT position FROM inbox WHERE consumer = $1 AND source = $2 AND partition = $3 FOR UPDATE",
            self._service.name, topic, partition,
        )  # fmt: skip
        return int(position or 0)

    async def _event(self, topic: str, partition: int, position: int) -> Message:
        source = next((source for source in self._service.sources if source.topic == topic), None)
        if source is None:
            topics = ", ".join(sorted(each.topic for each in self._service.sources)) or "no topic"
            raise UsageError(f"{self._service.name} does not listen to {topic}; it listens to {topics}.")
        if source.owner is None:
            raise UsageError(
                f"{topic} is not the topic of a service; a message of it that cannot be handled is parked: discard it."
            )
        return (await self._feed.read(source.owner, topic, partition, position, position))[0]


async def _park(connection: Connection, message: Message, by: Operator, now: datetime) -> int:
    """The event as a parked message that waits for its retry; returns its id."""
    row_id: int = await connection.fetchval(
        "INSERT INTO parked (source, partition, position, key, headers, value, type, code, reason, parked_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        message.source, message.partition, message.position, message.key, orjson.dumps(dict(message.headers)).decode(),
        message.value, message.headers.get("ce_type", ""), UNDONE, f"It was set aside until now: {by.reason}", now,
    )  # fmt: skip
    return row_id
