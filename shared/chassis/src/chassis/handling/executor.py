"""The one write path: commands, always as a batch, decided in memory and written in one short transaction."""

import asyncio
import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from chassis import telemetry
from chassis.claims import Document
from chassis.clock import Clock
from chassis.commands import Accepted, Refused, Reply, Request
from chassis.domain import Command, Decider
from chassis.errors import ConcurrentWrite
from chassis.handling import parking_lot
from chassis.handling.answers import known_answers
from chassis.handling.audit import Action
from chassis.handling.claim_gaps import ClaimGaps
from chassis.handling.claims import holders_of
from chassis.handling.group_commit import GroupCommit
from chassis.handling.joined import Unread, Way
from chassis.handling.old_answers import forget_step
from chassis.handling.plan import ParkedBefore, Plan
from chassis.handling.policy_stream import with_policy_decider
from chassis.handling.spans import append_spans
from chassis.handling.state_cache import Folded, StateCache
from chassis.handling.units import UnitOfWork, WorkItem
from chassis.personal.erasure import with_person_decider
from chassis.personal.sealing import KeysWanted, Sealing, keys_of
from chassis.policies import PolicyBook
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.log import Log, StoredEvent
from chassis.tasks import cancel_and_wait, run_forever

_log = structlog.get_logger()

RACES_MAX = 20
NOT_OURS_TO_REPEAT = ("inbox", "parked")
"""Races that only the caller can repeat, because it must read its messages again first."""


class Executor:
    """Takes units of work; those that arrive while a transaction is in flight share the next one (group commit)."""

    def __init__(self, service: Service, log: Log, clock: Clock, settings: Settings) -> None:
        self.service = with_person_decider(with_policy_decider(service))
        self.personal_keys = keys_of(self.service, log.database, settings)
        self.log = log
        self.clock = clock
        self.settings = settings
        self.policies: PolicyBook = service.policy_book()
        self._policies_read: dict[int, int] = {}
        self._cache = StateCache()
        self.claim_gaps = ClaimGaps(self.service, log)
        self._moves = 0
        self._forgetting: asyncio.Task[None] | None = None
        self._commits = GroupCommit(self._write, self._streams, settings.group_commit_max, settings.waiting_max)

    async def start(self) -> None:
        await self.refresh_policies()
        if self.personal_keys is not None and (count := await self.personal_keys.rewrap()):
            _log.info("keys of persons were wrapped with the newest wrapping key", count=count)
        await self.claim_gaps.begin()
        self._commits.start()
        step = functools.partial(forget_step, self.log.database.pool, self.settings.idempotency_days)
        self._forgetting = asyncio.create_task(run_forever("old answers", step), name="old answers")

    async def stop(self) -> None:
        if self._forgetting is not None:
            await cancel_and_wait([self._forgetting])
        await self._commits.stop()

    @property
    def waiting(self) -> int:
        """Units that wait for the next transaction; at most ``waiting_max``."""
        return self._commits.waiting

    @property
    def stalled_s(self) -> float:
        """For how long no write has ended although somebody waits for one."""
        return self._commits.stalled_s

    async def submit(self, request: Request, *actions: Action) -> Reply:
        """Execute one command, and record the actions that it is, if it is accepted. Raises Overloaded when too many wait."""
        return (await self.execute(UnitOfWork((WorkItem((request,)),), actions=actions), patient=False))[0][0]

    async def execute(self, unit: UnitOfWork, patient: bool = True) -> list[list[Reply]]:
        """Execute a unit; the replies of each item's commands (none for an item that was parked).

        A patient caller waits for a place in the queue; an impatient one gets Overloaded. Raises ConcurrentWrite when another process moved
        the unit's inbox or changed its parked messages, and the driver's errors while the database is unreachable.
        """
        return await self._commits.submit(unit, patient)

    async def state(self, command_type: type[Any], stream_id: str) -> Any:
        """The current state of the stream that decides a command of this type with this id."""
        decider, passed = self.service.deciders_by_command[command_type], set[str]()
        while True:
            passed.add(stream_id)
            stream = f"{decider.category}-{stream_id}"
            if (cached := self._cache.get(stream)) is not None:
                self._cache.forget(await self.log.grown({stream: cached.version}))
            state = (await self._load({stream: decider}))[stream].state
            continued = decider.continues_as(None, state)
            if continued is None or continued in passed:
                return state
            stream_id = continued

    async def state_after(self, command: Command, reply: Accepted) -> Any:
        """The state of the command's stream, no older than the version in its reply."""
        decider = self.service.decider_of(command)
        cached = self._cache.get(reply.stream)
        if cached is not None and cached.version >= reply.version and not reply.repeated:
            return cached.state
        return await self.state(type(command), decider.stream_id(command))

    async def refresh_policies(self) -> None:
        """Read what was published since the last time, by this replica or by others."""
        read, candidates = dict(self._policies_read), self.policies.shadows
        rows = await self.log.policy_events(read)
        if self.policies.shadows is not candidates:
            return  # one was begun or ended here while reading, and may be newer than what was read; the next refresh sees both
        # On the book of now: what this process has published while it was reading is in it, and an event that it holds changes nothing.
        book = self.policies
        for row in rows:
            book = book.after(row.event(self.service.event_types))  # type: ignore[arg-type]
            read[row.envelope.partition] = row.envelope.position
        self.policies, self._policies_read = book, read

    async def _write(self, units: Sequence[UnitOfWork]) -> list[list[Reply]]:
        claimed, unread = set[Document](), dict[str, Decider]()
        sealing = None if self.personal_keys is None else Sealing()
        for _ in range(RACES_MAX):
            deciders = dict(unread)
            try:
                return await self._write_once(units, deciders, claimed, sealing)
            except ConcurrentWrite as race:
                if str(race) in NOT_OURS_TO_REPEAT:
                    raise
                if isinstance(race, Unread):
                    unread[race.way.stream] = race.way.decider
                await self.claim_gaps.close_after(race)
                self._cache.forget(deciders)
        raise ConcurrentWrite(f"Lost the race for a stream {RACES_MAX} times.")

    def _streams(self, unit: UnitOfWork) -> set[str]:
        return {
            self.service.decider_of(request.command).stream(request.command)
            for item in unit.items
            for request in item.requests
        }

    async def _write_once(
        self, units: Sequence[UnitOfWork], deciders: dict[str, Decider], claimed: set[Document], sealing: Sealing | None
    ) -> list[list[Reply]]:
        """``deciders`` is filled with the streams that take part. ``claimed``: what attempts that failed claimed, to look up holders."""
        moves = self._on_the_same_server()
        requests = [request for unit in units for item in unit.items for request in item.requests]
        for request in requests:
            decider = self.service.decider_of(request.command)
            deciders[decider.stream(request.command)] = decider
        # A single command on a cached stream skips the look-up of its id: if it was executed before, the constraint refuses it and the
        # stream is evicted, so that the next round looks.
        alone = len(requests) == 1 and units[0].items[0].message is None and next(iter(deciders)) in self._cache
        known, states, parked = (
            ({}, await self._load_all(requests, deciders), ParkedBefore({}, frozenset()))
            if alone
            else await asyncio.gather(
                known_answers(self.log, requests),
                self._load_all(requests, deciders),
                parking_lot.parked_before(self.log.database.pool, units),
            )
        )
        if sealing is not None and self.personal_keys is not None:
            await sealing.fetch(self.personal_keys, requests, self.clock.now())
        plan = Plan(
            self.service,
            self.log,
            self.policies,
            self.clock.now(),
            self.settings.event_bytes_max,
            self.settings.tenant,
            states,
            known,
            parked,
            await self._histories(requests),
            await holders_of(self.log.database.pool, claimed),
            sealing=sealing,
        )
        seen = {stream: folded.version for stream, folded in states.items()}
        for unit in units:
            plan.add(unit)
        parking_lot.seal(plan)
        if sealing is not None and sealing.incomplete:
            raise KeysWanted("the keys of persons")
        plan.batch.claims = plan.claims.changes()
        claimed |= plan.claims.documents
        await self._refuse_stale({stream: at for stream, at in seen.items() if plan.states[stream].version == at})
        heads = await self._store(plan, moves)
        if any(isinstance(reply, Accepted) and reply.repeated for replies in plan.replies for reply in replies):
            heads = await self.log.heads()  # a repeated caller must be able to read its first write
        for stream in deciders:
            self._cache.put(stream, plan.states[stream])
        for event in plan.policy_events:
            self.policies = self.policies.after(event)
        answered = Counter(_outcome(reply) for replies in plan.replies for reply in replies)
        for outcome, count in answered.items():
            telemetry.COMMANDS.labels(self.service.name, outcome).inc(count)
        return [[self._placed(reply, heads) for reply in replies] for replies in plan.replies]

    async def _refuse_stale(self, seen: Mapping[str, int]) -> None:
        """Raises ConcurrentWrite for a stream that another replica has appended to.

        A refusal, and a decision without events, write no version, so no constraint would detect that the state was stale.
        """
        cached = {stream: version for stream, version in seen.items() if stream in self._cache}
        if cached and (grown := await self.log.grown(cached)):
            raise ConcurrentWrite(f"stale {grown[0]}")

    async def _load(self, deciders: dict[str, Any]) -> dict[str, Folded]:
        states = {stream: folded for stream in deciders if (folded := self._cache.get(stream)) is not None}
        missing = [stream for stream in deciders if stream not in states]
        if not missing:
            return states
        stored = await self.log.read_streams(missing)
        for stream in missing:
            states[stream] = Folded(0, deciders[stream].initial)
        for row in stored:
            stream = row.envelope.stream
            event = row.event(self.service.event_types)
            states[stream] = Folded(row.envelope.version, deciders[stream].evolve(states[stream].state, event))
        return states

    async def _load_all(self, requests: Sequence[Request], deciders: dict[str, Decider]) -> dict[str, Folded]:
        """The states of the streams that commands address, and of those that decide in their place; they are added to ``deciders``."""
        states = await self._load(deciders)
        ways = [Way(self.service.decider_of(request.command), request.command) for request in requests]
        while ways := [further for way in ways if (further := way.further(states)) is not None]:
            missing = {way.stream: way.decider for way in ways if way.stream not in states}
            deciders.update(missing)
            states.update(await self._load(missing))
        return states

    async def _histories(self, requests: Sequence[Request]) -> dict[str, list[StoredEvent]]:
        """The events of the streams whose histories commands need."""
        found = dict[str, list[StoredEvent]]()
        for request in requests:
            decider = self.service.decider_of(request.command)
            for id in decider.histories_of(request.command):
                stream = f"{decider.category}-{id}"
                found[stream] = await self.log.read_streams([stream])
        return found

    def _on_the_same_server(self, moves: int | None = None) -> int:
        """How often the database has moved until now, after which no cached state holds. Raises ConcurrentWrite where it moved since."""
        now = self.log.database.location.moves
        if now != self._moves:
            self._cache.clear()
            self._moves = now
        if moves is not None and moves != now:
            raise ConcurrentWrite("the server of the log")
        return now

    async def _store(self, plan: Plan, moves: int) -> dict[int, int]:
        batch = plan.batch
        self._on_the_same_server(moves)
        if not (batch.events or batch.answers or batch.moves or plan.writes_beside):
            return {}
        with telemetry.COMMIT_SECONDS.labels(self.service.name).time(), append_spans(batch.events) as stored_at:
            async with self.log.database.pool.acquire() as connection:
                self._on_the_same_server(moves)  # a new connection may lead elsewhere
                if not plan.writes_beside:
                    heads = await self.log.append(batch, connection)
                else:
                    async with connection.transaction():
                        heads = await self.log.append(batch, connection)
                        await parking_lot.write(connection, self.service.name, plan, self.settings.parked_max)
                        if plan.sealing is not None:
                            await plan.sealing.settle(connection, plan.erased, plan.now)
            stored_at.update(heads)
        telemetry.APPENDED.labels(self.service.name).inc(len(batch.events))
        return heads

    def _placed(self, reply: Reply, heads: dict[int, int]) -> Reply:
        if isinstance(reply, Refused) or not heads:
            return reply
        partition = self.log.partition(reply.stream)
        if partition not in heads:
            return reply
        return Accepted(reply.stream, reply.version, reply.event_types, {partition: heads[partition]}, reply.repeated)


def _outcome(reply: Reply) -> str:
    if reply.repeated:
        return "repeated"
    return "refused" if isinstance(reply, Refused) else "accepted" if reply.event_types else "unchanged"
