"""The account of a customer: limit, orders, receivables and collection, folded together as they share one exposure.

The currency of its first fact is the account's. Receivables in another currency keep their own ledger; they enter the
exposure at the rate of their own day, and not at all where no rate was known then. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from immutables import Map

from chassis.policies import PolicyBook
from contracts.credit import (
    Exposure,
    NoteEffect,
    Rate,
    RefundAwaitingPayment,
)
from credit_svc.assessment.actions import BehaviourActions
from credit_svc.assessment.behaviour import Behaviour
from credit_svc.assessment.file import File
from credit_svc.collection.case import Case, Debt
from credit_svc.collection.legal import Legal
from credit_svc.limits.credit_line import CreditLine
from credit_svc.orders.check import Position
from credit_svc.orders.order_book import Orders
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.receivables import ExchangePolicy, ReceivablesPolicy
from credit_svc.receivables.claims import Claims
from credit_svc.receivables.debits import Debits
from credit_svc.receivables.due_soon import Reminders
from credit_svc.receivables.exchange import at_recorded_rates, rate_on
from credit_svc.receivables.facts import EMPTY, NOTHING
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.open_items import OpenItem, pursuable
from credit_svc.receivables.plans import Plans

NO_LEDGER = Ledger()


@dataclass(frozen=True)
class Account:
    """``overdue``: invoice → currency, of those marked overdue; ``covered``: of those past due that waiting money covers.
    ``overdue_since``: of those whose end nobody has heard of, ``longest_overdue`` and ``last_overdue_ended``: since something was
    overdue first. ``overdue_until`` and ``overdue_before`` are of old logs: when an overdue ended of which nobody heard, and from
    when until when an invoice was overdue that became overdue again.
    ``facts``: what is known of other systems' facts, by kind and id. ``latest``: the latest business date so far.

    ``plans``: what contracts plan to receive; nothing of it is owed before its day.

    ``waiting_refunds``: refunds that are known before their money, by id.

    ``stopped_because``: why nothing is delivered, None while deliveries go on.

    ``legal``: what tribunals and courts have to do with it, and the limitation of its invoices where that was spoken of.

    ``merged_into``: the account that this one is part of. ``absorbed``: accounts that are part of this one → how often they were
    merged until then. ``left``: documents that another account has since a merge that was undone, by kind and id.
    """

    currency: str | None = None
    line: CreditLine = field(default_factory=CreditLine)
    orders: Orders = field(default_factory=Orders)
    ledgers: Map[str, Ledger] = EMPTY
    overdue: Map[str, str] = EMPTY
    covered: Map[str, str] = EMPTY
    overdue_since: Map[str, date] = EMPTY
    overdue_until: Map[str, date] = EMPTY
    overdue_before: Map[str, tuple[tuple[date, date], ...]] = EMPTY
    longest_overdue: int = 0
    last_overdue_ended: date | None = None
    facts: Map[tuple[str, str], Any] = EMPTY
    waiting_refunds: Map[str, RefundAwaitingPayment] = EMPTY
    claims: Claims = field(default_factory=Claims)
    debits: Debits = field(default_factory=Debits)
    plans: Plans = field(default_factory=Plans)
    file: File = field(default_factory=File)
    behaviour: Behaviour = field(default_factory=Behaviour)
    actions: BehaviourActions = field(default_factory=BehaviourActions)
    case: Case | None = None
    legal: Legal = field(default_factory=Legal)
    cases: int = 0
    stopped_because: str | None = None
    latest: date = date.min
    merged_into: str | None = None
    merges: int = 0
    absorbed: Map[str, int] = EMPTY
    left: Map[tuple[str, str], str] = EMPTY
    reminders: Reminders = field(default_factory=Reminders)

    def ledger(self, currency: str) -> Ledger:
        return self.ledgers.get(currency, NO_LEDGER)

    def currency_of_payment(self, payment_id: str) -> str | None:
        return next((c for c, ledger in self.ledgers.items() if payment_id in ledger.payments), None)

    def currency_of_invoice(self, invoice_id: str) -> str | None:
        return next((c for c, ledger in self.ledgers.items() if invoice_id in ledger.invoices), None)

    def limit_on(self, on: date, policies: PolicyBook) -> Decimal:
        """What the account may owe on a day; the policy's limit for a customer without one."""
        return self.line.on(on, policies.at(CreditPolicy, on).document.default_limit)

    def rate(self, currency: str, on: date, policies: PolicyBook) -> Rate | None:
        """From another currency into the account's, by the quotation of a day; None for its own or when there is none."""
        if self.currency is None or currency == self.currency:
            return None
        return rate_on(currency, self.currency, on, policies.at(ExchangePolicy, on).document)

    def debt(self, customer_id: str, on: date, policies: PolicyBook) -> Debt | None:
        """What is marked overdue and may be pursued, as it is on a day; None when that is nothing, or too little to pursue."""
        if not self.overdue:
            return None
        policy, found = policies.at(ReceivablesPolicy, on).document, list[tuple[OpenItem, Decimal, str]]()
        for currency in set(self.overdue.values()):
            items = [each for each in pursuable(self.ledger(currency), self.claims) if each.invoice_id in self.overdue]
            # A late decision must not depend on which day is decided first: an item counts from its own day on.
            until = max(on, items[0].overdue_from) if items else on
            overdue = sum((each.amount for each in items if each.overdue_from <= until), NOTHING)
            if overdue > policy.tolerance(currency):
                found.append((items[0], overdue, currency))
        if not found:
            return None
        oldest, overdue, currency = min(found, key=lambda each: (each[0].age, each[2]))
        terms = self.file.terms_on(oldest.issued_on)
        return Debt(customer_id, oldest, overdue, currency, terms.has_arbitration_clause if terms else None)

    def overdue_in(self, currency: str) -> tuple[Decimal, int, date | None]:
        """What is marked overdue in a currency: the open amount, the number of invoices, the oldest due date."""
        ledger = self.ledger(currency)
        invoices = [i for i, c in self.overdue.items() if c == currency and i in ledger.open]
        amount = sum((ledger.open[i] for i in invoices), NOTHING)
        return amount, len(invoices), min((ledger.invoices[i].due_on for i in invoices), default=None)

    def receivable(self, own: str) -> Decimal:
        """What counts for the exposure: the balance in the account's currency, including others at their recorded rates."""
        foreign = (at_recorded_rates(ledger) for c, ledger in self.ledgers.items() if c != own)
        apart = (self.notes_apart(currency, "exposure", own) for currency in self.ledgers) if self.debits.notes else ()
        return self.ledger(own).balance + sum(foreign, NOTHING) - sum(apart, NOTHING)

    def notes_apart(self, currency: str, effect: NoteEffect, into: str) -> Decimal:
        """What is open of the debit notes in a currency that do not count for something; ``into`` that currency, or the account's."""
        ledger, found = self.ledger(currency), NOTHING
        for note_id, note in self.debits.notes.items():
            if note.currency == currency and effect not in note.effects and note_id in ledger.open:
                amount, rate = ledger.open[note_id], ledger.invoices[note_id].rate
                found += amount if currency == into else rate.converted(amount) if rate else NOTHING
        return found

    def judged_balance(self) -> Decimal:
        """The balance in the account's currency that the behaviour class is judged by."""
        own = self.currency or ""
        return self.ledger(own).balance - self.notes_apart(own, "behaviour", own)

    def position(self, on: date, policies: PolicyBook, currency: str) -> Position:
        """The account on a day; ``currency`` is used for an account that has none yet."""
        own = self.currency or currency
        late = list(self._late(on))
        oldest, _ = min(late, key=lambda each: each[0].age, default=(None, own))
        policy = policies.at(CollectionPolicy, on).document
        plan = self.case.plan if self.case is not None else None
        overdue = [item.amount for item, c in late if c == own]
        overdue += [item.rate.converted(item.amount) for item, c in late if c != own and item.rate is not None]
        return Position(
            exposure=Exposure(
                currency=own,
                limit=self.limit_on(on, policies),
                receivable=self.receivable(own),
                approved_orders=self.orders.total,
                security=self.file.security_on(on, own),
                overdue=sum(overdue, NOTHING),
            ),
            oldest_overdue=oldest.invoice_id if oldest else None,
            days_past_due=(on - oldest.due_on).days if oldest else 0,
            holding_step=self.case.current if self.case and self.case.has_reached(policy.credit_held_from) else None,
            credit_class=self.file.credit_class,
            behaviour=self.behaviour.current,
            stopped_because=self.stopped_because,
            plan_id=plan.plan_id if plan is not None else None,
            support=plan.support_left if plan is not None and plan.currency == own else NOTHING,
        )

    def has_overdue(self, on: date) -> bool:
        """Whether something is past due on a day that is not disputed or covered by money that waits."""
        return next(self._late(on), None) is not None

    def _late(self, on: date) -> Iterator[tuple[OpenItem, str]]:
        """Open items past due on a day, without what is disputed or covered by money that waits."""
        for currency, ledger in self.ledgers.items():
            for item in pursuable(ledger, self.claims):
                if item.holds_orders and item.overdue_from <= on:
                    yield item, currency
