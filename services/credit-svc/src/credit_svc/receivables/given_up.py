"""What of a ledger is given up, as lost or as a small difference. Pure."""

from credit_svc.receivables.facts import Entry, Payment
from credit_svc.receivables.ledger import Ledger
from credit_svc.receivables.money_ids import WRITE_OFF


def recovers(ledger: Ledger, payment: Payment) -> bool:
    """Whether money comes for an invoice that was written off."""
    items = (item for named, _ in payment.shares for item in ledger.items(named))
    return any(written_off(ledger, item) is not None for item in items)


def written_off(ledger: Ledger, invoice_id: str) -> Entry | None:
    """What of an invoice is given up by a write-off."""
    paid = ledger.entries.get(invoice_id, ())
    return next((entry for entry in paid if entry.payment_id.startswith(WRITE_OFF)), None)


def is_lost(ledger: Ledger, invoice_id: str) -> bool:
    """Whether something of the invoice is given up as lost; a small difference is not."""
    write_off = ledger.write_offs.get(invoice_id)
    return write_off is not None and not write_off.is_small and written_off(ledger, invoice_id) is not None
