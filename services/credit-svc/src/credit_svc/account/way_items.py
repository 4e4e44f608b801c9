"""What of a customer's overdue invoices is given to an agency, a tribunal or a court."""

from collections.abc import Sequence

from contracts.credit import WayItem
from credit_svc.account.decision import AccountDecision
from credit_svc.account.refusals import UnknownInvoice


def items_of_way(decision: AccountDecision, invoice_ids: Sequence[str] | None) -> tuple[WayItem, ...]:
    """These invoices, or (None) all that is overdue. Raises UnknownInvoice for one that is not overdue."""
    account = decision.state
    overdue = {i: account.ledger(currency).open.get(i) for i, currency in account.overdue.items()}
    chosen = sorted(overdue) if invoice_ids is None else list(dict.fromkeys(invoice_ids))
    for invoice_id in chosen:
        if not overdue.get(invoice_id):
            raise UnknownInvoice(customer_id=decision.id, invoice_id=invoice_id)
    return tuple(WayItem(invoice_id=i, amount=amount) for i in chosen if (amount := overdue[i]))
