"""Decides a batch: units in order, each item on the states left by the items before it. In memory, no I/O."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from pydantic import ValidationError
from uuid_utils import uuid7

from chassis.commands import Accepted, Answer, Refused, Reply, Request
from chassis.domain import Command, Decider, Happened, Refusal
from chassis.errors import ConcurrentWrite, sentence_of
from chassis.handling.admission import around, encoded, refuse_unfit
from chassis.handling.answers import answer_json
from chassis.handling.audit import Action, Operator
from chassis.handling.claims import ClaimBook, Holders
from chassis.handling.joined import Unread, Way, refuse_circle
from chassis.handling.spans import decided
from chassis.handling.state_cache import Folded
from chassis.handling.units import Message, Rejection, UnitOfWork, WorkItem
from chassis.personal.payloads import Payload, Sensitive
from chassis.personal.sealing import Sealing
from chassis.policies import PolicyBook
from chassis.service import Service
from chassis.storage.log import Batch, Log, NewEvent, StoredEvent, meta_json
from chassis.tracing import Trace, named_in_logs
from contracts.persons import DataSubjectErased
from contracts.policy import PolicyEvent

_log = structlog.get_logger()

WAITS_BEHIND = Rejection(
    "waits-behind", "An earlier message of the same key is parked; this one keeps its place behind it."
)
INTERNAL_ERROR = "internal-error"
Mark = tuple[str, str]
"""The source of a message, and the fingerprint by which a repeat is recognised there."""


class ParkedBefore(NamedTuple):
    """What stands parked of a batch: the rows of its messages, and which (source, key) pairs of theirs wait in any partition."""

    rows: Mapping[Mark, int]
    keys: frozenset[tuple[str, str]]


@dataclass
class ParkedMessage:
    """A message to park, the reason, what of it to seal, and how often the batch repeats it; ``payload`` once it is sealed."""

    message: Message
    rejection: Rejection
    sensitive: Callable[[Message], Sensitive]
    repeats: int = 0
    payload: Payload | None = None


class Retried(NamedTuple):
    """The outcome of retrying a parked row: ``rejection`` is None where it was handled."""

    row_id: int
    rejection: Rejection | None
    by: Operator


@dataclass
class Plan:
    """What a batch will write. ``states`` starts as the loaded states and advances with every accepted command.

    ``histories``: stream → its events before the batch, of the streams whose histories its commands need. ``holders``: of documents
    that another attempt claimed.
    """

    service: Service
    log: Log
    policies: PolicyBook
    now: datetime
    event_bytes_max: int
    tenant: str
    states: dict[str, Folded]
    known: dict[str, Answer]
    parked_before: ParkedBefore
    histories: Mapping[str, Sequence[StoredEvent]] = field(default_factory=dict)
    holders: Holders = field(default_factory=dict)
    claims: ClaimBook = field(init=False)
    batch: Batch = field(init=False)
    replies: list[list[Reply]] = field(default_factory=list)
    parked: list[ParkedMessage] = field(default_factory=list)
    retried: list[Retried] = field(default_factory=list)
    repeats: Counter[int] = field(default_factory=Counter)
    policy_events: list[PolicyEvent] = field(default_factory=list)
    sealing: Sealing | None = None
    erased: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.batch, self.claims = Batch(self.now), ClaimBook(self.service, self.holders)
        self._parked_here: dict[Mark, ParkedMessage] = {}

    @property
    def writes_beside(self) -> bool:
        """Whether more is written than the log: rows of parked messages, or of the audit."""
        return bool(self.parked or self.retried or self.repeats or self.actions or self._keys_move)

    @property
    def _keys_move(self) -> bool:
        """Whether keys of persons have sealed, or are destroyed."""
        return self.sealing is not None and bool(self.sealing.used or self.erased)

    def add(self, unit: UnitOfWork) -> None:
        """Decide a unit after those before it."""
        blocked = set(unit.blocked)
        if unit.move is not None:
            blocked |= {key for source, key in self.parked_before.keys if source == unit.move.source}
        handled = repeated = 0
        for number, item in enumerate(unit.items):
            if self._already_parked(item):
                self.replies.append([])
                repeated += 1
                continue
            replies, rejection = self._decide(item, blocked)
            self.replies.append(replies)
            if all(isinstance(reply, Accepted) and not reply.repeated for reply in replies):
                self.actions += unit.actions
            if unit.retry is not None:
                self.retried.append(Retried(unit.retry.row_ids[number], rejection, unit.retry.by))
            elif rejection is not None and item.message is not None:
                self._park(item.message, rejection, unit.sensitive)
            if rejection is not None and item.message is not None:
                blocked.add(item.message.key)
            elif replies and all(reply.repeated for reply in replies):
                repeated += 1
            else:
                handled += 1
        if unit.move is not None:
            self.batch.moves.append(replace(unit.move, handled=handled, repeated=repeated))

    def _already_parked(self, item: WorkItem) -> bool:
        """Whether the message is parked already, before or in this batch; a repeat is then counted there, whatever its key."""
        message = item.message
        if message is None or message.mark is None:
            return False
        mark = (message.source, message.mark)
        if (row_id := self.parked_before.rows.get(mark)) is not None:
            self.repeats[row_id] += 1
            return True
        first = self._parked_here.get(mark)
        if first is not None:
            first.repeats += 1
        return first is not None

    def _park(self, message: Message, rejection: Rejection, sensitive: Callable[[Message], Sensitive]) -> None:
        parked = ParkedMessage(message, rejection, sensitive)
        self.parked.append(parked)
        if message.mark is not None:
            self._parked_here[message.source, message.mark] = parked

    def _decide(self, item: WorkItem, blocked: set[str]) -> tuple[list[Reply], Rejection | None]:
        if item.message is not None and item.message.key in blocked:
            return [], WAITS_BEHIND
        if item.rejection is not None:
            return [], item.rejection
        events, answers, claims = len(self.batch.events), len(self.batch.answers), len(self.claims)
        before, replies = dict[str, Folded](), list[Reply]()
        for request in item.requests:
            reply = self._answer(request, before)
            replies.append(reply)
            if isinstance(reply, Refused) and item.message is not None:
                # A message succeeds or fails as a whole: the decisions of its earlier commands are undone, and it is parked.
                for command_id, _ in self.batch.answers[answers:]:
                    self.known.pop(command_id, None)
                del self.batch.events[events:], self.batch.answers[answers:]
                self.claims.undo(claims)
                self.states.update(before)
                return [], Rejection(reply.code, reply.detail)
        return replies, None

    def _answer(self, request: Request, before: dict[str, Folded]) -> Reply:
        if request.id is not None and (known := self.known.get(request.id)) is not None:
            return replace(known.reply, repeated=True) if known.is_for(request.contents) else _other_contents(known)
        reply = decided(request, lambda trace: self._follow(request, before, trace))
        broken = isinstance(reply, Refused) and reply.code == INTERNAL_ERROR
        # A fixed decider will answer differently, so a failure is not remembered.
        if request.id is not None and not broken:
            answer = self.known[request.id] = Answer(reply, request.contents)
            self.batch.answers.append((request.id, answer_json(answer, self.log.contents_keys)))
        return reply

    def _follow(self, request: Request, before: dict[str, Folded], trace: Trace) -> Reply:
        decider = self.service.decider_of(request.command)
        stream = decider.stream(request.command)
        try:
            command, stream = self._addressed(decider, request.command)
            if self.sealing is not None:
                command = self.sealing.command(request, command)
            folded = self.states[stream]
            state = folded.state
            refuse_unfit(request, stream, decider.category, folded.version == 0, self.policies)
            decided = decider.decide(command, state, self.policies)
            if self.sealing is not None:
                decided = [self.sealing.event(event) for event in decided]
            meta = (
                meta_json(request.causation_id, request.actor, self.tenant, *trace, request.client) if decided else ""
            )
            surrounds = around(request, stream, meta, trace.state)
            data_of = [encoded(event, surrounds, self.event_bytes_max) for event in decided]
            for event in decided:
                state = decider.evolve(state, event)
            if decided:
                refuse_circle(decider, stream, lambda at: state if at == stream else self._known_state(at))
            ids = [str(uuid7()) for _ in decided]
            self.claims.note(stream, decided, ids)
        except ConcurrentWrite:
            raise  # to be decided again
        except Refusal as refusal:
            return Refused(refusal.code, str(refusal), refusal.status)
        except ValidationError as error:
            # The command would create an event that violates its contract, for example an id with a control character.
            return Refused("against-contract", f"{error.title} would violate its contract: {sentence_of(error)}", 422)
        except Exception as error:
            # A decider that fails must not stop the partition: the message is parked with the error and retried after the fix.
            with named_in_logs(trace):
                _log.error("decider failed", command=type(request.command).__name__, stream=stream, exc_info=error)
            return Refused(INTERNAL_ERROR, f"Deciding failed: {type(error).__name__}: {error}", 500)
        partition = self.log.partition(stream)
        version = folded.version
        for event, data, event_id in zip(decided, data_of, ids, strict=True):
            version += 1
            self.batch.events.append(
                NewEvent(
                    partition,
                    stream,
                    version,
                    event.TYPE,
                    event.VERSION,
                    data,
                    meta,
                    event_id,
                    request.correlation_id,
                    request.occurred_at,
                )
            )
            if isinstance(event, PolicyEvent):
                self.policy_events.append(event)
            elif isinstance(event, DataSubjectErased):
                self.erased.append(event.subject)
        if decided:
            before.setdefault(stream, folded)
            self.states[stream] = Folded(version, state)
        return Accepted(stream, version, tuple(event.TYPE for event in decided))

    def _addressed(self, decider: Decider, command: Command) -> tuple[Command, str]:
        """The command with the histories that it needs, and the stream that decides it: that of the entity it addresses, or of the
        one that this has become part of."""
        if ids := decider.histories_of(command):
            command = replace(command, histories={id: self._history(f"{decider.category}-{id}") for id in ids})
        way = Way(decider, command)
        while (further := way.on(self._state(way))) is not None:
            way = further
        return way.command, way.stream

    def _known_state(self, stream: str) -> Any | None:
        return self.states[stream].state if stream in self.states else None

    def _state(self, way: Way) -> Any:
        """Raises Unread for a stream that only this batch made part of another one."""
        if way.stream not in self.states:
            raise Unread(way)
        return self.states[way.stream].state

    def _history(self, stream: str) -> tuple[Happened, ...]:
        """What happened in a stream until now, in this batch too. Raises ConcurrentWrite where it was read later than its state."""
        stored = self.histories[stream]
        new = [each for each in self.batch.events if each.stream == stream]
        last = new[-1].version if new else stored[-1].envelope.version if stored else 0
        if stream in self.states and self.states[stream].version != last:
            raise ConcurrentWrite(f"stale {stream}")
        types = self.service.event_types
        before = (Happened(row.event(types), row.envelope.occurred_at) for row in stored)
        here = (Happened(types[each.type, each.schema_version].from_log(each.data), each.occurred_at) for each in new)
        return (*before, *here)


SAME_ID = "same-id-other-contents"


def _other_contents(first: Answer) -> Refused:
    """The refusal of a known id that came with other contents, with what the first ones became."""
    reply = first.reply
    if isinstance(reply, Refused):
        became = f"The first was refused: {reply.detail}"
    elif reply.event_types:
        what = first.recorded or ", ".join(reply.event_types)
        became = f"The first became version {reply.version} of {reply.stream}: {what}"
    else:
        became = f"The first changed nothing in {reply.stream}, which was at version {reply.version}."
    return Refused(SAME_ID, f"This id was handled before with other contents. {became}", 422)
