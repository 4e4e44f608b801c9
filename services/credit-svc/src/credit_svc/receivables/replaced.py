"""An item whose place an invoice takes: nothing is owed of it any more, and money that names it is for the invoice. Pure."""

from chassis.values import replace
from credit_svc.receivables.facts import Payment
from credit_svc.receivables.ledger import Ledger


def with_place_taken(ledger: Ledger, item_id: str, invoice_id: str) -> Ledger:
    """The ledger in which the money that named the item names the invoice; entries are changed apart."""
    ledger = replace(ledger, replaced=ledger.replaced.set(item_id, invoice_id))
    for payment in ledger.payments.values():
        named = as_named(ledger, payment)
        if named is payment:
            continue
        if payment.payment_id in ledger.bounced:
            ledger = replace(ledger, payments=ledger.payments.set(payment.payment_id, named))
        else:
            ledger = ledger.with_payment_as(named)
    return ledger


def as_named(ledger: Ledger, payment: Payment) -> Payment:
    """The payment, naming invoices instead of the items whose place they took."""
    if not ledger.replaced:
        return payment
    invoice_id = ledger.replaced.get(payment.invoice_id or "", payment.invoice_id)
    named = tuple((ledger.replaced.get(each, each), amount) for each, amount in payment.named)
    if (invoice_id, named) == (payment.invoice_id, payment.named):
        return payment
    return replace(payment, invoice_id=invoice_id, named=named)
