"""What the processes of a back-test find of their accounts: sums and differences, small enough to be handed over."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from credit_svc.account.state import Account
from credit_svc.receivables.given_up import written_off
from credit_svc.reports.backtest.pair import Pair
from credit_svc.reports.backtest.side import Tally

LATE_DAYS = 90
"""An invoice unpaid for longer than this stands for money that a hold would have saved."""

Amounts = dict[str, Decimal]
"""By currency."""
Change = tuple[str, str, Decimal, Decimal, Literal["suggestion", "cap"]]
"""Customer, currency, limit live, limit of the candidate, and why they differ."""


@dataclass
class SideFound:
    orders_held: int = 0
    held_amount: Amounts = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)
    behaviour: Counter[str] = field(default_factory=Counter)
    granted: Amounts = field(default_factory=dict)

    def add(self, tally: Tally, state: Account) -> None:
        self.orders_held += len(tally.held)
        for hold in tally.held.values():
            _add(self.held_amount, hold.currency, hold.amount)
        self.steps += tally.steps
        self.behaviour[state.behaviour.current] += 1
        if tally.granted is not None:
            _add(self.granted, tally.granted.currency, tally.granted.amount)

    def join(self, other: "SideFound") -> None:
        self.orders_held += other.orders_held
        self.steps += other.steps
        self.behaviour += other.behaviour
        _add_all(self.held_amount, other.held_amount)
        _add_all(self.granted, other.granted)


@dataclass
class Found:
    """``stood``: customer, class live and class of the candidate, where they differ."""

    customers: int = 0
    live: SideFound = field(default_factory=SideFound)
    candidate: SideFound = field(default_factory=SideFound)
    saved: Amounts = field(default_factory=dict)
    delayed: Amounts = field(default_factory=dict)
    held_only_by_live: int = 0
    stood: list[tuple[str, str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def add(self, customer_id: str, pair: Pair, ends_on: date) -> None:
        """An account at the end of the trial."""
        live, candidate = pair.tallies
        self.customers += 1
        self.live.add(live, pair.live.state)
        self.candidate.add(candidate, pair.other.state)
        for order_id, hold in candidate.held.items():
            if order_id not in live.held:
                amounts = self.saved if _was_bad(pair.live.state, order_id, ends_on) else self.delayed
                _add(amounts, hold.currency, hold.amount)
        self.held_only_by_live += len(live.held.keys() - candidate.held.keys())
        before, after = pair.live.state.behaviour.current, pair.other.state.behaviour.current
        if before != after:
            self.stood.append((customer_id, before, after))
        was, would_be = live.granted, candidate.granted
        if was is not None and would_be is not None and was.amount != would_be.amount:
            because: Literal["suggestion", "cap"] = "cap" if was.is_cut or would_be.is_cut else "suggestion"
            self.changes.append((customer_id, would_be.currency, was.amount, would_be.amount, because))

    def join(self, other: "Found") -> None:
        """What another process found of other accounts."""
        self.customers += other.customers
        self.live.join(other.live)
        self.candidate.join(other.candidate)
        _add_all(self.saved, other.saved)
        _add_all(self.delayed, other.delayed)
        self.held_only_by_live += other.held_only_by_live
        self.stood += other.stood
        self.changes += other.changes


def _was_bad(account: Account, order_id: str, on: date) -> bool:
    """Whether an invoice of an order is unpaid for long, given up, or was paid very late."""
    return any(_is_bad(account, invoice_id, on) for invoice_id in account.orders.invoiced.get(order_id, ()))


def _is_bad(account: Account, invoice_id: str, on: date) -> bool:
    currency = account.currency_of_invoice(invoice_id)
    if currency is None:
        return False
    ledger = account.ledger(currency)
    if written_off(ledger, invoice_id) is not None:
        return True
    paid = [entry.on for entry in ledger.entries.get(invoice_id, ())]
    settled_on = on if invoice_id in ledger.open else max(paid, default=on)
    return (settled_on - ledger.invoices[invoice_id].due_on).days > LATE_DAYS


def _add(amounts: Amounts, currency: str, amount: Decimal) -> None:
    amounts[currency] = amounts.get(currency, Decimal(0)) + amount


def _add_all(amounts: Amounts, others: Amounts) -> None:
    for currency, amount in others.items():
        _add(amounts, currency, amount)
