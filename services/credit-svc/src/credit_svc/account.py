"""The account of a customer: limit, orders, receivables and collection, folded together as they share one exposure.

One stream per customer, ``account-{customer_id}``; ``commands.py`` says what it can be told, ``decisions.py`` what it
answers. The currency of its first fact is the account's. Receivables in another currency keep their own ledger and
never enter the exposure, because no rate is recorded for them. Pure.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from immutables import Map

from chassis.policies import PolicyBook
from contracts import Event, credit
from contracts.credit import (
    AllocationWithdrawn,
    CapEvent,
    ChequeBounced,
    CollectionCaseClosed,
    CollectionCaseOpened,
    CollectionStepRescheduled,
    CollectionStepTaken,
    CreditLimitSet,
    Exposure,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceSettled,
    OrderCreditApproved,
    OrderCreditHeld,
    OrderExposureReleased,
    PaymentAllocated,
    PaymentOverdue,
    PaymentRecorded,
)
from contracts.policy import PolicyEvent
from credit_svc import collection, receivables
from credit_svc.collection import Case, Debt
from credit_svc.exposure import Position
from credit_svc.ledger import EMPTY, NOTHING, Ledger
from credit_svc.policies import CollectionPolicy, CreditPolicy

ACCOUNT_EVENTS = tuple(event for event in credit.EVENTS if not issubclass(event, (PolicyEvent, CapEvent)))
"""What stands in the streams of accounts."""

# State


@dataclass(frozen=True, slots=True)
class Limit:
    amount: Decimal
    valid_from: date
    reason: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order that waits; ``number`` counts the holds of the account, the oldest is the smallest."""

    order_id: str
    amount: Decimal
    currency: str
    number: int


@dataclass(frozen=True)
class Account:
    """``approved``: order → amount, in the account's currency. ``released``: orders that count no more. ``invoiced``:
    those with an invoice.

    ``overdue``: invoice → currency, of those told to be overdue. ``latest`` is the youngest business date told so far.
    """

    currency: str | None = None
    limits: tuple[Limit, ...] = ()
    ledgers: Map[str, Ledger] = EMPTY
    held: Map[str, HeldOrder] = EMPTY
    approved: Map[str, Decimal] = EMPTY
    released: Map[str, str] = EMPTY
    invoiced: Map[str, str] = EMPTY
    overdue: Map[str, str] = EMPTY
    case: Case | None = None
    cases: int = 0
    holds: int = 0
    latest: date = date.min

    def ledger(self, currency: str) -> Ledger:
        return self.ledgers.get(currency, Ledger())

    def currency_of_payment(self, payment_id: str) -> str | None:
        return next((c for c, ledger in self.ledgers.items() if payment_id in ledger.payments), None)

    def currency_of_invoice(self, invoice_id: str) -> str | None:
        return next((c for c, ledger in self.ledgers.items() if invoice_id in ledger.invoices), None)

    def limit_on(self, on: date, policies: PolicyBook) -> Decimal:
        """Of the limits in force on a day the one told last; the policy's for a customer without one."""
        in_force = [limit.amount for limit in self.limits if limit.valid_from <= on]
        return in_force[-1] if in_force else policies.at(CreditPolicy, on).document.default_limit

    def debt(self, customer_id: str, on: date) -> Debt | None:
        """What is told to be overdue, as it is on a day; None when nothing is."""
        if not self.overdue:
            return None
        invoices = [(self.ledger(c).invoices[i], c) for i, c in self.overdue.items()]
        oldest, currency = min(invoices, key=lambda each: (each[0].age, each[1]))
        ledger = self.ledger(currency)
        # What is decided late must not depend on which day is decided first: an invoice counts from its own day on.
        until = max(on, oldest.overdue_from)
        pursued = (i.invoice_id for i, c in invoices if c == currency and i.overdue_from <= until)
        overdue = sum((ledger.open[invoice_id] for invoice_id in pursued), NOTHING)
        return Debt(customer_id, oldest, overdue, currency)

    def position(self, on: date, policies: PolicyBook, currency: str) -> Position:
        """The account on a day; ``currency`` is that of the question, for an account that has none yet."""
        own = self.currency or currency
        late = [
            (ledger.invoices[i].age, open_amount, c)
            for c, ledger in self.ledgers.items()
            for i, open_amount in ledger.open.items()
            if ledger.invoices[i].overdue_from <= on
        ]
        oldest = min(late, default=None)
        policy = policies.at(CollectionPolicy, on).document
        return Position(
            exposure=Exposure(
                currency=own,
                limit=self.limit_on(on, policies),
                receivable=self.ledger(own).balance,
                approved_orders=sum(self.approved.values(), NOTHING),
                security=NOTHING,
                overdue=sum((open_amount for _, open_amount, c in late if c == own), NOTHING),
            ),
            oldest_overdue=oldest[0][2] if oldest else None,
            days_past_due=(on - oldest[0][0]).days if oldest else 0,
            holding_step=self.case.steps[-1] if self.case and self.case.has_reached(policy.credit_held_from) else None,
        )


# Evolve


def evolve(account: Account, event: Event) -> Account:
    match event:
        case CreditLimitSet() as e:
            limit = Limit(e.limit, e.valid_from, e.reason, e.approved_by)
            return _in(e.currency, replace(account, limits=(*account.limits, limit)))
        case OrderCreditApproved() as e:
            held = account.held.delete(e.order_id) if e.order_id in account.held else account.held
            return _in(e.currency, replace(account, held=held, approved=account.approved.set(e.order_id, e.amount)))
        case OrderCreditHeld() as e:
            order = HeldOrder(e.order_id, e.amount, e.currency, account.holds)
            held = account.held.set(e.order_id, order)
            return _in(e.currency, replace(account, held=held, holds=account.holds + 1))
        case OrderExposureReleased(order_id=order_id, because=because):
            return replace(
                account,
                held=account.held.delete(order_id) if order_id in account.held else account.held,
                approved=account.approved.delete(order_id) if order_id in account.approved else account.approved,
                released=account.released.set(order_id, because),
            )
        case InvoiceRecorded() as e:
            if e.order_id is not None:
                account = replace(account, invoiced=account.invoiced.set(e.order_id, e.invoice_id))
            return _booked(_seen(e.issued_on, _in(e.currency, account)), e.currency, e)
        case PaymentRecorded() as e:
            return _booked(_seen(e.paid_on, _in(e.currency, account)), e.currency, e)
        case PaymentAllocated() | AllocationWithdrawn() as e:
            return _booked(account, account.currency_of_payment(e.payment_id) or "", e)
        case InvoiceReopened() as e:
            return _booked(account, e.currency, e)
        case ChequeBounced() as e:
            return _booked(_in(e.currency, account), account.currency_of_payment(e.payment_id) or e.currency, e)
        case InvoiceSettled(invoice_id=invoice_id):
            overdue = account.overdue
            return replace(account, overdue=overdue.delete(invoice_id) if invoice_id in overdue else overdue)
        case PaymentOverdue() as e:
            return _seen(e.overdue_since, replace(account, overdue=account.overdue.set(e.invoice_id, e.currency)))
        case CollectionCaseOpened() as e:
            return replace(account, case=collection.evolve(account.case, e), cases=account.cases + 1)
        case CollectionStepTaken() as e:
            return _seen(e.taken_on, replace(account, case=collection.evolve(account.case, e)))
        case CollectionStepRescheduled() | CollectionCaseClosed() as e:
            return replace(account, case=collection.evolve(account.case, e))
    return account


def _booked(account: Account, currency: str, event: receivables.LedgerEvent) -> Account:
    ledger = receivables.evolve(account.ledger(currency), event)
    return replace(account, ledgers=account.ledgers.set(currency, ledger))


def _in(currency: str, account: Account) -> Account:
    return account if account.currency else replace(account, currency=currency)


def _seen(on: date, account: Account) -> Account:
    return account if on <= account.latest else replace(account, latest=on)
