"""Keeps the live builds of all read models up to date, and builds new ones beside them."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog

from chassis import telemetry
from chassis.clock import Clock
from chassis.errors import ConcurrentWrite, UsageError
from chassis.handling.audit import Operator
from chassis.processors.build_tables import Build
from chassis.processors.builds import Builds
from chassis.processors.leadership import Leadership
from chassis.processors.projection_writer import Decoded, EventFault, ProjectionWriter, Undecoded, apply, skip_to
from chassis.processors.setting_aside import Applier
from chassis.processors.spans import observe_shown, project_spans
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.log import Log, StoredEvent
from chassis.storage.signals import Signals
from chassis.tasks import cancel_and_wait, run_forever
from contracts import Event

_log = structlog.get_logger()

BUILD_BATCH = 2_000
BUILD_PARALLEL = 4
BUILDS_WHO_LEADS = 0
"""The process that leads this partition builds all partitions of a build."""
FAULTY_AGAIN_S = 1.0


class Projector:
    """One reader of the log for all live builds; when a build fails, each gets a transaction of its own, so that others go on."""

    def __init__(
        self,
        service: Service,
        log: Log,
        builds: Builds,
        leadership: Leadership,
        signals: Signals,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._service = service
        self._log = log
        self._builds = builds
        self._leadership = leadership
        self._clock = clock
        self._settings = settings
        self._applier = Applier(log.database.followers, builds.set_aside, clock, settings.set_aside_max)
        self._waiter = signals.grown.waiter()
        self._signals = signals
        self._writers: list[ProjectionWriter] = []
        self._building: dict[tuple[str, int, int], asyncio.Task[None]] = {}
        self._reload = True
        self._signature_at = 0.0
        self.fault: str | None = None

    @property
    def faults(self) -> dict[str, str]:
        """Why a live read model does not follow the log, by its name; ``projector`` for a fault that concerns all."""
        live = [writer.build for writer in self._writers if writer.build.state == "live"]
        faults = {f"read model {build.model.name}": build.fault for build in live if build.fault}
        return {**faults, "projector": self.fault} if self.fault else faults

    @property
    def faulty_builds(self) -> dict[tuple[str, int, int], str | None]:
        """The fault of each build, live or under way, by identity; None where it has none."""
        return {writer.build.identity: writer.build.fault for writer in self._writers}

    async def run(self) -> None:
        await run_forever("projector", self._guarded_step)

    async def _guarded_step(self) -> None:
        try:
            await self._step()
            self.fault = None
        except Exception as error:
            self.fault = f"{type(error).__name__}: {error}"
            raise

    async def stop(self) -> None:
        """Stop the builds under way; they continue from their checkpoints later."""
        await cancel_and_wait(self._building.values())
        self._building.clear()

    def changed(self) -> None:
        """Builds were started, cancelled or rolled back."""
        self._reload = True
        self._signals.notify()

    async def _step(self) -> None:
        if self._reload or await self._changed_elsewhere():
            await self._load()
        with self._leadership.working() as held:
            taken = await self._follow_all(held) if held else 0
            self._show(held)
        building = [writer for writer in self._writers if writer.build.state == "building"]
        if BUILDS_WHO_LEADS not in held:
            await self.stop()
            building = []
        for writer in building:
            if writer.build.identity not in self._building:
                self._building[writer.build.identity] = asyncio.create_task(self._build(writer))
        if taken < self._settings.batch_max and not self._reload:
            # The batch was not cut off, and events appended since have notified the waiter.
            self._signals.projected.notify()
            self._notify_timers(held)
            await self._waiter.wait(self._settings.follow_poll_s)

    def _notify_timers(self, held: frozenset[int]) -> None:
        """Wake the timers whose lists changed; all of them where other replicas project too, because their changes are not seen here."""
        alone = len(held) == self._log.partitions
        for writer in self._writers:
            if writer.touched or not alone:
                writer.touched = False
                if writer.build.model.name in self._signals.listed:
                    self._signals.listed[writer.build.model.name].notify()

    def _show(self, held: frozenset[int]) -> None:
        live = [writer.build.positions for writer in self._writers if writer.build.state == "live"]
        self._signals.visible.clear()
        self._signals.visible.update({p: min(positions[p] for positions in live) for p in held if live})

    async def _load(self) -> None:
        self._reload = False
        await self.stop()
        self._signals.visible.clear()
        self._writers = [ProjectionWriter(build) for build in await self._builds.load()]
        self._signals.on_time()  # other rows may be shown now

    async def _changed_elsewhere(self) -> bool:
        """Whether another process started, switched, rolled back or dropped a build since they were loaded."""
        now = time.monotonic()
        if now < self._signature_at:
            return False
        self._signature_at = now + self._settings.follow_poll_s
        return await self._builds.states() != {writer.build.identity: writer.build.state for writer in self._writers}

    async def _follow_all(self, held: frozenset[int]) -> int:
        """Healthy live builds read the log together; a faulty one reads alone and at intervals, so that it delays no other."""
        live = [writer for writer in self._writers if writer.build.state == "live"]
        sound = [writer for writer in live if writer.build.fault is None]
        taken = await self._follow(sound, held) if sound else 0
        for writer in live:
            if writer not in sound and time.monotonic() >= writer.build.retry_at:
                taken += await self._follow([writer], held)
        for writer in live:
            await self._builds.note_fault(writer.build, held)
        return taken

    async def _follow(self, writers: Sequence[ProjectionWriter], held: frozenset[int]) -> int:
        since = {p: min(writer.build.positions[p] for writer in writers) for p in held}
        stored = await self._log.after_each(since, self._settings.batch_max)
        if not stored:
            return 0
        events = self._decoded(stored, writers)
        with project_spans(stored, len(writers)):
            try:
                await apply(self._log.database.followers, writers, stored, events)
            except ConcurrentWrite:
                self._reload = True
            except Exception:
                return await self._one_by_one(writers, stored, events)
        for writer in writers:
            self._took(writer, len(stored))
        observe_shown(self._service.name, stored, self._clock.now())
        return len(stored)

    async def _one_by_one(
        self, writers: Sequence[ProjectionWriter], stored: Sequence[StoredEvent], events: Decoded
    ) -> int:
        """Apply to each build in its own transaction, so that one's fault does not stop the others; a faulty one is retried after a pause.

        An event that a build fails on is set aside for it. Returns the number of events if any build applied them.
        """
        taken = 0
        for writer in writers:
            try:
                await self._applier.apply(writer, stored, events)
            except ConcurrentWrite:
                self._reload = True
            except Exception as error:
                fault = str(error) if isinstance(error, EventFault) else f"{type(error).__name__}: {error}"
                if fault != writer.build.fault:  # logged once, not at every attempt
                    _log.error("a read model does not follow", name=writer.build.model.name, exc_info=error)
                writer.build.fault, writer.build.retry_at = fault, time.monotonic() + FAULTY_AGAIN_S
            else:
                self._took(writer, len(stored))
                taken = len(stored)
        return taken

    def _took(self, writer: ProjectionWriter, events: int) -> None:
        writer.build.fault = None
        telemetry.PROJECTED.labels(self._service.name, writer.build.model.name).inc(events)

    def _decoded(self, stored: Sequence[StoredEvent], writers: Sequence[ProjectionWriter]) -> Decoded:
        wanted = tuple({kind for writer in writers for kind in writer.build.model.handles})
        types, decoded = self._service.event_types, dict[str, Event | Undecoded]()
        for row in stored:
            kind = types[row.envelope.type, row.envelope.schema_version]
            if issubclass(kind, wanted):
                try:
                    decoded[row.envelope.id] = row.event(types)
                except Exception as error:
                    decoded[row.envelope.id] = Undecoded(kind, error)
        return decoded

    async def _build(self, writer: ProjectionWriter) -> None:
        """Bring a build up to the heads, partitions in parallel, and switch to it."""
        await run_forever(f"build {writer.build.table}", lambda: self._build_once(writer))

    async def _build_once(self, writer: ProjectionWriter) -> None:
        try:
            await self.catch_up(writer.build)
        except Exception as error:
            writer.build.fault = str(error) if isinstance(error, EventFault) else f"{type(error).__name__}: {error}"
            if isinstance(error, ConcurrentWrite):
                self._reload = True  # another process continued the build; go on from its checkpoints
            raise
        writer.build.fault = None
        try:
            await self._builds.switch(writer.build, self._clock.now())
        except UsageError:
            self._reload = True  # cancelled, or switched by another process
            raise
        _log.info("switched", build=writer.build.table)
        self.changed()
        await asyncio.Event().wait()  # until _load cancels this task and starts afresh

    async def catch_up(self, build: Build) -> int:
        """Project the log into a build up to the heads, reading only the events that it handles; returns how many there were."""
        gate = asyncio.Semaphore(BUILD_PARALLEL)
        handled = [
            kind for (kind, _), event in self._service.event_types.items() if issubclass(event, build.model.handles)
        ]

        async def one(partition: int) -> int:
            # A writer for each partition: rows belong to one partition, so they never conflict.
            writer = ProjectionWriter(
                Build(
                    build.model, build.number, build.state, {partition: build.positions[partition]}, aside=build.aside
                )
            )
            total = 0
            async with gate:
                followers, at = self._log.database.followers, writer.build.positions
                head = (await self._log.heads())[partition]
                while stored := await self._log.after(partition, at[partition], BUILD_BATCH, handled):
                    events = self._decoded(stored, [writer])
                    if (
                        build.state == "checking"
                    ):  # it must be what the live one is, so nothing more is set aside for it
                        await apply(followers, [writer], stored, events)
                    else:
                        await self._applier.apply(writer, stored, events)
                    total += len(stored)
                    build.positions[partition] = at[partition]
                await skip_to(followers, writer, {partition: head})
                build.positions[partition] = at[partition]
            return total

        return sum(await asyncio.gather(*(one(partition) for partition in build.positions)))

    async def compare_with_rebuild(self, name: str, now: datetime, by: Operator | None = None) -> dict[str, Any]:
        """Build a read model afresh and compare it with the live one. The new build is dropped.

        The result is valid only if nothing was written meanwhile; ``same_position`` tells whether that holds. Raises UsageError when it
        cannot be built.
        """
        async with self._builds.checking(name, now, by) as fresh:
            try:
                await self.catch_up(fresh)
            except EventFault as fault:
                where = f"{fault.envelope.type} at position {fault.envelope.position} of partition {fault.envelope.partition}"
                raise UsageError(f"{name} cannot be rebuilt, because it fails on {where}: {fault}") from fault
            live = next(b for b in await self._builds.load() if b.model.name == name and b.state == "live")
            missing, extra = await self._builds.difference(fresh, live)
            same_place = live.positions == fresh.positions
            return {"read_model": name, "only_rebuilt": missing, "only_live": extra, "same_position": same_place}
