"""The ledger of one customer in one currency: invoices, money, what is given up, and what paid what. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from immutables import Map

from credit_svc.receivables.exchange import converted
from credit_svc.receivables.facts import EMPTY, NOTHING, Entry, Fact, Invoice, Payment, Place, WriteOff
from credit_svc.receivables.money_ids import WRITE_OFF


@dataclass(frozen=True)
class Ledger:
    """What was invoiced and paid. ``balance`` = invoices − payments − what was given up = open − money that waits.

    ``expected``: payments that wait, whole, for the invoice they name. ``on_account``: other money that waits, by its
    payment.
    ``in_place`` is true while every payment named its invoice and fitted into it, and no discount or write-off depends on
    what else was paid: then no order of arrival matters.
    """

    invoices: Map[str, Invoice] = EMPTY
    payments: Map[str, Payment] = EMPTY
    entries: Map[str, tuple[Entry, ...]] = EMPTY
    open: Map[str, Decimal] = EMPTY
    expected: Map[str, tuple[str, ...]] = EMPTY
    on_account: Map[str, Decimal] = EMPTY
    bounced: Map[str, date] = EMPTY
    write_offs: Map[str, WriteOff] = EMPTY
    balance: Decimal = NOTHING
    newest: Place | None = None
    in_place: bool = True

    def takes_in_place(self, fact: Fact) -> bool:
        """Whether the fact leaves no money over that another invoice could claim."""
        if isinstance(fact, WriteOff):
            return False
        if isinstance(fact, Invoice):
            if fact.discount:
                return False
            waiting = (self.payments[p].amount for p in self.expected.get(fact.invoice_id, ()))
            return sum(waiting, NOTHING) <= fact.amount
        if fact.invoice_id is None:
            return False
        return fact.invoice_id not in self.invoices or fact.amount <= self.open.get(fact.invoice_id, NOTHING)

    def with_invoice(self, invoice: Invoice) -> "Ledger":
        """A new receivable; the money that waited for it is on account until it is allocated."""
        named = invoice.invoice_id
        on_account = self.on_account
        for payment_id in self.expected.get(named, ()):
            on_account = on_account.set(payment_id, self.payments[payment_id].amount)
        return replace(
            self,
            invoices=self.invoices.set(named, invoice),
            open=_add(self.open, named, invoice.amount),
            expected=self.expected.delete(named) if named in self.expected else self.expected,
            on_account=on_account,
            balance=self.balance + invoice.amount,
            newest=_later(self.newest, invoice.place),
            in_place=self.in_place and self.takes_in_place(invoice),
        )

    def with_correction(self, invoice: Invoice) -> "Ledger":
        """A known invoice as it should have been from the first; its entries are changed apart."""
        more = invoice.amount - self.invoices[invoice.invoice_id].amount
        return replace(
            self,
            invoices=self.invoices.set(invoice.invoice_id, invoice),
            open=_add(self.open, invoice.invoice_id, more),
            balance=self.balance + more,
            newest=_later(self.newest, invoice.place),
            in_place=False,
        )

    def with_payment(self, payment: Payment) -> "Ledger":
        """New money, nothing of it allocated yet. Money of a cheque that is known to have bounced never counts, unless the cheque
        was presented again after it.
        """
        if self.is_presented_again(payment.payment_id, payment.paid_on):
            bounced = self.bounced.delete(payment.payment_id)
            return replace(self, bounced=bounced, in_place=False).with_payment(payment)
        known = replace(self, payments=self.payments.set(payment.payment_id, payment))
        if payment.payment_id in self.bounced:
            return known
        named = payment.invoice_id
        counted = replace(
            known,
            balance=self.balance - payment.amount,
            newest=_later(self.newest, payment.place),
            in_place=self.in_place and self.takes_in_place(payment),
        )
        if named is not None and named not in self.invoices:
            waiting = (*self.expected.get(named, ()), payment.payment_id)
            return replace(counted, expected=self.expected.set(named, waiting))
        return replace(counted, on_account=self.on_account.set(payment.payment_id, payment.amount))

    def with_write_off(self, write_off: WriteOff) -> "Ledger":
        """The decision; its entry is made apart."""
        return replace(
            self,
            write_offs=self.write_offs.set(write_off.invoice_id, write_off),
            newest=_later(self.newest, write_off.place),
            in_place=False,
        )

    def with_payment_for(self, payment_id: str, invoice_id: str | None) -> "Ledger":
        """A payment names a known invoice, or none, instead of what it named; nothing of it is allocated."""
        payment, expected, on_account = self.payments[payment_id], self.expected, self.on_account
        named = payment.invoice_id or ""
        if payment_id in expected.get(named, ()):
            waiting = tuple(other for other in expected[named] if other != payment_id)
            expected = expected.set(named, waiting) if waiting else expected.delete(named)
            on_account = on_account.set(payment_id, payment.amount)
        payments = self.payments.set(payment_id, replace(payment, invoice_id=invoice_id))
        return replace(self, payments=payments, expected=expected, on_account=on_account, in_place=False)

    def with_entry(self, entry: Entry) -> "Ledger":
        """Money on account pays an invoice, or a part of the invoice is given up."""
        others = self.entries.get(entry.invoice_id, ())
        return self._moved(entry, (*others, entry), -entry.amount)

    def without_entry(self, payment_id: str, invoice_id: str) -> "Ledger":
        """What the payment paid of the invoice goes back to the account; what was given up is owed again."""
        paid = self.entries.get(invoice_id, ())
        taken = next((entry for entry in paid if entry.payment_id == payment_id), None)
        if taken is None:
            return self
        return self._moved(taken, tuple(entry for entry in paid if entry is not taken), taken.amount)

    def _moved(self, entry: Entry, entries: tuple[Entry, ...], amount: Decimal) -> "Ledger":
        """The open amount of the entry's invoice changed, and on the other side money on account or the balance."""
        moved = replace(
            self,
            entries=self.entries.set(entry.invoice_id, entries),
            open=_add(self.open, entry.invoice_id, amount),
        )
        if entry.is_given_up:
            return replace(moved, balance=self.balance + amount)
        return replace(moved, on_account=_add(self.on_account, entry.payment_id, amount))

    def at_recorded_rates(self) -> Decimal:
        """The balance in the account's currency, of what has a rate: each item and each waiting payment at its own."""
        owed = (
            converted(amount, rate) for i, amount in self.open.items() if (rate := self.invoices[i].rate) is not None
        )
        waiting = (
            converted(self.unallocated(p), rate)
            for p in (*self.on_account, *(each for named in self.expected.values() for each in named))
            if (rate := self.payments[p].rate) is not None
        )
        return sum(owed, NOTHING) - sum(waiting, NOTHING)

    def written_off(self, invoice_id: str) -> Entry | None:
        """What of an invoice is given up by a write-off."""
        paid = self.entries.get(invoice_id, ())
        return next((entry for entry in paid if entry.payment_id.startswith(WRITE_OFF)), None)

    def is_lost(self, invoice_id: str) -> bool:
        """Whether something of the invoice is given up as lost; a small difference is not."""
        write_off = self.write_offs.get(invoice_id)
        return write_off is not None and not write_off.is_small and self.written_off(invoice_id) is not None

    def is_presented_again(self, payment_id: str, paid_on: date) -> bool:
        """Whether a payment of a day is another presentation of a cheque that bounced before."""
        bounced_on = self.bounced.get(payment_id)
        return bounced_on is not None and paid_on > bounced_on

    def is_of_earlier_presentation(self, payment_id: str, bounced_on: date) -> bool:
        """Whether a bounce is of a presentation before the one that counts."""
        payment = self.payments.get(payment_id)
        return payment is not None and payment_id not in self.bounced and payment.paid_on > bounced_on

    def without_payment(self, payment_id: str, bounced_on: date) -> "Ledger":
        """The ledger as if the payment had not been made, whether it is known already or not."""
        ledger = replace(self, bounced=self.bounced.set(payment_id, bounced_on))
        payment = self.payments.get(payment_id)
        if payment is None:
            return ledger
        for entry in self.entries_of(payment_id):
            ledger = ledger.without_entry(payment_id, entry.invoice_id)
        expected, named = ledger.expected, payment.invoice_id
        if named is not None and named in expected:
            waiting = tuple(other for other in expected[named] if other != payment_id)
            expected = expected.set(named, waiting) if waiting else expected.delete(named)
        on_account = ledger.on_account
        return replace(
            ledger,
            expected=expected,
            on_account=on_account.delete(payment_id) if payment_id in on_account else on_account,
            balance=ledger.balance + payment.amount,
        )

    def with_overdue_from(self, invoice_id: str, on: date) -> "Ledger":
        invoice = replace(self.invoices[invoice_id], overdue_from=on)
        return replace(self, invoices=self.invoices.set(invoice_id, invoice))

    def entries_of(self, payment_id: str) -> tuple[Entry, ...]:
        """What a payment paid, in the order of the invoices' ids."""
        mine = [entry for entries in self.entries.values() for entry in entries if entry.payment_id == payment_id]
        return tuple(sorted(mine, key=lambda entry: entry.invoice_id))

    def unallocated(self, payment_id: str) -> Decimal:
        """What of a payment still waits."""
        payment = self.payments[payment_id]
        if payment_id in self.expected.get(payment.invoice_id or "", ()):
            return payment.amount
        return self.on_account.get(payment_id, NOTHING)


def _add(amounts: Map[str, Decimal], key: str, amount: Decimal) -> Map[str, Decimal]:
    """The amounts with one changed; what becomes zero is left out, so that the map holds only what is open."""
    total = amounts.get(key, NOTHING) + amount
    if total:
        return amounts.set(key, total)
    return amounts.delete(key) if key in amounts else amounts


def _later(newest: Place | None, place: Place) -> Place:
    return place if newest is None or place > newest else newest
