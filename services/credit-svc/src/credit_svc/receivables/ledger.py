"""The ledger of one customer in one currency: invoices, money, what is given up, and what paid what. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from immutables import Map

from chassis.values import replace
from credit_svc.receivables.facts import EMPTY, NOTHING, Entry, Fact, Invoice, Payment, Place, Refunded, WriteOff


@dataclass(frozen=True)
class Ledger:
    """What was invoiced and paid. ``balance`` = invoices − payments − what was given up = open − money that waits.

    ``expected``: invoices that are not known, with the payments of which a share waits for them. ``in_advance``: money that waits for
    the invoices of its order, ``on_account``: other money that waits, each by its payment. ``groups``: invoices with instalments,
    each with its items as far as they are known. ``refunds``: what of a payment was paid back and is not owed. ``numbers``: the
    ERP's number of a debit note → the note. ``replaced``: items of which nothing is owed any more → the invoice in their place.
    ``in_place`` is true while every payment named its invoice and fitted into it, and no discount or write-off depends on
    what else was paid: then no order of arrival matters.
    """

    invoices: Map[str, Invoice] = EMPTY
    payments: Map[str, Payment] = EMPTY
    entries: Map[str, tuple[Entry, ...]] = EMPTY
    open: Map[str, Decimal] = EMPTY
    expected: Map[str, tuple[str, ...]] = EMPTY
    on_account: Map[str, Decimal] = EMPTY
    in_advance: Map[str, Decimal] = EMPTY
    bounced: Map[str, date] = EMPTY
    write_offs: Map[str, WriteOff] = EMPTY
    numbers: Map[str, str] = EMPTY
    groups: Map[str, tuple[str, ...]] = EMPTY
    refunds: Map[str, tuple[Refunded, ...]] = EMPTY
    replaced: Map[str, str] = EMPTY
    balance: Decimal = NOTHING
    newest: Place | None = None
    in_place: bool = True

    def takes_in_place(self, fact: Fact) -> bool:
        """Whether the fact leaves no money over that another invoice could claim."""
        if isinstance(fact, WriteOff):
            return False
        if isinstance(fact, Invoice):
            if fact.discount or fact.of:
                return False
            waiting = (self.payments[p].amount for p in self.expected.get(fact.invoice_id, ()))
            return sum(waiting, NOTHING) <= fact.amount
        if fact.invoice_id is None or fact.named or fact.invoice_id in self.groups:
            return False
        return fact.invoice_id not in self.invoices or fact.amount <= self.open.get(fact.invoice_id, NOTHING)

    def items(self, named: str | None) -> tuple[str, ...]:
        """The items that an invoice has: itself, or its instalments once all of them are known; the oldest first."""
        if named is None or (named := self.numbers.get(named, named)) in self.invoices:
            return () if named is None else (named,)
        found = self.groups.get(named, ())
        if not found or len(found) < self.invoices[found[0]].instalments:
            return ()
        return tuple(sorted(found, key=lambda item: self.invoices[item].age))

    def with_invoice(self, invoice: Invoice) -> "Ledger":
        """A new receivable; the money that waited for it is on account until it is allocated. That which waits for an invoice
        with instalments waits for the last of them.
        """
        groups = self.groups
        if invoice.of:
            groups = groups.set(invoice.of, (*groups.get(invoice.of, ()), invoice.invoice_id))
        expected, on_account = self.expected, self.on_account
        for named in self.names_of(invoice):
            for payment_id in expected.get(named, ()):
                on_account = _add(on_account, payment_id, self.payments[payment_id].share(named))
            expected = expected.delete(named) if named in expected else expected
        return replace(
            self,
            invoices=self.invoices.set(invoice.invoice_id, invoice),
            groups=groups,
            open=_add(self.open, invoice.invoice_id, invoice.amount),
            expected=expected,
            on_account=on_account,
            balance=self.balance + invoice.amount,
            newest=_later(self.newest, invoice.place),
            in_place=self.in_place and self.takes_in_place(invoice),
        )

    def names_of(self, invoice: Invoice) -> tuple[str, ...]:
        """What money names that is for a new item from now on: itself, and with the last of the instalments their invoice."""
        if invoice.of and len(self.groups.get(invoice.of, ())) + 1 == invoice.instalments:
            return (invoice.invoice_id, invoice.of)
        return (invoice.invoice_id,)

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
        return replace(
            known._placed(payment),
            balance=self.balance - payment.amount,
            newest=_later(self.newest, payment.place),
            in_place=self.in_place and self.takes_in_place(payment),
        )

    def _placed(self, payment: Payment) -> "Ledger":
        """Each share of the money waits for the invoice it names, all of it for its order, or it is on account."""
        if payment.order_id is not None:
            return self._with_waiting(payment.payment_id, payment.amount)
        expected, on_account = self.expected, self.on_account
        for named, amount in payment.shares:
            if named is not None and not self.items(named):
                if payment.payment_id not in expected.get(named, ()):
                    expected = expected.set(named, (*expected.get(named, ()), payment.payment_id))
            else:
                on_account = _add(on_account, payment.payment_id, amount)
        return replace(self, expected=expected, on_account=on_account)

    def _with_waiting(self, payment_id: str, amount: Decimal) -> "Ledger":
        """So much more of the money waits, of which nothing names an invoice that is not known."""
        if self.payments[payment_id].order_id is None:
            return replace(self, on_account=_add(self.on_account, payment_id, amount))
        return replace(self, in_advance=_add(self.in_advance, payment_id, amount))

    def _unplaced(self, payment_id: str) -> "Ledger":
        """The ledger without what of the money waits; nothing of it is allocated."""
        expected, on_account = self.expected, self.on_account
        for named in {
            named for named, _ in self.payments[payment_id].shares if named is not None and named in expected
        }:
            waiting = tuple(other for other in expected[named] if other != payment_id)
            expected = expected.set(named, waiting) if waiting else expected.delete(named)
        on_account = on_account.delete(payment_id) if payment_id in on_account else on_account
        in_advance = self.in_advance.delete(payment_id) if payment_id in self.in_advance else self.in_advance
        return replace(self, expected=expected, on_account=on_account, in_advance=in_advance)

    def taken_out(self, payment_id: str) -> "Ledger":
        """The ledger without a payment that counts in another currency; its entries are changed apart."""
        payment = self.payments[payment_id]
        ledger = self._unplaced(payment_id)
        return replace(
            ledger,
            payments=self.payments.delete(payment_id),
            balance=self.balance + payment.amount,
            in_place=False,
        )

    def with_refund(self, payment_id: str, refunded: Refunded) -> "Ledger":
        """The payment counts for less, and what of it was allocated is so no more; entries are changed apart. What was paid back of a
        cheque that bounced is owed, and nothing else changes by it.
        """
        payment, amount = self.payments[payment_id], refunded.amount
        refunds = self.refunds.set(payment_id, (*self.refunds.get(payment_id, ()), refunded))
        if payment_id in self.bounced:
            less = replace(payment, amount=payment.amount - amount)
            return replace(self, payments=self.payments.set(payment_id, less), refunds=refunds)
        allocated = sum((entry.amount for entry in self.entries_of(payment_id)), NOTHING)
        less = replace(payment, amount=payment.amount - amount)
        ledger = replace(self._unplaced(payment_id), payments=self.payments.set(payment_id, less))._placed(less)
        ledger = ledger._with_waiting(payment_id, -allocated)
        return replace(ledger, balance=self.balance + amount, refunds=refunds, in_place=False)

    def with_refund_owed(self, payment_id: str, item: Invoice) -> "Ledger":
        """What was paid back of a payment that never was money is owed like an invoice."""
        others = tuple(each for each in self.refunds.get(payment_id, ()) if each.refund_id != item.refund_id)
        refunds = self.refunds.set(payment_id, others) if others else self.refunds.delete(payment_id)
        return replace(self, refunds=refunds).with_invoice(item)

    def with_write_off(self, write_off: WriteOff) -> "Ledger":
        """The decision; its entry is made apart."""
        return replace(
            self,
            write_offs=self.write_offs.set(write_off.id, write_off),
            newest=_later(self.newest, write_off.place),
            in_place=False,
        )

    def with_number(self, number: str, note_id: str) -> "Ledger":
        """Money that names the number of the ERP is for the note; what waited for it is on account until it is allocated."""
        named, on_account = self.expected.get(number, ()), self.on_account
        for payment_id in named:
            on_account = _add(on_account, payment_id, self.payments[payment_id].share(number))
        expected = self.expected.delete(number) if named else self.expected
        numbers = self.numbers.set(number, note_id)
        return replace(self, numbers=numbers, expected=expected, on_account=on_account, in_place=False)

    def with_payment_for(self, payment_id: str, invoice_id: str | None) -> "Ledger":
        """A payment names a known invoice, or none, instead of what it named; nothing of it is allocated."""
        return self.with_payment_as(replace(self.payments[payment_id], invoice_id=invoice_id, named=(), order_id=None))

    def with_payment_as(self, payment: Payment) -> "Ledger":
        """A known payment with other names on it; nothing of it is allocated."""
        payment_id = payment.payment_id
        allocated = sum((entry.amount for entry in self.entries_of(payment_id)), NOTHING)
        ledger = replace(self._unplaced(payment_id), payments=self.payments.set(payment_id, payment))._placed(payment)
        return replace(ledger, on_account=_add(ledger.on_account, payment_id, -allocated), in_place=False)

    def with_entry(self, entry: Entry) -> "Ledger":
        """Money on account pays an invoice, or a part of the invoice is given up; what met on the same day is one entry."""
        known = self.entries.get(entry.invoice_id, ())
        same = [each for each in known if (each.payment_id, each.on) == (entry.payment_id, entry.on)]
        whole = replace(entry, amount=entry.amount + sum((each.amount for each in same), NOTHING))
        return self._moved(entry, (*(each for each in known if each not in same), whole), -entry.amount)

    def without_entry(
        self, payment_id: str, invoice_id: str, amount: Decimal | None = None, on: date | None = None
    ) -> "Ledger":
        """What the payment paid of the invoice goes back to the account; what was given up is owed again. ``on`` tells which of
        several days is meant; for older events, which lack it, ``amount`` does.
        """
        paid = self.entries.get(invoice_id, ())
        mine = [entry for entry in paid if entry.payment_id == payment_id]
        meant = [entry for entry in mine if on in (None, entry.on) and entry.amount == amount] or mine
        taken = meant[0] if meant else None
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
        return moved._with_waiting(entry.payment_id, amount)

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
            ledger = ledger.without_entry(payment_id, entry.invoice_id, entry.amount, entry.on)
        return replace(ledger._unplaced(payment_id), balance=ledger.balance + payment.amount)

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
        waiting = (amount for named, amount in payment.shares if named and payment_id in self.expected.get(named, ()))
        free: Decimal = self.on_account.get(payment_id, NOTHING) + self.in_advance.get(payment_id, NOTHING)
        return sum(waiting, NOTHING) + free


def _add(amounts: Map[str, Decimal], key: str, amount: Decimal) -> Map[str, Decimal]:
    """The amounts with one changed; what becomes zero is left out, so that the map holds only what is open."""
    total = amounts.get(key, NOTHING) + amount
    if total:
        return amounts.set(key, total)
    return amounts.delete(key) if key in amounts else amounts


def _later(newest: Place | None, place: Place) -> Place:
    return place if newest is None or place > newest else newest
