"""Fees for services: owed like an invoice, as an item ``fee:F-1``."""

from dataclasses import dataclass
from datetime import date

from chassis.differences import difference, fields_of
from contracts import erp
from credit_svc.account.consequences import follow
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.exchange import exchange_waiting
from credit_svc.account.refusals import FactDiffers
from credit_svc.receivables import recording

FEE = ("issued_on", "due_on", "amount", "currency")
"""What makes a fee another one under the same id."""


@dataclass(frozen=True, slots=True)
class RecordFee:
    fact: erp.ServiceFeeCharged

    @property
    def customer_id(self) -> str:
        return self.fact.customer_id

    @property
    def on(self) -> date:
        return self.fact.charged_on


FEE_ID = "fee:"
"""Before the id of a fee, of the item that is owed."""


def item_of(fee_id: str) -> str:
    return f"{FEE_ID}{fee_id}"


def _record(decision: AccountDecision, command: RecordFee) -> None:
    """Raises FactDiffers for other contents under the id of one that is recorded."""
    account, fee = decision.state, command.fact
    item = erp.InvoiceIssued(
        invoice_id=item_of(fee.fee_id), customer_id=decision.id, issued_on=fee.charged_on, due_on=fee.due_on,
        amount=fee.amount, currency=fee.currency,
    )  # fmt: skip
    known = account.facts.get(("invoice", item.invoice_id))
    if known is not None:
        differs = difference(fields_of(known, FEE), fields_of(item, FEE))
        if differs:
            advice = "Credit the known one, and give the new one an id of its own."
            raise FactDiffers(what="Fee", id=fee.fee_id, difference=differs, advice=advice)
        return
    rate = account.rate(item.currency, item.issued_on, decision.policies)
    recorded = recording.invoice_recorded(
        item, rate, None, decision.policies, kind="fee", complaint_id=fee.complaint_id, text=fee.text
    )
    decision.emit(*recording.record_invoice(account.ledger(item.currency), recorded))
    exchange_waiting(decision, item.invoice_id, item.issued_on)
    follow(decision, item.issued_on)


DECIDE: Handlers = {RecordFee: _record}
