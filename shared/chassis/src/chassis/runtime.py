"""Assembles a service: its parts, and the tasks that drive them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy
import structlog

from chassis.clock import Clock, SimulatedClock, WallClock
from chassis.denials import Denials
from chassis.errors import NotYetVisible, QuestionTooSlow, UsageError, WallClockError
from chassis.handling.audit import Action, Operator, record
from chassis.handling.executor import Executor
from chassis.handling.known_names import LookAlikes
from chassis.handling.parking_lot import ParkingLot
from chassis.health import Health
from chassis.inbox.feed import FeedClient
from chassis.inbox.lost_tails import LostTails
from chassis.inbox.parked_admin import ParkedAdmin
from chassis.inbox.set_aside_admin import ListenersSetAside
from chassis.inbox.source_guard import SourceGuard
from chassis.inbox.subscription import Subscription
from chassis.personal.sealing import refuse_unsealed
from chassis.processors.builds import Builds
from chassis.processors.erasure_follower import ErasureFollower
from chassis.processors.leadership import ROLES, PartitionLocks
from chassis.processors.lookup_follower import LookupFollower
from chassis.processors.name_follower import NameFollower
from chassis.processors.progress import Idle, Progress, ProgressReader
from chassis.processors.projector import Projector
from chassis.processors.relay import Relay
from chassis.processors.replay import LogReplay
from chassis.processors.set_aside_admin import ReadModelsSetAside
from chassis.read_models import ReadModel
from chassis.service import Service
from chassis.service_tokens import ServiceTokens
from chassis.settings import Settings
from chassis.storage.database import Connection, Database
from chassis.storage.log import Log
from chassis.storage.one_tenant import refuse_another_tenant
from chassis.storage.signals import Signals
from chassis.tasks import bounded, cancel_and_wait
from chassis.timing.backtest_runner import Backtests
from chassis.timing.scheduler import Scheduler
from contracts import Event

_log = structlog.get_logger()

POLICIES_REFRESHED_EVERY_S = 1.0
TOKEN_WAIT_S = 5.0
LOCKS = "partition locks"


@dataclass
class Runtime:
    """A running service: its parts, and the tasks that drive them."""

    service: Service
    settings: Settings
    database: Database
    clock: Clock
    log: Log
    executor: Executor
    signals: Signals
    locks: PartitionLocks
    builds: Builds
    projector: Projector
    relay: Relay
    parked: ParkedAdmin
    feed: FeedClient
    subscription: Subscription
    progress: ProgressReader
    scheduler: Scheduler
    source_guard: SourceGuard
    lost_tails: LostTails
    set_aside_models: ReadModelsSetAside
    set_aside_listeners: ListenersSetAside
    names: NameFollower
    erasures: ErasureFollower
    lookup: LookupFollower
    look_alikes: LookAlikes
    replay: LogReplay
    backtests: Backtests
    denials: Denials
    health: Health = field(init=False)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @staticmethod
    async def start(service: Service, settings: Settings) -> "Runtime":
        """Open the database, assemble the parts, and start those that the roles call for. Raises UsageError for unusable settings."""
        settings.kafka_security.check()
        refuse_unsealed(service, settings)
        database = await Database.open(
            settings.dsn(settings.topic_prefix.replace("-", "_").replace(".", "_") + service.database),
            settings.partitions,
            f"{service.name}/{settings.instance}",
        )
        try:
            await refuse_another_tenant(database, settings.tenant)
        except UsageError:
            await database.close()
            raise
        clock: Clock = await SimulatedClock.load(database.pool) if settings.clock == "simulated" else WallClock()
        log = Log(database, service.name)
        executor = Executor(service, log, clock, settings)
        signals = Signals()
        locks = PartitionLocks(
            database.dsn, database.partitions, signals, f"{service.name}/{settings.instance}", settings.roles,
            set_hash=",".join(sorted(model.view for model in service.read_models)),
        )  # fmt: skip
        builds = Builds(database.pool, service.read_models, database.dsn)
        parking_lot = ParkingLot(database.pool, service.name)
        feed = FeedClient(settings.peers, settings.peers_ca_file, ServiceTokens.of(settings))
        progress = ProgressReader(service, database, clock, signals, lambda: executor.policies)
        replay = LogReplay(service.event_types, log)
        parked = ParkedAdmin(executor)
        subscription = Subscription(service, executor, parking_lot, feed, signals, settings)
        runtime = Runtime(
            service=service, settings=settings, database=database, clock=clock, log=log, executor=executor, signals=signals,
            locks=locks, builds=builds, parked=parked, feed=feed, progress=progress, replay=replay,
            projector=Projector(service, log, builds, locks.of("project"), signals, clock, settings),
            relay=Relay(settings.topic_prefix + service.topic, log, locks.of("relay"), signals, settings),
            set_aside_models=ReadModelsSetAside(log, builds),
            set_aside_listeners=ListenersSetAside(service, builds.set_aside, feed, parked),
            source_guard=SourceGuard(service, parking_lot, feed, database.pool, settings),
            subscription=subscription,
            lost_tails=LostTails(service, feed, lambda: subscription.at_end),
            scheduler=Scheduler(service, database, executor, progress, locks.of("schedule"), signals, clock, settings),
            names=NameFollower(service, database, locks.of("schedule"), clock),
            erasures=ErasureFollower(executor, locks.of("schedule")),
            lookup=LookupFollower(service, database, locks.of("schedule")),
            look_alikes=LookAlikes(database.pool),
            denials=Denials(service.name),
            backtests=Backtests(service, database, lambda: executor.policies, locks.of("schedule"), clock),
        )  # fmt: skip
        runtime.health = Health(runtime.reading, runtime.faults, runtime.notices, lambda: executor.waiting, settings)
        await runtime._begin()
        return runtime

    async def _begin(self) -> None:
        await self.builds.ensure(self.clock.now())
        if self.executor.personal_keys is not None:
            self.log.contents_keys = await self.executor.personal_keys.contents_keys(self.clock.now())
        await self.executor.start()
        roles = self.settings.roles
        wanted = {
            LOCKS: self.locks.run() if roles & set(ROLES) else None,
            "projector": self.projector.run() if "project" in roles else None,
            "relay": self.relay.run() if "relay" in roles else None,
            "scheduler": self.scheduler.run() if "schedule" in roles else None,
            "back-tests": self.backtests.run() if "schedule" in roles and self.service.backtests else None,
            "erasures": self.erasures.run() if "schedule" in roles and self.erasures.is_needed else None,
            "names": self.names.run() if "schedule" in roles and self.names.names else None,
            "look-ups": self.lookup.run() if "schedule" in roles else None,
            "subscription": self.subscription.run() if "consume" in roles else None,
            "lost tails": self.lost_tails.run() if "consume" in roles else None,
            "source guard": self.source_guard.run(),
            "policies": self._refresh_policies(),
        }
        self._tasks = [asyncio.create_task(task, name=name) for name, task in wanted.items() if task is not None]

    async def stop(self) -> None:
        """Stop in order: no new messages, then the followers, then the executor and the connections."""
        locks = [task for task in self._tasks if task.get_name() == LOCKS]
        await cancel_and_wait([task for task in self._tasks if task not in locks])
        await self.projector.stop()
        await cancel_and_wait(locks)  # last: the next leader must not begin before this one has ended
        await self.executor.stop()
        await self.feed.close()
        await self.database.close()

    async def read(self, query: sqlalchemy.Select[Any]) -> list[dict[str, Any]]:
        """The rows of a question. Raises QuestionTooSlow when they are not there in time; PostgreSQL then ends its work on it."""
        bound_s = self.settings.question_s
        why = f"The database did not answer this question within {bound_s:g} seconds, so it was ended."
        async with bounded(bound_s, QuestionTooSlow(why)):  # the driver cancels at the server what is given up here
            return await self.database.rows(query)

    async def replayed(
        self, model: ReadModel[Any], known_at: datetime, where: Callable[[Event], bool] | None = None
    ) -> list[dict[str, Any]]:
        """The rows of a read model from the whole log, as known then. Raises QuestionTooSlow when they are not there in time."""
        bound_s = self.settings.replay_s
        async with bounded(
            bound_s, QuestionTooSlow(f"The log was not read within {bound_s:g} seconds, so this was ended.")
        ):
            return await self.replay.all_rows(model, known_at, where)

    async def reading(self) -> Progress:
        return await self.progress.read(self.scheduler.stuck)

    async def settled(self, inbox: dict[str, dict[int, int]], within_s: float) -> Idle:
        return await self.progress.settled(inbox, lambda: self.scheduler.stuck, within_s)

    async def move_clock(self, to: datetime, by: Operator | None = None) -> datetime:
        """Move simulated time forward; timers due by then start. Returns the current time. Raises WallClockError.

        ``by`` is recorded as who moved it.
        """
        if not isinstance(self.clock, SimulatedClock):
            raise WallClockError(
                "This service follows the wall clock; start it with STANDING_CLOCK=simulated to move its time."
            )

        async def note(connection: Connection, before: datetime, after: datetime) -> None:
            if by is not None:
                times = {"now": before.isoformat()}, {"now": after.isoformat()}
                await record(connection, after, Action(by, "moved the clock", None, {}, ("clock",), *times))

        now = await self.clock.move_to(to, note)
        self.signals.on_time()
        return now

    async def caught_up_with(self, positions: dict[int, int]) -> None:
        """Wait until the read models have reached these positions. Raises NotYetVisible when that takes too long."""
        if not await self.progress.wait_visible(positions, TOKEN_WAIT_S):
            raise NotYetVisible("The write is safe, but the read models have not reached it yet.")

    def faults(self) -> dict[str, str]:
        """What is failing right now, by part."""
        faults = {"relay": self.relay.fault, **self.projector.faults}
        faults |= {f"source {owner}": doubt for owner, doubt in self.feed.doubts.items()}
        faults |= {"sources": self.source_guard.fault, "names": self.names.fault, "erasures": self.erasures.fault}
        faults |= {"look-ups": self.lookup.fault}
        faults |= self.subscription.faults | self.lost_tails.faults
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                faults[task.get_name()] = f"ended: {type(error).__name__}: {error}"
        return {name: fault for name, fault in faults.items() if fault}

    def notices(self) -> dict[str, str]:
        """What an operator should know although everything makes progress, by part."""
        foreign = {f"topic partition {partition}": found for partition, found in self.relay.foreign.items()}
        grown = {"topic": self.relay.beyond} if self.relay.beyond else {}
        doubles = self.executor.claim_gaps.notices
        return {
            **self.scheduler.faults,
            **self.subscription.notices,
            **foreign,
            **grown,
            **self.denials.notices(),
            **doubles,
        }

    async def _refresh_policies(self) -> None:
        while True:
            await asyncio.sleep(POLICIES_REFRESHED_EVERY_S)
            try:
                await self.executor.refresh_policies()
            except Exception as error:  # usually the database is away, which every other part reports
                _log.debug("policies were not refreshed", error=f"{type(error).__name__}: {error}")
