"""What becomes of an event that a read model fails on: it is set aside for that read model, which goes on without it."""

from collections.abc import Sequence

import asyncpg
import structlog

from chassis.clock import Clock
from chassis.handling.set_aside import EventAt, SetAside, Target
from chassis.processors.projection_writer import Decoded, EventFault, ProjectionWriter, apply
from chassis.storage.log import StoredEvent

_log = structlog.get_logger()

OF_AN_EVENT = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
    ValueError,
    TypeError,
    OverflowError,
)
"""Raised while rows are written, because a value fits no column: some event of the batch is the cause, and trying again mends nothing."""
CAUSE_MAX = 500


class Applier:
    """Applies events to one build. Those that it fails on are set aside, at most ``at_most`` until somebody decides about them:
    a read model that fails on more is broken, and stands still instead of leaving out what it should show."""

    def __init__(self, followers: asyncpg.Pool, set_aside: SetAside, clock: Clock, at_most: int) -> None:
        self._followers = followers
        self._set_aside = set_aside
        self._clock = clock
        self._at_most = at_most

    async def apply(self, writer: ProjectionWriter, stored: Sequence[StoredEvent], events: Decoded) -> None:
        """As ``apply`` of a single writer. Raises EventFault when too many events are set aside already."""
        while True:
            try:
                await apply(self._followers, [writer], stored, events)
            except EventFault as fault:
                await self._do_without(writer, fault)
            except OF_AN_EVENT:
                await self._each(writer, stored, events)
                return
            else:
                return

    async def _each(self, writer: ProjectionWriter, stored: Sequence[StoredEvent], events: Decoded) -> None:
        """Apply the events one after the other, to find those that cannot be written."""
        for row in stored:
            try:
                await apply(self._followers, [writer], [row], events)
            except EventFault as fault:
                await self._do_without(writer, fault)
            except OF_AN_EVENT as error:
                await self._do_without(writer, EventFault(row.envelope, error))
            else:
                continue
            await apply(self._followers, [writer], [row], events)

    async def _do_without(self, writer: ProjectionWriter, fault: EventFault) -> None:
        build, envelope = writer.build, fault.envelope
        event = EventAt(envelope.partition, envelope.position, envelope.id, envelope.type)
        target = Target("read model", build.model.name, build.model.version)
        cause = str(fault)[:CAUSE_MAX]
        # The live build may have taken what this one fails on; only what was set aside before is missing there too.
        if build.state == "building" and not await self._set_aside.was_set_aside(target, event):
            raise fault
        if not await self._set_aside.add_fault(target, event, cause, self._at_most, self._clock.now()):
            raise fault
        build.aside |= {(event.partition, event.position)}
        _log.error(
            "a read model goes on without an event", name=build.model.name, type=event.type, partition=event.partition,
            position=event.position, error=cause, exc_info=fault.__cause__ or fault,
        )  # fmt: skip
