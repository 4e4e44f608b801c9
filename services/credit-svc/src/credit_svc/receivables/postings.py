"""Entries of one customer's ledger as events. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts import Event
from contracts.credit import (
    Allocation,
    AllocationWithdrawn,
    DebitNoteIssued,
    DebitNoteReopened,
    DebitNoteSettled,
    DiscountTaken,
    InvoiceRecorded,
    InvoiceReopened,
    InvoiceSettled,
    PaymentAllocated,
    RefundOwed,
)
from credit_svc.receivables.allocation import Change
from credit_svc.receivables.facts import Entry, Invoice
from credit_svc.receivables.given_up import is_lost
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.ledger_events import LedgerEvent, evolve
from credit_svc.receivables.money_ids import DISCOUNT, WAIVER, WRITE_OFF, kind_of, published_id


@dataclass(frozen=True)
class Postings:
    """Entries of one customer's ledger as events."""

    customer_id: str
    currency: str
    because_of: str
    bounced_on: date | None = None
    corrected: str | None = None

    def withdrawals(self, change: Change) -> list[AllocationWithdrawn]:
        return [
            AllocationWithdrawn(
                payment_id=published_id(entry.payment_id),
                customer_id=self.customer_id,
                allocation=part_of(entry),
                currency=self.currency,
                because_of=self.because_of,
                kind=kind_of(entry.payment_id),
                allocated_on=entry.on,
            )
            for entry in change.withdrawn
        ]

    def around(
        self,
        ledger: Ledger,
        change: Change,
        facts: Sequence[LedgerEvent],
        made: Iterable[Entry],
        touched: Sequence[str] = (),
    ) -> Sequence[Event]:
        """The fact between what it takes back and what it makes, and what became of the invoices; ``touched``: others of them."""
        first = [*self.withdrawals(change), *facts]
        if isinstance(facts[0], InvoiceRecorded | RefundOwed | DebitNoteIssued):
            first = [*facts, *self.withdrawals(change)]
        known = after(ledger, first)
        events: list[LedgerEvent] = [*first, *self.entries(known, made)]
        return [*events, *self.outcome(ledger, after(known, events[len(first) :]), change, touched=touched)]

    def entries(self, ledger: Ledger, entries: Iterable[Entry]) -> list[PaymentAllocated | DiscountTaken]:
        return [
            self._discount(ledger, entry) if entry.payment_id.startswith(DISCOUNT) else self._allocation(entry)
            for entry in entries
        ]

    def _allocation(self, entry: Entry) -> PaymentAllocated:
        return PaymentAllocated(
            payment_id=published_id(entry.payment_id),
            customer_id=self.customer_id,
            allocation=part_of(entry),
            currency=self.currency,
            allocated_on=entry.on,
            kind=kind_of(entry.payment_id),
        )

    def _discount(self, ledger: Ledger, entry: Entry) -> DiscountTaken:
        invoice = ledger.invoices[entry.invoice_id]
        payer = next(
            payment.payment_id
            for payment in ledger.payments.values()
            if payment.invoice_id == entry.invoice_id and payment.amount == invoice.amount - invoice.discount
        )
        return DiscountTaken(
            invoice_id=entry.invoice_id,
            customer_id=self.customer_id,
            payment_id=payer,
            amount=entry.amount,
            currency=self.currency,
            is_earned=True,
            paid_on=entry.on,
            discount_until=invoice.discount_until or entry.on,
        )

    def outcome(
        self, before: Ledger, after: Ledger, change: Change, undone: Sequence[Entry] = (), touched: Sequence[str] = ()
    ) -> list[Event]:
        """What became of the invoices that the entries touched, the oldest first."""
        all_touched = {*touched, *(entry.invoice_id for entry in (*undone, *change.withdrawn, *change.made))}
        events: list[Event] = []
        for invoice in sorted((after.invoices[i] for i in all_touched), key=lambda invoice: invoice.age):
            lost = is_lost(after, invoice.invoice_id) and not _pays_the_rest(before, after, invoice.invoice_id)
            if lost or invoice.invoice_id in after.replaced:
                continue
            if invoice.note is not None:
                events += self._note_outcome(before, after, invoice)
            elif invoice.invoice_id not in after.open:
                events.append(self._settled(after, invoice))
            elif invoice.invoice_id in before.invoices and invoice.invoice_id not in before.open:
                events.append(self._reopened(after, invoice))
        return events

    def _note_outcome(self, before: Ledger, after: Ledger, item: Invoice) -> list[Event]:
        assert item.note is not None
        note = {"debit_note_id": item.invoice_id, "customer_id": self.customer_id, "currency": self.currency}
        entries = after.entries.get(item.invoice_id, ())
        if item.invoice_id in after.open:
            if item.invoice_id not in before.invoices or item.invoice_id in before.open:
                return []
            overdue_from = max(item.overdue_from, self.bounced_on or item.overdue_from)
            return [
                DebitNoteReopened(
                    **note,
                    open=after.open[item.invoice_id],
                    overdue_from=overdue_from,
                    effects=item.note.effects,
                    cause="cheque_bounced" if self.bounced_on else "reallocated",
                )
            ]
        paid = [entry.on for entry in entries if not entry.payment_id.startswith(WAIVER)]
        settled_on = max(paid or [entry.on for entry in entries], default=item.issued_on)
        return [
            DebitNoteSettled(
                **note,
                settled_on=settled_on,
                days_late=max(0, (settled_on - item.due_on).days),
                counts_for_behaviour="behaviour" in item.note.effects,
            )
        ]

    def _settled(self, ledger: Ledger, invoice: Invoice) -> InvoiceSettled:
        # A small difference that was given up later does not make the payment late.
        entries = ledger.entries.get(invoice.invoice_id, ())
        paid = [entry.on for entry in entries if not entry.payment_id.startswith(WRITE_OFF)]
        settled_on = max(paid or [entry.on for entry in entries], default=invoice.issued_on)
        return InvoiceSettled(
            invoice_id=invoice.invoice_id,
            customer_id=self.customer_id,
            settled_on=settled_on,
            days_late=max(0, (settled_on - invoice.due_on).days),
        )

    def _reopened(self, ledger: Ledger, invoice: Invoice) -> InvoiceReopened:
        # Nobody could pursue what a cheque had paid; from the day it bounced they can.
        overdue_from = max(invoice.overdue_from, self.bounced_on or invoice.overdue_from)
        cause: Literal["cheque_bounced", "reallocated", "corrected"] = (
            "cheque_bounced" if self.bounced_on else "reallocated"
        )
        if invoice.invoice_id == self.corrected:
            cause = "corrected"
        return InvoiceReopened(
            invoice_id=invoice.invoice_id,
            customer_id=self.customer_id,
            open_amount=ledger.open[invoice.invoice_id],
            currency=self.currency,
            due_on=invoice.due_on,
            overdue_from=overdue_from,
            cause=cause,
        )


def _pays_the_rest(before: Ledger, after: Ledger, invoice_id: str) -> bool:
    """Whether money settles what was left of an invoice of which a part is given up."""
    return is_lost(before, invoice_id) and invoice_id in before.open and invoice_id not in after.open


def after(ledger: Ledger, events: Iterable[LedgerEvent]) -> Ledger:
    for event in events:
        ledger = evolve(ledger, event)
    return ledger


def part_of(entry: Entry) -> Allocation:
    return Allocation(invoice_id=entry.invoice_id, amount=entry.amount)
