"""Which money pays which invoice.

The rule: the facts are taken in the order of their business dates. Money goes to the invoice that it names, and waits
when that is not yet issued; what is left over, and money that names no invoice, goes to the oldest open items. A
bounced cheque never was money.

So the allocation depends on what happened and not on when it was told: a fact that comes late moves what it would have
moved on its day, and a fact told in time moves nothing that was there before.
Source: the rules page, "Receivables" (oldest first, re-allocation, payment before invoice).
"""

from dataclasses import dataclass
from datetime import date

from credit_svc.ledger import NOTHING, Entry, Invoice, Ledger, Payment


@dataclass(frozen=True)
class Change:
    """Entries to take back and entries to make, in this order."""

    withdrawn: tuple[Entry, ...] = ()
    made: tuple[Entry, ...] = ()


def change_by(ledger: Ledger, fact: Invoice | Payment) -> Change:
    """What a new fact changes in the entries of a ledger that does not hold it yet."""
    is_newest = ledger.newest is None or fact.place > ledger.newest
    if is_newest or (ledger.in_place and ledger.takes_in_place(fact)):
        return Change(made=_take(ledger, fact)[1])
    if isinstance(fact, Invoice):
        return _difference(ledger, ledger.with_invoice(fact))
    return _difference(ledger, ledger.with_payment(fact))


def change_without(ledger: Ledger) -> Change:
    """What else changes in a ledger from which a payment has just been taken out."""
    return Change() if ledger.in_place else _difference(ledger, ledger)


def in_order_of_dates(ledger: Ledger) -> Ledger:
    """The ledger that the same facts give when each is told on its day."""
    facts: list[Invoice | Payment] = [*ledger.invoices.values()]
    facts += [payment for payment in ledger.payments.values() if payment.payment_id not in ledger.bounced]
    told = Ledger()
    for fact in sorted(facts, key=lambda fact: fact.place):
        told, _ = _take(told, fact)
    return told


def _difference(told: Ledger, known: Ledger) -> Change:
    """From the entries of one ledger to those that the facts of another deserve."""
    have = [entry for entries in told.entries.values() for entry in entries]
    deserve = [entry for entries in in_order_of_dates(known).entries.values() for entry in entries]
    return Change(withdrawn=_sorted(set(have) - set(deserve)), made=_sorted(set(deserve) - set(have)))


def _sorted(entries: set[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.on, entry.payment_id, entry.invoice_id)))


def _take(ledger: Ledger, fact: Invoice | Payment) -> tuple[Ledger, tuple[Entry, ...]]:
    """The fact and the entries it makes, on a ledger whose other facts are earlier or untouched by it."""
    made: list[Entry] = []
    on, named = fact.place[0], fact.invoice_id
    payers: tuple[str, ...]
    if isinstance(fact, Payment):
        ledger, payers = ledger.with_payment(fact), (fact.payment_id,)
    else:
        ledger, payers = ledger.with_invoice(fact), ledger.expected.get(fact.invoice_id, ())
    if named is not None and named in ledger.invoices:
        for payment_id in sorted(payers, key=lambda p: ledger.payments[p].place):
            ledger = _pay(ledger, payment_id, named, on, made)
    return _pay_oldest_first(ledger, on, made), tuple(made)


def _pay_oldest_first(ledger: Ledger, on: date, made: list[Entry]) -> Ledger:
    """Money on account against open items, the oldest of both first."""
    if not ledger.on_account or not ledger.open:
        return ledger
    items = sorted(ledger.open, key=lambda i: ledger.invoices[i].age, reverse=True)
    for payment_id in sorted(ledger.on_account, key=lambda p: ledger.payments[p].place):
        while items and payment_id in ledger.on_account:
            ledger = _pay(ledger, payment_id, items[-1], on, made)
            if items[-1] not in ledger.open:
                items.pop()
    return ledger


def _pay(ledger: Ledger, payment_id: str, invoice_id: str, on: date, made: list[Entry]) -> Ledger:
    """As much of the payment as the invoice needs; the entry is added to ``made``."""
    amount = min(ledger.on_account.get(payment_id, NOTHING), ledger.open.get(invoice_id, NOTHING))
    if not amount:
        return ledger
    # Told in order, ``on`` is the latest of the three; told late into a ledger in place, it need not be.
    day = max(on, ledger.payments[payment_id].paid_on, ledger.invoices[invoice_id].issued_on)
    entry = Entry(payment_id, invoice_id, day, amount)
    made.append(entry)
    return ledger.with_entry(entry)
