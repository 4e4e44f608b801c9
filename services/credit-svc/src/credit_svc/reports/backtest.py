"""Back-tests: every account's facts and human decisions once more, day by day, under the live policies and a candidate.

What a policy decides (holds, classes, steps, cancelled lines) is decided anew; what people and other systems said is kept.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from chassis.backtests import Backtest, Trial
from chassis.policies import PolicyBook
from chassis.read_models import Key, TodoList
from contracts import Envelope, Event, erp
from contracts.credit import (
    ChequeBounced,
    CollectionStepTaken,
    CreditFileRecorded,
    CreditLimitSet,
    CreditNoteRecorded,
    CustomerRankNoted,
    InvoiceRecorded,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureReleased,
    PaymentRecorded,
    PaymentRefused,
    TermsSet,
)
from credit_svc import commands
from credit_svc.account import Account
from credit_svc.decisions import DECIDER
from credit_svc.policies import ClassPolicy, CollectionPolicy, CreditPolicy
from credit_svc.read_models import behaviour_review, invoice_due, next_step

HANDLES: tuple[type[Event], ...] = (
    InvoiceRecorded, PaymentRecorded, CreditNoteRecorded, ChequeBounced, OrderCreditApproved, OrderCreditHeld,
    OrderExposureReleased, CreditLimitSet, CreditFileRecorded, TermsSet, CustomerRankNoted, PaymentRefused,
)  # fmt: skip
TIMERS: tuple[TodoList[Any], ...] = (invoice_due.MODEL, behaviour_review.MODEL, next_step.MODEL)
LATE_DAYS = 90
"""An invoice unpaid for longer than this stands for money that a hold would have saved."""


class Side(BaseModel):
    """What one side decided between the two days; amounts by currency."""

    orders_held: int
    held_amount: dict[str, Decimal]
    steps: dict[str, int]
    behaviour: dict[str, int]
    """Customers by behaviour class at the end."""


class CreditReport(BaseModel):
    """The candidate against the live policy. Orders that only the candidate holds: ``saved_amount`` is what of their
    invoices was not paid within 90 days of its due date, ``delayed_amount`` good business that would have waited."""

    starts_on: date
    ends_on: date
    customers: int
    live: Side
    candidate: Side
    saved_amount: dict[str, Decimal]
    delayed_amount: dict[str, Decimal]
    held_only_by_live: int
    stood_differently: list[dict[str, str]]
    """Customers whose behaviour class at the end differs, at most 1,000."""


@dataclass
class Replica:
    """One account under one book, with its to-do lists, in memory."""

    book: PolicyBook
    state: Account = field(default_factory=Account)
    rows: dict[str, dict[Key, Any]] = field(default_factory=lambda: {todo.name: {} for todo in TIMERS})
    held: dict[str, OrderCreditHeld] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)

    def do(self, command: Any, envelope: Envelope, on: date, trial: Trial) -> None:
        for event in DECIDER.decide(command, self.state, self.book):
            self.state = DECIDER.evolve(self.state, event)
            for todo in TIMERS:
                if isinstance(event, todo.handles):
                    for key in todo.keys(event, envelope):
                        row = todo.evolve(key, self.rows[todo.name].pop(key, None), event, envelope)
                        if row is not None:
                            self.rows[todo.name][key] = row
            if trial.starts_on <= on <= trial.ends_on:
                if isinstance(event, OrderCreditHeld):
                    self.held.setdefault(event.order_id, event)
                elif isinstance(event, CollectionStepTaken):
                    self.steps[event.step] += 1

    def until(self, day: date, envelope: Envelope, trial: Trial) -> None:
        """Everything due up to the beginning of a day; a command that changes nothing is not due again."""
        moment = datetime.combine(day, time(), UTC)
        while due := [(r.due_at, n, r) for n, todo in enumerate(TIMERS) for r in self.rows[todo.name].values()]:
            due_at, number, row = min(due, key=lambda each: each[:2])
            if due_at > moment:
                return
            todo = TIMERS[number]
            assert todo.command is not None
            before = self.state
            self.do(todo.command(row), envelope, due_at.date(), trial)
            if self.state is before:
                self.rows[todo.name] = {k: r for k, r in self.rows[todo.name].items() if r is not row}


class CreditReplay:
    """Keeps what each account was told, and decides it twice at the end."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._told: dict[str, list[tuple[date, Any, Envelope]]] = {}
        self._seen: set[tuple[str, str]] = set()

    def take(self, event: Event, envelope: Envelope) -> None:
        customer_id: str = event.customer_id  # type: ignore[attr-defined]
        on = envelope.occurred_at.date()
        command = self._command(event, customer_id, on)
        if command is not None:
            self._told.setdefault(customer_id, []).append((on, command, envelope))

    def report(self) -> CreditReport:
        pairs = {customer: self._both(told) for customer, told in self._told.items()}
        lives, candidates = [live for live, _ in pairs.values()], [other for _, other in pairs.values()]
        saved, delayed = dict[str, Decimal](), dict[str, Decimal]()
        for live, other in pairs.values():
            for order_id, hold in other.held.items():
                if order_id not in live.held:
                    amounts = saved if _was_bad(live.state, order_id, self._trial.ends_on) else delayed
                    _add(amounts, hold)
        return CreditReport(
            starts_on=self._trial.starts_on,
            ends_on=self._trial.ends_on,
            customers=len(pairs),
            live=_side(lives),
            candidate=_side(candidates),
            saved_amount=saved,
            delayed_amount=delayed,
            held_only_by_live=sum(len(live.held.keys() - other.held.keys()) for live, other in pairs.values()),
            stood_differently=list(_differences(pairs))[:1_000],
        )

    def _both(self, told: list[tuple[date, Any, Envelope]]) -> tuple[Replica, Replica]:
        sides = Replica(self._trial.live), Replica(self._trial.candidate)
        end = self._trial.ends_on + timedelta(days=1)
        for side in sides:
            for on, command, envelope in told:
                if on < end:
                    side.until(on, envelope, self._trial)
                    side.do(command, envelope, on, self._trial)
            side.until(end, told[-1][2], self._trial)
        return sides

    def _command(self, event: Event, customer_id: str, on: date) -> Any:
        """What was told then; None for what a policy decided itself, and for an order that was looked at again."""
        match event:
            case InvoiceRecorded() as e:
                return commands.RecordInvoice(erp.InvoiceIssued.model_validate(_fields(e, erp.InvoiceIssued)))
            case PaymentRecorded() as e:
                return commands.RecordPayment(erp.PaymentReceived.model_validate(_fields(e, erp.PaymentReceived)))
            case CreditNoteRecorded() as e:
                fields = {**_fields(e, erp.CreditNoteIssued), "reason": e.reason or None}
                return commands.RecordCreditNote(erp.CreditNoteIssued.model_validate(fields))
            case ChequeBounced() as e:
                return commands.RecordBouncedCheque(erp.ChequeBounced.model_validate(_fields(e, erp.ChequeBounced)))
            case OrderCreditApproved() | OrderCreditHeld():
                if (customer_id, event.order_id) in self._seen:
                    return None
                self._seen.add((customer_id, event.order_id))
                return commands.CheckOrder(event.order_id, customer_id, on, event.amount, event.currency)
            case OrderExposureReleased(order_id=order_id, because=because) if because != "invoiced":
                return commands.ReleaseOrder(order_id, customer_id, on, because)
            case CreditLimitSet() as e if not e.approved_by.startswith("policy "):
                day = max(on, e.valid_from)
                return commands.SetCreditLimit(
                    customer_id, e.limit, e.currency, e.valid_from, e.reason, e.approved_by, day
                )
            case CreditFileRecorded() as e:
                names = ("character", "capacity", "capital", "collateral", "conditions")
                assessed = {name: getattr(e, name) for name in names}
                return commands.RecordFile(customer_id, assessed, e.financials, e.recorded_by, e.recorded_on)
            case TermsSet() as e:
                return commands.SetTerms(
                    customer_id, e.credit_days, e.discount_days, e.discount_percent, e.interest_percent,
                    e.has_arbitration_clause, e.valid_from, e.reason, e.approved_by,
                )  # fmt: skip
            case CustomerRankNoted() as e:
                return commands.NoteRank(customer_id, e.tier, e.is_key_account)
            case PaymentRefused() as e:
                return commands.RecordRefusal(customer_id, e.reason, e.recorded_by, e.refused_on)
        return None


def _fields(event: Event, fact: type[Event]) -> dict[str, Any]:
    return {name: getattr(event, name) for name in fact.model_fields}


def _was_bad(account: Account, order_id: str, on: date) -> bool:
    """Whether the invoice of an order is unpaid for long, given up, or was paid very late."""
    invoice_id = account.orders.invoiced.get(order_id)
    currency = account.currency_of_invoice(invoice_id) if invoice_id else None
    if invoice_id is None or currency is None:
        return False
    ledger = account.ledger(currency)
    if ledger.written_off(invoice_id) is not None:
        return True
    paid = [entry.on for entry in ledger.entries.get(invoice_id, ())]
    settled_on = on if invoice_id in ledger.open else max(paid, default=on)
    return (settled_on - ledger.invoices[invoice_id].due_on).days > LATE_DAYS


def _side(replicas: Sequence[Replica]) -> Side:
    amounts: dict[str, Decimal] = {}
    for replica in replicas:
        for hold in replica.held.values():
            _add(amounts, hold)
    return Side(
        orders_held=sum(len(replica.held) for replica in replicas),
        held_amount=amounts,
        steps=dict(sum((replica.steps for replica in replicas), Counter[str]())),
        behaviour=dict(Counter(replica.state.behaviour.current for replica in replicas)),
    )


def _differences(pairs: dict[str, tuple[Replica, Replica]]) -> Iterator[dict[str, str]]:
    for customer_id, (live, other) in pairs.items():
        before, after = live.state.behaviour.current, other.state.behaviour.current
        if before != after:
            yield {"customer_id": customer_id, "live": before, "candidate": after}


def _add(amounts: dict[str, Decimal], hold: OrderCreditHeld) -> None:
    amounts[hold.currency] = amounts.get(hold.currency, Decimal(0)) + hold.amount


BACKTESTS = tuple(
    Backtest(policy=policy, handles=HANDLES, begin=CreditReplay)
    for policy in (CreditPolicy, CollectionPolicy, ClassPolicy)
)
