"""What an operator does about events that a read model cannot take: set aside, accept, undo."""

from datetime import datetime
from typing import Any, NamedTuple

from chassis.errors import UsageError
from chassis.handling.audit import Operator
from chassis.handling.set_aside import EventAt, SetAside, Target
from chassis.processors.builds import Builds
from chassis.storage.log import Log


class Decided(NamedTuple):
    """The number of the record, and the build that applies the decision where the live one must be replaced for it."""

    number: int
    build: int | None = None


class ReadModelsSetAside:
    """Sets events of the own log aside for the read models of a service."""

    def __init__(self, log: Log, builds: Builds) -> None:
        self._log = log
        self._builds = builds
        self._set_aside: SetAside = builds.set_aside

    async def add(self, name: str, partition: int, position: int, by: Operator, now: datetime) -> Decided:
        """Let a read model, in every version, do without an event. One that has taken it already is built afresh.

        Raises UsageError for a read model or an event that does not exist, or while another build is under way.
        """
        model = self._builds.model(name)
        stored = await self._log.after(partition, position - 1, 1)
        if not stored or stored[0].envelope.position != position:
            raise UsageError(f"The log has no event at position {position} of partition {partition}.")
        envelope = stored[0].envelope
        if envelope.type not in {kind for event in model.handles for kind in event.types()}:
            raise UsageError(f"{name} does not handle {envelope.type}, so there is nothing to set aside.")
        await self._no_build_under_way(name)
        async with self._set_aside.pool.acquire() as connection, connection.transaction():
            event = EventAt(partition, position, envelope.id, envelope.type)
            number = await self._set_aside.add(connection, Target("read model", name), event, by, now)
        live = next((b for b in await self._builds.load() if b.model.name == name and b.state == "live"), None)
        taken = live is not None and live.positions.get(partition, 0) >= position
        return Decided(number, (await self._builds.start(name, now)).number if taken else None)

    async def accept(self, number: int, by: Operator, now: datetime) -> None:
        """Decide that the event stays set aside. Raises UsageError when that was decided before, or was undone."""
        async with self._set_aside.pool.acquire() as connection, connection.transaction():
            await self._set_aside.decide(connection, number, "accepted", by, now)

    async def undo(self, row: dict[str, Any], by: Operator, now: datetime) -> Decided:
        """Let a read model take the event after all: it is built afresh from the log, beside the live one.

        Raises UsageError while another build is under way, or when it was undone before.
        """
        await self._no_build_under_way(row["name"])
        async with self._set_aside.pool.acquire() as connection, connection.transaction():
            await self._set_aside.decide(connection, row["set_aside_id"], "undone", by, now)
        return Decided(row["set_aside_id"], (await self._builds.start(row["name"], now)).number)

    async def _no_build_under_way(self, name: str) -> None:
        self._builds.model(name)
        if "building" in [state for (each, _, _), state in (await self._builds.states()).items() if each == name]:
            raise UsageError(f"A build of {name} is under way already; cancel it or wait for it.")
