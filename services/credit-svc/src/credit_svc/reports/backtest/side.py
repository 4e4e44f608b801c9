"""One side of a back-test: an account under one book of policies, with its timers, in memory.

How limits are decided again. Where an approved proposal was what the live policy suggested, the side's own policy suggests
on the same day, from the file, class and terms of that day. Where it suggests nothing, because the file lacks figures that
its method needs, the amount stays as a person named it. So does an amount that was not the suggestion. What is approved, and
what a limit is temporarily increased to, is cut to the cap of the side's policy on that day, because above it it would have
been refused. A limit that was set without a proposal stays whole: no policy applies to it. What was refused or never
requested live is not known, so nobody is granted a limit that was not granted then.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.backtests import Trial
from chassis.policies import PolicyBook
from chassis.read_models import Key
from chassis.timers import TodoList
from contracts import Envelope
from contracts.credit import (
    CollectionStepTaken,
    CreditLimitProposed,
    CreditLimitSet,
    InvoiceWrittenOff,
    OrderCreditHeld,
)
from credit_svc.account import DECIDER, decide
from credit_svc.account.decision import Command
from credit_svc.account.increases import IncreaseLimitTemporarily
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.state import Account
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.limits.methods import cap_of, suggest_for
from credit_svc.policies.limits import LimitPolicy
from credit_svc.reports.backtest.inputs import Input
from credit_svc.timers import behaviour_due, debit_note_due, invoice_due, step_due

TIMERS: tuple[TodoList[Any], ...] = (debit_note_due.TODO, invoice_due.TODO, behaviour_due.TODO, step_due.TODO)


@dataclass(frozen=True, slots=True)
class Granted:
    """A limit; ``is_cut``: more was proposed than the policy's cap allowed."""

    amount: Decimal
    currency: str
    is_cut: bool


@dataclass
class Replica:
    """``requested``: proposal → the limit that it proposes here. ``granted``: the limit that was set last. ``held`` and ``steps``:
    what was decided on the days of the trial."""

    policies: PolicyBook
    trial: Trial
    state: Account = field(default_factory=Account)
    rows: dict[str, dict[Key, Any]] = field(default_factory=lambda: {todo.name: {} for todo in TIMERS})
    requested: dict[str, Decimal] = field(default_factory=dict)
    granted: Granted | None = None
    held: dict[str, OrderCreditHeld] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)

    def take(self, each: Input) -> None:
        """An input, after everything that was due before it."""
        on, occurrence, envelope = each
        self.until(on, envelope)
        match occurrence:
            case CreditLimitProposed():
                self.requested[occurrence.proposal_id] = self._requested(occurrence, on)
            case CreditLimitSet():
                self._do(self._limit(occurrence, on), envelope, on)
            case InvoiceWrittenOff() as e:
                if e.invoice_id in self.state.ledger(e.currency).open:
                    proposal = ProposeWriteOff(e.customer_id, e.invoice_id, e.reason, e.proposed_by, e.written_off_on)
                    self._do(proposal, envelope, on)
                    approval = ApproveWriteOff(e.customer_id, e.invoice_id, e.approved_by, e.written_off_on)
                    self._do(approval, envelope, on)
            case IncreaseLimitTemporarily():
                self._do(replace(occurrence, limit=self._within_cap(occurrence.limit, occurrence.on)), envelope, on)
            case _:
                self._do(occurrence, envelope, on)

    def until(self, day: date, envelope: Envelope) -> None:
        """Everything due up to the beginning of a day; a command that changes nothing is not due again."""
        while due := [(r.due_on, n, r) for n, todo in enumerate(TIMERS) for r in self.rows[todo.name].values()]:
            due_on, number, row = min(due, key=lambda each: each[:2])
            if due_on > day:
                return
            todo = TIMERS[number]
            assert todo.command is not None
            before = self.state
            self._do(todo.command(row), envelope, due_on)
            if self.state is before:
                self.rows[todo.name] = {k: r for k, r in self.rows[todo.name].items() if r is not row}

    def _do(self, command: Command, envelope: Envelope, on: date) -> None:
        for event in decide(command, self.state, self.policies):
            self.state = DECIDER.evolve(self.state, event)
            for todo in TIMERS:
                if isinstance(event, todo.handles):
                    for key in todo.keys(event, envelope):
                        row = todo.evolve(key, self.rows[todo.name].pop(key, None), event, envelope)
                        if row is not None:
                            self.rows[todo.name][key] = row
            if self.trial.starts_on <= on <= self.trial.ends_on:
                if isinstance(event, OrderCreditHeld):
                    self.held.setdefault(event.order_id, event)
                elif isinstance(event, CollectionStepTaken):
                    self.steps[event.step] += 1

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
        self.granted = Granted(amount, event.currency, is_cut=amount < requested)
        return SetCreditLimit(
            event.customer_id, amount, event.currency, event.valid_from, event.reason, event.approved_by,
            max(on, event.valid_from),
        )  # fmt: skip

    def _within_cap(self, amount: Decimal, on: date) -> Decimal:
        financials = self.state.file.financials
        cap = cap_of(financials, self.policies.at(LimitPolicy, on).document) if financials else None
        return amount if cap is None else min(amount, cap)
