"""The account of a customer: limit, orders, receivables and collection, folded together as they share one exposure.

The currency of its first fact is the account's. Receivables in another currency keep their own ledger; they enter the
exposure at the rate of their own day, and not at all where no rate was known then. Pure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from immutables import Map

from chassis.policies import PolicyBook
from contracts import Event, credit
from contracts.credit import (
    AllocationWithdrawn,
    CapEvent,
    ChequeBounced,
    CollectionCaseOpened,
    CollectionStepTaken,
    CreditLimitSet,
    CreditNoteRecorded,
    DeliveriesResumed,
    DeliveriesStopped,
    Exposure,
    InvoiceRecorded,
    InvoiceSettled,
    InvoiceWrittenOff,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderCreditOverridden,
    PaymentAllocated,
    PaymentOverdue,
    PaymentReassigned,
    PaymentRecorded,
    Rate,
    TemporaryLimitRaised,
    WaitingMoneyNoted,
)
from contracts.policy import PolicyEvent
from credit_svc.assessment import behaviour, file
from credit_svc.assessment.behaviour import Behaviour
from credit_svc.assessment.file import File
from credit_svc.collection import case
from credit_svc.collection.case import Case, Debt
from credit_svc.limits import credit_line
from credit_svc.limits.credit_line import CreditLine
from credit_svc.orders import order_book
from credit_svc.orders.check import Position
from credit_svc.orders.order_book import Invoiced, Orders
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.policies.credit import CreditPolicy
from credit_svc.policies.receivables import ExchangePolicy, ReceivablesPolicy
from credit_svc.receivables import claims, ledger_events
from credit_svc.receivables.claims import Claims
from credit_svc.receivables.exchange import converted, rate_on
from credit_svc.receivables.ledger import EMPTY, NOTHING, Ledger
from credit_svc.receivables.money_ids import money_id
from credit_svc.receivables.open_items import OpenItem, pursuable

ACCOUNT_EVENTS = tuple(event for event in credit.EVENTS if not issubclass(event, (PolicyEvent, CapEvent)))
"""What stands in the streams of accounts."""

FIRST_CURRENCY = (
    CreditLimitSet, TemporaryLimitRaised, OrderCreditApproved, OrderCreditHeld, OrderCreditOverridden, InvoiceRecorded,
    PaymentRecorded, CreditNoteRecorded, ChequeBounced,
)  # fmt: skip
"""The currency of the first of these is the account's."""

# State


@dataclass(frozen=True)
class Account:
    """``overdue``: invoice → currency, of those marked overdue; ``covered``: of those past due that waiting money covers.
    ``latest``: the latest business date recorded so far.

    ``stopped_because``: why nothing is delivered, None while deliveries go on.
    """

    currency: str | None = None
    line: CreditLine = field(default_factory=CreditLine)
    orders: Orders = field(default_factory=Orders)
    ledgers: Map[str, Ledger] = EMPTY
    overdue: Map[str, str] = EMPTY
    covered: Map[str, str] = EMPTY
    claims: Claims = field(default_factory=Claims)
    file: File = field(default_factory=File)
    behaviour: Behaviour = field(default_factory=Behaviour)
    case: Case | None = None
    cases: int = 0
    stopped_because: str | None = None
    latest: date = date.min

    def ledger(self, currency: str) -> Ledger:
        return self.ledgers.get(currency, Ledger())

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
        terms = self.file.terms_on(on)
        return Debt(customer_id, oldest, overdue, currency, terms.has_arbitration_clause if terms else None)

    def receivable(self, own: str) -> Decimal:
        """The balance in the account's currency, including other currencies at their recorded rates."""
        foreign = (ledger.at_recorded_rates() for c, ledger in self.ledgers.items() if c != own)
        return self.ledger(own).balance + sum(foreign, NOTHING)

    def position(self, on: date, policies: PolicyBook, currency: str) -> Position:
        """The account on a day; ``currency`` is used for an account that has none yet."""
        own = self.currency or currency
        late = list(self._late(on))
        oldest, _ = min(late, key=lambda each: each[0].age, default=(None, own))
        policy = policies.at(CollectionPolicy, on).document
        rates = ((item.amount, Decimal(1) if c == own else item.rate) for item, c in late)
        overdue = (amount if rate == 1 else converted(amount, rate) for amount, rate in rates if rate is not None)
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
            holding_step=self.case.steps[-1] if self.case and self.case.has_reached(policy.credit_held_from) else None,
            credit_class=self.file.credit_class,
            behaviour=self.behaviour.current,
            stopped_because=self.stopped_because,
        )

    def _late(self, on: date) -> Iterator[tuple[OpenItem, str]]:
        """Open items past due on a day, without what is disputed or covered by money that waits."""
        for currency, ledger in self.ledgers.items():
            for item in pursuable(ledger, self.claims):
                if item.overdue_from <= on:
                    yield item, currency


# Evolve

Fold = Callable[[Account, Any], Account]


def evolve(account: Account, event: Event) -> Account:
    for fold in _FOLDS.get(type(event), ()):
        account = fold(account, event)
    return account


def _with_currency(account: Account, event: Any) -> Account:
    return account if account.currency else replace(account, currency=event.currency)


def _seen(on: str) -> Fold:
    """The event carries a business date in this field."""

    def fold(account: Account, event: Any) -> Account:
        day: date = getattr(event, on)
        return account if day <= account.latest else replace(account, latest=day)

    return fold


def _posted(account: Account, event: ledger_events.LedgerEvent) -> Account:
    currency: str | None = getattr(event, "currency", None)
    if isinstance(event, PaymentAllocated | AllocationWithdrawn | ChequeBounced | PaymentReassigned):
        # The money's ledger, which is not that of a cheque reported in another currency.
        kind = "payment" if isinstance(event, ChequeBounced) else event.kind
        currency = account.currency_of_payment(money_id(event.payment_id, kind)) or currency
    ledger = ledger_events.evolve(account.ledger(currency or ""), event)
    return replace(account, ledgers=account.ledgers.set(currency or "", ledger))


def _ordered(account: Account, event: order_book.OrderEvent) -> Account:
    return replace(account, orders=order_book.evolve(account.orders, event))


def _invoiced(account: Account, event: InvoiceRecorded) -> Account:
    own = event.amount if event.currency == account.currency else None
    if event.rate is not None:
        own = converted(event.amount, event.rate.rate)
    invoiced = Invoiced(event.amount, event.currency, own)
    return replace(account, orders=order_book.with_invoice(account.orders, event.order_id, event.invoice_id, invoiced))


def _limited(account: Account, event: credit_line.CreditLineEvent) -> Account:
    return replace(account, line=credit_line.evolve(account.line, event))


def _claimed(account: Account, event: claims.ClaimEvent) -> Account:
    return replace(account, claims=claims.evolve(account.claims, event))


def _filed(account: Account, event: file.FileEvent) -> Account:
    return replace(account, file=file.evolve(account.file, event))


def _pursued(account: Account, event: case.CaseEvent) -> Account:
    opened = isinstance(event, CollectionCaseOpened)
    return replace(account, case=case.evolve(account.case, event), cases=account.cases + opened)


def _behaved(account: Account, event: Event) -> Account:
    return replace(account, behaviour=behaviour.evolve(account.behaviour, event))


def _late(account: Account, event: PaymentOverdue) -> Account:
    covered = account.covered.delete(event.invoice_id) if event.invoice_id in account.covered else account.covered
    return replace(account, overdue=account.overdue.set(event.invoice_id, event.currency), covered=covered)


def _covered(account: Account, event: WaitingMoneyNoted) -> Account:
    return replace(account, covered=account.covered.update(dict.fromkeys(event.invoice_ids, event.currency)))


def _not_late(account: Account, event: InvoiceSettled | InvoiceWrittenOff) -> Account:
    overdue, covered, invoice_id = account.overdue, account.covered, event.invoice_id
    if invoice_id in overdue:
        account = replace(account, overdue=overdue.delete(invoice_id))
    return replace(account, covered=covered.delete(invoice_id)) if invoice_id in covered else account


def _stopped(account: Account, event: DeliveriesStopped | DeliveriesResumed) -> Account:
    return replace(account, stopped_because=event.because if isinstance(event, DeliveriesStopped) else None)


def _folds() -> dict[type[Event], tuple[Fold, ...]]:
    """What each event changes, in this order."""
    table: list[tuple[tuple[type[Event], ...], Fold]] = [
        (FIRST_CURRENCY, _with_currency),
        ((InvoiceRecorded, CreditNoteRecorded), _seen("issued_on")),
        ((PaymentRecorded,), _seen("paid_on")),
        ((PaymentOverdue,), _seen("overdue_since")),
        ((CollectionStepTaken,), _seen("taken_on")),
        (get_args(ledger_events.LedgerEvent), _posted),
        ((InvoiceRecorded,), _invoiced),
        (get_args(order_book.OrderEvent), _ordered),
        (get_args(credit_line.CreditLineEvent), _limited),
        (get_args(claims.ClaimEvent), _claimed),
        (get_args(file.FileEvent), _filed),
        (get_args(case.CaseEvent), _pursued),
        (behaviour.JUDGED, _behaved),
        ((PaymentOverdue,), _late),
        ((WaitingMoneyNoted,), _covered),
        ((InvoiceSettled, InvoiceWrittenOff), _not_late),
        ((DeliveriesStopped, DeliveriesResumed), _stopped),
    ]  # fmt: skip
    found: dict[type[Event], tuple[Fold, ...]] = {}
    for events, fold in table:
        for event in events:
            found[event] = (*found.get(event, ()), fold)
    return found


_FOLDS = _folds()
