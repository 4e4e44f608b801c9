"""What a back-test reports: both sides of every account, and where they part."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.backtests import Trial
from chassis.calendar import add_days
from contracts import Envelope, Event
from contracts.figures import PlainModel
from credit_svc.account.state import Account
from credit_svc.reports.backtest.inputs import Input, Inputs
from credit_svc.reports.backtest.side import Replica

LATE_DAYS = 90
"""An invoice unpaid for longer than this stands for money that a hold would have saved."""
LISTED_MAX = 1_000


class Side(PlainModel):
    """What one side decided between the two days; amounts by currency."""

    orders_held: int
    held_amount: dict[str, Decimal]
    steps: dict[str, int]
    behaviour: dict[str, int]
    """Customers by behaviour class at the end."""
    granted: dict[str, Decimal]
    """The limits set last until the end; without raises, the policy's limit for those who have none, and cancelled lines."""


class LimitChange(PlainModel):
    """The limit set last for a customer, and what it would have been: another suggestion, or cut to the policy's cap."""

    customer_id: str
    currency: str
    live: Decimal
    candidate: Decimal
    because: Literal["suggestion", "cap"]


class CreditReport(PlainModel):
    """The candidate against the live policy. Orders that only the candidate holds: ``saved_amount`` is what of their
    invoices was given up or not paid within 90 days of its due date, ``delayed_amount`` good business that would have
    waited."""

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
    limits_changed: int
    limit_changes: list[LimitChange]
    """At most 1,000 of those."""


class CreditReplay:
    """Collects the inputs of each account, and decides on them twice at the end."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._inputs = Inputs(trial.live)

    def take(self, event: Event, envelope: Envelope) -> None:
        self._inputs.take(event, envelope)

    def report(self) -> CreditReport:
        pairs = {customer: self._both(inputs) for customer, inputs in self._inputs.by_customer.items()}
        saved, delayed = dict[str, Decimal](), dict[str, Decimal]()
        for live, other in pairs.values():
            for order_id, hold in other.held.items():
                if order_id not in live.held:
                    amounts = saved if _was_bad(live.state, order_id, self._trial.ends_on) else delayed
                    _add(amounts, hold.currency, hold.amount)
        limits = list(_limit_changes(pairs))
        return CreditReport(
            starts_on=self._trial.starts_on,
            ends_on=self._trial.ends_on,
            customers=len(pairs),
            live=_side([live for live, _ in pairs.values()]),
            candidate=_side([other for _, other in pairs.values()]),
            saved_amount=saved,
            delayed_amount=delayed,
            held_only_by_live=sum(len(live.held.keys() - other.held.keys()) for live, other in pairs.values()),
            stood_differently=list(_differences(pairs))[:LISTED_MAX],
            limits_changed=len(limits),
            limit_changes=limits[:LISTED_MAX],
        )

    def _both(self, inputs: Sequence[Input]) -> tuple[Replica, Replica]:
        sides = Replica(self._trial.live, self._trial), Replica(self._trial.candidate, self._trial)
        end = add_days(self._trial.ends_on, 1)
        for side in sides:
            for each in inputs:
                if each.on < end:
                    side.take(each)
            side.until(end, inputs[-1].envelope)
        return sides


def _was_bad(account: Account, order_id: str, on: date) -> bool:
    """Whether an invoice of an order is unpaid for long, given up, or was paid very late."""
    return any(_is_bad(account, invoice_id, on) for invoice_id in account.orders.invoiced.get(order_id, ()))


def _is_bad(account: Account, invoice_id: str, on: date) -> bool:
    currency = account.currency_of_invoice(invoice_id)
    if currency is None:
        return False
    ledger = account.ledger(currency)
    if ledger.written_off(invoice_id) is not None:
        return True
    paid = [entry.on for entry in ledger.entries.get(invoice_id, ())]
    settled_on = on if invoice_id in ledger.open else max(paid, default=on)
    return (settled_on - ledger.invoices[invoice_id].due_on).days > LATE_DAYS


def _side(replicas: Sequence[Replica]) -> Side:
    held, granted = dict[str, Decimal](), dict[str, Decimal]()
    for replica in replicas:
        for hold in replica.held.values():
            _add(held, hold.currency, hold.amount)
        if replica.granted is not None:
            _add(granted, replica.granted.currency, replica.granted.amount)
    return Side(
        orders_held=sum(len(replica.held) for replica in replicas),
        held_amount=held,
        steps=dict(sum((replica.steps for replica in replicas), Counter[str]())),
        behaviour=dict(Counter(replica.state.behaviour.current for replica in replicas)),
        granted=granted,
    )


def _differences(pairs: dict[str, tuple[Replica, Replica]]) -> Iterator[dict[str, str]]:
    for customer_id, (live, other) in pairs.items():
        before, after = live.state.behaviour.current, other.state.behaviour.current
        if before != after:
            yield {"customer_id": customer_id, "live": before, "candidate": after}


def _limit_changes(pairs: dict[str, tuple[Replica, Replica]]) -> Iterator[LimitChange]:
    for customer_id, (live, other) in pairs.items():
        before, after = live.granted, other.granted
        if before is not None and after is not None and before.amount != after.amount:
            yield LimitChange(
                customer_id=customer_id,
                currency=after.currency,
                live=before.amount,
                candidate=after.amount,
                because="cap" if before.is_cut or after.is_cut else "suggestion",
            )


def _add(amounts: dict[str, Decimal], currency: str, amount: Decimal) -> None:
    amounts[currency] = amounts.get(currency, Decimal(0)) + amount
