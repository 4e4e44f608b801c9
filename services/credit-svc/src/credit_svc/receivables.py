"""Receivables: what the facts about invoices and payments mean for one ledger, told in events. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from chassis.policies import PolicyBook
from contracts import Event, erp
from contracts.credit import (
    Allocation,
    AllocationWithdrawn,
    ChequeBounced,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceSettled,
    PaymentAllocated,
    PaymentOverdue,
    PaymentRecorded,
)
from credit_svc.allocation import Change, change_by, change_without
from credit_svc.ledger import NOTHING, Entry, Invoice, Ledger, Payment
from credit_svc.policies import ReceivablesPolicy

LedgerEvent = (
    InvoiceRecorded | PaymentRecorded | PaymentAllocated | AllocationWithdrawn | InvoiceReopened | ChequeBounced
)


def evolve(ledger: Ledger, event: LedgerEvent) -> Ledger:
    match event:
        case InvoiceRecorded() as e:
            return ledger.with_invoice(
                Invoice(e.invoice_id, e.issued_on, e.due_on, e.amount, e.overdue_from, e.policy_version)
            )
        case PaymentRecorded() as e:
            ledger = ledger.with_payment(Payment(e.payment_id, e.invoice_id, e.amount, e.paid_on))
            for part in e.allocations:
                ledger = ledger.with_entry(Entry(e.payment_id, part.invoice_id, e.paid_on, part.amount))
            return ledger
        case PaymentAllocated(allocation=part) as e:
            return ledger.with_entry(Entry(e.payment_id, part.invoice_id, e.allocated_on, part.amount))
        case AllocationWithdrawn(payment_id=payment_id, allocation=part):
            # Money moved, so the order of arrival mattered; told before the payment that moved it, which then seems to fit.
            return replace(ledger.without_entry(payment_id, part.invoice_id), in_place=False)
        case InvoiceReopened(invoice_id=invoice_id, overdue_from=on):
            return ledger.with_overdue_from(invoice_id, on)
        case ChequeBounced(payment_id=payment_id, bounced_on=on):
            return ledger.without_payment(payment_id, on)


def record_invoice(ledger: Ledger, fact: erp.InvoiceIssued, policies: PolicyBook) -> Sequence[Event]:
    """The invoice, and the money that moves because of it."""
    policy = policies.at(ReceivablesPolicy, fact.issued_on)
    recorded = InvoiceRecorded(
        **fact.model_dump(),
        overdue_from=fact.due_on + timedelta(days=policy.document.grace_days + 1),
        policy_version=policy.version,
    )
    invoice = Invoice(fact.invoice_id, fact.issued_on, fact.due_on, fact.amount, recorded.overdue_from, policy.version)
    moves = _Moves(fact.customer_id, fact.currency, because_of=fact.invoice_id)
    change = change_by(ledger, invoice)
    facts: list[LedgerEvent] = [recorded, *moves.withdrawals(change), *moves.allocations(change.made)]
    return [*facts, *moves.outcome(ledger, _after(ledger, facts), change)]


def record_payment(ledger: Ledger, fact: erp.PaymentReceived) -> Sequence[Event]:
    """The payment with what it pays on its own day, and the other money that moves because of it."""
    payment = Payment(fact.payment_id, fact.invoice_id, fact.amount, fact.paid_on)
    bounced_already = fact.payment_id in ledger.bounced
    change = Change() if bounced_already else change_by(ledger, payment)
    own = [e for e in change.made if e.payment_id == fact.payment_id and e.on == fact.paid_on]
    recorded = PaymentRecorded(
        **fact.model_dump(),
        allocations=tuple(_part(entry) for entry in own),
        unallocated=fact.amount - sum((entry.amount for entry in own), NOTHING),
    )
    moves = _Moves(fact.customer_id, fact.currency, because_of=fact.payment_id)
    later = [entry for entry in change.made if entry not in own]
    facts: list[LedgerEvent] = [*moves.withdrawals(change), recorded, *moves.allocations(later)]
    return [*facts, *moves.outcome(ledger, _after(ledger, facts), change)]


def record_bounced_cheque(ledger: Ledger, fact: erp.ChequeBounced) -> Sequence[Event]:
    """The payment never was money: what it paid is open again, and other money on account may take its place."""
    undone = ledger.entries_of(fact.payment_id)
    bounced = ChequeBounced(**fact.model_dump(), reopened=tuple(_part(entry) for entry in undone))
    moves = _Moves(fact.customer_id, fact.currency, because_of=fact.payment_id, bounced_on=fact.bounced_on)
    change = change_without(evolve(ledger, bounced))
    facts: list[LedgerEvent] = [bounced, *moves.withdrawals(change), *moves.allocations(change.made)]
    return [*facts, *moves.outcome(ledger, _after(ledger, facts), change, undone)]


def mark_overdue(
    ledger: Ledger, customer_id: str, currency: str, invoice_id: str, on: date
) -> Sequence[PaymentOverdue]:
    """Overdue on its day, when something of it is open still."""
    invoice = ledger.invoices[invoice_id]
    if invoice_id not in ledger.open or on < invoice.overdue_from:
        return []
    return [
        PaymentOverdue(
            invoice_id=invoice_id,
            customer_id=customer_id,
            due_on=invoice.due_on,
            overdue_since=on,
            open_amount=ledger.open[invoice_id],
            currency=currency,
            policy_version=invoice.policy_version,
        )
    ]


@dataclass(frozen=True)
class _Moves:
    """Entries of one customer's ledger as events."""

    customer_id: str
    currency: str
    because_of: str
    bounced_on: date | None = None

    def withdrawals(self, change: Change) -> list[AllocationWithdrawn]:
        return [
            AllocationWithdrawn(
                payment_id=entry.payment_id,
                customer_id=self.customer_id,
                allocation=_part(entry),
                currency=self.currency,
                because_of=self.because_of,
            )
            for entry in change.withdrawn
        ]

    def allocations(self, entries: Iterable[Entry]) -> list[PaymentAllocated]:
        return [
            PaymentAllocated(
                payment_id=entry.payment_id,
                customer_id=self.customer_id,
                allocation=_part(entry),
                currency=self.currency,
                allocated_on=entry.on,
            )
            for entry in entries
        ]

    def outcome(
        self, before: Ledger, after: Ledger, change: Change, undone: Sequence[Entry] = ()
    ) -> list[InvoiceSettled | InvoiceReopened]:
        """What the moves did to the invoices they touched, the oldest first."""
        touched = {entry.invoice_id for entry in (*undone, *change.withdrawn, *change.made)}
        events: list[InvoiceSettled | InvoiceReopened] = []
        for invoice in sorted((after.invoices[i] for i in touched), key=lambda invoice: invoice.age):
            if invoice.invoice_id not in after.open:
                events.append(self._settled(after, invoice))
            elif invoice.invoice_id in before.invoices and invoice.invoice_id not in before.open:
                events.append(self._reopened(after, invoice))
        return events

    def _settled(self, ledger: Ledger, invoice: Invoice) -> InvoiceSettled:
        settled_on = max(entry.on for entry in ledger.entries[invoice.invoice_id])
        return InvoiceSettled(
            invoice_id=invoice.invoice_id,
            customer_id=self.customer_id,
            settled_on=settled_on,
            days_late=max(0, (settled_on - invoice.due_on).days),
        )

    def _reopened(self, ledger: Ledger, invoice: Invoice) -> InvoiceReopened:
        # Nobody could pursue what a cheque had paid; from the day it bounced they can.
        overdue_from = max(invoice.overdue_from, self.bounced_on or invoice.overdue_from)
        because: Literal["cheque_bounced", "reallocated"] = "cheque_bounced" if self.bounced_on else "reallocated"
        return InvoiceReopened(
            invoice_id=invoice.invoice_id,
            customer_id=self.customer_id,
            open_amount=ledger.open[invoice.invoice_id],
            currency=self.currency,
            due_on=invoice.due_on,
            overdue_from=overdue_from,
            because=because,
        )


def _after(ledger: Ledger, events: Iterable[LedgerEvent]) -> Ledger:
    for event in events:
        ledger = evolve(ledger, event)
    return ledger


def _part(entry: Entry) -> Allocation:
    return Allocation(invoice_id=entry.invoice_id, amount=entry.amount)
