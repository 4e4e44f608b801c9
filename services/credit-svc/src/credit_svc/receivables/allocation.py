"""Which money pays which invoice.

The rule: the facts are taken in the order of their business dates. Money goes to the invoice that it names, and waits
when that is not yet issued; what is left over, and money that names no invoice, goes by law to costs first, then to
interest, then to the principal, the oldest first in each. A bounced cheque never was money. Money that was paid for an order in
advance waits for the invoices of the order. One payment that leaves out exactly the discount, in time, settles its invoice. A
write-off or a waiver gives up what is open on its day; money that names a written-off invoice later still pays it, and less is given up.

So the allocation depends on what happened and not on when it was reported: a fact that arrives late moves what it would have
moved on its day, and a fact that arrives in time moves nothing that was there before.
Source: the rules pages, "Receivables" (oldest first, re-allocation, payment before invoice) and "Debit notes" (Civil
Code, art. 560 and 561).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from credit_svc.receivables.advances import meetings
from credit_svc.receivables.facts import NOTHING, Entry, Fact, Invoice, Payment, Refunded, WriteOff
from credit_svc.receivables.given_up import recovers, written_off
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.money_ids import CREDIT_NOTE, DISCOUNT


@dataclass(frozen=True)
class Change:
    """Entries to take back and entries to make, in this order."""

    withdrawn: tuple[Entry, ...] = ()
    made: tuple[Entry, ...] = ()


def change_by(ledger: Ledger, fact: Fact) -> Change:
    """What a new fact changes in the entries of a ledger that does not hold it yet."""
    is_newest = ledger.newest is None or fact.place > ledger.newest
    is_recovery = isinstance(fact, Payment) and recovers(ledger, fact)
    if (is_newest and not is_recovery) or (ledger.in_place and ledger.takes_in_place(fact)):
        return Change(made=_take(ledger, fact)[1])
    if isinstance(fact, Invoice):
        return _difference(ledger, ledger.with_invoice(fact))
    if isinstance(fact, WriteOff):
        return _difference(ledger, ledger.with_write_off(fact))
    return _difference(ledger, ledger.with_payment(fact))


def change_for(ledger: Ledger, payment_id: str, invoice_id: str | None) -> Change:
    """What changes when a payment names another invoice."""
    return _difference(ledger, ledger.with_payment_for(payment_id, invoice_id))


def change_taken_out(ledger: Ledger, payment_id: str) -> Change:
    """What changes when a payment counts in another currency."""
    return _difference(ledger, ledger.taken_out(payment_id))


def change_with_refund(ledger: Ledger, parts: Sequence[tuple[str, Refunded]]) -> Change:
    """What changes when payments count for less."""
    after = ledger
    for payment_id, refunded in parts:
        after = after.with_refund(payment_id, refunded)
    return _difference(ledger, after)


def change_with_correction(before: Ledger, corrected: Ledger) -> Change:
    """What changes when a known invoice is corrected: ``corrected`` is the ledger with it, and the entries of before."""
    return _difference(before, corrected)


def change_with_number(ledger: Ledger, number: str, note_id: str) -> Change:
    """What changes when money that names a number of the ERP is for a debit note."""
    return _difference(ledger, ledger.with_number(number, note_id))


def change_in_order(ledger: Ledger) -> Change:
    """What changes in a ledger whose facts came from several accounts."""
    return _difference(ledger, ledger)


def change_without(ledger: Ledger) -> Change:
    """What else changes in a ledger from which a payment has just been taken out."""
    return Change() if ledger.in_place else _difference(ledger, ledger)


def in_order_of_dates(ledger: Ledger) -> Ledger:
    """The ledger that the same facts give when each arrives on its day."""
    facts: list[Fact] = [*ledger.invoices.values(), *ledger.write_offs.values()]
    facts += [payment for payment in ledger.payments.values() if payment.payment_id not in ledger.bounced]
    ordered = Ledger(numbers=ledger.numbers)
    for fact in sorted(facts, key=lambda fact: fact.place):
        ordered, _ = _take(ordered, fact)
    return ordered


def _difference(before: Ledger, after: Ledger) -> Change:
    """From the entries of one ledger to those that the facts of another deserve."""
    have = [entry for entries in before.entries.values() for entry in entries]
    deserve = [entry for entries in in_order_of_dates(after).entries.values() for entry in entries]
    return Change(withdrawn=_sorted(set(have) - set(deserve)), made=_sorted(set(deserve) - set(have)))


def _sorted(entries: set[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.on, entry.payment_id, entry.invoice_id)))


def _take(ledger: Ledger, fact: Fact) -> tuple[Ledger, tuple[Entry, ...]]:
    """The fact and the entries it makes, on a ledger whose other facts are earlier or untouched by it."""
    made: list[Entry] = []
    if isinstance(fact, WriteOff):
        return _give_up(ledger.with_write_off(fact), fact, made), tuple(made)
    on = fact.place[0]
    if isinstance(fact, Payment):
        ledger = ledger.with_payment(fact)
        named = [(fact.payment_id, invoice_id, amount) for invoice_id, amount in fact.shares]
    else:
        waiting = [(ledger.payments[p], name) for name in ledger.names_of(fact) for p in ledger.expected.get(name, ())]
        waiting.sort(key=lambda each: each[0].place)
        ledger = ledger.with_invoice(fact)
        named = [(payer.payment_id, name, payer.share(name)) for payer, name in waiting]
    for payment_id, invoice_id, amount in named:
        for item in ledger.items(invoice_id):
            ledger = _recovered(ledger, payment_id, item)
            before = ledger.open.get(item, NOTHING)
            ledger = _pay(ledger, payment_id, item, on, made, amount)
            amount -= before - ledger.open.get(item, NOTHING)
            ledger = _discounted(ledger, payment_id, item, on, made)
    for payment_id, invoice_id in meetings(ledger, fact):
        ledger = _pay_in_advance(ledger, payment_id, invoice_id, on, made)
    return _pay_by_rank(ledger, on, made), tuple(made)


def _pay_in_advance(ledger: Ledger, payment_id: str, invoice_id: str, on: date, made: list[Entry]) -> Ledger:
    """As much of what was paid for an order as an invoice of it needs."""
    amount = min(ledger.in_advance.get(payment_id, NOTHING), ledger.open.get(invoice_id, NOTHING))
    if not amount:
        return ledger
    day = max(on, ledger.payments[payment_id].paid_on, ledger.invoices[invoice_id].issued_on)
    return _with(ledger, Entry(payment_id, invoice_id, day, amount), made)


def _pay_by_rank(ledger: Ledger, on: date, made: list[Entry]) -> Ledger:
    """Money on account, the oldest first, against what is open: by rank, and the oldest first in each."""
    if not ledger.on_account or not ledger.open:
        return ledger
    claims = sorted((claim for item in ledger.open for claim in ledger.invoices[item].claims), reverse=True)
    for payment_id in sorted(ledger.on_account, key=lambda p: ledger.payments[p].place):
        while claims and payment_id in ledger.on_account:
            _, (*_, item), left = claims[-1]
            most = max(ledger.open.get(item, NOTHING) - left, NOTHING)
            ledger = _pay(ledger, payment_id, item, on, made, most)
            if ledger.open.get(item, NOTHING) <= left:
                claims.pop()
    return ledger


def _pay(
    ledger: Ledger, payment_id: str, invoice_id: str, on: date, made: list[Entry], most: Decimal | None = None
) -> Ledger:
    """As much of the payment as the invoice needs, at most ``most``; the entry is added to ``made``."""
    amount = min(ledger.on_account.get(payment_id, NOTHING), ledger.open.get(invoice_id, NOTHING))
    amount = amount if most is None else min(amount, most)
    if not amount:
        return ledger
    # In order of arrival ``on`` is the latest of the three; for a late fact in a ledger in place it need not be.
    day = max(on, ledger.payments[payment_id].paid_on, ledger.invoices[invoice_id].issued_on)
    return _with(ledger, Entry(payment_id, invoice_id, day, amount), made)


def _discounted(ledger: Ledger, payment_id: str, invoice_id: str, on: date, made: list[Entry]) -> Ledger:
    """The discount, when this payment left out just that and was made in time."""
    invoice, payment = ledger.invoices[invoice_id], ledger.payments[payment_id]
    is_all = ledger.open.get(invoice_id) == invoice.discount and payment.amount == invoice.amount - invoice.discount
    if invoice.discount_until is None or not is_all or payment_id.startswith(CREDIT_NOTE):
        return ledger
    if payment.paid_on > invoice.discount_until:
        return ledger
    return _with(ledger, Entry(f"{DISCOUNT}{invoice_id}", invoice_id, max(on, payment.paid_on), invoice.discount), made)


def _give_up(ledger: Ledger, write_off: WriteOff, made: list[Entry]) -> Ledger:
    """What is open of the invoice, at most what was decided."""
    open_amount = ledger.open.get(write_off.invoice_id, NOTHING)
    amount = min(open_amount, write_off.amount)
    if not amount or (write_off.is_small and open_amount > write_off.amount):
        return ledger
    return _with(ledger, Entry(write_off.money_id, write_off.invoice_id, write_off.on, amount), made)


def _recovered(ledger: Ledger, payment_id: str, invoice_id: str) -> Ledger:
    """As much of the invoice is owed again as money came for it; only facts in the order of their dates come here."""
    given_up = written_off(ledger, invoice_id)
    if given_up is None:
        return ledger
    missing = ledger.on_account.get(payment_id, NOTHING) - ledger.open.get(invoice_id, NOTHING)
    rest = given_up.amount - min(max(missing, NOTHING), given_up.amount)
    ledger = ledger.without_entry(given_up.payment_id, invoice_id)
    return ledger.with_entry(Entry(given_up.payment_id, invoice_id, given_up.on, rest)) if rest else ledger


def _with(ledger: Ledger, entry: Entry, made: list[Entry]) -> Ledger:
    made.append(entry)
    return ledger.with_entry(entry)
