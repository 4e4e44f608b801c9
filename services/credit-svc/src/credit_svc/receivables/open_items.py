"""What is open of a ledger by due date, and what of it may be pursued. Pure.

Money that waits, because it names an invoice that is not known, is money all the same: it covers the oldest items, so that nobody is
pursued who owes nothing in sum. What is disputed is not pursued either.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from contracts.credit import Rate
from credit_svc.receivables.claims import Claims
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.money_ids import published_id


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is open of an invoice, or of an instalment of it (``number``, from 1), and may be pursued."""

    invoice_id: str
    number: int
    issued_on: date
    due_on: date
    overdue_from: date
    amount: Decimal
    rate: Rate | None = None
    holds_orders: bool = True

    @property
    def age(self) -> tuple[date, date, str, int]:
        """The oldest item is the smallest."""
        return (self.due_on, self.issued_on, self.invoice_id, self.number)


@dataclass(frozen=True, slots=True)
class WaitingMoney:
    """What of a payment or credit note waits, and the invoice that it names; None: it names none."""

    payment_id: str
    invoice_id: str | None
    amount: Decimal
    paid_on: date


def open_items(ledger: Ledger) -> list[OpenItem]:
    """The oldest first; an invoice of which nothing is open has none, nor has a debit note that nobody pursues."""
    found = [
        OpenItem(
            i, 1, invoice.issued_on, invoice.due_on, invoice.overdue_from, amount, invoice.rate,
            invoice.note is None or "orders" in invoice.note.effects,
        )
        for i, amount in ledger.open.items()
        for invoice in (ledger.invoices[i],)
        if invoice.note is None or invoice.note.is_pursued
    ]  # fmt: skip
    return sorted(found, key=lambda item: item.age)


def waiting_money(ledger: Ledger) -> tuple[WaitingMoney, ...]:
    """Money that pays nothing yet, the oldest first."""
    ids = {*ledger.on_account, *(each for named in ledger.expected.values() for each in named)}
    ordered = sorted((ledger.payments[each] for each in ids), key=lambda payment: payment.place)
    return tuple(
        WaitingMoney(published_id(each.payment_id), each.invoice_id, ledger.unallocated(each.payment_id), each.paid_on)
        for each in ordered
    )


def pursuable(ledger: Ledger, claims: Claims) -> list[OpenItem]:
    """The open items, the oldest first, less what waiting money covers and less what is disputed."""
    if not ledger.open:
        return []
    items = open_items(ledger)
    if ledger.expected or ledger.on_account:
        items = _less(items, sum((each.amount for each in waiting_money(ledger)), NOTHING))
    for invoice_id in {dispute.invoice_id for dispute in claims.disputes.values()}:
        own = [item for item in items if item.invoice_id == invoice_id]
        rest = {(item.invoice_id, item.number): item for item in _less(own, claims.in_dispute(invoice_id))}
        items = [
            item if item.invoice_id != invoice_id else rest[item.invoice_id, item.number]
            for item in items
            if item.invoice_id != invoice_id or (item.invoice_id, item.number) in rest
        ]
    return items


def covering(ledger: Ledger) -> tuple[WaitingMoney, ...]:
    """The waiting money that it takes to cover what is open; empty when nothing waits or nothing is open."""
    missing, found = sum(ledger.open.values(), NOTHING), []
    for each in waiting_money(ledger):
        if missing > 0:
            found.append(each)
            missing -= each.amount
    return tuple(found)


def _less(items: Sequence[OpenItem], amount: Decimal) -> list[OpenItem]:
    """The items without an amount, taken from the first on."""
    found = []
    for item in items:
        taken = min(amount, item.amount)
        amount -= taken
        if item.amount > taken:
            found.append(replace(item, amount=item.amount - taken))
    return found
