"""Money that was paid for an order in advance: it waits for the invoices of the order, and pays no other. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from credit_svc.receivables.facts import NOTHING, Fact, Invoice, Payment
from credit_svc.receivables.ledger import Ledger


def paid_for(ledger: Ledger, order_id: str) -> Decimal:
    """All that came for an order and counts, whether it still waits or has paid invoices of the order."""
    found = (
        each.amount
        for each in ledger.payments.values()
        if each.order_id == order_id and each.payment_id not in ledger.bounced
    )
    return sum(found, NOTHING)


def meetings(ledger: Ledger, fact: Fact) -> Iterator[tuple[str, str]]:
    """Which payment meets which invoice once the ledger has the fact: a payment for an order the open invoices of it, the oldest
    first; an invoice of an order what waits for that, the earliest first.
    """
    if isinstance(fact, Payment) and fact.order_id is not None:
        invoices = [ledger.invoices[each] for each in ledger.open if ledger.invoices[each].order_id == fact.order_id]
        for invoice in sorted(invoices, key=lambda each: each.age):
            yield fact.payment_id, invoice.invoice_id
    elif isinstance(fact, Invoice) and fact.order_id is not None and ledger.in_advance:
        payments = [
            ledger.payments[each] for each in ledger.in_advance if ledger.payments[each].order_id == fact.order_id
        ]
        for payment in sorted(payments, key=lambda each: each.place):
            yield payment.payment_id, fact.invoice_id
