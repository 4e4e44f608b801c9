"""One side of a back-test: an account under one book of policies, with its timers, in memory; or both sides, while they are the same.

How limits are decided again. Where an approved proposal was what the live policy suggested, the side's own policy suggests
on the same day, from the file, class and terms of that day. Where it suggests nothing, because the file lacks figures that
its method needs, the amount stays as a person named it. So does an amount that was not the suggestion. What is approved, and
what a limit is temporarily increased to, is cut to the cap of the side's policy on that day, because above it it would have
been refused. A limit that was set without a proposal stays whole: no policy applies to it. What was refused or never
requested live is not known, so nobody is granted a limit that was not granted then.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar, cast, get_args

from chassis.backtests import Trial
from chassis.policies import PolicyBook
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope, Event
from contracts.credit import (
    CollectionStepTaken,
    CreditLimitProposed,
    CreditLimitSet,
    InvoiceWrittenOff,
    OrderCreditHeld,
)
from credit_svc.account import decided
from credit_svc.account.decision import Command
from credit_svc.account.increases import IncreaseLimitTemporarily
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.state import Account
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.limits.methods import cap_of, suggest_for
from credit_svc.policies.limits import LimitPolicy
from credit_svc.reports.backtest.both_policies import BothPolicies
from credit_svc.reports.backtest.inputs import Input, Response
from credit_svc.reports.backtest.responses import Responses
from credit_svc.timers import behaviour_due, debit_note_due, instalment_due, invoice_due, override_due, step_due

TIMERS: tuple[TodoList[Any], ...] = (
    override_due.TODO, debit_note_due.TODO, instalment_due.TODO, invoice_due.TODO, behaviour_due.TODO, step_due.TODO,
)  # fmt: skip
RESPONSES = get_args(Response)

T = TypeVar("T")

# What the to-do lists keep of an event beside the event itself, which nothing reads here.
AROUND = Envelope(
    id="", source="", type="", schema_version=1, stream="", partition=0, position=0, version=0,
    occurred_at=datetime.min.replace(tzinfo=UTC), recorded_at=datetime.min.replace(tzinfo=UTC), correlation_id="",
)  # fmt: skip


def _by_event() -> Mapping[type[Event], tuple[int, ...]]:
    events = {event for todo in TIMERS for event in todo.handles}
    return {event: tuple(n for n, todo in enumerate(TIMERS) if event in todo.handles) for event in events}


_TIMERS_OF = _by_event()


@dataclass(frozen=True, slots=True)
class Granted:
    """A limit; ``is_cut``: more was proposed than the policy's cap allowed."""

    amount: Decimal
    currency: str
    is_cut: bool


@dataclass
class Tally:
    """What one side decided: the limit that was set last, and of the days of the trial the orders held and the steps."""

    granted: Granted | None = None
    held: dict[str, OrderCreditHeld] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)


@dataclass
class Replica:
    """``tallies``: of the sides that this is, two while they are the same. ``requested``: proposal → the limit that it proposes here.
    ``parted``: what this was before a decision that the other side may make otherwise.
    """

    policies: PolicyBook
    trial: Trial
    tallies: tuple[Tally, ...]
    state: Account = field(default_factory=Account)
    rows: tuple[dict[Key, Any], ...] = field(default_factory=lambda: tuple({} for _ in TIMERS))
    requested: dict[str, Decimal] = field(default_factory=dict)
    responses: Responses = field(default_factory=Responses)
    parted: "Replica | None" = None
    next_due: tuple[date, int, Key] | None = None

    def copied(self, policies: PolicyBook, tallies: tuple[Tally, ...]) -> "Replica":
        """The same account, to be decided on apart from this one."""
        return Replica(
            policies, self.trial, tallies, self.state, tuple(dict(rows) for rows in self.rows), dict(self.requested),
            self.responses.copied(), None, self.next_due,
        )  # fmt: skip

    def is_like(self, other: "Replica") -> bool:
        """Whether both go on alike from here."""
        return (self.state, self.rows, self.requested, self.responses) == (
            other.state, other.rows, other.requested, other.responses,
        )  # fmt: skip

    def take(self, each: Input) -> None:
        """An input, after everything that was due before it."""
        on, occurrence = each
        self.until(on)
        match occurrence:
            case CreditLimitProposed():
                self.requested[occurrence.proposal_id] = self._watched(lambda: self._requested(occurrence, on))
            case CreditLimitSet():
                self._do(self._watched(lambda: self._limit(occurrence, on)), on)
            case InvoiceWrittenOff() as e:
                if e.invoice_id in self.state.ledger(e.currency).open:
                    if e.invoice_id not in self.state.claims.proposals:
                        by = e.proposed_by
                        self._do(ProposeWriteOff(e.customer_id, e.invoice_id, e.reason, by, e.written_off_on), on)
                    self._do(ApproveWriteOff(e.customer_id, e.invoice_id, e.approved_by, e.written_off_on), on)
            case IncreaseLimitTemporarily():
                limit = self._watched(lambda: self._within_cap(occurrence.limit, occurrence.on))
                self._do(replace(occurrence, limit=limit), on)
            case _ if isinstance(occurrence, RESPONSES):
                command = self.responses.command(occurrence, self.state, on)
                if command is not None:
                    self.responses.note(occurrence, self._do(command, on, may_be_refused=True))
            case _:
                self._do(cast(Command, occurrence), on)

    def until(self, day: date) -> None:
        """Everything due up to the beginning of a day; a command that changes nothing is not due again."""
        while (due := self._due()) is not None and due[0] <= day:
            due_on, number, key = due
            row, todo = self.rows[number][key], TIMERS[number]
            assert todo.command is not None
            before = self.state
            self._do(todo.command(row), due_on)
            if self.state is before and self.rows[number].get(key) is row:
                del self.rows[number][key]
                self.next_due = None

    def _due(self) -> tuple[date, int, Key] | None:
        """What is due next; None where nothing is."""
        if self.next_due is None:
            rows = ((row.due_on, n, key) for n, rows in enumerate(self.rows) for key, row in rows.items())
            self.next_due = min(rows, key=lambda each: each[:2], default=None)
        return self.next_due

    def _do(self, command: Command, on: date, may_be_refused: bool = False) -> list[Event]:
        decision = self._watched(lambda: decided(command, self.state, self.policies, may_be_refused))
        self.state = decision.state
        is_of_trial = self.trial.starts_on <= on <= self.trial.ends_on
        for event in decision.events:
            for number in _TIMERS_OF.get(type(event), ()):
                todo, rows = TIMERS[number], self.rows[number]
                for key in todo.keys(event, AROUND):
                    row = todo.evolve(key, rows.pop(key, None), event, AROUND)
                    if row is not None:
                        rows[key] = row
                self.next_due = None
            if is_of_trial and isinstance(event, OrderCreditHeld):
                for tally in self.tallies:
                    tally.held.setdefault(event.order_id, event)
            elif is_of_trial and isinstance(event, CollectionStepTaken):
                for tally in self.tallies:
                    tally.steps[event.step] += 1
        return decision.events

    def _watched(self, decide: Callable[[], T]) -> T:
        """What is decided; where both sides are one and the candidate may decide otherwise, this is copied as it was before."""
        if not isinstance(self.policies, BothPolicies) or self.parted is not None:
            return decide()
        self.policies.reading.differs = False
        found = decide()
        if self.policies.reading.differs:
            self.parted = self.copied(self.trial.candidate, self.tallies[1:])
            self.tallies = self.tallies[:1]
        return found

    def _requested(self, proposed: CreditLimitProposed, on: date) -> Decimal:
        if proposed.limit != proposed.suggested:
            return proposed.limit
        suggestion = suggest_for(
            self.state.file, on, self.policies.at(LimitPolicy, on).document, self.state.has_overdue(on),
            proposed.assessed_net_assets,
        )  # fmt: skip
        return proposed.limit if suggestion is None or suggestion.limit is None else suggestion.limit

    def _limit(self, event: CreditLimitSet, on: date) -> SetCreditLimit:
        amount = requested = event.limit
        if event.proposal_id is not None:
            requested = self.requested.get(event.proposal_id, event.limit)
            amount = self._within_cap(requested, on)
        for tally in self.tallies:
            tally.granted = Granted(amount, event.currency, is_cut=amount < requested)
        return SetCreditLimit(
            event.customer_id, amount, event.currency, event.valid_from, event.reason, event.approved_by,
            max(on, event.valid_from),
        )  # fmt: skip

    def _within_cap(self, amount: Decimal, on: date) -> Decimal:
        financials = self.state.file.financials
        cap = cap_of(financials, self.policies.at(LimitPolicy, on).document) if financials else None
        return amount if cap is None else min(amount, cap)
